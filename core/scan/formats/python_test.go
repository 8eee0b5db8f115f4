package formats_test

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"segfault/core/coretest"
	"segfault/core/scan"
	"segfault/core/scan/formats"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// python finds an interpreter that has nibabel and pydicom. Without one the test is skipped, or fails in CI.
func python(t *testing.T) string {
	for _, name := range []string{"/usr/bin/python3", "python3"} {
		if exec.Command(name, "-c", "import nibabel, pydicom").Run() == nil {
			return name
		}
	}
	const how = "no Python with nibabel and pydicom; apt-get install --no-install-recommends python3-nibabel python3-pydicom"
	if os.Getenv("CI") != "" {
		t.Fatal(how)
	}
	t.Skip("skipped: ", how)
	return ""
}

// found is what Python finds in a file.
type found struct {
	Shape                                                           []int
	Affine                                                          [][]float64
	Dtype                                                           string
	Values                                                          float64s
	Syntax, Instance, MetaInstance, Series, Study, Patient, Removed string
	ImageType                                                       []string
	Position, Orientation, Spacing                                  []float64
}

// float64s are numbers as base64 of their bytes.
type float64s []float64

// UnmarshalText implements encoding.TextUnmarshaler.
func (f *float64s) UnmarshalText(text []byte) error {
	raw, err := base64.StdEncoding.DecodeString(string(text))
	*f = make(float64s, len(raw)/8)
	for i := range *f {
		(*f)[i] = math.Float64frombits(binary.LittleEndian.Uint64(raw[8*i:]))
	}
	return err
}

// readByPython has nibabel and pydicom read files.
func readByPython(t *testing.T, paths ...string) (list []found) {
	t.Helper()
	command := exec.Command(python(t), append([]string{filepath.Join("testdata", "read.py")}, paths...)...)
	command.Stderr = os.Stderr
	out, err := command.Output()
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(out, &list))
	require.Len(t, list, len(paths))
	return list
}

// changed reads a file, moves every third value by a percent of the display range, at least by a step, and saves it in a folder.
func changed(t *testing.T, path string, how formats.Saving) (s *scan.Scan, values []float32, saved string) {
	t.Helper()
	data, err := os.ReadFile(path)
	require.NoError(t, err)
	s, err = formats.Reader{Codec: decoderOf(t).Decode}.Read(formats.File{Name: path, Data: data})
	require.NoError(t, err)
	values = append(values, s.Values...)
	for i := range values {
		if i%3 == 0 {
			values[i] += float32(max((s.Window[1]-s.Window[0])/100, abs(s.Slope)))
		}
	}
	n := s.Width * s.Height
	for k := range s.Slices {
		s.Round(k, values[k*n:(k+1)*n])
	}
	files, err := formats.Encode(s, values, how)
	require.NoError(t, err)
	require.Len(t, files, 1)
	saved = filepath.Join(t.TempDir(), files[0].Name)
	if files[0].Gzip {
		var packed bytes.Buffer
		w := gzip.NewWriter(&packed)
		_, err := w.Write(files[0].Data)
		require.NoError(t, err)
		require.NoError(t, w.Close())
		files[0].Data = packed.Bytes()
	}
	require.NoError(t, os.WriteFile(saved, files[0].Data, 0o644))
	return s, values, saved
}

func TestNibabelOpensSavedNIfTIAndAgrees(t *testing.T) {
	files, path := expectedFiles(t, "nifti")
	var names []string
	for name := range files {
		names = append(names, filepath.Join(path, name))
	}
	volumes, err := filepath.Glob(filepath.Join(coretest.Shared(t, "data", "hippocampus", "test", "images"), "*.nii.gz"))
	require.NoError(t, err)
	names = append(names, volumes[0])
	var copies []string
	scans, changes := make([]*scan.Scan, len(names)), make([][]float32, len(names))
	for i, name := range names {
		var saved string
		scans[i], changes[i], saved = changed(t, name, formats.Saving{})
		copies = append(copies, saved)
	}
	read := readByPython(t, append(copies, names...)...)
	for i, name := range names {
		s, values, got, original := scans[i], changes[i], read[i], read[len(names)+i]
		assert.Equal(t, original.Shape, got.Shape, name)
		assert.Equal(t, original.Affine, got.Affine, name)
		assert.Equal(t, original.Dtype, got.Dtype, name)
		turned := s.Width
		if s.Orientation.Transpose {
			turned = s.Height
		}
		moved := 0
		for k := range s.Slices {
			for pixel := range s.Width * s.Height {
				i, j := s.Orientation.Stored(pixel%s.Width, pixel/s.Width, s.Width, s.Height)
				at := (k*s.Width*s.Height/turned+j)*turned + i // of the first volume, in nibabel's order
				want := values[k*s.Width*s.Height+pixel]
				require.InDelta(t, want, got.Values[at], 1e-6*max(1, abs(float64(want))), "%s, voxel %d", name, at)
				if got.Values[at] != original.Values[at] {
					moved++
				}
			}
		}
		assert.Greater(t, moved, len(values)/4, name)
		assert.Equal(t, original.Values[len(values):], got.Values[len(values):], "%s: other volumes", name)
	}
}

func TestPydicomOpensSavedDICOMAndAgrees(t *testing.T) {
	files, path := expectedFiles(t, "dicom")
	type copied struct {
		name     string
		identity bool
		scan     *scan.Scan
		values   []float32
	}
	var copies []copied
	var paths []string
	for name, e := range files {
		if e.Photometric == "RGB" { // a Scan holds luma; colours have a test of their own
			continue
		}
		for _, identity := range []bool{true, false} {
			s, values, saved := changed(t, filepath.Join(path, name), formats.Saving{Identity: identity})
			copies, paths = append(copies, copied{name, identity, s, values}), append(paths, saved)
		}
	}
	for i, got := range readByPython(t, paths...) {
		name, identity, s, values := copies[i].name, copies[i].identity, copies[i].scan, copies[i].values
		assert.Equal(t, []int{s.Width, s.Height}, got.Shape, name)
		require.Len(t, got.Values, len(values))
		for i, want := range values {
			require.InDelta(t, want, got.Values[i]*s.Slope+s.Intercept, 1e-3, "%s, pixel %d", name, i)
		}
		for _, compressed := range []string{"1.2.840.10008.1.2.4", "1.2.840.10008.1.2.5", "1.2.840.10008.1.2.1.99"} {
			assert.False(t, strings.HasPrefix(got.Syntax, compressed), name)
		}
		assert.Equal(t, got.Instance, got.MetaInstance, name)
		assert.True(t, strings.HasPrefix(got.Series, "2.25."), name)
		assert.Equal(t, "DERIVED", got.ImageType[0], name)
		if identity {
			assert.Empty(t, got.Removed, name)
			assert.False(t, strings.HasPrefix(got.Study, "2.25."), name)
		} else {
			assert.Equal(t, "YES", got.Removed, name)
			assert.Empty(t, got.Patient, name)
			assert.True(t, strings.HasPrefix(got.Study, "2.25."), name)
		}
		if len(got.Spacing) == 2 {
			assert.InDeltaSlice(t, []float64{s.Spacing[1], s.Spacing[0]}, got.Spacing, 1e-9, name)
		}
		if len(got.Position) == 3 && s.Affine[3][3] == 1 {
			at := []float64{-s.Affine[0][3], -s.Affine[1][3], s.Affine[2][3]}
			assert.InDeltaSlice(t, at, got.Position, 1e-9, name)
		}
	}
}

func abs(v float64) float64 { return max(v, -v) }
