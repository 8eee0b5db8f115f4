package study

import (
	"bytes"
	"context"
	"encoding/xml"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"segfault/build/data"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// scoredModels are the models of made rows, as a publication has them.
func scoredModels(parameters map[string]int) (list []Scored) {
	for name, n := range parameters {
		list = append(list, Scored{Name: name, Digest: "0123456789abcdef", Parameters: n, Size: 64, Val: 0.7, Test: 0.71, TestAll: 0.86})
	}
	return list
}

// csvOf are rows as their file has them.
func csvOf(t *testing.T, rows []Tested) string {
	t.Helper()
	records := [][]string{testedHead}
	for _, r := range rows {
		records = append(records, r.record())
	}
	text, err := encodeCSV(records)
	require.NoError(t, err)
	return string(text)
}

func TestSectionOfTheProtocolIsWhatPlainFormulasSayOfItsRows(t *testing.T) {
	made, parameters := madeRows(func(w int) float64 { return 0.5 + 0.004*doublings[w] }, 0.03)
	for name, member := range map[string]func(model string) bool{
		"all": func(string) bool { return true },
		"two widths, provisional": func(model string) bool {
			return !strings.Contains(model, "-w2-") && (strings.HasSuffix(model, "-s1") || strings.HasSuffix(model, "-s3"))
		},
		"one": func(model string) bool { return strings.HasSuffix(model, "-w4-s2") },
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			var rows []Tested
			for i, r := range made {
				if r.TrueBefore, r.True, r.After = 0.9+0.01*r.TrueBefore, r.True-0.001*float64(i%7), r.True-0.002*float64(i%5); member(r.Model) {
					rows = append(rows, r)
				}
			}
			require.NoError(t, writeClaims(filepath.Join(dir, claimsFolder), rows, scoredModels(parameters)))
			s, err := readProtocolSection(dir, "hippocampus", "")
			require.NoError(t, err)
			files := map[string][]byte{}
			text, err := s.write(files)
			require.NoError(t, err)
			assert.Equal(t, name != "all", strings.Contains(text, "**This is provisional**"))
			short, err := s.short()
			require.NoError(t, err)
			if name == "all" {
				assert.Contains(t, short, "\n\nNothing is decided, since the protocol asks for more: sound rows, as ")
			} else {
				assert.Empty(t, short, "nothing is decided yet")
			}
			counted := map[string]float64{}
			for name, n := range parameters {
				counted[name] = float64(n)
			}
			holdToRows(t, text, csvOf(t, rows), counted, func(name string) []byte { return files["hippocampus-claim-"+name+".svg"] })
			for file, content := range files {
				assert.NoError(t, xml.Unmarshal(content, new(struct{})), file)
				assert.Contains(t, text, "](study/"+file+")")
				assert.NotContains(t, string(content), "NaN", file)
				assert.NotContains(t, string(content), "Inf", file)
			}
			assert.NotContains(t, text, "{{")
		})
	}
}

func TestClaimsInShortSayWhatTheRulesDecide(t *testing.T) {
	for name, c := range map[string]struct {
		left func(width int) float64
		bce  float64
		says []string
	}{
		"much is taken, alike of all sizes, and more with BCE": {func(int) float64 { return 0.5 }, 0.03, []string{
			"**By protocol** (hippocampus, 12 slices of 12 patients, 15 models, ε = 2/255, [more](#the-claims-by-protocol)):\n\n1. *Vulnerable?* **Yes.** The worst of ten attacks takes 0.350 to 0.350 of",
			"lie above 0.02 on 15 of 15 models and below 0.10 on 0;",
			"*Is size negligible?* **Yes.** For each doubling of the parameters what the worst attack leaves changes by −0.001 (90 % interval",
			"than the training loss?* **Yes.** By one step, BCE takes 0.030 more of the true class than DiceFocal (90 % interval of more: 0.030 to 0.030);"}},
		"something is taken, and a little less with BCE": {func(int) float64 { return 0.79 }, -0.005, []string{
			"*Vulnerable?* **Undecided.** The worst of ten attacks takes 0.060 to 0.060 of",
			"lie above 0.02 on 15 of 15 models and below 0.10 on 15;",
			"than the training loss?* **No, as much.** By one step, BCE takes 0.005 less of the true class than DiceFocal (90 % interval of more: −0.005 to −0.005);"}},
		"a larger one keeps more": {func(w int) float64 { return 0.55 + 0.05*doublings[w] }, 0.03, []string{
			"*Is size negligible?* **No.** For each doubling of the parameters what the worst attack leaves changes by 0.049 (90 % interval 0.049 to 0.050), and the relative drop by −0.058"}},
	} {
		t.Run(name, func(t *testing.T) {
			rows, parameters := madeRows(c.left, c.bce)
			s, err := newProtocolSection("hippocampus", "", rows, scoredModels(parameters))
			require.NoError(t, err)
			short, err := s.short()
			require.NoError(t, err)
			for _, says := range c.says {
				assert.Contains(t, short, says)
			}
			assert.NotContains(t, short, "Nothing is decided")
		})
	}
}

