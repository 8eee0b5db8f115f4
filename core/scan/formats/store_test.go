package formats

import (
	"archive/zip"
	"bytes"
	"image/png"
	"io"
	"math/rand/v2"
	"testing"

	"segfault/core/scan"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// moved returns a scan's values with every other one changed by at most a tenth of the display range, and rounded to what the
// scan can hold.
func moved(s *scan.Scan) []float32 {
	r := rand.New(rand.NewPCG(7, 8))
	values := append([]float32(nil), s.Values...)
	for i := range values {
		if i%2 == 0 {
			values[i] += float32((s.Window[1] - s.Window[0]) * (r.Float64() - 0.5) / 5)
		}
	}
	n := s.Width * s.Height
	for k := range s.Slices {
		s.Round(k, values[k*n:(k+1)*n])
	}
	return values
}

// packedAs is what a file holds once it is written.
func packedAs(saved Saved) []byte {
	if saved.Gzip {
		return gzipFile(saved.Data)
	}
	return saved.Data
}

// again reads what was saved.
func again(t *testing.T, saved []Saved) *scan.Scan {
	t.Helper()
	var files []File
	for _, f := range saved {
		files = append(files, File{Name: f.Name, Data: packedAs(f)})
	}
	s, err := Reader{}.Read(files...)
	require.NoError(t, err)
	return s
}

func TestSavedScanIsReadWithTheValuesThatWereRounded(t *testing.T) {
	for name, file := range tinyFiles() {
		s := decode(t, file)
		if !s.Saveable() {
			assert.Contains(t, []string{"palette.dcm"}, name)
			continue
		}
		values := moved(s)
		saved, err := Encode(s, values, Saving{Identity: true})
		require.NoError(t, err, name)
		back := again(t, saved)
		if s.Channels == 1 || !within01(values) { // an array of channels that leaves [0, 1] is read as slices
			assert.Equal(t, []any{s.Width, s.Height, s.Type, s.Spacing, s.Affine}, []any{back.Width, back.Height, back.Type, back.Spacing, back.Affine}, name)
		}
		assert.Equal(t, values, back.Values, name)
	}
}

func TestUnchangedCopyOfAFileIsTheFile(t *testing.T) {
	for _, name := range []string{"plain.npy", "fortran.npy", "plain.nii", "big.nii"} {
		file := tinyFiles()[name]
		s := decode(t, file)
		saved, err := Encode(s, s.Values, Saving{})
		require.NoError(t, err)
		assert.True(t, bytes.Equal(file, saved[0].Data), name)
	}
}

func TestOtherVolumesOfAFileStay(t *testing.T) {
	file := gzipFile(niftiFile(le, []int16{2, 1, 1, 3}, 2, []byte{1, 2, 3, 4, 5, 6}, nil))
	s, err := Reader{Volume: 1}.Read(File{Data: file})
	require.NoError(t, err)
	saved, err := Encode(s, []float32{40, 30}, Saving{})
	require.NoError(t, err)
	assert.Equal(t, []byte{1, 2, 40, 30, 5, 6}, saved[0].Data[352:])
	assert.Equal(t, "adversarial.nii.gz", saved[0].Name)
	assert.True(t, saved[0].Gzip)
}

func TestValuesAreClampedToTheFilesType(t *testing.T) {
	s := decode(t, pngFile(greyImage(2, 2, 0, 1, 2, 255)))
	values := []float32{-3, 1.4, 2.5, 300}
	s.Round(0, values)
	assert.Equal(t, []float32{0, 1, 2, 255}, values, "half to even")

	twelve := append(replaced(greyDICOM(2, 1, 16), dicomElement{tagBitsStored, "US", uint16(12)}, dicomElement{tagHighBit, "US", uint16(11)}),
		dicomElement{tagRescaleIntercept, "DS", "-1024"}, dicomElement{tagRescaleSlope, "DS", "2"}, dicomElement{tagPixelData, "OW", []byte{1, 0xf0, 2, 0}})
	s = decode(t, dicomFileOf(explicitLE, twelve...))
	values = []float32{1e6, -1e6}
	s.Round(0, values)
	assert.Equal(t, []float32{4095*2 - 1024, -1024}, values)
	saved, err := Encode(s, values, Saving{Identity: true})
	require.NoError(t, err)
	assert.True(t, bytes.HasSuffix(saved[0].Data, []byte{0xff, 0xff, 0, 0}), "the four bits above the value are kept")
}

func TestRoundingNeverMovesFurther(t *testing.T) {
	s := decode(t, pngFile(greyImage(2, 2, 10, 10, 10, 10)))
	for asked, held := range map[float32]float32{10.4: 10, 10.6: 10, 11: 11, 12.999: 13, 13.7: 13, 9.6: 10, 9.2: 10, 9: 9, 6.3: 7, 300: 255} {
		values := []float32{asked, 10, 10, 10}
		s.Round(0, values)
		assert.Equal(t, held, values[0], "%v, from 10", asked)
	}
}

func TestColoursAreMovedAlike(t *testing.T) {
	s := decode(t, dicomFileOf(explicitLE,
		dicomElement{tagSamplesPerPixel, "US", uint16(3)}, dicomElement{tagPhotometric, "CS", "RGB"}, dicomElement{tagPlanarConfiguration, "US", uint16(1)},
		dicomElement{tagRows, "US", uint16(1)}, dicomElement{tagColumns, "US", uint16(2)},
		dicomElement{tagBitsAllocated, "US", uint16(8)}, dicomElement{tagPixelData, "OB", []byte{200, 9, 10, 9, 0, 9}}))
	values := []float32{s.Values[0] + 5.2, s.Values[1] - 2}
	s.Round(0, values)
	saved, err := Encode(s, values, Saving{})
	require.NoError(t, err)
	assert.True(t, bytes.HasSuffix(saved[0].Data, []byte{205, 7, 15, 7, 5, 7}))
	assert.Equal(t, values, again(t, saved).Values)
}

func TestSavedPNGIsOneToOthers(t *testing.T) {
	s := decode(t, tinyFiles()["deep.png"])
	saved, err := Encode(s, []float32{65535, 1, 2, 3}, Saving{})
	require.NoError(t, err)
	img, err := png.Decode(bytes.NewReader(saved[0].Data))
	require.NoError(t, err)
	values, bits, _ := grey(img)
	assert.Equal(t, 16, bits)
	assert.Equal(t, []float32{65535, 1, 2, 3}, values)
}

// patient is a DICOM file with much to hide.
func patient(uid string) []byte {
	frame := sequence(le, uid != implicitLE, false, tagPixelMeasures, dicomElement{tagPixelSpacing, "DS", `0.5\0.5`}, dicomElement{0x0008_1050, "PN", "SECRET^4"})
	groups := dicomBytes(le, uid != implicitLE, dicomElement{tagItem, "", frame})
	elements := append([]dicomElement{
		{tagImageType, "CS", `ORIGINAL\PRIMARY\M`}, {0x0008_0018, "UI", "1.2.3.4"}, {0x0008_1030, "LO", "SECRET study"},
		{0x0009_1001, "LO", "SECRET private"}, {0x0010_0010, "PN", "SECRET^1"}, {0x0010_4000, "LT", "SECRET comment"},
		{0x0020_000D, "UI", "1.2.3"}, {tagSeries, "UI", "1.2.3.1"}}, greyDICOM(2, 1, 16, dicomElement{0x0040_0244, "DA", "20200101"},
		dicomElement{tagSharedGroups, "SQ", groups}, dicomElement{tagPixelData, "OW", []byte{1, 0, 2, 0}}, dicomElement{0xFFFA_FFFA, "SQ", []byte{}})...)
	file := dicomFileOf(uid, elements...)
	copy(file, "SECRET preamble")
	return file
}

func TestSavedDICOMIsDerivedAndNewAndKeepsOrHidesThePatient(t *testing.T) {
	for _, uid := range []string{implicitLE, explicitLE} {
		s := decode(t, patient(uid))
		require.Equal(t, 0.5, s.Spacing[0])
		for _, identity := range []bool{true, false} {
			saved, err := Encode(s, []float32{7, 2}, Saving{Identity: identity})
			require.NoError(t, err)
			data := saved[0].Data
			f, err := parseDICOM(data)
			require.NoError(t, err)
			assert.Equal(t, `DERIVED\PRIMARY\M`, f.text(tagImageType))
			assert.Regexp(t, `^2\.25\.[1-9][0-9]{20,38}$`, f.text(tagSeries))
			assert.Equal(t, !identity, !bytes.Contains(data, []byte("SECRET")), "%s, identity kept: %t", uid, identity)
			assert.Equal(t, !identity, !bytes.Contains(data, []byte("20200101")))
			assert.NotContains(t, string(data), "1.2.3.4", "the instance is another")
			back := decode(t, data)
			assert.Equal(t, []float32{7, 2}, back.Values)
			assert.Equal(t, s.Spacing, back.Spacing)
		}
	}
}

func TestSavedSeriesSharesItsIdentifiers(t *testing.T) {
	s, err := Reader{}.Read(seriesFile("1.2", 1, 30, 3), seriesFile("1.2", 2, -10, 1))
	require.NoError(t, err)
	saved, err := Encode(s, []float32{100, 3}, Saving{})
	require.NoError(t, err)
	require.Len(t, saved, 2)
	back := again(t, saved)
	assert.Equal(t, []float32{100, 3}, back.Values)
	assert.Equal(t, s.Affine, back.Affine)
	one, err := parseDICOM(saved[0].Data)
	require.NoError(t, err)
	other, err := parseDICOM(saved[1].Data)
	require.NoError(t, err)
	assert.Equal(t, one.text(tagSeries), other.text(tagSeries))
	assert.NotEqual(t, one.meta, other.meta, "each file is an instance of its own")
}

func TestUIDsAreDecimalNumbersOf128Bits(t *testing.T) {
	seen := map[string]bool{}
	for range 100 {
		uid := newUID()
		assert.LessOrEqual(t, len(uid), 64)
		assert.Regexp(t, `^2\.25\.(0|[1-9][0-9]*)$`, uid)
		assert.False(t, seen[uid])
		seen[uid] = true
	}
}

func TestSavedMaskIsReadAsItWasAndLiesWhereItsScanDoes(t *testing.T) {
	for name, file := range tinyFiles() {
		s := decode(t, file)
		if s.Channels > 1 {
			continue
		}
		given := s.NewMask()
		labels := given.Layers[0]
		for i := range labels {
			labels[i] = uint8(i * 7 % 5)
		}
		saved, err := WriteMask("nifti", given, 0, s)
		require.NoError(t, err)
		mask := decodeMask(t, gzipFile(saved.Data))
		assert.Equal(t, []int{s.Width, s.Height, s.Slices}, []int{mask.Width, mask.Height, mask.Slices}, name)
		assert.Equal(t, labels, mask.Layers[0], name)
		if s.Affine[3][3] == 1 {
			assert.Equal(t, s.Affine, decode(t, saved.Data).Affine, name)
		}
		if s.Slices == 1 {
			saved, err = WriteMask("png", given, 0, s)
			require.NoError(t, err)
			assert.Equal(t, labels, decodeMask(t, saved.Data).Layers[0], name)
		}
	}
}

func TestMaskOfSomeSlicesIsSavedWhereTheyAre(t *testing.T) {
	s := &scan.Scan{Width: 2, Height: 1, Slices: 3}
	given := &scan.Mask{Width: 2, Height: 1, Slices: 1, Layers: [][]uint8{{1, 2}}}
	saved, err := WriteMask("nifti", given, 1, s)
	require.NoError(t, err)
	back, err := maskOn(s, gzipFile(saved.Data))
	require.NoError(t, err)
	assert.Equal(t, []uint8{0, 0, 1, 2, 0, 0}, back.Layers[0])
}

func TestMasksThatCannotBeSavedAreRefusedInWords(t *testing.T) {
	s := &scan.Scan{Width: 2, Height: 1, Slices: 2}
	part := &scan.Mask{Width: 2, Height: 1, Slices: 1, Layers: [][]uint8{{1, 2}}}
	for want, save := range map[string]func() (Saved, error){
		`scan: a mask is saved as DICOM, NIfTI or PNG, not as "jpeg"`:                            func() (Saved, error) { return WriteMask("jpeg", s.NewMask(), 0, s) },
		"scan: a PNG holds the mask of one slice, but this has 2; save it as NIfTI":              func() (Saved, error) { return WriteMask("png", s.NewMask(), 0, s) },
		"scan: the mask has 2×1 pixels in 1 slice, but the scan 2×1 in 2, of which it is from 2": func() (Saved, error) { return WriteMask("nifti", part, 2, s) },
	} {
		_, err := save()
		assert.EqualError(t, err, want)
	}
}

func TestArchiveIsReadByOthers(t *testing.T) {
	data := Archive([]Saved{{Name: "a.dcm", Data: []byte("one")}, {Name: "b.dcm", Data: []byte("two, longer")}})
	r, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	require.NoError(t, err)
	for i, want := range []string{"one", "two, longer"} {
		f, err := r.File[i].Open()
		require.NoError(t, err)
		content, err := io.ReadAll(f) // which checks the sum
		require.NoError(t, err)
		assert.Equal(t, want, string(content))
	}
}

func TestCopiesOfCodedColoursAreRefusedInASentence(t *testing.T) {
	for format, file := range map[string][]byte{
		"dicom": tinyFiles()["palette.dcm"], "nifti": niftiFile(le, []int16{2, 1, 1}, 128, []byte{1, 2, 3, 4, 5, 6}, nil),
	} {
		s := decode(t, file)
		assert.False(t, s.Saveable())
		_, err := Encode(s, s.Values, Saving{})
		assert.EqualError(t, err, "scan: a changed copy of this "+format+" cannot be written, because its colours are coded; convert it to grey first")
	}
}

func TestCopyOfAnNRRDInASpaceWithoutNameSaysHowManyAxesThatHas(t *testing.T) {
	s := decode(t, []byte("NRRD0004\ntype: uint8\ndimension: 3\nspace dimension: 3\nsizes: 1 1 2\nspace directions: (1,0,0) (0,1,0) (0,0,2)\nencoding: raw\n\n\x01\x02"))
	saved, err := Encode(s, []float32{3, 2}, Saving{})
	require.NoError(t, err)
	assert.Contains(t, string(saved[0].Data), "\nspace dimension: 3\n", "without which directions are none to other programs")
	assert.Equal(t, s.Spacing, again(t, saved).Spacing)
}
