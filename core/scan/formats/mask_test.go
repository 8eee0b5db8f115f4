package formats

import (
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"image"
	"image/color"
	"math"
	"slices"
	"testing"

	"segfault/core/scan"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// decodeMask reads a mask of a picture, as its file has it.
func decodeMask(t *testing.T, data []byte) *scan.Mask {
	t.Helper()
	m, err := unlaid(data)
	require.NoError(t, err)
	return m
}

func unlaid(data []byte) (*scan.Mask, error) {
	files := []File{{Data: data}}
	f, err := formatOf(files)
	if err != nil {
		return nil, err
	}
	if f.readMask == nil {
		return ReadMask(nil, files...)
	}
	return f.readMask(Reader{}, files, &scan.Scan{Slices: 1})
}

// maskOn reads a mask of a scan.
func maskOn(s *scan.Scan, data []byte) (*scan.Mask, error) {
	return ReadMask(s, File{Data: data})
}

func TestPNGMaskLevelsBecomeLabels(t *testing.T) {
	for name, c := range map[string]struct{ pixels, want []uint8 }{
		"black and white":     {[]uint8{0, 255, 255, 0}, []uint8{0, 1, 1, 0}},
		"class numbers":       {[]uint8{0, 2, 31, 0}, []uint8{0, 2, 31, 0}},
		"levels":              {[]uint8{0, 128, 255, 128}, []uint8{0, 1, 2, 1}},
		"nothing":             {[]uint8{0, 0, 0, 0}, []uint8{0, 0, 0, 0}},
		"everything":          {[]uint8{255, 255, 255, 255}, []uint8{1, 1, 1, 1}},
		"no background there": {[]uint8{100, 200, 200, 200}, []uint8{1, 2, 2, 2}},
	} {
		m := decodeMask(t, pngFile(greyImage(2, 2, c.pixels...)))
		assert.Equal(t, c.want, m.Layers[0], name)
		assert.Equal(t, []int{2, 2, 1, 0, 1}, []int{m.Width, m.Height, m.Slices, m.Classes, len(m.Layers)}, name)
	}
}

func TestPNGMaskIsReadWhateverStandsBeforeItsSize(t *testing.T) {
	file, text := pngFile(greyImage(2, 2, 0, 255, 255, 0)), []byte("\x00\x00\x00\x14tEXt"+string(make([]byte, 20)))
	text = binary.BigEndian.AppendUint32(text, crc32.ChecksumIEEE(text[4:]))
	m := decodeMask(t, slices.Insert(file, 8, text...))
	assert.Equal(t, []uint8{0, 1, 1, 0}, m.Layers[0])
}

func TestSoftPNGMaskIsCutAtHalf(t *testing.T) {
	ramp := image.NewGray(image.Rect(0, 0, 201, 1))
	for i := range ramp.Pix {
		ramp.Pix[i] = uint8(i)
	}
	m := decodeMask(t, pngFile(ramp))
	assert.Equal(t, []uint8{0, 1}, m.Layers[0][99:101])
	assert.Equal(t, uint8(1), m.Layers[0][200])
}

func TestPalettePNGMaskHoldsIndices(t *testing.T) {
	palette := color.Palette{color.Black, color.RGBA{R: 255, A: 255}, color.RGBA{B: 255, A: 255}}
	p := image.NewPaletted(image.Rect(0, 0, 3, 1), palette)
	p.Pix = []uint8{2, 0, 1}
	assert.Equal(t, []uint8{2, 0, 1}, decodeMask(t, pngFile(p)).Layers[0])
	p.Palette = color.Palette{color.White, color.Black}
	p.Pix = []uint8{1, 0, 1}
	assert.Equal(t, []uint8{0, 1, 0}, decodeMask(t, pngFile(p)).Layers[0], "a palette of greys is only another way to write grey")
}

func TestOverlappingChannelsAreKept(t *testing.T) {
	values := []float32{1, 0, 1, 1} // both classes at the first pixel
	for _, file := range [][]byte{
		npyFile("<f4", "False", "(2, 1, 2)", encode(le, values)),
		npyFile("|u1", "False", "(2, 1, 2)", []byte{1, 0, 1, 1}),
	} {
		m := decodeMask(t, file)
		assert.Equal(t, []int{2, 1, 1, 2}, []int{m.Width, m.Height, m.Slices, m.Classes})
		planes, err := m.Planes(0, 2)
		require.NoError(t, err)
		assert.Equal(t, []uint8{1, 0, 1, 1}, planes)
		_, err = m.Planes(0, 3)
		assert.EqualError(t, err, "scan: the mask has 2 classes, but the model has 3; choose the mask that belongs to it")
	}
}

func TestPlanesOfLabels(t *testing.T) {
	m := decodeMask(t, npyFile("<i8", "False", "(2, 1, 3)", encode(le, []int64{0, 1, 2, 2, 0, 3})))
	assert.Equal(t, []int{2, 0}, []int{m.Slices, m.Classes})
	planes, err := m.Planes(0, 3)
	require.NoError(t, err)
	assert.Equal(t, []uint8{0, 1, 0, 0, 0, 1, 0, 0, 0}, planes)
	_, err = m.Planes(1, 2)
	assert.EqualError(t, err, "scan: the mask has label 3, but the model has 2 classes; choose the mask that belongs to it")
	_, err = m.Planes(2, 3)
	assert.EqualError(t, err, "scan: slice 2 of the mask was asked for, but it has 2, counted from 0")
}

func TestNIfTIMaskStandsLikeItsScan(t *testing.T) {
	file := niftiFile(le, []int16{1, 3, 2}, 2, []byte{0, 1, 2, 0, 0, 3}, nil)
	m, s := decodeMask(t, file), decode(t, file)
	for i, v := range s.Values {
		assert.Equal(t, uint8(v), m.Layers[0][i])
	}
	assert.Equal(t, []uint8{1, 1, 0}, decodeMask(t, niftiFile(le, []int16{1, 3, 1}, 2, []byte{0, 255, 255}, nil)).Layers[0])
}

func TestLabelsThatWereRoundedForTheirFileAreWhatTheyWere(t *testing.T) {
	scaled := func(slope, intercept float32) func(h []byte) {
		return func(h []byte) {
			le.PutUint32(h[112:], math.Float32bits(slope))
			le.PutUint32(h[116:], math.Float32bits(intercept))
		}
	}
	nan := float32(math.NaN())
	for name, c := range map[string]struct {
		file []byte
		want []uint8
	}{
		"bytes to 4":           {niftiFile(le, []int16{3, 1, 1}, 2, []byte{0, 64, 191}, scaled(4/255.0, 0)), []uint8{0, 1, 3}},                      // of 63.75 and 191.25
		"16 bits around 2":     {niftiFile(le, []int16{3, 1, 1}, 4, encode(le, []int16{-32767, 0, 16383}), scaled(4/65535.0, 2)), []uint8{0, 2, 3}}, // of −32767.5 and 16383.75
		"floats":               {niftiFile(le, []int16{3, 1, 1}, 16, encode(le, []float32{0, 0.99999, 2.00001}), nil), []uint8{0, 1, 2}},
		"all or nothing":       {niftiFile(le, []int16{3, 1, 1}, 512, encode(le, []uint16{0, 65535, 65535}), nil), []uint8{0, 1, 1}},
		"nothing is no number": {niftiFile(le, []int16{3, 1, 1}, 16, encode(le, []float32{nan, 1, 2}), nil), []uint8{0, 1, 2}},
	} {
		m, err := unlaid(c.file)
		require.NoError(t, err, name)
		assert.Equal(t, [][]uint8{c.want}, m.Layers, name)
		assert.Equal(t, name == "nothing is no number", m.LeftOut != nil, name)
	}
	for name, file := range map[string][]byte{
		"a scan of steps of a fifth": niftiFile(le, []int16{3, 1, 1}, 2, []byte{0, 2, 5}, scaled(0.2, 0)),
		"chances":                    niftiFile(le, []int16{3, 1, 1}, 16, encode(le, []float32{0, 0.01, 1}), nil),
		"two values above 255":       niftiFile(le, []int16{3, 1, 1}, 512, encode(le, []uint16{0, 300, 301}), nil),
	} {
		_, err := unlaid(file)
		assert.ErrorContains(t, err, "a mask holds whole numbers from 0 to 255", name)
	}
}

func TestMaskErrorsSayWhatIsWrong(t *testing.T) {
	for want, file := range map[string][]byte{
		"scan: a JPEG cannot hold a mask, because its compression blurs labels; save the mask as PNG":                       jpegFile(greyImage(1, 1, 0)),
		"scan: this DICOM file is neither a segmentation nor a set of contours; is it the scan itself?":                     tinyFiles()["plain.dcm"],
		"scan: a mask holds whole numbers from 0 to 255, but this npy has other values, like 256; is it the scan itself?":   npyFile("<i2", "False", "(1, 1)", encode(le, []int16{256})),
		"scan: a mask holds whole numbers from 0 to 255, but this npy has other values, like -1; is it the scan itself?":    npyFile("<i2", "False", "(1, 1)", encode(le, []int16{-1})),
		"scan: a mask holds whole numbers from 0 to 255, but this nifti has other values, like 0.5; is it the scan itself?": niftiFile(le, []int16{1, 1, 1}, 16, encode(le, []float32{0.5}), nil),
	} {
		_, err := unlaid(file)
		assert.EqualError(t, err, want)
	}
}

// placed is a NIfTI of 3×2×2 voxels whose sform says where it lies.
func placed(codes string, x float32) []byte {
	affine := affineOf(codes)
	return niftiFile(le, []int16{3, 2, 2}, 2, []byte{0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2}, func(h []byte) {
		le.PutUint16(h[254:], 1)
		for i := range 12 {
			le.PutUint32(h[280+4*i:], math.Float32bits(float32(affine[i/4][i%4])))
		}
		le.PutUint32(h[280+12:], math.Float32bits(x))
	})
}

func TestMaskOfAnotherPlaceIsRefusedWithBothGeometriesAndTheirDistance(t *testing.T) {
	s := decode(t, placed("LAS", 0))
	_, err := maskOn(s, placed("LAS", 7))
	assert.EqualError(t, err, "scan: the mask lies elsewhere in the patient than the scan, by up to 7 mm: "+
		"the mask has axes LAS, 1×1×1 mm, and begins at (7.0, 0.0, 0.0) mm, the scan has axes LAS, 1×1×1 mm, and begins at (0.0, 0.0, 0.0) mm; resample it to the scan")
	_, err = maskOn(s, placed("LAS", 0.4))
	assert.NoError(t, err, "less than half a voxel away")
}

func TestMaskStoredInAnotherOrderFitsWhereItLiesInTheSamePlace(t *testing.T) {
	// Columns to the left from 0, or to the right from −2: the same three.
	s := decode(t, placed("LAS", 0))
	for mask, want := range map[string][]uint8{"LAS": {0, 1, 2}, "RAS": {2, 1, 0}} {
		laid, err := maskOn(s, placed(mask, map[string]float32{"LAS": 0, "RAS": -2}[mask]))
		require.NoError(t, err)
		assert.Equal(t, want, laid.Layers[0][:3], mask)
	}
}

func TestMaskThatDoesNotSayWhereItLiesFitsBySize(t *testing.T) {
	s := decode(t, placed("LAS", 100))
	_, err := maskOn(s, niftiFile(le, []int16{3, 2, 2}, 2, make([]byte, 12), nil))
	assert.NoError(t, err)
	_, err = maskOn(s, pngFile(greyImage(2, 2, 0, 1, 0, 1)))
	assert.EqualError(t, err, "scan: the mask is 2×2 pixels, but the scan is 3×2 pixels in 2 slices; choose the mask that belongs to it")
}

func TestAMaskOfMoreSlicesThanNIfTICountsIsRefused(t *testing.T) {
	for slices, refused := range map[int]bool{32767: false, 32768: true, 70000: true} {
		on := &scan.Scan{Width: 1, Height: 1, Slices: slices}
		_, err := WriteMask("nifti", &scan.Mask{Width: 1, Height: 1, Slices: 1, Layers: [][]uint8{{1}}}, 0, on)
		if refused {
			assert.EqualError(t, err, fmt.Sprintf("scan: the scan has %d slices, but a NIfTI mask counts up to 32767; cut the scan into parts", slices))
		} else {
			assert.NoError(t, err)
		}
	}
}
