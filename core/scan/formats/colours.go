package formats

import (
	"image"
	"image/color"
	"sort"

	"segfault/core/scan"
)

// colourStore holds a picture's colours, of which a copy moves all three of a pixel alike: grey becomes lighter or darker, and hues stay.
type colourStore struct {
	picture       image.RGBA64Image
	bits          int
	width, height int // upright
	turn          scan.Orientation
	beside        []pngChunk
}

// coloursOf is the store of a picture whose scan is s; false where its colours are no whole numbers, as where light shines through.
func coloursOf(img image.Image, s *scan.Scan, beside []pngChunk) (colourStore, bool) {
	c := colourStore{img.(image.RGBA64Image), s.Bits, s.Width, s.Height, s.Orientation, beside}
	for i := range s.Values {
		if at := c.at(i); at.R%c.unit() != 0 || at.G%c.unit() != 0 || at.B%c.unit() != 0 {
			return c, false
		}
	}
	return c, true
}

// unit is the step of a sample, which counts to 65535.
func (c colourStore) unit() uint16 { return 65535 / uint16(1<<c.bits-1) }

// at is the colour of a pixel of the upright scan.
func (c colourStore) at(pixel int) color.RGBA64 {
	b := c.picture.Bounds()
	i := c.turn.StoredAt(pixel, c.width, c.height)
	return c.picture.RGBA64At(b.Min.X+i%b.Dx(), b.Min.Y+i/b.Dx())
}

// moved is the colour of a pixel that is to be of another brightness: the nearest there is. Samples stay within their range, where they move no further.
func (c colourStore) moved(pixel int, v float32) color.RGBA64 {
	at, most := c.at(pixel), 1<<c.bits-1
	by := func(move int) color.RGBA64 {
		to := at
		for _, sample := range []*uint16{&to.R, &to.G, &to.B} {
			*sample = uint16(min(max(int(*sample/c.unit())+move, 0), most)) * c.unit()
		}
		return to
	}
	up := sort.Search(2*most, func(i int) bool { return brightness(by(i-most), c.bits) >= v }) - most
	if far := brightness(by(up), c.bits) - v; v-brightness(by(up-1), c.bits) < far {
		up--
	}
	return by(up)
}

// Round implements [scan.Store].
func (c colourStore) Round(_ int, old, values []float32) {
	hold(old, values, func(pixel int, v float32) float32 { return brightness(c.moved(pixel, v), c.bits) })
}

// Step implements [scan.Store].
func (colourStore) Step(int) float64 { return 1 }

// save implements writer: a PNG of three samples a pixel, turned as the file is. What does not change keeps its colour.
func (c colourStore) save(s *scan.Scan, change Change, how Saving) ([]Saved, error) {
	old, values := change.Slice(0)
	b, bytes := c.picture.Bounds(), c.bits/8
	pixels := make([]color.RGBA64, len(values))
	for i, v := range values {
		colour := c.at(i)
		if v != old[i] {
			colour = c.moved(i, v)
		}
		pixels[stored(s, i)] = colour
	}
	return []Saved{{Name: "adversarial.png", Data: encodePNG(b.Dx(), b.Dy(), 3, bytes, func(to []byte, x, y int) {
		at := pixels[y*b.Dx()+x]
		for k, sample := range []uint16{at.R, at.G, at.B} {
			for i := range bytes { // of 8 bits both bytes are the same
				to[k*bytes+i] = byte(sample >> (8 - 8*i))
			}
		}
	}, copied(c.beside, s, how)...)}}, nil
}
