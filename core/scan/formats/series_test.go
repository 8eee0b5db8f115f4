package formats

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"segfault/core/scan"

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
	assert.Equal(t, scan.LeftOut{NoPictures: 2}, s.LeftOut)
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
		"scan: none of the 2 files is DICOM, and only the DICOM files of a series make up a scan together; choose the scan alone, and then by itself what is its mask": {
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
		saved, err := Encode(s, values, Saving{})
		require.NoError(t, err)
		require.Len(t, saved, 3, "the other volume is not part of the copy")
		assert.Equal(t, values, again(t, saved).Values)
	}
	_, err := Reader{Volume: 2}.Read(files...)
	assert.EqualError(t, err, "scan: volume 2 was asked for, but the DICOM series has 2, counted from 0")
	_, err = Reader{}.Read(files[1:]...)
	assert.EqualError(t, err, "scan: the series has 1 of its slices at one position and 2 at another; choose the files of one volume")
}

// localizer is a picture of a series that looks at its slices from the side.
func localizer(number int, more ...dicomElement) File {
	return File{Data: dicomFileOf(explicitLE, append([]dicomElement{
		{tagSeries, "UI", "1.2"}, {tagInstanceNumber, "IS", fmt.Sprint(number)}, {tagPosition, "DS", `5\5\50`}, {tagOrientation, "DS", `0\1\0\0\0\-1`},
		{tagPixelSpacing, "DS", `0.5\0.25`}}, greyDICOM(1, 1, 8, append(more, dicomElement{tagPixelData, "OB", []byte{99}})...)...)...)}
}

func TestLocalizerOfTheTrialIsSetApartAndTheSlicesLieInOrder(t *testing.T) {
	var files []File
	_, all := trialFiles(t, ".dcm")
	for _, name := range slices.Sorted(maps.Keys(all)) {
		if strings.HasPrefix(name, "localizer-") {
			files = append(files, File{Name: name, Data: all[name]})
		}
	}
	s, err := Reader{}.Read(files...)
	require.NoError(t, err)
	assert.Equal(t, scan.LeftOut{Apart: 1}, s.LeftOut)
	assert.Equal(t, 5, s.Slices)
	assert.Equal(t, [3]float64{0.25, 0.5, 2}, s.Spacing)
	assert.Equal(t, 1.0, s.Affine[3][3])
	for k := range 5 {
		assert.Equal(t, float32(-1000+100*k), s.Values[k*12])
	}
}

func TestPicturesOfAnotherDirectionOrSizeAreSetApart(t *testing.T) {
	wide := File{Data: dicomFileOf(explicitLE, append([]dicomElement{{tagSeries, "UI", "1.2"}, {tagPosition, "DS", `0\0\0`}, {tagOrientation, "DS", `1\0\0\0\1\0`}},
		greyDICOM(2, 1, 8, dicomElement{tagPixelData, "OB", []byte{1, 2}})...)...)}
	unplaced := File{Data: dicomFileOf(explicitLE, append([]dicomElement{{tagSeries, "UI", "1.2"}}, greyDICOM(1, 1, 8, dicomElement{tagPixelData, "OB", []byte{7}})...)...)}
	turned := localizer(0)
	turned.Data = bytes.Replace(turned.Data, []byte(`0\1\0\0\0\-1`), []byte(`0\1\0\-1\0\0`), 1) // the slices' own normal, but rows run another way
	for name, odd := range map[string][]File{
		"a localizer, first": {localizer(0)}, "two localizers": {localizer(1), localizer(200)}, "another size": {wide}, "no position": {unplaced}, "turned in its plane": {turned},
	} {
		files := append(slices.Clone(odd), seriesFile("1.2", 9, 30, 3), seriesFile("1.2", 8, -10, 1), seriesFile("1.2", 7, 10, 2))
		s, err := Reader{}.Read(files...)
		require.NoError(t, err, name)
		assert.Equal(t, []float32{1, 2, 3}, s.Values, name)
		assert.Equal(t, scan.LeftOut{Apart: len(odd)}, s.LeftOut, name)
		assert.Equal(t, 1.0, s.Affine[3][3], name)
	}
}