func TestWhatClaimsCameToStandsFirstInShort(t *testing.T) {
	const report = "# Study\n\n## In short\n\n**Brain** (2 slices):\n\n1. Yes.\n\n## How\n\nSo.\n"
	first := inShort(report, shortMark+"made):\n\n1. No.\n2. No.\n")
	assert.Equal(t, strings.Replace(report, "**Brain", shortMark+"made):\n\n1. No.\n2. No.\n\n**Brain", 1), first)
	assert.Equal(t, strings.Replace(first, "1. No.\n2. No.", "1. Yes.", 1), inShort(first, shortMark+"made):\n\n1. Yes.\n"))
	assert.Equal(t, report, inShort(first, ""))
	alone := "# Study\n\n## In short\n\n## How\n"
	assert.Equal(t, alone, inShort(inShort(alone, shortMark+"made):\n\n1. No.\n"), ""))
	assert.Equal(t, "# Before\n", inShort("# Before\n", shortMark))
}

// publication of one model of the protocol, whose rows are made but for one step on the first scan.
func publication(t *testing.T) (p *Publication, rows []Tested, log *bytes.Buffer) {
	t.Helper()
	name := Member("brain", 10, 1)
	c := config(t, 2)
	weights := filepath.Join(t.TempDir(), "cohort")
	writeModel(t, filepath.Join(weights, name+extension), 1, "brain", "glioma,meningioma,pituitary")
	c.Models, c.Task, log = nil, "", new(bytes.Buffer)
	require.NoError(t, c.Choose(filepath.Join(weights, name+extension), ""))
	c.Log = log
	tried := newBattery()
	budgets, err := ParseBudgets("0.007843137", string(OfScan))
	require.NoError(t, err)
	run := &Suite{Config: c, Methods: parsed(tried.one()), Budgets: budgets, Every: protocolEvery}
	_, err = run.Run(context.Background())
	require.NoError(t, err)
	one, err := ReadSuites(run.Out) // rounded, as a file has them
	require.NoError(t, err)
	require.Len(t, one, 2)
	for _, l := range tried.all() {
		for _, r := range one {
			r.Method = l.Name
			rows = append(rows, r)
		}
	}
	root := t.TempDir()
	report := filepath.Join(root, "STUDY.md")
	require.NoError(t, os.MkdirAll(filepath.Join(root, folder), 0o755))
	require.NoError(t, os.WriteFile(report, []byte("# Before\n\n"+protocolHeading+"\n\nold words\n\n### of old\n\n## After\n"), 0o644))
	require.NoError(t, os.WriteFile(filepath.Join(root, folder, protocolFile), []byte("# Protocol\n\n## Units\n\nThe patient.\n"), 0o644))
	c.Models = nil
	return &Publication{Config: c, Weights: weights, Report: report, Score: func(context.Context, Model) (Scored, error) {
		return Scored{Val: 0.7, Test: 0.71, TestAll: 0.86, ValScans: 3, TestScans: 2}, nil
	}}, rows, log
}

