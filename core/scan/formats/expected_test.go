package formats_test

import (
	"bytes"
	"encoding/json"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"segfault/build/codecs"
	"segfault/core/coretest"
	"segfault/core/scan"
	"segfault/core/scan/formats"

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
	Photometric      string
	Slope, Intercept float64
	PixelSpacingMM   []float64 `json:"pixel_spacing_mm"`
	FirstRowFirst4   []float64 `json:"first_row_first_4"` // stored values, before the rescale
}

func expectedFiles(t *testing.T, folder string) (files map[string]expected, path string) {
	path = coretest.Shared(t, "data", "formats")
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
func voxel(s *scan.Scan, i, j, k int) float64 {
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
			s, err := formats.Decode(name, data)
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
				s, err := formats.Reader{Volume: v}.Read(formats.File{Name: name, Data: data})
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

// decoderOf starts the decoders of compressed DICOM. Where npm has not installed them, the test is skipped, or fails in CI.
func decoderOf(t *testing.T) *codecs.Decoder {
	root := filepath.Join("..", "..", "..")
	if _, err := os.Stat(filepath.Join(root, "build", "codecs", codecs.File)); err != nil {
		const how = "no decoder of compressed DICOM is installed; run npm ci in build/codecs"
		if os.Getenv("CI") != "" {
			t.Fatal(how)
		}
		t.Skip("skipped: ", how)
	}
	decoder := codecs.New(root)
	t.Cleanup(decoder.Close)
	return decoder
}

func TestDICOMFilesHoldWhatPydicomFinds(t *testing.T) {
	files, path := expectedFiles(t, "dicom")
	decoder := decoderOf(t)
	for name, e := range files {
		t.Run(name, func(t *testing.T) {
			data, err := os.ReadFile(filepath.Join(path, name))
			require.NoError(t, err)
			var decoded []byte // of a compressed frame
			s, err := formats.Reader{Codec: func(f formats.Frame) (pixels []byte, err error) {
				decoded, err = decoder.Decode(f)
				return decoded, err
			}}.Read(formats.File{Name: name, Data: data})
			require.NoError(t, err)
			assert.Equal(t, [3]int{e.Columns, e.Rows, 1}, [3]int{s.Width, s.Height, s.Slices})
			assert.Equal(t, e.BitsStored, s.Bits)
			assert.Equal(t, [2]float64{e.Slope, e.Intercept}, [2]float64{s.Slope, s.Intercept})
			if len(e.PixelSpacingMM) == 2 {
				assert.InDeltaSlice(t, []float64{e.PixelSpacingMM[1], e.PixelSpacingMM[0]}, s.Spacing[:2], 1e-9)
			}
			stored := make([]float64, len(s.Values))
			for i, v := range s.Values {
				stored[i] = (float64(v) - s.Intercept) / s.Slope
			}
			if e.Photometric == "RGB" { // a Scan holds the luma of what pydicom reads
				for i, v := range stored {
					r, g, b := decoded[3*i], decoded[3*i+1], decoded[3*i+2]
					require.InDelta(t, 0.299*float64(r)+0.587*float64(g)+0.114*float64(b), v, 1e-4, "pixel %d", i)
				}
				stored = nil
				for _, v := range decoded {
					stored = append(stored, float64(v))
				}
			}
			var all statistics
			for _, v := range stored {
				all.add(v)
			}
			all.check(t, e)
			for i, want := range e.FirstRowFirst4 {
				assert.Equal(t, want, stored[i], "the file's value %d", i)
			}
			assert.Less(t, s.Window[0], s.Window[1])
		})
	}
}

func TestDamagedCompressedFilesAreReadOrRefusedInOneSentence(t *testing.T) {
	files, path := expectedFiles(t, "dicom")
	decoder := decoderOf(t)
	r := rand.New(rand.NewPCG(5, 6))
	for name, e := range files {
		if !strings.HasPrefix(e.TransferSyntax, "1.2.840.10008.1.2.4.") {
			continue
		}
		data, err := os.ReadFile(filepath.Join(path, name))
		require.NoError(t, err)
		check := func(data []byte, whole bool) {
			s, err := formats.Reader{Codec: decoder.Decode}.Read(formats.File{Data: data})
			if err != nil {
				assert.True(t, strings.HasPrefix(err.Error(), "scan: ") && !strings.ContainsAny(err.Error(), "\n\x00"), "%s: %q", name, err)
				return
			}
			assert.True(t, whole, "%s: a truncated file was read", name)
			assert.Len(t, s.Values, s.Width*s.Height*s.Slices)
		}
		for cut := 0; cut < len(data); cut += 1024 {
			check(data[:cut], false)
		}
		for range 40 {
			flipped := bytes.Clone(data)
			for range 1 + r.IntN(3) {
				flipped[len(data)-1-r.IntN(len(data)-400)] ^= 1 << r.IntN(8)
			}
			check(flipped, true)
		}
	}
}

func TestStreamOfAnotherKindThanItsFileSaysIsRefused(t *testing.T) {
	_, path := expectedFiles(t, "dicom")
	data, err := os.ReadFile(filepath.Join(path, "dicom", "MR_small_jp2klossless.dcm"))
	require.NoError(t, err)
	mislabelled := bytes.Replace(data, []byte("1.2.840.10008.1.2.4.90"), []byte("1.2.840.10008.1.2.4.80"), 1)
	_, err = formats.Reader{Codec: decoderOf(t).Decode}.Read(formats.File{Data: mislabelled})
	assert.ErrorContains(t, err, "scan: the DICOM's JPEG-LS Lossless data cannot be decoded")
}