func TestLocalizersThatSayTheyAreAreSetApartEvenWhereTheyAreMost(t *testing.T) {
	named := dicomElement{tagImageType, "CS", `ORIGINAL\PRIMARY\LOCALIZER`}
	s, err := Reader{}.Read(localizer(1, named), localizer(2, named), localizer(3, named), seriesFile("1.2", 4, 5, 30))
	require.NoError(t, err)
	assert.Equal(t, []float32{30}, s.Values)
	assert.Equal(t, scan.LeftOut{Apart: 3}, s.LeftOut)
	s, err = Reader{}.Read(localizer(1, named), localizer(2, named))
	require.NoError(t, err)
	assert.Equal(t, 2, s.Slices, "alone they are a scan")
}

func TestOneFileTwiceIsOneSlice(t *testing.T) {
	_, all := trialFiles(t, "series-copy-a.dcm", "series-copy-b.dcm", "localizer-s0.dcm")
	var files []File
	for _, data := range all {
		files = append(files, File{Data: data})
	}
	s, err := Reader{}.Read(files...)
	require.NoError(t, err)
	assert.Equal(t, 2, s.Slices)
	assert.Equal(t, scan.LeftOut{Copies: 1}, s.LeftOut)
}

func TestCopiesAreToldByTheirIdentifierAndPlaceOrElseByTheirBytes(t *testing.T) {
	uid := dicomElement{tagInstance, "UI", "1.2.9"}
	for name, c := range map[string]struct {
		files  []File
		values []float32
	}{
		"no identifier, the same bytes": {[]File{seriesFile("1.2", 1, 0, 1), seriesFile("1.2", 1, 0, 1), seriesFile("1.2", 2, 1, 2)}, []float32{1, 2}},
		"the same identifier, packed otherwise": {[]File{seriesFile("1.2", 1, 0, 1, uid), seriesFile("1.2", 1, 0, 1, uid, dicomElement{0x0029_0010, "LO", "more"}),
			seriesFile("1.2", 2, 1, 2)}, []float32{1, 2}},
		"one identifier for all slices": {[]File{seriesFile("1.2", 1, 0, 1, uid), seriesFile("1.2", 2, 1, 2, uid)}, []float32{1, 2}},
	} {
		s, err := Reader{}.Read(c.files...)
		require.NoError(t, err, name)
		assert.Equal(t, c.values, s.Values, name)
	}
}

