package study

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"segfault/core/attack"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// methodRows are the rows of a table of methods, by model, ε and method.
func methodRows(t *testing.T, name string) map[string]map[string][]Tested {
	t.Helper()
	rows, err := ReadTested(filepath.Join("..", "..", "weights", folder, name))
	require.NoError(t, err)
	require.NotEmpty(t, rows, name)
	of := map[string]map[string][]Tested{}
	for _, r := range rows {
		at := fmt.Sprintf("%s, ε = %v", r.Model, r.Budget)
		if of[at] == nil {
			of[at] = map[string][]Tested{}
		}
		of[at][r.Method] = append(of[at][r.Method], r)
	}
	return of
}

// average is the mean of a number of rows.
func average(rows []Tested, number func(Tested) float64) float64 {
	sum := 0.0
	for _, r := range rows {
		sum += number(r)
	}
	return sum / float64(len(rows))
}

func left(r Tested) float64      { return r.After }
func trueClass(r Tested) float64 { return r.True }
func attacked(r Tested) float64  { return r.Loss }
func succeeded(r Tested) float64 {
	if r.Ending.Success() {
		return 1
	}
	return 0
}

func TestPublishedTablesOfMethodsFollowFromTheirRows(t *testing.T) {
	report, err := os.ReadFile(filepath.Join("..", "..", "weights", folder, "METHODS.md"))
	require.NoError(t, err)
	for _, name := range []string{"brain-oracle-methods.csv", "brain-2-methods.csv", "hippocampus-empty-methods.csv"} {
		for at, methods := range methodRows(t, name) {
			for method, rows := range methods {
				line := fmt.Sprintf("| %s | %.3f | %.3f | %.3f | %.0f of %d |\n", method, average(rows, left), average(rows, trueClass), average(rows, attacked), float64(len(rows))*average(rows, succeeded), len(rows))
				assert.Contains(t, string(report), line, "%s: %s", name, at)
			}
		}
	}
}

// kept is what methods leave of the Dice of the true class: of all slices' worst under those of the maximum norm, in the mean.
func kept(methods map[string][]Tested) float64 {
	lowest := map[string]float64{}
	for method, rows := range methods {
		for _, r := range rows {
			if least, ok := lowest[r.Image]; !strings.HasSuffix(method, "/l2") && (!ok || r.True < least) {
				lowest[r.Image] = r.True
			}
		}
	}
	sum := 0.0
	for _, least := range lowest {
		sum += least
	}
	return sum / float64(len(lowest))
}

// TestPublishedSummariesOfMethodsFollowFromTheirRows holds what the bundled models keep of the true class, and what is said of it.
func TestPublishedSummariesOfMethodsFollowFromTheirRows(t *testing.T) {
	report, err := os.ReadFile(filepath.Join("..", "..", "weights", folder, "METHODS.md"))
	require.NoError(t, err)
	for file, c := range map[string]struct {
		slices  int
		models  []string
		methods []string
		said    string // of the least and the most that one step leaves, and the worst; and what the last and the first model keep
	}{
		"brain-2-methods.csv": {20,
			[]string{"brain-unet-vgg13-w10", "brain-unet-vgg13-w4", "brain-unet-efficientnet-b0-w2", "brain-unetplusplus-efficientnet-b0-w2", "brain-unet-resnext50-w4", "brain-unet-vgg13-w2", "brain-unet-vgg13-w1"},
			[]string{"noise", "fgsm", "pgd", "apgd", "sea", "square"},
			"One step leaves the seven between %.3f and %.3f, the worst of all attacks between %.3f and %.3f: by it the paper's network, of 18.4 million parameters, keeps %.3f, the smallest, of 0.19 million, %.3f.\n"},
		"heart-methods.csv": {50,
			[]string{"heart-unet-vgg13-w10", "heart-unet-vgg13-w4", "heart-unet-efficientnet-b0-w2", "heart-unet-vgg13-w3"},
			[]string{"noise", "fgsm", "pgd", "segpgd", "cospgd", "apgd", "sea", "square/100"},
			"One step leaves the four between %.3f and %.3f, the worst of all attacks between %.3f and %.3f: the largest keeps %.3f, the smallest %.3f.\n"},
	} {
		all := methodRows(t, file)
		var stepped, worsts []float64
		for _, model := range c.models {
			methods := all[model+", ε = 0.009"]
			line := fmt.Sprintf("| %s | %.3f |", model, average(methods["noise"], func(r Tested) float64 { return r.TrueBefore }))
			for _, method := range c.methods {
				require.Len(t, methods[method], c.slices, "%s: %s", model, method)
				line += fmt.Sprintf(" %.3f |", average(methods[method], trueClass))
			}
			stepped, worsts = append(stepped, average(methods["fgsm"], trueClass)), append(worsts, kept(methods))
			assert.Contains(t, string(report), fmt.Sprintf("%s %.3f |\n", line, kept(methods)))
		}
		assert.Contains(t, string(report), fmt.Sprintf(c.said, slices.Min(stepped), slices.Max(stepped), slices.Min(worsts), slices.Max(worsts), worsts[len(worsts)-1], worsts[0]))
	}
}

