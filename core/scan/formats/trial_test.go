package formats

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// rightAnswer is what a correct reader finds in a file of shared/data/formats-3.
type rightAnswer struct {
	Values      json.RawMessage
	Affine      [][]float64
	SpacingIJK  []float64 `json:"spacing_ijk"`
	Shape       []int
	SizeUpright []int `json:"size_upright"`
}

// numbers are the values in row-major order, however deep they are nested; none where the file's answer is a sentence.
func (r rightAnswer) numbers(t *testing.T) (list []float32) {
	t.Helper()
	var tree any
	if len(r.Values) > 0 {
		require.NoError(t, json.Unmarshal(r.Values, &tree))
	}
	var walk func(any)
	walk = func(node any) {
		switch n := node.(type) {
		case []any:
			for _, inner := range n {
				walk(inner)
			}
		case float64:
			list = append(list, float32(n))
		}
	}
	walk(tree)
	return list
}

// trialFiles reads the files that a wide trial found misread or refused, whose names end so.
func trialFiles(t *testing.T, ends ...string) (answers map[string]rightAnswer, files map[string][]byte) {
	t.Helper()
	folder := shared(t, "formats-3")
	text, err := os.ReadFile(filepath.Join(folder, "expected.json"))
	require.NoError(t, err)
	var all map[string]rightAnswer
	require.NoError(t, json.Unmarshal(text, &all))
	answers, files = map[string]rightAnswer{}, map[string][]byte{}
	for name, answer := range all {
		for _, end := range ends {
			if strings.HasSuffix(name, end) {
				answers[name] = answer
				files[name], err = os.ReadFile(filepath.Join(folder, name))
				require.NoError(t, err)
			}
		}
	}
	require.NotEmpty(t, answers)
	return answers, files
}

func TestFilesOfTheTrialHoldTheirRightValues(t *testing.T) {
	answers, files := trialFiles(t, ".npy", ".npz", ".tif", ".png")
	for name, answer := range answers {
		want := answer.numbers(t)
		if want == nil { // hostile files have tests of their own
			continue
		}
		t.Run(name, func(t *testing.T) {
			assert.Equal(t, want, decode(t, files[name]).Values)
		})
	}
}

func TestNIfTIFilesOfTheTrialLieWhereTheyShould(t *testing.T) {
	answers, files := trialFiles(t, ".nii")
	for name, answer := range answers {
		t.Run(name, func(t *testing.T) {
			s := decode(t, files[name])
			for row, want := range answer.Affine {
				assert.InDeltaSlice(t, want, s.Affine[row][:], 1e-4, "row %d", row)
			}
			stored := func(a, b any, c any) []any { // of x and y, i and j
				if s.Orientation.Transpose {
					a, b = b, a
				}
				return []any{a, b, c}
			}
			if w := answer.SpacingIJK; w != nil {
				assert.Equal(t, []any{w[0], w[1], w[2]}, stored(s.Spacing[0], s.Spacing[1], s.Spacing[2]))
			}
			if w := answer.Shape; w != nil {
				assert.Equal(t, []any{w[0], w[1], w[2]}, stored(s.Width, s.Height, s.Slices))
			}
		})
	}
}
