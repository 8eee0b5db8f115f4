package study

import (
	"bytes"
	"context"
	"encoding/xml"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"segfault/core"
	"segfault/core/attack"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// invent makes a study of n models on 16 images of 8 patients in which each attack costs what
// drop says, and a little noise.
func invent(n int, drop func(model int, a attack.Method) float64) Result {
	r := Result{Settings: Settings{Task: "brain", Design: DefaultDesign(), Command: "go run ./build study -data brain"}}
	for m := range n {
		about := About{Name: fmt.Sprintf("brain-model-%d", m), Parameters: 1_000_000 << m, Size: 128, Dice: 0.9}
		r.Models = append(r.Models, about)
		random := rand.New(rand.NewPCG(1, uint64(m)))
		for i := range 16 {
			for _, a := range r.Design.Attacks() {
				after := 0.9 - drop(m, a) + 0.01
				if a.Name == "" {
					after += 0.02*random.Float64() - 0.01
				}
				row := Row{Key: Key{Image: fmt.Sprintf("p%d-%d%02d", i/2, i%3, i), Model: about.Name, Attack: a}, Parameters: about.Parameters,
					Before: 0.9, After: after, MeanBefore: 0.95, MeanAfter: after, Success: attack.Broken(0.9, after), Flipped: 10, Elements: 100, LInf: float64(a.Epsilon), Alignment: 0.5, Deviation: 1}
				if a.Loss == core.BCE && a.Swapped {
					row.Alignment, row.Deviation = 1, 2e-8
				}
				r.Rows = append(r.Rows, row)
			}
		}
	}
	return r
}

// said is the report on a study, on one line.
func said(t *testing.T, r Result) string {
	t.Helper()
	s, err := newSection(r)
	require.NoError(t, err)
	text, err := write([]*section{s}, map[string][]byte{})
	require.NoError(t, err)
	return strings.Join(strings.Fields(string(text)), " ")
}

// What an attack takes stands beside what as much noise takes, at every ε; a study from before there was noise says nothing of it.
func TestNoiseStandsBesideTheAttacks(t *testing.T) {
	r := invent(2, func(m int, a attack.Method) float64 {
		if a.Name == attack.Noise {
			return 0.01*float64(m) + float64(a.Epsilon)
		}
		return 0.3
	})
	s, err := newSection(r)
	require.NoError(t, err)
	assert.Equal(t, []string{"as much noise", "0.900", "0.904", "0.902", "0.896", "0.878"}, s.EpsilonTable().Rows[3][:6])
	assert.Equal(t, "as much noise", s.LossTable().Rows[8][0])
	assert.Equal(t, "noise", s.imageRecords()[0][12])
	text := said(t, r)
	assert.Contains(t, text, "As much noise takes −0.001 to 0.009.")
	r.Rows = slices.DeleteFunc(r.Rows, func(row Row) bool { return row.Attack.Name == attack.Noise })
	r.Design.Noise = false
	require.NoError(t, r.complete())
	assert.NotContains(t, said(t, r), "s much noise takes")
	s, err = newSection(r)
	require.NoError(t, err)
	assert.Len(t, s.EpsilonTable().Rows, 3)
	assert.Len(t, s.LossTable().Rows, 8)
}

// An outline that became one of another class is lost to the true class alone.
func TestTheTrueClassStandsBesideTheUnion(t *testing.T) {
	r := invent(2, func(int, attack.Method) float64 { return 0.1 })
	for i := range r.Rows {
		r.Rows[i].TrueBefore, r.Rows[i].TrueAfter = 0.8, 0.25
	}
	s, err := newSection(r)
	require.NoError(t, err)
	table := s.EpsilonTable()
	assert.Equal(t, "drop of the true class", table.Head[len(table.Head)-1])
	for _, row := range table.Rows {
		assert.Equal(t, "0.550", row[len(row)-1])
	}
	records := s.attackRecords()
	for at, want := range map[string]string{"true_before": "0.8000", "true_after": "0.2500"} {
		assert.Equal(t, want, records[1][slices.Index(records[0], at)])
	}
}

func TestPapersMeasureComesWithItsWarning(t *testing.T) {
	r := invent(2, func(int, attack.Method) float64 { return 0.2 })
	assert.NotContains(t, said(t, r), "An empty prediction")
	for i := range r.Models {
		r.Models[i].Classes = []string{"a", "b", "c"}
	}
	assert.Contains(t, said(t, r), "An empty prediction scores 0.667 in this measure")
}

func TestDeviatingGradientIsSaid(t *testing.T) {
	r := invent(2, func(int, attack.Method) float64 { return 0.2 })
	for i := range r.Rows {
		r.Rows[i].Deviation = 0.1
	}
	assert.Contains(t, said(t, r), "at most 1e-01, more than rounding explains")
}

func TestSmallDesignIsReportedWithoutWhatItLeavesOut(t *testing.T) {
	r := invent(3, func(int, attack.Method) float64 { return 0.2 })
	r.Design.Losses, r.Design.Swapped, r.Design.Crossed, r.Design.Shared = []core.Loss{core.BCE}, []bool{false}, nil, false
	r.Design.Schemes, r.Design.Labels = r.Design.Schemes[:1], r.Design.Labels[:1]
	kept := r.Rows[:0]
	for _, row := range r.Rows {
		for _, a := range r.Design.Attacks() {
			if row.Attack == a {
				kept = append(kept, row)
			}
		}
	}
	r.Rows = kept
	text := said(t, r)
	for _, s := range []string{"third claim, BCE against", "cross-entropy is, called", "mixed in, label, colour", "scheme.svg"} {
		assert.NotContains(t, text, s)
	}
	assert.Contains(t, text, "With BCE called as in training")
}

// What is compared is named by the words: mixing in and adding, the prediction and the truth, wherever the design has them.
func TestSchemesAndLabelsAreComparedByWhatTheyAreNotByTheirPlaces(t *testing.T) {
	r := invent(2, func(_ int, a attack.Method) float64 {
		switch {
		case a.Rule == attack.Blend:
			return 0.5
		case a.Target == attack.Prediction:
			return 0.1
		}
		return 0.2
	})
	straight, err := newSection(r)
	require.NoError(t, err)
	slices.Reverse(r.Design.Schemes)
	slices.Reverse(r.Design.Labels)
	turned, err := newSection(r)
	require.NoError(t, err)
	assert.Contains(t, straight.Scheme.Verdict(), "more on both models, by 0.299 to 0.302")
	assert.NotContains(t, straight.Label.Verdict(), "more")
	assert.Contains(t, turned.Scheme.Verdict(), "more", "against adding, as before")
	assert.NotContains(t, turned.Label.Verdict(), "more", "against the truth, as before")

	for i, row := range r.Rows {
		if row.Attack.Rule == attack.Blend {
			r.Rows[i].Attack.Rule = attack.Momentum
		}
		if row.Attack.Target == attack.Prediction {
			r.Rows[i].Attack.Target = attack.Vanish
		}
	}
	r.Design.Schemes, r.Design.Labels = []attack.Rule{attack.Additive, attack.Momentum}, []attack.Target{attack.Truth, attack.Vanish}
	others, err := newSection(r)
	require.NoError(t, err)
	assert.Nil(t, others.Scheme, "another scheme is not mixing in")
	assert.Nil(t, others.Label, "another label is not the prediction")
}

func TestPatientsAreTheUnitWhereTheyAreKnown(t *testing.T) {
	r := invent(2, func(int, attack.Method) float64 { return 0.2 })
	single, err := newSection(r)
	require.NoError(t, err)
	r.Patient = `^(p\d+)-`
	grouped, err := newSection(r)
	require.NoError(t, err)
	assert.Equal(t, []int{16, 8}, []int{single.Units, grouped.Units})
	assert.Len(t, single.models[0].patients, 16)
	assert.Len(t, grouped.models[0].patients, 8)
	assert.Contains(t, said(t, r), "16 slices of 8 patients; slices of one patient are drawn together")
	p := grouped.models[0].compare(drop, grouped.with(core.BCE, true), grouped.with(core.Dice, false)).P
	assert.Equal(t, math.Round(p*256), p*256, "an exact p of eight patients is so many of 2⁸")
	_, err = patients("(")
	assert.ErrorContains(t, err, "no regular expression")
}

func TestFiguresAreSelfContainedAndTold(t *testing.T) {
	s, err := newSection(invent(6, func(m int, _ attack.Method) float64 { return 0.1 + 0.05*float64(m) }))
	require.NoError(t, err)
	files := map[string][]byte{}
	text, err := write([]*section{s}, files)
	require.NoError(t, err)
	require.Len(t, files, 5)
	for name, content := range files {
		decoder := xml.NewDecoder(bytes.NewReader(content))
		for {
			_, err := decoder.Token()
			if err == io.EOF {
				break
			}
			require.NoError(t, err, name)
		}
		svg := string(content)
		assert.Contains(t, svg, `role="img">`+"\n<title>")
		assert.NotContains(t, svg, " style=", "%s: a page's security policy may forbid it", name)
		assert.NotContains(t, svg, "href=\"http", name)
		alt := svg[strings.Index(svg, "<desc>")+6 : strings.Index(svg, "</desc>")]
		assert.Greater(t, len(alt), 100, name)
		assert.Contains(t, string(text), "](study/"+name+")")
	}
}

func TestEqualRowsGiveEqualFiles(t *testing.T) {
	r := invent(3, func(m int, _ attack.Method) float64 { return 0.1 + 0.05*float64(m) })
	made := func() map[string]string {
		dir := t.TempDir()
		r.dir = dir
		require.NoError(t, Publish(filepath.Join(dir, "STUDY.md"), []Result{r}))
		files := map[string]string{}
		paths, err := filepath.Glob(filepath.Join(dir, "*/*"))
		require.NoError(t, err)
		for _, p := range append(paths, filepath.Join(dir, "STUDY.md"), filepath.Join(dir, "rows.csv")) {
			content, err := os.ReadFile(p)
			require.NoError(t, err)
			files[filepath.Base(p)] = string(content)
		}
		return files
	}
	first := made()
	require.Len(t, first, 12)
	assert.Equal(t, first, made())
}

func TestTwoTasksAreTwoSections(t *testing.T) {
	dir := t.TempDir()
	var results []Result
	for _, task := range []string{"heart", "brain"} {
		r := invent(3, func(int, attack.Method) float64 { return 0.2 })
		r.Task, r.dir = task, filepath.Join(dir, task)
		results = append(results, r)
	}
	require.NoError(t, Publish(filepath.Join(dir, "STUDY.md"), results))
	text, err := os.ReadFile(filepath.Join(dir, "STUDY.md"))
	require.NoError(t, err)
	for _, s := range []string{"## Heart\n", "## Brain\n", "study/heart-epsilon.svg", "study/brain-epsilon.svg", "out/study/heart out/study/brain"} {
		assert.Contains(t, string(text), s)
	}
}

func TestNoReportTakesThePlaceOfOneThatSaysMore(t *testing.T) {
	r := invent(3, func(int, attack.Method) float64 { return 0.2 })
	r.dir = t.TempDir()
	page := filepath.Join(r.dir, "STUDY.md")
	require.NoError(t, Publish(page, []Result{r}))
	require.NoError(t, Publish(page, []Result{r}), "the same again")
	text, err := os.ReadFile(page)
	require.NoError(t, err)
	more := string(text) + "\n## By hand\n\nWords.\n"
	require.NoError(t, os.WriteFile(page, []byte(more), 0o644))
	assert.ErrorContains(t, Publish(page, []Result{r}), `has a section "By hand", which this report lacks`)
	text, err = os.ReadFile(page)
	require.NoError(t, err)
	assert.Equal(t, more, string(text))
}

func TestRunsAreComparedWithWhatIsPublished(t *testing.T) {
	c := config(t, 6)
	finish(t, c)
	tables := filepath.Join(c.Out, "study")
	var log bytes.Buffer
	require.NoError(t, Check(tables, &log, c.Out))
	assert.Contains(t, log.String(), "12 slices of models as published; Dice differs by at most 0.0000")
	assert.Contains(t, log.String(), "16 means as published")

	noisy := c
	noisy.Design.Noise, noisy.Out = true, c.Out+"-noisy"
	require.NoError(t, Run(context.Background(), noisy))
	log.Reset()
	require.NoError(t, Check(tables, &log, noisy.Out), "what was published before there was noise beside it")
	assert.Contains(t, log.String(), "12 slices of models as published; Dice differs by at most 0.0000")
	finish(t, noisy)
	log.Reset()
	require.NoError(t, Check(filepath.Join(noisy.Out, "study"), &log, noisy.Out))
	assert.Contains(t, log.String(), "20 means as published")

	part := c
	part.Out, part.Shard = c.Out+"-part", Shard{1, 3}
	require.NoError(t, Run(context.Background(), part))
	log.Reset()
	require.NoError(t, Check(tables, &log, part.Out))
	assert.Contains(t, log.String(), "4 slices of models as published")
	assert.NotContains(t, log.String(), "means", "of part of the slices there are others")

	fewer := c // a model was bundled since
	fewer.Models, fewer.Out = c.Models[:1], c.Out+"-fewer"
	finish(t, fewer)
	log.Reset()
	require.NoError(t, Check(filepath.Join(fewer.Out, "study"), &log, c.Out))
	assert.Contains(t, log.String(), "brain-b was not attacked in what was published, and is not compared")
	assert.Contains(t, log.String(), "6 slices of models as published")

	change := func(file string) {
		path := filepath.Join(tables, file)
		content, err := os.ReadFile(path)
		require.NoError(t, err)
		lines := strings.Split(string(content), "\n")
		fields := strings.Split(lines[1], ",")
		fields[len(fields)-1] = "0.9876"
		lines[1] = strings.Join(fields, ",")
		require.NoError(t, os.WriteFile(path, []byte(strings.Join(lines, "\n")), 0o644))
	}
	change("brain-attacks.csv")
	assert.ErrorContains(t, Check(tables, &log, c.Out), "has 16 of the 16 means published, and differs by")
	change("brain-images.csv")
	assert.ErrorContains(t, Check(tables, &log, c.Out), "differs from what is published by")
	assert.ErrorContains(t, Check(tables, &log, part.Out), "at test_00_gl_ax/0/brain-a, dice_focal_swapped")
	assert.ErrorContains(t, Check(t.TempDir(), &log, c.Out), "nothing to compare with")
	more := config(t, 7)
	require.NoError(t, Run(context.Background(), more))
	assert.ErrorContains(t, Check(tables, &log, more.Out), "holds test_06_gl_ax/0/brain-a, which is not published")
}
