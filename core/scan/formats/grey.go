package formats

import (
	"image"
	"image/color"
	"slices"

	"segfault/core/scan"
)

// grey returns the picture's brightness, row by row: 0…255, or 0…65535 for 16-bit pictures, which is its second
// result. Colours become luma, and the third tells whether there were any; what is transparent lies on black.
func grey(img image.Image) (values []float32, bits int, coloured bool) {
	b := img.Bounds()
	w, h := b.Dx(), b.Dy()
	values = make([]float32, w*h)
	each := func(at func(x, y int) float32) {
		for y := range h {
			for x := range w {
				values[y*w+x] = at(x, y)
			}
		}
	}
	switch m := img.(type) {
	case *image.Gray:
		each(func(x, y int) float32 { return float32(m.Pix[y*m.Stride+x]) })
		return values, 8, false
	case *image.Gray16:
		each(func(x, y int) float32 {
			return float32(uint16(m.Pix[y*m.Stride+2*x])<<8 | uint16(m.Pix[y*m.Stride+2*x+1]))
		})
		return values, 16, false
	case *image.YCbCr:
		each(func(x, y int) float32 { return float32(m.Y[y*m.YStride+x]) })
		return values, 8, false
	}
	bits = depth(img)
	rgba := img.(image.RGBA64Image) // as all pictures are that are decoded here
	each(func(x, y int) float32 {
		c := rgba.RGBA64At(b.Min.X+x, b.Min.Y+y)
		coloured = coloured || c.R != c.G || c.G != c.B
		return brightness(c, bits)
	})
	return values, bits, coloured
}

// depth is how many bits a coloured picture's samples have.
func depth(img image.Image) int {
	switch img.(type) {
	case *image.RGBA64, *image.NRGBA64:
		return 16
	}
	return 8
}

// brightness is the grey of a colour, whose samples count to 65535, in so many bits.
func brightness(c color.RGBA64, bits int) float32 {
	unit := 1.0
	if bits == 8 {
		unit = 1 / 257.0
	}
	if c.R == c.G && c.G == c.B { // grey stays exactly what it is
		return float32(float64(c.R) * unit)
	}
	return float32(luma(float64(c.R), float64(c.G), float64(c.B)) * unit)
}

// unpacked is a picture with the colours that others see in it: those of a JPEG, unless it is grey, are rounded to 8 bits each.
func unpacked(img image.Image) image.Image {
	m, ok := img.(*image.YCbCr)
	tinted := func(chroma uint8) bool { return chroma != 128 }
	if !ok || !slices.ContainsFunc(m.Cb, tinted) && !slices.ContainsFunc(m.Cr, tinted) {
		return img
	}
	rgb := image.NewRGBA(m.Rect)
	for y := m.Rect.Min.Y; y < m.Rect.Max.Y; y++ {
		for x := m.Rect.Min.X; x < m.Rect.Max.X; x++ {
			c := m.YCbCrAt(x, y)
			r, g, b := color.YCbCrToRGB(c.Y, c.Cb, c.Cr)
			rgb.SetRGBA(x, y, color.RGBA{R: r, G: g, B: b, A: 255})
		}
	}
	return rgb
}

// pictureWindow is how a viewer shows a picture: the whole range of 8 bits; of 16 bits, which are seldom all used,
// the robust range.
func pictureWindow(values []float32, bits int) [2]float64 {
	if bits == 8 {
		return [2]float64{0, 255}
	}
	return scan.RobustWindow(values)
}
