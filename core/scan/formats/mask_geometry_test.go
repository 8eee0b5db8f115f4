package formats

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"testing"

	"segfault/core/scan"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// maskGrid is an image series of shared/data/masks, and maskFile a mask that may belong to it.
type maskGrid struct{ Series string }
type maskFile struct{ File, Kind, Format, Verdict, Truth, Grid string }

type maskTrial struct {
	Grids  map[string]maskGrid
	Truths map[string]struct{ Labels []int } // runs of count and label, in the order of stored slices, rows and columns
	Files  []maskFile
	folder string
}

func readMaskTrial(t *testing.T) (m maskTrial) {
	t.Helper()
	m.folder = shared(t, "masks")
	text, err := os.ReadFile(filepath.Join(m.folder, "expected.json"))
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(text, &m))
	return m
}

// folderFiles reads all files of a folder.
func folderFiles(t *testing.T, path string) (files []File) {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(path, "*"))
	require.NoError(t, err)
	require.NotEmpty(t, names)
	for _, name := range names {
		data, err := os.ReadFile(name)
		require.NoError(t, err)
		files = append(files, File{Name: filepath.Base(name), Data: data})
	}
	return files
}

func TestNIfTIMasksOfTheTrialLieOnTheirSeries(t *testing.T) {
	trial := readMaskTrial(t)
	tried := 0
	for _, f := range trial.Files {
		if f.Kind != "mask" || f.Format != "NIfTI" {
			continue
		}
		tried++
		s, err := Reader{}.Read(folderFiles(t, filepath.Join(trial.folder, trial.Grids[f.Grid].Series))...)
		require.NoError(t, err)
		data, err := os.ReadFile(filepath.Join(trial.folder, f.File))
		require.NoError(t, err)
		m, err := maskOn(s, data)
		require.NoError(t, err, f.File)
		want := s.NewMask()
		at := 0
		for runs := trial.Truths[f.Truth].Labels; len(runs) > 0; runs = runs[2:] {
			for range runs[0] {
				want.Layers[0][at] = uint8(runs[1]) // a DICOM series is shown as it is stored
				at++
			}
		}
		require.Equal(t, len(want.Layers[0]), at)
		assert.Equal(t, want.Layers[0], m.Layers[0], f.File)
	}
	assert.Equal(t, 2, tried)
}

func TestMasksOfTheTrialAreNoScansAndDoNotStopASeries(t *testing.T) {
	trial := readMaskTrial(t)
	tried := 0
	for _, f := range trial.Files {
		if filepath.Ext(f.File) != ".dcm" || trial.Grids[f.Grid].Series == "" {
			continue
		}
		tried++
		data, err := os.ReadFile(filepath.Join(trial.folder, f.File))
		require.NoError(t, err)
		_, err = Decode(f.File, data)
		checkError(t, err, f.File)
		series := folderFiles(t, filepath.Join(trial.folder, trial.Grids[f.Grid].Series))
		alone, err := Reader{}.Read(series...)
		require.NoError(t, err)
		s, err := Reader{}.Read(append([]File{{Name: f.File, Data: data}}, series...)...)
		require.NoError(t, err, f.File)
		assert.Equal(t, scan.LeftOut{NoPictures: 1}, s.LeftOut, f.File)
		assert.Equal(t, alone.Values, s.Values, f.File)
	}
	assert.Greater(t, tried, 40)
}

// axes are the unit vectors of a letter, toward right, front and head.
var axes = map[rune][3]float64{'R': {1}, 'L': {-1}, 'A': {0, 1}, 'P': {0, -1}, 'S': {0, 0, 1}, 'I': {0, 0, -1}}

