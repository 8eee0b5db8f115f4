package scan

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// seriesFile is a slice of one pixel of a series, at a position along an axial series' normal.
func seriesFile(series string, number int, z float64, value byte, more ...dicomElement) File {
	elements := append([]dicomElement{
		{tagSeries, "UI", series}, {tagInstanceNumber, "IS", fmt.Sprint(number)},
		{tagPosition, "DS", fmt.Sprintf(`10\-20\%g`, z)}, {tagOrientation, "DS", `1\0\0\0\1\0`},
		{tagPixelSpacing, "DS", `0.5\0.25`},
	}, greyDICOM(1, 1, 8, append(more, dicomElement{tagPixelData, "OB", []byte{value}})...)...)
	return File{Data: dicomFileOf(explicitLE, elements...)}
}

func TestSeriesIsSortedByPosition(t *testing.T) {
	s, err := Reader{}.Read(seriesFile("1.2", 1, 30, 3), seriesFile("1.2", 2, -10, 1), seriesFile("1.2", 3, 10, 2))
	require.NoError(t, err)
	assert.Equal(t, []float32{1, 2, 3}, s.Values)
	assert.Equal(t, [3]float64{0.25, 0.5, 20}, s.Spacing)
	// DICOM's left and back are the affine's negative right and front.
	assert.Equal(t, [4][4]float64{{-0.25, 0, 0, -10}, {0, -0.5, 0, 20}, {0, 0, 20, -10}, {0, 0, 0, 1}}, s.Affine)
}

func TestPhasesAtOnePositionAreInOrderOfAcquisition(t *testing.T) {
	s, err := Reader{}.Read(seriesFile("1.2", 3, 5, 30), seriesFile("1.2", 1, 5, 10), seriesFile("1.2", 2, 5, 20))
	require.NoError(t, err)
	assert.Equal(t, []float32{10, 20, 30}, s.Values)
	assert.Zero(t, s.Affine, "slices at one place have no geometry of a volume")
}

func TestSlicesOfASeriesMayHaveRescalesOfTheirOwn(t *testing.T) {
	s, err := Reader{}.Read(
		seriesFile("1.2", 1, 0, 3, dicomElement{tagRescaleSlope, "DS", "2"}), seriesFile("1.2", 2, 1, 3, dicomElement{tagRescaleSlope, "DS", "10"}))
	require.NoError(t, err)
	assert.Equal(t, []float32{6, 30}, s.Values)
}

func TestUnequallySpacedSlicesHaveNoAffine(t *testing.T) {
	s, err := Reader{}.Read(seriesFile("1.2", 1, 0, 1), seriesFile("1.2", 2, 1, 2), seriesFile("1.2", 3, 5, 3))
	require.NoError(t, err)
	assert.Equal(t, []float32{1, 2, 3}, s.Values)
	assert.Zero(t, s.Affine)
}

func TestFilesThatAreNoImagesAreLeftOutOfASeries(t *testing.T) {
	report := File{Data: dicomFileOf(explicitLE, dicomElement{tagSeries, "UI", "9.9"})}
	s, err := Reader{}.Read(seriesFile("1.2", 1, 0, 1), report, File{Name: "LICENSE", Data: []byte("free")}, seriesFile("1.2", 2, 1, 2))
	require.NoError(t, err)
	assert.Equal(t, 2, s.LeftOut)
	assert.Equal(t, 2, s.Slices)
}

func TestMixedSeriesAreRefusedInWords(t *testing.T) {
	wide := File{Data: dicomFileOf(explicitLE, append([]dicomElement{{tagSeries, "UI", "1.2"}},
		greyDICOM(2, 1, 8, dicomElement{tagPixelData, "OB", []byte{1, 2}})...)...)}
	for want, files := range map[string][]File{
		"scan: the 3 files belong to 2 different series; choose the files of one": {
			seriesFile("1.2", 1, 0, 1), seriesFile("1.2", 2, 1, 1), seriesFile("1.3", 1, 0, 1)},
		"scan: the files differ: one holds 1×1 pixels of 8 bits (MONOCHROME2), another 2×1 pixels of 8 bits (MONOCHROME2); choose the files of one series": {
			seriesFile("1.2", 1, 0, 1), wide},
		"scan: none of the 2 files is a DICOM image; only DICOM files make up a scan together": {
			{Data: tinyFiles()["grey.png"]}, {Data: tinyFiles()["plain.nii"]}},
	} {
		_, err := Reader{}.Read(files...)
		assert.EqualError(t, err, want)
	}
}

func TestMultiFrameFilesAreSortedByTheirFramesPositions(t *testing.T) {
	frame := func(z float64) []byte {
		position := sequence(le, true, false, tagPlanePosition, dicomElement{tagPosition, "DS", fmt.Sprintf(`0\0\%g`, z)})
		return dicomBytes(le, true, dicomElement{tagItem, "", position})
	}
	turn := sequence(le, true, false, tagPlaneOrientation, dicomElement{tagOrientation, "DS", `1\0\0\0\1\0`})
	file := append(dicomFileOf(explicitLE, append([]dicomElement{{tagNumberOfFrames, "IS", "3"}}, greyDICOM(1, 1, 8)...)...),
		dicomBytes(le, true, dicomElement{tagSharedGroups, "SQ", dicomBytes(le, true, dicomElement{tagItem, "", turn})},
			dicomElement{tagPerFrameGroups, "SQ", append(append(frame(4), frame(0)...), frame(2)...)},
			dicomElement{tagPixelData, "OB", []byte{30, 10, 20}})...)
	s := decode(t, file)
	assert.Equal(t, []float32{10, 20, 30}, s.Values)
	assert.Equal(t, 2.0, s.Spacing[2])
}

func TestVolumesOfASeriesAreSplit(t *testing.T) {
	var files []File // three positions, two phases, in no order
	for _, k := range []int{4, 0, 5, 2, 1, 3} {
		files = append(files, seriesFile("1.2", k+1, float64(10*(k%3)), byte(10*(k/3)+k%3)))
	}
	for volume, want := range [][]float32{{0, 1, 2}, {10, 11, 12}} {
		s, err := Reader{Volume: volume}.Read(files...)
		require.NoError(t, err)
		assert.Equal(t, want, s.Values)
		assert.Equal(t, []int{3, 2, volume}, []int{s.Slices, s.Volumes, s.Volume})
		assert.Equal(t, 10.0, s.Spacing[2])
		assert.Equal(t, 1.0, s.Affine[3][3], "each volume has a geometry")

		values := []float32{5, 6, 7}
		saved, err := s.Encode(values, Saving{})
		require.NoError(t, err)
		require.Len(t, saved, 3, "the other volume is not part of the copy")
		assert.Equal(t, values, again(t, saved).Values)
	}
	_, err := Reader{Volume: 2}.Read(files...)
	assert.EqualError(t, err, "scan: volume 2 was asked for, but the DICOM series has 2, counted from 0")
	_, err = Reader{}.Read(files[1:]...)
	assert.EqualError(t, err, "scan: the series has 1 of its slices at one position and 2 at another; choose the files of one volume")
}
