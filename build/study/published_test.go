package study

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"segfault/core"
	"segfault/core/attack"
	"segfault/core/coretest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/stat"
)

// TestPublishedStudyIsReproduced attacks two slices of each data set again with all bundled models that it attacked, at the ε that the
// published tables compare, and compares every Dice coefficient (ImageTolerance). Of the brain's full-size model one attack is published.
func TestPublishedStudyIsReproduced(t *testing.T) {
	weights := filepath.Join("..", "..", "weights")
	all, one := DefaultAxes(), DefaultAxes()
	one.Losses, one.Orders, one.Schemes, one.Labels, one.Shared = "dice_focal", "right", "additive", "truth", false
	for _, of := range []struct {
		task, published string
		axes            Axes
		shard           Shard
	}{{"brain", "brain", all, Shard{1, 215}}, {"brain", "brain-2", one, Shard{1, 215}}, {"heart", "heart", all, Shard{1, 75}}} {
		t.Run(of.published, func(t *testing.T) {
			of.axes.Epsilons, of.axes.Crossed = of.axes.Crossed, "none"
			design, err := of.axes.Design()
			require.NoError(t, err)
			c := Config{Data: coretest.Shared(t, "data", of.task, "test"), Task: of.task, Classes: marks, Design: design, Shard: of.shard, Out: t.TempDir(), Log: &bytes.Buffer{}}
			require.NoError(t, c.Choose("all", weights))
			published := filepath.Join(weights, folder)
			digests, err := Digests(filepath.Join(published, of.published+"-"+modelsFile))
			require.NoError(t, err)
			c.Models = slices.DeleteFunc(c.Models, func(m Model) bool { return m.Digest != digests[m.Name] })
			require.NotEmpty(t, c.Models, "when no model is left whose weights the study attacked, it is none of these models'")
			require.NoError(t, Run(context.Background(), c))
			var log bytes.Buffer
			assert.NoError(t, Check(published, &log, c.Out))
			t.Log(log.String())
		})
	}
}

// publishedResult is a study as its rows have it.
func publishedResult(t *testing.T, task, patient string) Result {
	t.Helper()
	read := func(file string) [][]string {
		content, err := os.ReadFile(filepath.Join("..", "..", "weights", folder, task+"-"+file))
		require.NoError(t, err)
		records, err := decodeCSV(content)
		require.NoError(t, err)
		return records
	}
	number := func(text string) float64 {
		v, err := strconv.ParseFloat(text, 64)
		require.NoError(t, err)
		return v
	}
	rows, err := os.ReadFile(filepath.Join("..", "..", "weights", folder, task+"-"+rowsFile))
	require.NoError(t, err)
	design, err := DefaultAxes().Design()
	require.NoError(t, err)
	r := Result{Settings: Settings{Task: task, Patient: patient, Design: design}}
	for _, m := range read(modelsFile)[1:] {
		r.Models = append(r.Models, About{Name: m[0], Digest: m[1], Parameters: int(number(m[2])), Size: int(number(m[3])), Dice: number(m[4]), BCE: slices.Contains(m, "true")})
	}
	unpacked, err := gzip.NewReader(bytes.NewReader(rows))
	require.NoError(t, err)
	require.NoError(t, readRows(unpacked, func(row Row) { r.Rows = append(r.Rows, row) }))
	return r
}