// seriesAlong is a DICOM series of 4×3 pixels in two slices whose columns, rows and slices run toward the given letters, with a value for
// each voxel.
func seriesAlong(t *testing.T, codes string, gap float64) *scan.Scan {
	t.Helper()
	c, letters := [3][3]float64{}, []rune(codes)
	for i, letter := range letters {
		c[i] = axes[letter]
		c[i][0], c[i][1] = -c[i][0], -c[i][1] // DICOM counts toward left and back
	}
	var files []File
	for k := range 2 {
		var at [3]float64
		for i := range at {
			at[i] = 10*float64(i) + gap*float64(k)*c[2][i]
		}
		pixels := make([]byte, 12)
		for i := range pixels {
			pixels[i] = byte(12*k + i)
		}
		files = append(files, File{Data: dicomFileOf(explicitLE, append([]dicomElement{{tagSeries, "UI", "1.2"}, {tagInstanceNumber, "IS", fmt.Sprint(k)},
			{tagPosition, "DS", fmt.Sprintf(`%g\%g\%g`, at[0], at[1], at[2])},
			{tagOrientation, "DS", fmt.Sprintf(`%g\%g\%g\%g\%g\%g`, c[0][0], c[0][1], c[0][2], c[1][0], c[1][1], c[1][2])},
			{tagPixelSpacing, "DS", `2\1`}}, greyDICOM(4, 3, 8, dicomElement{tagPixelData, "OB", pixels})...)...)})
	}
	s, err := Reader{}.Read(files...)
	require.NoError(t, err)
	return s
}

// niftiOf holds a scan's values as they would be stored with the given order and directions of axes, and an affine that says where they are.
func niftiOf(s *scan.Scan, codes string) []byte {
	size := [3]int{s.Width, s.Height, s.Slices}
	var stored [3]int // of each stored axis, the scan's
	var back [3]bool
	for i, letter := range []rune(codes) {
		for a := range 3 {
			column := [3]float64{s.Affine[0][a], s.Affine[1][a], s.Affine[2][a]}
			if along := dot(column, axes[letter]); math.Abs(along) > 0.1 {
				stored[i], back[i] = a, along < 0
			}
		}
	}
	dim := []int16{int16(size[stored[0]]), int16(size[stored[1]]), int16(size[stored[2]])}
	voxel := func(p [3]int) (q [3]int) { // stored to the scan's
		for i := range p {
			if q[stored[i]] = p[i]; back[i] {
				q[stored[i]] = size[stored[i]] - 1 - p[i]
			}
		}
		return q
	}
	var body []byte
	for k := range dim[2] {
		for j := range dim[1] {
			for i := range dim[0] {
				q := voxel([3]int{int(i), int(j), int(k)})
				body = append(body, byte(s.Values[(q[2]*s.Height+q[1])*s.Width+q[0]]))
			}
		}
	}
	at := func(p [3]int) [3]float64 { return s.Space.At(voxel(p)) }
	origin := at([3]int{})
	return niftiFile(le, dim, 2, body, func(h []byte) {
		le.PutUint16(h[254:], 1)
		for i, p := range [4][3]int{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}, {}} {
			to := at(p)
			for row := range 3 {
				v := to[row]
				if i < 3 {
					v -= origin[row]
				}
				le.PutUint32(h[280+16*row+4*i:], math.Float32bits(float32(v)))
			}
		}
	})
}

func TestMaskOfTheVeryVoxelsFitsHoweverPatientAndFileLie(t *testing.T) {
	for _, series := range []string{"LPS", "RAS", "RPI", "LAI", "PIR", "AIL", "LIP", "RIA", "SPL", "ASR"} { // supine, prone, feet first, sagittal, coronal …
		s := seriesAlong(t, series, 3)
		for _, stored := range []string{"RAS", "LAS", "LPS", "PIR", "ASR", "SRA", "ARS", "IPL", "LSA"} {
			m, err := maskOn(s, niftiOf(s, stored))
			require.NoError(t, err, "%s on %s", stored, series)
			for i, v := range s.Values {
				require.Equal(t, uint8(v), m.Layers[0][i], "%s on %s, voxel %d", stored, series, i)
			}
		}
	}
}

func TestMaskOfPronePatientElsewhereIsStillRefused(t *testing.T) {
	s := seriesAlong(t, "RAS", 3)
	file := niftiOf(s, "LPS")
	le.PutUint32(file[280+12:], math.Float32bits(math.Float32frombits(le.Uint32(file[280+12:]))+1))
	_, err := maskOn(s, file)
	assert.ErrorContains(t, err, "scan: the mask lies elsewhere in the patient than the scan, by up to 1 mm")
}

