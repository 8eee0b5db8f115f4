package formats_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"segfault/core/scan"
	"segfault/core/scan/formats"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// marked is a mask of a scan with two classes, each on some slices, up to the corners.
func marked(s *scan.Scan) *scan.Mask {
	m := s.NewMask()
	m.Names = []string{"tumour", `left\ventricle`, "nowhere"}
	n := s.Width * s.Height
	for k := range s.Slices {
		for i := range n {
			x, y := i%s.Width, i/s.Width
			switch {
			case k != 1 && x+2*y < s.Width/2+k || i == n-1:
				m.Layers[0][k*n+i] = 1
			case x == y+k:
				m.Layers[0][k*n+i] = 2
			}
		}
	}
	return m
}

// Every series of the masks' folder, which lie in all ways: what is written is read again as it was.
func TestASavedSegmentationIsReadAgainAsItWas(t *testing.T) {
	a, folder := readAnswers(t)
	series := 0
	for name, g := range a.Grids {
		if g.Series == nil {
			continue
		}
		series++
		t.Run(name, func(t *testing.T) {
			s := a.grid(t, folder, name)
			m := marked(s)
			saved, err := formats.WriteMask("dicom", m, 0, s)
			require.NoError(t, err)
			assert.Equal(t, "mask.dcm", saved.Name)
			again, err := formats.ReadMask(s, formats.File{Name: saved.Name, Data: saved.Data})
			require.NoError(t, err)
			assert.Equal(t, m.Layers, again.Layers)
			assert.Empty(t, again.LeftOut)

			n := s.Width * s.Height
			last := &scan.Mask{Width: s.Width, Height: s.Height, Slices: 1, Layers: [][]uint8{m.Layers[0][(s.Slices-1)*n:]}}
			saved, err = formats.WriteMask("dicom", last, s.Slices-1, s)
			require.NoError(t, err)
			again, err = formats.ReadMask(s, formats.File{Data: saved.Data})
			require.NoError(t, err)
			assert.Equal(t, last.Layers[0], again.Layers[0][(s.Slices-1)*n:], "of one slice")

			saved, err = formats.WriteMask("dicom", s.NewMask(), 0, s)
			require.NoError(t, err)
			again, err = formats.ReadMask(s, formats.File{Data: saved.Data})
			require.NoError(t, err)
			assert.Zero(t, again.Highest(), "an empty one")
		})
	}
	assert.Positive(t, series)
}

func TestPydicomDecodesASavedSegmentation(t *testing.T) {
	interpreter := python(t)
	a, folder := readAnswers(t)
	var paths []string
	var scans []*scan.Scan
	for name, g := range a.Grids {
		if g.Series == nil {
			continue
		}
		s := a.grid(t, folder, name)
		saved, err := formats.WriteMask("dicom", marked(s), 0, s)
		require.NoError(t, err)
		path := filepath.Join(t.TempDir(), saved.Name)
		require.NoError(t, os.WriteFile(path, saved.Data, 0o644))
		paths, scans = append(paths, path), append(scans, s)
	}
	command := exec.Command(interpreter, append([]string{filepath.Join("testdata", "segments.py")}, paths...)...)
	command.Stderr = os.Stderr
	out, err := command.Output()
	require.NoError(t, err)
	var list []struct {
		Class, Study, FrameOfReference, Series, Patient string
		Instances                                       []string
		Segments                                        [][2]any
		Orientation, Spacing                            []float64
		Frames                                          []struct {
			Segment  int
			Position []float64
			Instance string
			Pixels   []byte
		}
	}
	require.NoError(t, json.Unmarshal(out, &list))
	require.Len(t, list, len(scans))
	for i, got := range list {
		s, m := scans[i], marked(scans[i])
		assert.Equal(t, "Segmentation Storage", got.Class)
		assert.Equal(t, [][2]any{{1., "tumour"}, {2., "left ventricle"}, {3., "nowhere"}}, got.Segments)
		assert.NotEmpty(t, got.Study)
		assert.NotEmpty(t, got.FrameOfReference)
		assert.NotEmpty(t, got.Series)
		assert.Empty(t, got.Patient)
		assert.Len(t, got.Instances, s.Slices)
		assert.InDeltaSlice(t, []float64{s.Spacing[1], s.Spacing[0]}, got.Spacing, 1e-9)
		n := s.Width * s.Height
		seen := make([]uint8, len(m.Layers[0]))
		for _, frame := range got.Frames {
			k := 0 // the slice that lies there
			for at := s.Space.At([3]int{0, 0, 0}); k < s.Slices; k++ {
				if at = s.Space.At([3]int{0, 0, k}); abs(at[0]+frame.Position[0])+abs(at[1]+frame.Position[1])+abs(at[2]-frame.Position[2]) < 1e-3 {
					break
				}
			}
			require.Less(t, k, s.Slices)
			assert.Contains(t, got.Instances, frame.Instance)
			for p, set := range frame.Pixels {
				if set > 0 {
					seen[k*n+p] = uint8(frame.Segment)
				}
			}
		}
		assert.Equal(t, m.Layers[0], seen)
	}
}

func TestAMaskThatRefersToNoImagesIsNoSegmentation(t *testing.T) {
	s := &scan.Scan{Width: 4, Height: 4, Slices: 1}
	_, err := formats.WriteMask("dicom", s.NewMask(), 0, s)
	assert.ErrorContains(t, err, "refers to the DICOM images that it is of, and this scan is none; save the mask as NIfTI")
}