func TestFilesThatCannotBeReadDoNotStopTheOthers(t *testing.T) {
	good := []File{seriesFile("1.2", 1, 0, 1), seriesFile("1.2", 2, 1, 2)}
	plain := seriesFile("1.2", 3, 2, 3).Data
	segmentation := File{Data: dicomFileOf(explicitLE, append([]dicomElement{{tagClass, "UI", storage + "66.4"}, {tagSeries, "UI", "9"}},
		greyDICOM(1, 1, 8, dicomElement{tagPixelData, "OB", []byte{1}})...)...)}
	for name, c := range map[string]struct {
		odd  File
		left scan.LeftOut
		say  string
	}{
		"a video":        {File{Data: dicomFileOf("1.2.840.10008.1.2.4.102", greyDICOM(1, 1, 8)...)}, scan.LeftOut{Unread: 1}, "1 that cannot be read"},
		"a cut file":     {File{Data: plain[:len(plain)-2]}, scan.LeftOut{Unread: 1}, "1 that cannot be read"},
		"a cut header":   {File{Data: plain[:200]}, scan.LeftOut{Unread: 1}, "1 that cannot be read"},
		"no codec":       {File{Data: dicomFileOf("1.2.840.10008.1.2.4.70", greyDICOM(1, 1, 8)...)}, scan.LeftOut{NoPictures: 1}, "1 without a picture"},
		"a bad number":   {seriesFile("1.2", 3, 2, 3, dicomElement{tagRescaleSlope, "DS", "0,5"}), scan.LeftOut{Unread: 1}, "1 that cannot be read"},
		"a segmentation": {segmentation, scan.LeftOut{NoPictures: 1}, "1 without a picture"},
		"a report":       {File{Data: dicomFileOf(explicitLE, dicomElement{tagClass, "UI", storage + "88.11"})}, scan.LeftOut{NoPictures: 1}, "1 without a picture"},
		"a text":         {File{Data: []byte("free")}, scan.LeftOut{NoPictures: 1}, "1 without a picture"},
		"a NIfTI":        {File{Data: tinyFiles()["plain.nii"]}, scan.LeftOut{Others: 1}, "1 of another kind than DICOM (a mask is chosen by itself)"},
		"a copy":         {good[0], scan.LeftOut{Copies: 1}, "1 given twice"},
		"an empty file":  {File{}, scan.LeftOut{NoPictures: 1}, "1 without a picture"},
	} {
		for _, files := range [][]File{append([]File{c.odd}, good...), append(slices.Clone(good), c.odd)} {
			s, err := Reader{}.Read(files...)
			require.NoError(t, err, name)
			assert.Equal(t, []float32{1, 2}, s.Values, name)
			assert.Equal(t, c.left, s.LeftOut, name)
			assert.Equal(t, c.say, s.LeftOut.String(), name)
			assert.Equal(t, 1, s.LeftOut.Total(), name)
		}
	}
}

func TestBrokenFileDoesNotHideItsWholeCopy(t *testing.T) {
	uid := dicomElement{tagInstance, "UI", "1.2.9"}
	whole := seriesFile("1.2", 1, 0, 1, uid)
	s, err := Reader{}.Read(File{Data: whole.Data[:len(whole.Data)-2]}, whole, seriesFile("1.2", 2, 1, 2))
	require.NoError(t, err)
	assert.Equal(t, []float32{1, 2}, s.Values)
}

func TestWhereNoFileCanBeReadTheFirstSaysWhy(t *testing.T) {
	video := File{Data: dicomFileOf("1.2.840.10008.1.2.4.102", greyDICOM(1, 1, 8)...)}
	_, err := Reader{}.Read(video, video)
	assert.EqualError(t, err, "scan: this DICOM file is compressed with MPEG-4 video, which is not read; export it as Explicit VR Little Endian")
}

func TestVolumesOfSlicesWithoutNumbersAreToldByWhatTheyAreOf(t *testing.T) {
	for name, of := range map[string]tag{
		"echo": tagEchoTime, "number of echo": tagEchoNumber, "time": tagTemporalPosition, "acquisition": tagAcquisition, "heart's phase": tagTriggerTime, "inversion": tagInversionTime,
		"flip angle": tagFlipAngle, "frame of PET": tagFrameReference, "time of day": tagAcquisitionTime, "diffusion": tagDiffusionWeight,
	} {
		saying := func(number int) dicomElement {
			if of == tagDiffusionWeight {
				return dicomElement{of, "FD", encode(le, float64(number))}
			}
			return dicomElement{of, "DS", fmt.Sprint(number)}
		}
		var files []File // three positions, two volumes, in no order
		for _, k := range []int{4, 0, 5, 2, 1, 3} {
			files = append(files, seriesFile("1.2", 0, float64(10*(k%3)), byte(10*(k/3)+k%3), saying(9+k/3)))
		}
		for volume, want := range [][]float32{{0, 1, 2}, {10, 11, 12}} {
			s, err := Reader{Volume: volume}.Read(files...)
			require.NoError(t, err, name)
			assert.Equal(t, want, s.Values, name)
		}
	}
	s, err := Reader{}.Read(seriesFile("1.2", 1, 0, 1, dicomElement{tagEchoTime, "DS", "none"}), seriesFile("1.2", 2, 1, 2))
	require.NoError(t, err, "what is no number")
	assert.Equal(t, []float32{1, 2}, s.Values)
}
