package formats

// halvedColours is how uncompressed colours are called of which two pixels share theirs.
const halvedColours = "YBR_FULL_422"

// whole gives each of the pixels, two of which are stored as Y Y Cb Cr (PS3.3 C.7.6.3.1.2), colours of its own. Copies are written so.
func (p *dicomPixels) whole() {
	wide := *p
	wide.photometric, wide.planar = "YBR_FULL", false
	n := p.frames * p.width * p.height
	wide.data = make([]byte, 3*n+3*n%2)
	for pixel := range n {
		pair := pixel / 2 * 4
		for c, at := range [3]int{pair + pixel%2, pair + 2, pair + 3} {
			wide.set(3*pixel+c, p.raw(at))
		}
	}
	*p = wide
}