// TestPublishedSentencesFollowFromThePublishedRows holds every sentence, table and comparison that the published slices tell of
// against the report: by the rules of today, from the Dice of every slice.
func TestPublishedSentencesFollowFromThePublishedRows(t *testing.T) {
	weights := filepath.Join("..", "..", "weights")
	report, err := os.ReadFile(filepath.Join(weights, "STUDY.md"))
	require.NoError(t, err)
	for task, patient := range map[string]string{"brain": "", "heart": heartPatient} {
		s, err := newSection(publishedResult(t, task, patient))
		require.NoError(t, err)
		statements, err := page(map[string][]byte{})
		require.NoError(t, err)
		says := map[string]any{"short": s, "vulnerability": s, "claims": s.Other}
		if s.Size != nil {
			says["sizes"] = s.Size
		}
		for name, of := range says {
			var text bytes.Buffer
			require.NoError(t, statements.ExecuteTemplate(&text, name, of))
			assert.Contains(t, string(report), strings.TrimSpace(text.String()), "%s: %s", task, name)
		}
		for _, table := range []table{s.LossTable(), s.ComparisonTable(), s.ClaimTable()} {
			assert.Contains(t, string(report), table.String(), task)
		}
		losses, err := s.LossFigure()
		require.NoError(t, err)
		figures := []*figure{losses}
		if s.Size != nil {
			sizes, err := s.SizeFigure()
			require.NoError(t, err)
			figures = append(figures, sizes)
		}
		for _, f := range figures {
			drawn, err := f.svg()
			require.NoError(t, err)
			published, err := os.ReadFile(filepath.Join(weights, folder, f.Name))
			require.NoError(t, err)
			require.NotEmpty(t, told(drawn))
			assert.Equal(t, told(drawn), told(published), "what the points of %s tell", f.Name)
		}
		comparisons, err := os.ReadFile(filepath.Join(weights, folder, task+"-"+comparisonsFile))
		require.NoError(t, err)
		made, err := encodeCSV(s.comparisonRecords())
		require.NoError(t, err)
		assert.True(t, strings.HasPrefix(string(comparisons), string(made)), "%s: the comparisons of the claim and the losses begin the table", task)
	}
}

// told are the values that a figure's points tell.
func told(svg []byte) (list []string) {
	for _, m := range regexp.MustCompile(`<title>([^<]*)</title></circle>`).FindAllSubmatch(svg, -1) {
		list = append(list, string(m[1]))
	}
	return list
}

// TestPublishedMeansOfTodaysWeightsFollowFromTheirRows holds the table of the bundled weights against plain means over its slices.
func TestPublishedMeansOfTodaysWeightsFollowFromTheirRows(t *testing.T) {
	weights := filepath.Join("..", "..", "weights")
	report, err := os.ReadFile(filepath.Join(weights, "STUDY.md"))
	require.NoError(t, err)
	content, err := os.ReadFile(filepath.Join(weights, folder, "brain-2-"+imagesFile))
	require.NoError(t, err)
	rows, err := decodeCSV(content)
	require.NoError(t, err)
	type sums struct{ n, before, after, found, lost float64 }
	of := map[string]*sums{}
	for _, row := range rows[1:] {
		before, err := strconv.ParseFloat(row[3], 64)
		require.NoError(t, err)
		after, err := strconv.ParseFloat(row[4], 64)
		require.NoError(t, err)
		s := of[row[2]]
		if s == nil {
			s = &sums{}
			of[row[2]] = s
		}
		s.n, s.before, s.after = s.n+1, s.before+before, s.after+after
		if before >= 0.5 {
			if s.found++; after < 0.5 {
				s.lost++
			}
		}
	}
	digests, err := Digests(filepath.Join(weights, folder, "brain-2-"+modelsFile))
	require.NoError(t, err)
	require.Len(t, of, len(digests))
	for name, s := range of {
		assert.EqualValues(t, 430, s.n, name)
		line := fmt.Sprintf("| %s | %.3f | %.3f | ", strings.TrimPrefix(name, "brain-"), s.before/s.n, s.after/s.n)
		lost := fmt.Sprintf(" | %.0f %% of %.0f |", 100*s.lost/s.found, s.found)
		assert.Regexp(t, regexp.QuoteMeta(line)+`[^|]*`+regexp.QuoteMeta(lost), string(report))
		file, err := os.ReadFile(filepath.Join(weights, name+extension))
		require.NoError(t, err)
		assert.Equal(t, digests[name], digest(file), "%s: the weights that are bundled", name)
	}
}

// TestPublishedDropWithoutSlicesThatAreThereTwice takes the named pairs of (nearly) the same slice for one.
func TestPublishedDropWithoutSlicesThatAreThereTwice(t *testing.T) {
	report := string(publishedFile(t, "STUDY.md"))
	rows, err := decodeCSV(publishedFile(t, folder, "brain-2-"+imagesFile))
	require.NoError(t, err)
	second := map[string]bool{}
	for _, pair := range regexp.MustCompile(`\d{5}/(\d{5})`).FindAllStringSubmatch(report, -1) {
		second[pair[1]] = true
	}
	require.Len(t, second, 9)
	slices, drop := map[string]bool{}, [2]float64{} // of all, and of one of each pair
	for _, row := range rows[1:] {
		before, err := strconv.ParseFloat(row[3], 64)
		require.NoError(t, err)
		after, err := strconv.ParseFloat(row[4], 64)
		require.NoError(t, err)
		drop[0] += (before - after) / float64(len(rows)-1)
		if !second[strings.Split(row[0], "_")[1]] {
			slices[row[0]] = true
			drop[1] += (before - after) / (421 * 7)
		}
	}
	require.Len(t, slices, 421)
	assert.Contains(t, report, fmt.Sprintf("with one of each, 421, the drop in the mean of these seven models is %s, as with all.", number(drop[1])))
	assert.Equal(t, number(drop[0]), number(drop[1]))
}