// ran is a folder of rows, made under a protocol.
func ran(t *testing.T, rows []Tested, protocol string) string {
	t.Helper()
	dir := t.TempDir()
	require.NoError(t, writeWhole(filepath.Join(dir, "methods.csv"), []byte(csvOf(t, rows))))
	require.NoError(t, writeWhole(filepath.Join(dir, protocolFile), []byte(protocol)))
	return dir
}

const unitsOnly = "# Protocol\n\n## Units\n\nThe patient.\n"

func TestAModelIsAddedToWhatIsPublishedByOneCommand(t *testing.T) {
	p, rows, log := publication(t)
	require.NoError(t, p.Add(context.Background(), ran(t, rows, unitsOnly)))
	report, err := os.ReadFile(p.Report)
	require.NoError(t, err)
	assert.True(t, strings.HasPrefix(string(report), "# Before\n\n"+protocolHeading+"\n\n"))
	assert.True(t, strings.HasSuffix(string(report), "\n\n## After\n"))
	assert.NotContains(t, string(report), "old")
	assert.Contains(t, string(report), "**This is provisional**: trained and attacked by now are 1 of its 15 models")
	dir := filepath.Join(filepath.Dir(p.Report), folder, claimsFolder)
	published, err := ReadSuites(dir)
	require.NoError(t, err)
	assert.ElementsMatch(t, rows, published)
	models, err := readScored(dir)
	require.NoError(t, err)
	require.Len(t, models, 1)
	m, err := ReadModel(filepath.Join(p.Weights, models[0].Name+extension))
	require.NoError(t, err)
	assert.Equal(t, Scored{Name: m.Name, Digest: m.Digest, Parameters: m.About.Parameters, Size: side, Val: 0.7, Test: 0.71, TestAll: 0.86, ValScans: 3, TestScans: 2}, models[0])
	assert.FileExists(t, filepath.Join(dir, protocolFile))

	files := func() map[string]string {
		all := map[string]string{}
		require.NoError(t, filepath.WalkDir(filepath.Dir(p.Report), func(path string, d os.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			content, err := os.ReadFile(path)
			all[path] = string(content)
			return err
		}))
		return all
	}
	first := files()
	require.NoError(t, p.Add(context.Background(), ran(t, rows, unitsOnly)))
	assert.Contains(t, log.String(), "is published already")
	assert.Equal(t, first, files(), "equal rows give equal files")
	rows[0].True += 0.1
	assert.ErrorContains(t, p.Add(context.Background(), ran(t, rows, unitsOnly)), "holds other rows of brain-unet-vgg13-w10-s1 than are published")
	assert.Equal(t, first, files())
}

func TestAModelWithoutAllRowsIsLeftOut(t *testing.T) {
	p, rows, log := publication(t)
	require.NoError(t, p.Add(context.Background(), ran(t, rows[1:], unitsOnly)))
	assert.Contains(t, log.String(), "brain-unet-vgg13-w10-s1 is left out: 1 of the protocol's 44 rows are missing")
	assert.NoFileExists(t, filepath.Join(filepath.Dir(p.Report), folder, claimsFolder, modelsFile))
	report, err := os.ReadFile(p.Report)
	require.NoError(t, err)
	assert.Contains(t, string(report), "15 of the 15 models")
}

func TestAModelWithMoreThanTheProtocolsRowsIsLeftOut(t *testing.T) {
	p, rows, log := publication(t)
	more := rows[0]
	more.Epsilon = 0.009
	require.NoError(t, p.Add(context.Background(), ran(t, append(rows, more), unitsOnly)))
	assert.Contains(t, log.String(), "brain-unet-vgg13-w10-s1 is left out: beside the protocol's 44 rows it has 1 more")
}

func TestAModelWhoseRowsLieInSeveralFoldersIsPublishedOnce(t *testing.T) {
	p, rows, log := publication(t)
	p.Cores = 0 // all
	require.NoError(t, p.Add(context.Background(), ran(t, rows[:20], unitsOnly), ran(t, rows[15:], unitsOnly)))
	assert.Contains(t, log.String(), "brain-unet-vgg13-w10-s1: 44 rows")
	published, err := ReadSuites(filepath.Join(filepath.Dir(p.Report), folder, claimsFolder))
	require.NoError(t, err)
	assert.ElementsMatch(t, rows, published)
}

