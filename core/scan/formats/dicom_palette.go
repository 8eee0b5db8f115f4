package formats

import (
	"encoding/binary"
	"fmt"
)

// palette is a table of colours. Its entries stay in the file, however large a table their descriptor makes of them.
type palette [3]paletteChannel // red, green and blue

// grey is the luma, in units of 8 bits, of the colour that a stored value stands for.
func (p *palette) grey(v int) float64 {
	r, g, b := p[0].entry(v), p[1].entry(v), p[2].entry(v)
	if r == g && r == b {
		return r
	}
	return luma(r, g, b)
}

// palette finds the table of a file.
func (f *dicomFile) palette(signed bool) (*palette, error) {
	p := &palette{}
	for c := range p {
		var err error
		if p[c], err = f.paletteChannel(tag(c), signed); err != nil {
			return nil, err
		}
	}
	return p, nil
}

// paletteChannel is one colour's table.
type paletteChannel struct {
	data         []byte
	order        binary.ByteOrder
	count, first int // of entries, and the stored value of the first
	bits, width  int // of an entry, and the bytes that it takes: entries of 8 bits may be written as words
}

// paletteChannel reads one colour's table. Its descriptor tells the number of entries (0 for 65536), the stored value of the
// first (signed where pixels are) and the bits of each.
func (f *dicomFile) paletteChannel(c tag, signed bool) (paletteChannel, error) {
	descriptor, data := f.fields.of(tagRedDescriptor+c), f.fields.of(tagRedTable+c)
	if len(descriptor) < 6 {
		return paletteChannel{}, fmt.Errorf("scan: the DICOM's colour palette is missing or of an unusual kind; export it as grey")
	}
	word := func(at int) int { return int(f.order.Uint16(descriptor[at:])) }
	p := paletteChannel{data: data, order: f.order, count: word(0), first: word(2), bits: word(4)}
	if p.count == 0 {
		p.count = 1 << 16
	}
	if signed {
		p.first = int(int16(p.first))
	}
	p.width = min(len(data)/p.count, 2)
	if p.bits != 8 && p.bits != 16 || p.width < p.bits/8 {
		return p, fmt.Errorf("scan: the DICOM's colour palette should have %d entries of 8 or 16 bits, but holds %d bytes; export it again", p.count, len(data))
	}
	return p, nil
}

// entry is what a stored value stands for; of values outside of the table, the nearest entry.
func (p *paletteChannel) entry(v int) float64 {
	at := min(max(v-p.first, 0), p.count-1)
	switch {
	case p.bits == 16:
		return float64(p.order.Uint16(p.data[2*at:])) / 257
	case p.width == 2:
		return float64(p.order.Uint16(p.data[2*at:]) & 255)
	}
	return float64(p.data[at])
}