// TestTheCourseTellsWhatTheRowsSay holds the numbers on the arguments' order against plain means over the brain's slices.
func TestTheCourseTellsWhatTheRowsSay(t *testing.T) {
	course, err := os.ReadFile(filepath.Join("..", "..", "site", "course.html"))
	require.NoError(t, err)
	drop := regexp.MustCompile(`(?m)^\| Dice, as in the paper \|.* \| ([^|]*\]) \|$`).FindSubmatch(publishedFile(t, "STUDY.md"))
	require.NotNil(t, drop, "the first table is the brain's")
	assert.Contains(t, string(course), fmt.Sprintf("Swapped Dice hardly attacks (%s of Dice in our", drop[1]))
	images, err := decodeCSV(publishedFile(t, folder, "brain-"+imagesFile))
	require.NoError(t, err)
	gains := map[string][]float64{}
	for _, row := range images[1:] {
		cell := func(column string) float64 {
			v, err := strconv.ParseFloat(row[slices.Index(images[0], column)], 64)
			require.NoError(t, err)
			return v
		}
		band := "between"
		switch clean := cell("clean"); {
		case clean < 0.5:
			band = "poor"
		case clean >= 0.9:
			band = "best"
		case clean >= 0.8:
			band = "good"
		}
		gains[band] = append(gains[band], cell("bce_right")-cell("bce_swapped"))
	}
	median := 0.0
	for _, list := range gains {
		slices.Sort(list)
		median = max(median, stat.Quantile(0.5, stat.Empirical, list, nil))
	}
	mean := func(band string) float64 { return stat.Mean(gains[band], nil) }
	assert.Contains(t, string(course), fmt.Sprintf("it gains %.2f where clean Dice is 0.8 to 0.9, %.2f above 0.9 and %s below 0.5, and its median gain is %.2f or less.",
		mean("good"), mean("best"), strings.TrimPrefix(fmt.Sprintf("%.2f", mean("poor")), "-"), median))
}

// TestPublishedKindsFollowFromTheirRows counts what tumours are taken for, before and after, and means the drop of the true class, and what as
// much noise takes.
func TestPublishedKindsFollowFromTheirRows(t *testing.T) {
	weights := filepath.Join("..", "..", "weights")
	report, err := os.ReadFile(filepath.Join(weights, "STUDY.md"))
	require.NoError(t, err)
	packed, err := os.Open(filepath.Join(weights, folder, "brain-2-"+rowsFile))
	require.NoError(t, err)
	defer packed.Close()
	content, err := gzip.NewReader(packed)
	require.NoError(t, err)
	rows, err := csv.NewReader(content).ReadAll()
	require.NoError(t, err)
	written := number
	number := func(row []string, column string) float64 {
		v, err := strconv.ParseFloat(row[slices.Index(rows[0], column)], 64)
		require.NoError(t, err)
		return v
	}
	kinds := map[string]string{"_gl_": "glioma", "_me_": "meningioma", "_pi_": "pituitary tumour"}
	took := func(union, own float64) int { // for its own kind, another, or nothing
		switch {
		case union < 0.5:
			return 2
		case own < 0.5:
			return 1
		}
		return 0
	}
	counts, drops, noise := map[string]*[3][3]int{}, map[string]float64{}, map[string]float64{}
	for _, row := range rows[1:] {
		if row[5] == attack.Noise {
			noise[row[2]] += (number(row, "dice_before") - number(row, "dice_after")) / 430
			continue
		}
		for mark, kind := range kinds {
			if !strings.Contains(row[0], mark) {
				continue
			}
			if counts[kind] == nil {
				counts[kind] = new([3][3]int)
			}
			counts[kind][took(number(row, "dice_before"), number(row, "true_before"))][took(number(row, "dice_after"), number(row, "true_after"))]++
		}
		drops[row[2]] += (number(row, "true_before") - number(row, "true_after")) / 430
	}
	kept, swapped, mean := 0, 0, 0.0
	for kind, c := range counts {
		for i, was := range []string{", found as its own kind", ", found as another kind", ", not found"} {
			assert.Contains(t, string(report), fmt.Sprintf("| %s%s | %d | %d | %d | %d |\n", kind, was, c[i][0]+c[i][1]+c[i][2], c[i][0], c[i][1], c[i][2]))
		}
		kept, swapped = kept+c[0][0]+c[0][1]+c[0][2], swapped+c[0][1]
	}
	assert.Contains(t, string(report), fmt.Sprintf("does not see %d of %d tumours", swapped, kept))
	for model, drop := range drops {
		assert.Regexp(t, regexp.QuoteMeta("| "+strings.TrimPrefix(model, "brain-")+" | ")+`.*`+" % of "+`\d+ \| `+regexp.QuoteMeta(fmt.Sprintf("%.3f | %s |", drop, written(noise[model]))), string(report), model)
		mean += drop / float64(len(drops))
	}
	assert.Regexp(t, `\| mean of models \| .* \| – \| `+regexp.QuoteMeta(fmt.Sprintf("%.3f |", mean)), string(report))
}

