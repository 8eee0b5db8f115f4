package formats

import (
	"fmt"
	"math"

	"segfault/core/names"
)

// What a TIFF says of colours. A JPEG's YCbCr is RGB once it is decoded.
const (
	tiffInverted = 0 // grey of which white is 0
	tiffGrey     = 1
	tiffRGB      = 2
	tiffPalette  = 3
	tiffCMYK     = 5
	tiffYCbCr    = 6
)

// describeColours checks what samples a pixel has, once JPEG's YCbCr counts as RGB.
func (p *tiffPage) describeColours() error {
	unsigned := p.sample.name[0] == 'u'
	switch {
	case p.photometric <= tiffGrey && p.samples >= 1 && p.samples <= 2: // grey, perhaps with opacity
	case p.photometric == tiffRGB && p.samples >= 3 && p.samples <= 4:
	case p.photometric == tiffCMYK && p.samples == 4 && unsigned && p.sample.bytes <= 2 && !p.planar:
	case p.photometric == tiffPalette && p.samples == 1 && unsigned && p.sample.bytes <= 2 && p.field(tiffColours).count() == 3<<p.bits:
	default:
		return fmt.Errorf("scan: the TIFF has %s of kind %d per pixel, but grey, RGB, CMYK and palettes are read; save it as grey", names.Counted(int(p.samples), "sample"), p.photometric)
	}
	for i, all := int64(1), p.field(tiffBits); i < min(p.samples, all.count()); i++ {
		if all.at(i) != p.bits {
			return fmt.Errorf("scan: the TIFF stores %d bits of one colour and %d of another; save it as 16-bit grey", p.bits, all.at(i))
		}
	}
	return nil
}

// brightness makes one number of a pixel's samples, and notes whether they are colours.
func (p *tiffPage) brightness(work *budget) (func(pixel []byte) float64, error) {
	read, step := p.sample.read(p.order), p.sample.bytes
	switch p.photometric {
	case tiffInverted:
		if most := math.Ldexp(1, int(p.bits)) - 1; p.sample.name[0] == 'u' {
			return func(pixel []byte) float64 { return (most - read(pixel)) * p.unit }, nil
		}
	case tiffGrey:
		if p.unit != 1 {
			return func(pixel []byte) float64 { return read(pixel) * p.unit }, nil
		}
	case tiffRGB:
		return func(pixel []byte) float64 {
			return p.luma(read(pixel), read(pixel[step:]), read(pixel[2*step:]))
		}, nil
	case tiffCMYK:
		most := math.Ldexp(1, int(p.bits)) - 1
		return func(pixel []byte) float64 {
			light := func(ink int) float64 { // of a colour, through its ink and black
				return math.Round((most - read(pixel[ink*step:])) * (most - read(pixel[3*step:])) / most)
			}
			return p.luma(light(0), light(1), light(2))
		}, nil
	case tiffPalette:
		palette, err := p.palette(work)
		if p.indices && p.coloured {
			p.coloured = false
			return read, err
		}
		return func(pixel []byte) float64 { return palette[int(read(pixel))] }, err
	}
	return read, nil
}

// luma is that of a colour, which it notes unless it is grey.
func (p *tiffPage) luma(r, g, b float64) float64 {
	if r == g && r == b {
		return r
	}
	p.coloured = true
	return luma(r, g, b)
}

// palette is the brightness of each colour. Its numbers have 16 bits; where none needs more than 8, or all have their lower 8 empty, they are held to be of 8.
func (p *tiffPage) palette(work *budget) ([]float64, error) {
	colours := p.field(tiffColours)
	if err := work.spend(int64(len(colours.values))); err != nil {
		return nil, err
	}
	n := colours.count() / 3
	wide, lower := false, false
	for i := range 3 * n {
		wide, lower = wide || colours.at(i) > 255, lower || colours.at(i)&255 != 0
	}
	unit := 1.0
	switch {
	case wide && lower:
		unit = 1 / 257.0
	case wide:
		unit = 1 / 256.0
	}
	palette := make([]float64, n)
	for i := range n {
		r, g, b := colours.at(i), colours.at(n+i), colours.at(2*n+i)
		palette[i] = luma(float64(r), float64(g), float64(b)) * unit
		p.coloured = p.coloured || r != g || r != b
	}
	return palette, nil
}
