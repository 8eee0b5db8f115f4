package formats_test

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"segfault/core/coretest"
	"segfault/core/scan"
	"segfault/core/scan/formats"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// answers are what readers should find in the files of shared/data/masks; see its README.
type answers struct {
	Grids map[string]struct {
		Series, Scan *string
		Size         [3]int
	}
	Truths map[string]struct {
		Segments []struct {
			Number int
			Runs   []int
			Voxels int
		}
		Labels []int
		NPZ    string
	}
	Files []struct {
		File, Kind, Verdict, Truth, Grid, Values string
		Companions                               []string
		MayRefuse                                bool
	}
}

func readAnswers(t *testing.T) (a answers, folder string) {
	folder = coretest.Shared(t, "data", "masks")
	text, err := os.ReadFile(filepath.Join(folder, "expected.json"))
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(text, &a))
	return a, folder
}

func filesOf(t *testing.T, folder string, names ...string) (files []formats.File) {
	t.Helper()
	for _, name := range names {
		data, err := os.ReadFile(filepath.Join(folder, name))
		require.NoError(t, err)
		files = append(files, formats.File{Name: name, Data: data})
	}
	return files
}

// grid reads the scan that masks are compared on.
func (a answers) grid(t *testing.T, folder, name string) *scan.Scan {
	t.Helper()
	g := a.Grids[name]
	if g.Series == nil {
		if g.Scan == nil {
			return nil
		}
		s, err := formats.Reader{}.Read(filesOf(t, folder, *g.Scan)...)
		require.NoError(t, err)
		return s
	}
	entries, err := os.ReadDir(filepath.Join(folder, *g.Series))
	require.NoError(t, err)
	var names []string
	for _, e := range entries {
		names = append(names, filepath.Join(*g.Series, e.Name()))
	}
	s, err := formats.Reader{}.Read(filesOf(t, folder, names...)...)
	require.NoError(t, err)
	return s
}

func expand(runs []int) (labels []int) {
	for i := 0; i+1 < len(runs); i += 2 {
		for range runs[i] {
			labels = append(labels, runs[i+1])
		}
	}
	return labels
}

// has tells whether a mask has a class at a voxel.
func has(m *scan.Mask, class, at int) bool {
	for _, layer := range m.Layers {
		if int(layer[at]) == class {
			return true
		}
	}
	return false
}

func TestMasksAreReadAsTheyLieOnTheirScan(t *testing.T) {
	a, folder := readAnswers(t)
	for _, f := range a.Files {
		if f.Kind != "mask" {
			continue
		}
		t.Run(f.File, func(t *testing.T) {
			s := a.grid(t, folder, f.Grid)
			mask, err := formats.ReadMask(s, filesOf(t, folder, append([]string{f.File}, f.Companions...)...)...)
			if f.Verdict == "refuse" {
				require.Error(t, err)
				return
			}
			if err != nil {
				assert.True(t, f.MayRefuse || f.Verdict == "read-or-refuse", "refused: %v", err)
				t.Log("refused, which may be: ", err)
				return
			}
			truth := a.Truths[f.Truth]
			require.NotEmpty(t, truth.Segments)
			if truth.NPZ != "" {
				counted := 0
				for _, segment := range truth.Segments {
					voxels := 0
					for i := range mask.Layers[0] {
						if has(mask, segment.Number, i) {
							voxels++
						}
					}
					assert.Equal(t, segment.Voxels, voxels, "segment %d", segment.Number)
					counted += voxels
				}
				assert.NotZero(t, counted)
				return
			}
			labels := expand(truth.Labels)
			planes := map[int][]int{}
			for _, segment := range truth.Segments {
				planes[segment.Number] = expand(segment.Runs)
			}
			n, off := s.Width*s.Height, 0
			for i := range n * s.Slices {
				column, row := s.Orientation.Stored(i%s.Width, i/s.Width%s.Height, s.Width, s.Height)
				at := i/n*n + row*a.Grids[f.Grid].Size[0] + column
				for _, segment := range truth.Segments {
					want := labels != nil && labels[at] == segment.Number || labels == nil && planes[segment.Number][at] > 0
					if has(mask, segment.Number, i) != want {
						off++
					}
				}
			}
			assert.Zero(t, off, "voxels that differ")
			if f.Verdict == "tell" {
				assert.NotEmpty(t, mask.LeftOut)
			}
		})
	}
}

// gzipped is a saved file's bytes as they will be on a disk.
func gzipped(t *testing.T, saved formats.Saved) []byte {
	t.Helper()
	if !saved.Gzip {
		return saved.Data
	}
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, err := w.Write(saved.Data)
	require.NoError(t, err)
	require.NoError(t, w.Close())
	return b.Bytes()
}

func TestResearchFilesAreReadAsScans(t *testing.T) {
	a, folder := readAnswers(t)
	for _, f := range a.Files {
		if f.Kind != "scan" {
			continue
		}
		t.Run(f.File, func(t *testing.T) {
			s, err := formats.Reader{}.Read(filesOf(t, folder, append([]string{f.File}, f.Companions...)...)...)
			require.NoError(t, err)
			values, err := formats.Decode(f.Values, filesOf(t, folder, f.Values)[0].Data)
			require.NoError(t, err)
			n := s.Width * s.Height
			for i, v := range s.Values {
				column, row := s.Orientation.Stored(i%s.Width, i/s.Width%s.Height, s.Width, s.Height)
				width := s.Width
				if s.Orientation.Transpose {
					width = s.Height
				}
				require.InDelta(t, values.Values[i/n*n+row*width+column], v, 1e-4)
			}

			changed := append([]float32(nil), s.Values...)
			changed[0], changed[len(changed)-1] = changed[0]+1, changed[len(changed)-1]-1
			saved, err := formats.Encode(s, changed, formats.Saving{})
			require.NoError(t, err)
			back, err := formats.Reader{}.Read(formats.File{Name: saved[0].Name, Data: gzipped(t, saved[0])})
			require.NoError(t, err)
			assert.Equal(t, changed, back.Values)
			assert.Equal(t, s.Format, back.Format)
			if s.Format != "nifti" {
				assert.Equal(t, s.Space, back.Space)
			}
		})
	}
}

func TestMasksWhereScansBelongAreRefused(t *testing.T) {
	a, folder := readAnswers(t)
	for _, f := range a.Files {
		if f.Kind == "as-scan" {
			t.Run(f.File, func(t *testing.T) {
				_, err := formats.Reader{}.Read(filesOf(t, folder, f.File)...)
				assert.ErrorContains(t, err, "not a scan")
			})
		}
	}
}
