package scan

import (
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// expected is what pydicom and nibabel find in a file of shared/data/formats.
type expected struct {
	Shape       []int
	SpacingMM   []float64 `json:"spacing_mm"`
	Min, Max    float64
	Mean, Std   float64
	StoredDtype string `json:"stored_dtype"`
	Affine      [][]float64
	Orientation string
	FirstVoxels []float64 `json:"first_voxels"` // at (0, 0, 0), (1, 0, 0), …: the first index varies fastest

	TransferSyntax   string `json:"transfer_syntax"`
	Rows, Columns    int
	BitsStored       int `json:"bits_stored"`
	Slope, Intercept float64
	PixelSpacingMM   []float64 `json:"pixel_spacing_mm"`
	FirstRowFirst4   []float64 `json:"first_row_first_4"` // stored values, before the rescale
}

func expectedFiles(t *testing.T, folder string) (files map[string]expected, path string) {
	path = shared(t, "formats")
	text, err := os.ReadFile(filepath.Join(path, "expected.json"))
	require.NoError(t, err)
	var all map[string]expected
	require.NoError(t, json.Unmarshal(text, &all))
	files = map[string]expected{}
	for name, e := range all {
		if strings.HasPrefix(name, folder+"/") {
			files[name] = e
		}
	}
	require.NotEmpty(t, files)
	return files, path
}

// statistics of all values, in float64.
type statistics struct {
	n               int
	min, max        float64
	sum, sumSquares float64
}

func (s *statistics) add(v float64) {
	if s.n == 0 {
		s.min, s.max = v, v
	}
	s.n++
	s.min, s.max = min(s.min, v), max(s.max, v)
	s.sum += v
	s.sumSquares += v * v
}

// check allows the rounding of each value to float32.
func (s *statistics) check(t *testing.T, e expected) {
	t.Helper()
	mean := s.sum / float64(s.n)
	tolerance := 1e-6 * max(math.Abs(e.Max), math.Abs(e.Min))
	assert.InDelta(t, e.Min, s.min, tolerance, "min")
	assert.InDelta(t, e.Max, s.max, tolerance, "max")
	assert.InDelta(t, e.Mean, mean, tolerance, "mean")
	assert.InDelta(t, e.Std, math.Sqrt(s.sumSquares/float64(s.n)-mean*mean), tolerance, "std")
}

// voxel finds the value at stored indices.
func voxel(s *Scan, i, j, k int) float64 {
	for y := range s.Height {
		for x := range s.Width {
			if a, b := s.Orientation.Stored(x, y, s.Width, s.Height); a == i && b == j {
				return float64(s.Values[(k*s.Height+y)*s.Width+x])
			}
		}
	}
	return math.NaN()
}

func TestNIfTIFilesHoldWhatNibabelFinds(t *testing.T) {
	files, path := expectedFiles(t, "nifti")
	for name, e := range files {
		t.Run(name, func(t *testing.T) {
			data, err := os.ReadFile(filepath.Join(path, name))
			require.NoError(t, err)
			s, err := Decode(name, data)
			if strings.Contains(name, "nifti2") {
				require.EqualError(t, err, "scan: this is a NIfTI-2 file, and only NIfTI-1 is read; save it again as NIfTI-1")
				return
			}
			require.NoError(t, err)
			shape := []int{s.Width, s.Height, s.Slices}
			if s.Orientation.Transpose {
				shape[0], shape[1] = shape[1], shape[0]
			}
			if len(e.Shape) == 4 {
				shape = append(shape, s.Volumes)
			}
			assert.Equal(t, e.Shape, shape)
			kinds := map[string]string{">i2": "int16", ">f4": "float32"}
			if kind, ok := kinds[e.StoredDtype]; ok {
				e.StoredDtype = kind
			}
			assert.Equal(t, e.StoredDtype, s.Type)
			assert.InDeltaSlice(t, e.SpacingMM[:3], s.Spacing[:], 1e-6)
			for row := range e.Affine {
				assert.InDeltaSlice(t, e.Affine[row], s.Affine[row][:], 2e-6, "row %d", row) // given with six decimals
			}
			for i, want := range e.FirstVoxels {
				assert.InDelta(t, want, voxel(s, i, 0, 0), 1e-6*math.Abs(want), "voxel (%d, 0, 0)", i)
			}
			var all statistics
			for v := range s.Volumes {
				s, err := DecodeVolume(name, data, v)
				require.NoError(t, err)
				assert.Equal(t, v, s.Volume)
				for _, v := range s.Values {
					all.add(float64(v))
				}
			}
			all.check(t, e)

			// The upright slice runs toward left or back, and toward back or feet.
			codes := [2]byte{e.Orientation[0], e.Orientation[1]}
			opposite := map[byte]byte{'L': 'R', 'R': 'L', 'A': 'P', 'P': 'A', 'S': 'I', 'I': 'S'}
			o := s.Orientation
			if o.Transpose {
				codes[0], codes[1] = codes[1], codes[0]
			}
			if o.FlipX {
				codes[0] = opposite[codes[0]]
			}
			if o.FlipY {
				codes[1] = opposite[codes[1]]
			}
			assert.Equal(t, "LP", string(codes[:]), "of these files, all axial")
		})
	}
}

func TestDICOMFilesHoldWhatPydicomFinds(t *testing.T) {
	files, path := expectedFiles(t, "dicom")
	for name, e := range files {
		t.Run(name, func(t *testing.T) {
			data, err := os.ReadFile(filepath.Join(path, name))
			require.NoError(t, err)
			s, err := Decode(name, data)
			switch e.TransferSyntax {
			case implicitLE, explicitLE, explicitBE:
			default:
				require.ErrorContains(t, err, "scan: this DICOM file is compressed with ")
				require.NotContains(t, err.Error(), "unknown")
				return
			}
			require.NoError(t, err)
			assert.Equal(t, [3]int{e.Columns, e.Rows, 1}, [3]int{s.Width, s.Height, s.Slices})
			assert.Equal(t, e.BitsStored, s.Bits)
			assert.Equal(t, [2]float64{e.Slope, e.Intercept}, [2]float64{s.Slope, s.Intercept})
			assert.InDeltaSlice(t, []float64{e.PixelSpacingMM[1], e.PixelSpacingMM[0]}, s.Spacing[:2], 1e-9)
			var all statistics
			for _, v := range s.Values {
				all.add((float64(v) - s.Intercept) / s.Slope)
			}
			all.check(t, e)
			for x, want := range e.FirstRowFirst4 {
				assert.Equal(t, want, (float64(s.Values[x])-s.Intercept)/s.Slope, "pixel (%d, 0)", x)
			}
			assert.Less(t, s.Window[0], s.Window[1])
		})
	}
}
