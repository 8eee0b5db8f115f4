package formats_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"segfault/core/coretest"
	"segfault/core/scan/formats"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Files as the standard has them or people write them, and few programs do: without preamble or without the group that says how the rest is
// written, of floating-point numbers, with a table of the modality's units.
func TestRareDICOMIsReadAndCopied(t *testing.T) {
	folder := coretest.Shared(t, "data", "formats-2")
	text, err := os.ReadFile(filepath.Join(folder, "expected.json"))
	require.NoError(t, err)
	var all map[string]struct {
		Width, Height, Slices int
		Min, Max, Mean        float64
	}
	require.NoError(t, json.Unmarshal(text, &all))
	var places map[string]map[string]any // a comma parts a tag
	require.NoError(t, json.Unmarshal(text, &places))
	for name, want := range all {
		if want.Slices == 0 { // a mask
			continue
		}
		t.Run(strings.TrimSuffix(name, ".dcm"), func(t *testing.T) {
			data := filesOf(t, folder, name)[0]
			s, err := formats.Reader{}.Read(data)
			require.NoError(t, err)
			assert.Equal(t, []int{want.Width, want.Height, want.Slices}, []int{s.Width, s.Height, s.Slices})
			low, high, sum := s.Values[0], s.Values[0], 0.0
			for _, v := range s.Values {
				low, high, sum = min(low, v), max(high, v), sum+float64(v)
			}
			assert.InDelta(t, want.Min, low, 1e-4)
			assert.InDelta(t, want.Max, high, 1e-4)
			assert.InDelta(t, want.Mean, sum/float64(len(s.Values)), 1e-3)
			assert.InDelta(t, places[name]["at 3,5"], s.Values[3*s.Width+5], 1e-4)

			for _, how := range []formats.Saving{{}, {Identity: true}} {
				changed := append([]float32(nil), s.Values...)
				changed[7]++
				s.Round(0, changed[:s.Width*s.Height])
				saved, err := formats.Encode(s, changed, how)
				require.NoError(t, err)
				back, err := formats.Reader{}.Read(formats.File{Name: saved[0].Name, Data: saved[0].Data})
				require.NoError(t, err)
				assert.Equal(t, changed, back.Values)
			}
		})
	}
}
