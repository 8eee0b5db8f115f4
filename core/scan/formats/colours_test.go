package formats

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// coloured is a picture of 8 or 16 bits with a grey pixel, some tints and a saturated one.
func coloured(deep bool) image.Image {
	tints := [][3]uint8{{90, 90, 90}, {120, 80, 60}, {60, 80, 120}, {255, 200, 10}, {0, 30, 70}, {200, 10, 90}}
	if deep {
		img := image.NewNRGBA64(image.Rect(0, 0, 6, 1))
		for x, c := range tints {
			img.SetNRGBA64(x, 0, color.NRGBA64{R: uint16(c[0])<<8 + 3, G: uint16(c[1])<<8 + 5, B: uint16(c[2])<<8 + 7, A: 65535})
		}
		return img
	}
	img := image.NewNRGBA(image.Rect(0, 0, 6, 1))
	for x, c := range tints {
		img.SetNRGBA(x, 0, color.NRGBA{c[0], c[1], c[2], 255})
	}
	return img
}

func TestCopiesOfColouredPicturesKeepTheirColours(t *testing.T) {
	palette := image.NewPaletted(image.Rect(0, 0, 6, 1), nil)
	for x := range 6 {
		palette.Palette = append(palette.Palette, coloured(false).At(x, 0))
		palette.Pix[x] = uint8(x)
	}
	for name, c := range map[string]struct {
		file []byte
		step float32 // of the attack
		img  image.Image
	}{
		"8 bits":    {pngFile(coloured(false)), 9, coloured(false)},
		"16 bits":   {pngFile(coloured(true)), 700, coloured(true)},
		"a palette": {pngFile(palette), 9, coloured(false)},
		"a JPEG":    {jpegFile(coloured(false)), 9, nil},
	} {
		t.Run(name, func(t *testing.T) {
			s := decode(t, c.file)
			require.True(t, s.Coloured)
			require.True(t, s.ColoursKept)
			values := make([]float32, len(s.Values))
			for i, v := range s.Values {
				values[i] = v + []float32{c.step, 0, -c.step}[i%3]
			}
			s.Round(0, values)
			saved, err := Encode(s, values, Saving{})
			require.NoError(t, err)
			back := decode(t, saved[0].Data)
			assert.Equal(t, values, back.Values)
			assert.True(t, back.Coloured)
			if c.img == nil { // whose compression blurs
				return
			}
			img, err := png.Decode(bytes.NewReader(saved[0].Data))
			require.NoError(t, err)
			for x := range 6 {
				r, g, b, _ := c.img.At(x, 0).RGBA()
				to, tg, tb, _ := img.At(x, 0).RGBA()
				if values[x] == s.Values[x] {
					assert.Equal(t, [3]uint32{r, g, b}, [3]uint32{to, tg, tb}, "pixel %d, which did not change", x)
				} else if x != 3 && x != 5 { // where a sample is at its end
					assert.Equal(t, [2]uint32{r - g, g - b}, [2]uint32{to - tg, tg - tb}, "the hue of pixel %d", x)
				}
			}
		})
	}
}

func TestAPictureThatLightShinesThroughIsCopiedInGrey(t *testing.T) {
	img := image.NewNRGBA(image.Rect(0, 0, 1, 1))
	img.SetNRGBA(0, 0, color.NRGBA{200, 30, 30, 100})
	s := decode(t, pngFile(img))
	assert.True(t, s.Coloured)
	assert.False(t, s.ColoursKept)
	assert.True(t, s.Saveable())
}
