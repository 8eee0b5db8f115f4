package formats

import (
	"encoding/binary"
	"fmt"
	"math"
)

// palette is a table of colours. Its entries stay in the file, however large a table their descriptor makes of them.
type palette [3]paletteChannel // red, green and blue

// grey is the luma, in units of 8 bits, of the colour that a stored value stands for.
func (p *palette) grey(v int) float64 {
	if !p.tinted(v) {
		return p[0].entry(v)
	}
	return luma(p[0].entry(v), p[1].entry(v), p[2].entry(v))
}

// tinted tells whether a stored value stands for a colour and no grey.
func (p *palette) tinted(v int) bool {
	r := p[0].entry(v)
	return r != p[1].entry(v) || r != p[2].entry(v)
}

// palette finds the table of a file.
func (f *dicomFile) palette(signed bool) (*palette, error) {
	p := &palette{}
	unit := 256.0 // where all words have their lower byte empty
	for c := range p {
		var err error
		if p[c], err = f.paletteChannel(tag(c), signed); err != nil {
			return nil, err
		}
		for i := range p[c].count {
			if p[c].raw(p[c].first+i)&255 != 0 {
				unit = 257
			}
		}
	}
	for c := range p {
		if p[c].bits > 8 {
			p[c].unit = unit
		}
	}
	return p, nil
}

// paletteChannel is one colour's table.
type paletteChannel struct {
	data         []byte
	order        binary.ByteOrder
	count, first int     // of entries, and the stored value of the first
	bits, width  int     // of an entry, and the bytes that it takes: entries of 8 bits may be written as words
	unit         float64 // of a colour's entries in those of 8 bits
}

// paletteChannel reads one colour's table. Its descriptor tells the number of entries (0 for 65536), the stored value of the
// first (signed where pixels are) and the bits of each.
func (f *dicomFile) paletteChannel(c tag, signed bool) (paletteChannel, error) {
	descriptor, data := f.fields.of(tagRedDescriptor+c), f.fields.of(tagRedTable+c)
	if packed := f.fields.of(tagRedSegments + c); data == nil && packed != nil && len(descriptor) >= 6 {
		var err error
		if data, err = f.unroll(packed, int(f.order.Uint16(descriptor)), int(f.order.Uint16(descriptor[4:]))/8); err != nil {
			return paletteChannel{}, err
		}
	}
	return f.channel(descriptor, data, signed)
}

// channel reads a table of a descriptor.
func (f *dicomFile) channel(descriptor, data []byte, signed bool) (paletteChannel, error) {
	if len(descriptor) < 6 {
		return paletteChannel{}, fmt.Errorf("scan: the DICOM's colour palette is missing or of an unusual kind; export it as grey")
	}
	word := func(at int) int { return int(f.order.Uint16(descriptor[at:])) }
	p := paletteChannel{data: data, order: f.order, count: word(0), first: word(2), bits: word(4), unit: 1}
	if p.count == 0 {
		p.count = 1 << 16
	}
	if signed {
		p.first = int(int16(p.first))
	}
	p.width = min(len(data)/p.count, 2)
	if p.bits < 8 || p.bits > 16 || p.width < (p.bits+7)/8 {
		return p, fmt.Errorf("scan: the DICOM's colour palette should have %d entries of 8 or 16 bits, but holds %d bytes; export it again", p.count, len(data))
	}
	return p, nil
}

// entry is what a stored value stands for; of values outside of the table, the nearest entry.
func (p *paletteChannel) entry(v int) float64 {
	return float64(p.raw(v)) / p.unit
}

// raw is entry without its scale.
func (p *paletteChannel) raw(v int) int {
	at := min(max(v-p.first, 0), p.count-1)
	switch {
	case p.bits > 8:
		return int(p.order.Uint16(p.data[2*at:]))
	case p.width == 2:
		return int(p.order.Uint16(p.data[2*at:]) & 255)
	}
	return int(p.data[at])
}

// unroll makes a table of count entries of segments (PS3.3 C.7.9.2): runs of entries, lines to an entry, and both again.
func (f *dicomFile) unroll(segments []byte, count, width int) ([]byte, error) {
	if count == 0 {
		count = 1 << 16
	}
	if width != 1 && width != 2 {
		return nil, unusualSegments()
	}
	u := &unrolling{file: f, data: segments, width: width, most: count}
	if err := u.run(0, len(segments), 0, 1<<20); err != nil || len(u.entries) < count {
		return nil, unusualSegments()
	}
	var out []byte
	for _, v := range u.entries[:count] {
		if width == 2 {
			out = f.order.(binary.AppendByteOrder).AppendUint16(out, uint16(v))
		} else {
			out = append(out, byte(v))
		}
	}
	return out, nil
}

func unusualSegments() error {
	return fmt.Errorf("scan: the DICOM's segmented colour palette is damaged or of an unusual kind; export it as grey")
}

// unrolling is a table that is being made.
type unrolling struct {
	file        *dicomFile
	data        []byte
	width, most int
	entries     []int
}

// word is the number at a place of the segments.
func (u *unrolling) word(at int) int {
	if u.width == 1 {
		return int(u.data[at])
	}
	return int(u.file.order.Uint16(u.data[at:]))
}

// run adds what count segments between two places stand for. Those that repeat others must not repeat such.
func (u *unrolling) run(at, end, depth, count int) error {
	for ; count > 0 && at+2*u.width <= end && len(u.entries) < u.most; count-- {
		kind, n := u.word(at), u.word(at+u.width)
		at += 2 * u.width
		need := map[int]int{0: n, 1: 1, 2: 4 / u.width}[kind] * u.width
		if kind > 2 || n == 0 || at+need > end || kind == 1 && len(u.entries) == 0 || kind == 2 && depth > 0 {
			return unusualSegments()
		}
		switch kind {
		case 0:
			for i := range min(n, u.most) {
				u.entries = append(u.entries, u.word(at+i*u.width))
			}
		case 1:
			from, to := u.entries[len(u.entries)-1], u.word(at)
			for i := 1; i <= n; i++ {
				u.entries = append(u.entries, from+int(math.Round(float64((to-from)*i)/float64(n))))
			}
		case 2:
			offset := int(u.file.order.Uint16(u.data[at:])) | int(u.file.order.Uint16(u.data[at+2:]))<<16
			if u.width == 1 {
				offset = int(u.file.order.Uint32(u.data[at:]))
			}
			if offset < 0 || offset >= end {
				return unusualSegments()
			}
			if err := u.run(offset, end, depth+1, n); err != nil {
				return err
			}
		}
		at += need
	}
	return nil
}