// TestPublishedPointsTellThePublishedMeans holds what the points of the plots over ε, of schemes and of labels tell against the table of means, and against the
// report's tables, whose last digit is of more digits than that table has.
func TestPublishedPointsTellThePublishedMeans(t *testing.T) {
	report := string(publishedFile(t, "STUDY.md"))
	for _, task := range []string{"brain", "heart"} {
		records, err := decodeCSV(publishedFile(t, folder, task+"-"+attacksFile))
		require.NoError(t, err)
		cell := func(row []string, column string) string { return row[slices.Index(records[0], column)] }
		means := map[string][3]string{} // what a row is of, its Dice before and after, and its drop
		var models []string
		for _, row := range records[1:] {
			if cell(row, "loss") != string(core.DiceFocal) || cell(row, "swapped") != "false" || cell(row, "shared") != "false" {
				continue
			}
			model := strings.TrimPrefix(row[0], task+"-")
			if !slices.Contains(models, model) {
				models = append(models, model)
			}
			means[strings.Join([]string{model, cell(row, "epsilon"), cell(row, "scheme"), cell(row, "label")}, " ")] = [3]string{cell(row, "dice_before"), cell(row, "dice_after"), cell(row, "drop")}
		}
		near := func(text, mean, what string) {
			told, err := strconv.ParseFloat(strings.Fields(text)[0], 64)
			require.NoError(t, err)
			want, err := strconv.ParseFloat(mean, 64)
			require.NoError(t, err)
			assert.InDelta(t, want, told, 0.0005+0.00005+1e-9, "%s: both are rounded", what)
		}
		of := map[string][]string{} // model and number of the figure: the values that its points tell
		for k, figure := range []string{"epsilon", "scheme", "label"} {
			for _, says := range told(publishedFile(t, folder, task+"-"+figure+".svg")) {
				what, value, _ := strings.Cut(says, ": ")
				first, second, _ := strings.Cut(what, ", ")
				if figure == "epsilon" {
					value, _, _ = strings.Cut(value, " [") // the table has no intervals
					of[fmt.Sprint(first, k)] = append(of[fmt.Sprint(first, k)], value)
					if second == "0" {
						near(value, means[first+" 0.009 additive truth"][0], says)
					} else {
						near(value, means[first+" "+second+" additive truth"][1], says)
					}
					continue
				}
				model := strings.ReplaceAll(second, " ", "-")
				of[fmt.Sprint(model, k)] = append(of[fmt.Sprint(model, k)], value)
				changed := map[string]string{"added": "additive truth", "mixed in": "blend truth", "truth": "additive truth", "prediction": "additive prediction"}[first]
				near(value, means[model+" 0.009 "+changed][2], says)
			}
		}
		for _, model := range models {
			for k, n := range []int{5, 2, 2} {
				values := of[fmt.Sprint(model, k)]
				assert.Len(t, values, n, model)
				assert.Contains(t, report, "| "+model+" | "+strings.Join(values, " | ")+" | ")
			}
		}
	}
}