func TestMaskOfUnequallySpacedSlicesIsTurnedAsTheyLie(t *testing.T) {
	var files []File
	for k, z := range []float64{0, 3, 9} {
		files = append(files, File{Data: dicomFileOf(explicitLE, append([]dicomElement{{tagSeries, "UI", "1.2"}, {tagPosition, "DS", fmt.Sprintf(`0\0\%g`, z)},
			{tagOrientation, "DS", `-1\0\0\0\-1\0`}, {tagPixelSpacing, "DS", `1\1`}}, greyDICOM(2, 1, 8, dicomElement{tagPixelData, "OB", []byte{byte(2 * k), byte(2*k + 1)}})...)...)})
	}
	s, err := Reader{}.Read(files...)
	require.NoError(t, err)
	require.Zero(t, s.Affine)
	even := seriesAlong(t, "RAS", 3) // only for its letters
	even.Width, even.Height, even.Slices, even.Values = 2, 1, 3, s.Values
	even.Space = &scan.Space{Affine: [4][4]float64{{1, 0, 0, 0}, {0, 1, 0, 0}, {0, 0, 4.5, 0}, {0, 0, 0, 1}}, Width: 2, Height: 1}
	even.Affine = even.Space.Affine
	m, err := maskOn(s, niftiOf(even, "LPI"))
	require.NoError(t, err)
	assert.Equal(t, []uint8{0, 1, 2, 3, 4, 5}, m.Layers[0])
}

func TestSavedMaskOfAnyPatientFitsItsScanAgain(t *testing.T) {
	for _, series := range []string{"LPS", "RAS", "RPI", "PIR", "SPL"} {
		s := seriesAlong(t, series, 3)
		mask := s.NewMask()
		labels := mask.Layers[0]
		for i := range labels {
			labels[i] = uint8(i)
		}
		saved, err := WriteMask("nifti", mask, 0, s)
		require.NoError(t, err)
		m, err := maskOn(s, gzipFile(saved.Data))
		require.NoError(t, err, series)
		assert.Equal(t, labels, m.Layers[0], series)
	}
}

func TestBinaryArrayOfAsManyPlanesAsTheScanHasSlicesIsTheirMask(t *testing.T) {
	for slices := 2; slices <= 4; slices++ {
		shape := fmt.Sprintf("(%d, 1, 2)", slices)
		s := decode(t, npyFile("<i2", "False", shape, encode(le, make([]int16, 2*slices))))
		labels, floats := make([]byte, 2*slices), make([]float32, 2*slices)
		labels[1], floats[1] = 1, 1
		for _, file := range [][]byte{npyFile("|u1", "False", shape, labels), npyFile("<f4", "False", shape, encode(le, floats)), npyFile("|b1", "False", shape, labels)} {
			m, err := maskOn(s, file)
			require.NoError(t, err)
			assert.Equal(t, []int{slices, 0}, []int{m.Slices, m.Classes})
			first, err := m.Flat(0)
			require.NoError(t, err)
			assert.Equal(t, []uint8{0, 1}, first)
		}
		_, err := maskOn(decode(t, npyFile("<i2", "False", "(5, 1, 2)", encode(le, make([]int16, 10)))), npyFile("|u1", "False", shape, labels))
		assert.EqualError(t, err, fmt.Sprintf("scan: the mask is 2×1 pixels in %d slices, but the scan is 2×1 pixels in 5 slices; choose the mask that belongs to it", slices))
	}
}

func TestChannelsOfASingleSliceStayChannels(t *testing.T) {
	m, err := maskOn(decode(t, npyFile("|u1", "False", "(1, 2)", []byte{1, 2})), npyFile("|u1", "False", "(3, 1, 2)", []byte{0, 1, 1, 0, 1, 1}))
	require.NoError(t, err)
	assert.Equal(t, []int{1, 3}, []int{m.Slices, m.Classes})
}
