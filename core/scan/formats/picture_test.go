package formats

import (
	"image"
	"image/color"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/image/tiff"
)

func TestGreyPNGKeepsItsBytes(t *testing.T) {
	s := decode(t, pngFile(greyImage(3, 2, 0, 1, 2, 3, 254, 255)))
	assert.Equal(t, []float32{0, 1, 2, 3, 254, 255}, s.Values)
	assert.Equal(t, []any{"png", "uint8", 8, 3, 2, 1, 1}, []any{s.Format, s.Type, s.Bits, s.Width, s.Height, s.Slices, s.Channels})
	assert.Equal(t, [2]float64{0, 255}, s.Window)
}

func TestDeepPNGKeepsAllSixteenBits(t *testing.T) {
	s := decode(t, pngFile(&image.Gray16{Pix: []byte{0, 0, 1, 2, 255, 255}, Stride: 6, Rect: image.Rect(0, 0, 3, 1)}))
	assert.Equal(t, []float32{0, 258, 65535}, s.Values)
	assert.Equal(t, "uint16", s.Type)
}

func TestColourPNGBecomesLuma(t *testing.T) {
	img := image.NewNRGBA(image.Rect(0, 0, 4, 1))
	for x, c := range []color.NRGBA{{255, 0, 0, 255}, {0, 255, 0, 255}, {0, 0, 255, 255}, {77, 77, 77, 255}} {
		img.SetNRGBA(x, 0, c)
	}
	s := decode(t, pngFile(img))
	assert.InDeltaSlice(t, []float32{0.299 * 255, 0.587 * 255, 0.114 * 255}, s.Values[:3], 1e-4)
	assert.Equal(t, float32(77), s.Values[3], "grey stays exact")
	assert.True(t, s.Coloured)
}

func TestDeepColourPNGKeepsItsRange(t *testing.T) {
	img := image.NewNRGBA64(image.Rect(0, 0, 2, 1))
	img.SetNRGBA64(0, 0, color.NRGBA64{R: 1000, G: 1000, B: 1000, A: 65535})
	img.SetNRGBA64(1, 0, color.NRGBA64{R: 65535, A: 65535})
	s := decode(t, pngFile(img))
	assert.InDeltaSlice(t, []float32{1000, 0.299 * 65535}, s.Values, 1e-2)
	assert.Equal(t, "uint16", s.Type)
}

func TestJPEGIsCloseToWhatWasWritten(t *testing.T) {
	grey := image.NewGray(image.Rect(0, 0, 16, 8))
	colour := image.NewNRGBA(grey.Rect)
	for i := range grey.Pix {
		v := uint8(100 + i%16*4)
		grey.Pix[i] = v
		colour.SetNRGBA(i%16, i/16, color.NRGBA{v, v, v, 255})
	}
	for name, img := range map[string]image.Image{"grey": grey, "colour": colour} {
		s := decode(t, jpegFile(img))
		require.Equal(t, "jpeg", s.Format, name)
		for i, v := range s.Values {
			assert.InDelta(t, grey.Pix[i], v, 3, name) // quality 95 leaves a smooth ramp within a few levels
		}
	}
}

func TestPicturesTellWhetherTheyHadColours(t *testing.T) {
	grey, red := image.NewNRGBA(image.Rect(0, 0, 16, 16)), image.NewNRGBA(image.Rect(0, 0, 16, 16))
	for i := range 256 {
		grey.SetNRGBA(i%16, i/16, color.NRGBA{90, 90, 90, 255})
		red.SetNRGBA(i%16, i/16, color.NRGBA{200, 90, 90, 255})
	}
	for name, file := range map[string]func(image.Image) []byte{
		"PNG": pngFile, "JPEG": jpegFile, "TIFF": func(img image.Image) []byte { return tiffFile(img, tiff.Uncompressed, false) },
	} {
		assert.False(t, decode(t, file(grey)).Coloured, name+", whose three channels are equal")
		assert.True(t, decode(t, file(red)).Coloured, name)
	}
}

func TestTinyPictureFileThatDeclaresALargePictureIsRefused(t *testing.T) {
	file := pngFile(greyImage(1, 1, 0))
	copy(file[16:], []byte{0, 0, 0x20, 0, 0, 0, 0x20, 0}) // 8192×8192
	_, err := readPNG(fixPNG(file))
	assert.EqualError(t, err, "scan: the PNG is truncated: it needs 8128 bytes of data and holds 71; copy or export it again")
	copy(file[16:], []byte{0, 0, 0x20, 1, 0, 0, 0, 1})
	_, err = readPNG(fixPNG(file))
	assert.EqualError(t, err, "scan: the PNG is 8193×1 pixels, but at most 8192 per side are read; scale it down first")
}