// The oracle's means are PyTorch's on the same 20 slices (the README of ../shared/oracle-attacks). On two of them the model takes the tumour for another
// class; the oracle attacks that class, and leaves nothing of it, the study the true one.
func TestPublishedMethodsFindOnTheOraclesSlicesWhatTheOracleDoes(t *testing.T) {
	methods := methodRows(t, "brain-oracle-methods.csv")["brain-unet-vgg13-w10, ε = 0.009"]
	for method, want := range map[string]struct{ dice, loss float64 }{
		"fgsm": {0.365, 0.974}, "bim/bce": {0.188, 1.162}, "segpgd": {0.207, 1.160}, "cospgd": {0.228, 1.112}, "pgd": {0.133, 1.176}, "bim": {0.124, 1.189}, "apgd": {0.082, 1.218},
		"apgd/l2": {0.049, 1.345},
	} {
		require.Len(t, methods[method], 20, method)
		alike := average(methods[method], func(r Tested) float64 {
			if strings.Contains(r.Image, "_00004_") || strings.Contains(r.Image, "_00017_") {
				return 0
			}
			return r.After
		})
		assert.InDelta(t, want.dice, alike, 0.04, method)
		assert.InDelta(t, want.loss, average(methods[method], attacked), 0.02, method)
	}
	assert.LessOrEqual(t, average(methods["fgsm"], attacked), 1.00)
	assert.GreaterOrEqual(t, average(methods["bim"], attacked), 1.17)
	assert.GreaterOrEqual(t, average(methods["apgd"], attacked), 1.19)
	stronger := map[string]float64{}
	for _, r := range methods["bim"] {
		stronger[r.Image] = r.Loss
	}
	for _, r := range methods["fgsm"] {
		assert.Greater(t, stronger[r.Image], r.Loss, r.Image)
	}
	for _, r := range methods["noise"] {
		assert.NotEqual(t, attack.Vanished, r.Ending, r.Image)
	}
}

// TestPublishedInventionsFollowFromTheirRows counts, on slices with nothing to find, those on which nothing was found, and is.
func TestPublishedInventionsFollowFromTheirRows(t *testing.T) {
	report, err := os.ReadFile(filepath.Join("..", "..", "weights", folder, "METHODS.md"))
	require.NoError(t, err)
	empty, invented := map[string]int{}, map[string]int{}
	for at, methods := range methodRows(t, "hippocampus-empty-methods.csv") {
		for _, r := range methods["apgd"] {
			require.True(t, r.Before == 1 || r.Before < 1e-3, "there is nothing to find")
			if r.Before == 1 {
				empty[r.Model]++
			}
			if r.Ending == attack.Invented {
				invented[r.Model]++
			}
		}
		assert.Zero(t, average(methods["noise"], succeeded), at)
	}
	const plain = "hippocampus-unet-vgg13-w4"
	assert.Contains(t, string(report), fmt.Sprintf("nothing on %d and %d of the 29;\nof these APGD invents on %d and %d, noise", empty[plain], empty[plain+"-robust"], invented[plain], invented[plain+"-robust"]))
}