func TestARowThatTwoFoldersTellOtherwiseIsRefused(t *testing.T) {
	p, rows, _ := publication(t)
	one := ran(t, rows, unitsOnly)
	rows[3].True += 0.1
	assert.ErrorContains(t, p.Add(context.Background(), one, ran(t, rows, unitsOnly)), "other rows of brain-unet-vgg13-w10-s1 than")
}

func TestOneReportHasTheClaimsOfOneTask(t *testing.T) {
	p, rows, _ := publication(t)
	require.NoError(t, p.Add(context.Background(), ran(t, rows, unitsOnly)))
	before, err := os.ReadFile(p.Report)
	require.NoError(t, err)
	p.Task = "heart"
	assert.ErrorContains(t, p.Add(context.Background()), "brain-unet-vgg13-w10-s1")
	after, err := os.ReadFile(p.Report)
	require.NoError(t, err)
	assert.Equal(t, string(before), string(after), "what is published stays")
}

func TestAModelThatIsNoneOfTheProtocolsIsLeftOut(t *testing.T) {
	p, rows, log := publication(t)
	for i := range rows {
		rows[i].Model = "brain-unet-vgg13-w4"
	}
	require.NoError(t, p.Add(context.Background(), ran(t, rows, unitsOnly)))
	assert.Contains(t, log.String(), "brain-unet-vgg13-w4 is left out: it is none of the protocol's models")
}

func TestRowsOfOtherWeightsAreRefused(t *testing.T) {
	p, rows, _ := publication(t)
	for i := range rows {
		rows[i].TrueBefore += 0.05
	}
	assert.ErrorContains(t, p.Add(context.Background(), ran(t, rows, unitsOnly)), "the weights of brain-unet-vgg13-w10-s1 in its file give other rows than are there")
}

func TestRowsOfAnotherProtocolAreNotPublished(t *testing.T) {
	p, rows, _ := publication(t)
	assert.ErrorContains(t, p.Add(context.Background(), ran(t, rows, strings.Replace(unitsOnly, "patient", "slice", 1))), `another protocol, which differs in "Units"`)
}

func TestRFallsWithTheBudgetOrIsSaidToRise(t *testing.T) {
	at := func(epsilon float32, left float64) Tested {
		return Tested{Model: "m", Method: "fgsm", Image: "a", Budget: Budget{epsilon, OfScan}, TrueBefore: 0.9, True: left}
	}
	one, eight := float32(1./255), float32(8./255)
	assert.Equal(t, "R falls with ε, of every attack and of noise on each model.", newLevels([]Tested{at(eight, 0.5), at(one, 0.8)}).Falling())
	assert.Equal(t, "R rises with ε: fgsm on m, from 1 to 8 levels (0.500 to 0.800).", newLevels([]Tested{at(eight, 0.8), at(one, 0.5)}).Falling())
}

func TestARunWhoseMoreStepsLeaveMoreIsUnsound(t *testing.T) {
	rows, parameters := madeRows(func(int) float64 { return 0.5 }, 0.03)
	for i, r := range rows {
		if r.Method == newBattery().forty() {
			rows[i].True += 0.01
		}
	}
	assert.Contains(t, ClaimsTable(decided(t, rows, parameters)), "pgd/40 leaves more (0.5")
}

func TestKindsAreCountedBeforeAndAfter(t *testing.T) {
	classes, err := data.ParseClasses(kindsMarks)
	require.NoError(t, err)
	row := func(image string, before, trueBefore, after, trueAfter float64) Row {
		return Row{Key: Key{Image: image}, Before: before, TrueBefore: trueBefore, After: after, TrueAfter: trueAfter}
	}
	counts := kindCounts([]Row{row("a_gl_x", 0.9, 0.9, 0.9, 0), row("b_gl_x", 0.9, 0.9, 0.1, 0.1), row("c_pi_x", 0.6, 0.1, 0.6, 0.6)}, classes)
	assert.Equal(t, [3]int{0, 1, 1}, counts[0][0])
	assert.Equal(t, [3]int{1, 0, 0}, counts[2][1])
	assert.Equal(t, [3][3]int{}, counts[1])
}
