package study

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// robustTables are the published rows of robust models and of those that they began as.
func robustTables(t *testing.T) []string {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join("..", "..", "weights", folder, "*-robust-methods.csv"))
	require.NoError(t, err)
	require.NotEmpty(t, paths)
	return paths
}

// TestCardsOfRobustModelsFollowFromTheirRows holds what their cards say against plain means over the published rows.
func TestCardsOfRobustModelsFollowFromTheirRows(t *testing.T) {
	for _, path := range robustTables(t) {
		rows, err := ReadTested(path)
		require.NoError(t, err)
		type numbers struct {
			sum float64
			n   int
		}
		of := map[string]map[string]numbers{} // model, line of the table
		worst := map[string]map[string]float64{}
		add := func(model, line string, v float64) {
			n := of[model][line]
			of[model][line] = numbers{n.sum + v, n.n + 1}
		}
		for _, r := range rows {
			if of[r.Model] == nil {
				of[r.Model], worst[r.Model] = map[string]numbers{}, map[string]float64{}
			}
			add(r.Model, "clean", r.TrueBefore)
			add(r.Model, r.Method, r.True)
			at := fmt.Sprint(r.Image, r.Slice)
			if least, known := worst[r.Model][at]; !known || r.True < least {
				worst[r.Model][at] = r.True
			}
		}
		for model := range of {
			plain, robust := strings.CutSuffix(model, "-robust")
			if !robust {
				continue
			}
			for _, least := range worst[model] {
				add(model, "worst of all", least)
			}
			for _, least := range worst[plain] {
				add(plain, "worst of all", least)
			}
			card, err := os.ReadFile(filepath.Join("..", "..", "weights", model+".md"))
			require.NoError(t, err)
			assert.Contains(t, string(card), fmt.Sprintf("on %d of the test slices", len(worst[model])))
			for line, mine := range of[model] {
				other := of[plain][line]
				require.Equal(t, mine.n, other.n, "%s: both on the same slices", line)
				assert.Contains(t, string(card), fmt.Sprintf("| %s | %.3f | %.3f |\n", line, mine.sum/float64(mine.n), other.sum/float64(other.n)), model)
			}
			mean := func(model, line string) float64 { return of[model][line].sum / float64(of[model][line].n) }
			assert.Greater(t, mean(model, "worst of all"), mean(plain, "worst of all"), "what the training on attacks was for")
			assert.Greater(t, mean(model, "square/100"), mean(model, "apgd"), "more than without gradients: none is hidden")
		}
	}
}

// TestRobustModelsAreThoseThatWereAttacked compares digests.
func TestRobustModelsAreThoseThatWereAttacked(t *testing.T) {
	for _, path := range robustTables(t) {
		digests, err := Digests(strings.TrimSuffix(path, "methods.csv") + modelsFile)
		require.NoError(t, err)
		for name, want := range digests {
			plain := strings.TrimSuffix(name, "-robust")
			assert.Contains(t, digests, plain, "what it began as")
			assert.Contains(t, digests, plain+"-robust")
			file, err := os.ReadFile(filepath.Join("..", "..", "weights", name+extension))
			require.NoError(t, err)
			assert.Equal(t, want, digest(file), name)
		}
	}
}

// TestWhatOneStepTakesOfRobustModelsFollowsFromTheirSlices holds the means by which the page compares them against their slices.
func TestWhatOneStepTakesOfRobustModelsFollowsFromTheirSlices(t *testing.T) {
	paths, err := filepath.Glob(filepath.Join("..", "..", "weights", folder, "*-robust-"+imagesFile))
	require.NoError(t, err)
	require.NotEmpty(t, paths)
	table := func(path string) [][]string {
		content, err := os.ReadFile(path)
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
	for _, path := range paths {
		means := table(strings.TrimSuffix(path, imagesFile) + attacksFile)
		head := means[0]
		for _, of := range means[1:] {
			var n, before, after, found, lost float64
			for _, row := range table(path)[1:] {
				if row[2] != of[0] {
					continue
				}
				was, is := number(row[3]), number(row[4])
				n, before, after = n+1, before+was, after+is
				if was >= 0.5 {
					if found++; is < 0.5 {
						lost++
					}
				}
			}
			column := func(name string) string { return of[slices.Index(head, name)] }
			assert.Equal(t, column("slices"), fmt.Sprint(n), of[0])
			assert.InDelta(t, number(column("dice_before")), before/n, 1e-4, of[0])
			assert.InDelta(t, number(column("dice_after")), after/n, 1e-4, of[0])
			assert.InDelta(t, number(column("lost")), lost/found, 1e-4, of[0])
		}
	}
}