// TestPublishedTransferFollowsFromItsRows holds the matrix against plain means, and what is said of it.
func TestPublishedTransferFollowsFromItsRows(t *testing.T) {
	report, err := os.ReadFile(filepath.Join("..", "..", "weights", folder, "METHODS.md"))
	require.NoError(t, err)
	rows, err := ReadTested(filepath.Join("..", "..", "weights", folder, "brain-transfer-methods.csv"))
	require.NoError(t, err)
	of, judges := map[[2]string][]Tested{}, []string{}
	for _, r := range rows {
		of[[2]string{r.Method, r.Model}] = append(of[[2]string{r.Method, r.Model}], r)
		if !slices.Contains(judges, r.Model) {
			judges = append(judges, r.Model)
		}
	}
	require.Len(t, judges, 5)
	type passed struct {
		on, to string
		taken  float64
	}
	var others []passed
	for _, on := range judges {
		line := regexp.QuoteMeta("| " + on)
		for _, m := range slices.SortedFunc(slices.Values(judges), func(a, b string) int {
			return strings.Index(string(report), "| "+a+" |") - strings.Index(string(report), "| "+b+" |")
		}) {
			cell := of[[2]string{"pgd on " + on, m}]
			require.Len(t, cell, 10)
			left, clean := average(cell, trueClass), average(cell, func(r Tested) float64 { return r.TrueBefore })
			line += regexp.QuoteMeta(fmt.Sprintf(" | %.3f", left))
			switch taken := clean - left; {
			case on == m:
				assert.Greater(t, taken, 0.2, "on the model itself")
			default:
				others = append(others, passed{on, m, taken})
			}
		}
		assert.Regexp(t, line, string(report))
	}
	line := regexp.QuoteMeta("| as much noise")
	for _, m := range strings.Split(regexp.MustCompile(`\| made on \| (.*) \|`).FindStringSubmatch(string(report))[1], " | ") {
		line += regexp.QuoteMeta(fmt.Sprintf(" | %.3f", average(of[[2]string{"noise on " + m, m}], trueClass)))
	}
	assert.Regexp(t, line, string(report))
	slices.SortFunc(others, func(a, b passed) int { return cmp.Compare(b.taken, a.taken) })
	assert.Less(t, others[0].taken, 0.1, "of the others it takes little")
	const net, plus, resnext = "brain-unet-efficientnet-b0-w2", "brain-unetplusplus-efficientnet-b0-w2", "brain-unet-resnext50-w4"
	for i, pair := range [][2]string{{plus, net}, {plus, resnext}, {net, plus}, {net, resnext}} {
		assert.Equal(t, pair, [2]string{others[i].on, others[i].to}, "by what it takes, pair %d", i)
	}
	said := fmt.Sprintf("%.3f from U-Net++ to U-Net, both with an EfficientNet encoder, and %.3f back; as much, %.3f, from that U-Net++ to the ResNeXt; between no other two more than %.3f.",
		others[0].taken, others[2].taken, others[1].taken, others[3].taken)
	assert.Contains(t, strings.ReplaceAll(string(report), "\n", " "), said)
}

// TestPublishedBudgetInL2IsOfEachModelsSide holds what is said of it against the models' sizes.
func TestPublishedBudgetInL2IsOfEachModelsSide(t *testing.T) {
	report, err := os.ReadFile(filepath.Join("..", "..", "weights", folder, "METHODS.md"))
	require.NoError(t, err)
	side := func(model string) int {
		m, err := ReadModel(filepath.Join("..", "..", "weights", model+extension))
		require.NoError(t, err)
		return m.About.Size
	}
	w4 := side("brain-unet-vgg13-w4")
	assert.Contains(t, string(report), fmt.Sprintf("%d·ε for `w10`, %d·ε for `w4` and the others.", side("brain-unet-vgg13-w10"), w4))
	for _, model := range []string{"unet-efficientnet-b0-w2", "unetplusplus-efficientnet-b0-w2", "unet-resnext50-w4", "unet-vgg13-w2", "unet-vgg13-w1"} {
		assert.Equal(t, w4, side("brain-"+model), model)
	}
}
