package scan

import (
	"encoding/binary"
	"fmt"
	"math"
)

// The fields of a TIFF directory that are read.
const (
	tiffSubfile      = 254
	tiffWidth        = 256
	tiffHeight       = 257
	tiffBits         = 258
	tiffCompression  = 259
	tiffPhotometric  = 262
	tiffStripOffsets = 273
	tiffSamples      = 277
	tiffStripRows    = 278
	tiffStripBytes   = 279
	tiffPlanar       = 284
	tiffPredictor    = 317
	tiffColours      = 320
	tiffTileWidth    = 322
	tiffTileHeight   = 323
	tiffTileOffsets  = 324
	tiffTileBytes    = 325
	tiffSampleFormat = 339
)

// tiffPage is one picture of a TIFF.
type tiffPage struct {
	order         binary.ByteOrder
	fields        map[int]tiffField
	width, height int64
	samples       int64 // a pixel
	sample        sample
	coloured      bool // known once the pixels are read
}

// tiffField is a field's numbers, which are not copied: a hostile file could have many fields point to the same ones.
type tiffField struct {
	sample sample
	values []byte
}

func (f tiffField) count() int64 { return int64(len(f.values)) / int64(max(f.sample.bytes, 1)) }

// decodeTIFF reads a TIFF of 8 to 64 bits a sample, grey, coloured (which becomes luma) or with a palette, uncompressed or
// compressed by LZW, Deflate or PackBits. Its pages are slices.
func decodeTIFF(data []byte) (*Scan, error) {
	pages, err := tiffPages(data)
	if err != nil {
		return nil, err
	}
	first := pages[0]
	if err := checkSize("TIFF", first.width, first.height, int64(len(pages))); err != nil {
		return nil, err
	}
	most := int64(len(data)) // that a file of this length can hold
	if first.one(tiffCompression, 1) != 1 {
		most *= maxDeflate
	}
	for _, p := range pages {
		if p.width != first.width || p.height != first.height || p.sample != first.sample || p.samples != first.samples {
			return nil, fmt.Errorf("scan: the TIFF's pages differ, %d×%d pixels of %s and %d×%d of %s; save those of one kind as a file of their own",
				first.width, first.height, first.sample.name, p.width, p.height, p.sample.name)
		}
	}
	if need := int64(len(pages)) * first.height * first.rowBytes(first.width); need > most {
		return nil, truncated("TIFF", need, int64(len(data)))
	}
	s := picture("tiff", first.sample.name, 8*first.sample.bytes, int(first.width), int(first.height))
	s.Slices = len(pages)
	n := s.Width * s.Height
	s.Values = make([]float32, s.Slices*n)
	for k, p := range pages {
		if err := p.read(data, s.Values[k*n:(k+1)*n], &s.NonFinite); err != nil {
			return nil, err
		}
		s.Coloured = s.Coloured || p.coloured
	}
	s.store = tiffStore{cell{first.sample, binary.LittleEndian, 1, 0}}
	if s.Window = robustWindow(s.Values); s.Type == "uint8" {
		s.Window = [2]float64{0, 255}
	}
	return s, nil
}

func tiffDamaged() error {
	return fmt.Errorf("scan: the TIFF is damaged or incomplete; copy or export it again")
}

// tiffPages reads the chain of directories, and passes over reduced copies of other pages.
func tiffPages(data []byte) ([]*tiffPage, error) {
	if len(data) < 8 {
		return nil, truncated("TIFF", 8, int64(len(data)))
	}
	var order binary.ByteOrder = binary.LittleEndian
	if data[0] == 'M' {
		order = binary.BigEndian
	}
	var pages []*tiffPage
	seen := map[int64]bool{}
	for at := int64(order.Uint32(data[4:])); at != 0; {
		if seen[at] || at+2 > int64(len(data)) {
			return nil, tiffDamaged()
		}
		seen[at] = true
		end := at + 2 + 12*int64(order.Uint16(data[at:]))
		if end+4 > int64(len(data)) {
			return nil, tiffDamaged()
		}
		p := &tiffPage{order: order, fields: map[int]tiffField{}}
		for at += 2; at < end; at += 12 {
			if err := p.field(data, data[at:at+12]); err != nil {
				return nil, err
			}
		}
		at = int64(order.Uint32(data[end:]))
		if int(p.one(tiffSubfile, 0))&1 != 0 {
			continue
		}
		if err := p.describe(); err != nil {
			return nil, err
		}
		pages = append(pages, p)
	}
	if len(pages) == 0 {
		return nil, tiffDamaged()
	}
	return pages, nil
}

// field keeps an entry of a directory: its number, type, count, and and values or where they are.
func (p *tiffPage) field(data, entry []byte) error {
	number, kind, count := int(p.order.Uint16(entry)), p.order.Uint16(entry[2:]), int64(p.order.Uint32(entry[4:]))
	if int(kind) >= len(tiffKinds) || tiffKinds[kind].bytes == 0 {
		return nil
	}
	values := entry[8:]
	length := count * int64(tiffKinds[kind].bytes)
	if length > 4 {
		at := int64(p.order.Uint32(values))
		if at+length > int64(len(data)) {
			return tiffDamaged()
		}
		values = data[at:]
	}
	if tiffKinds[kind].name != "" && number >= tiffSubfile && number <= tiffSampleFormat {
		p.fields[number] = tiffField{tiffKinds[kind], values[:length]}
	}
	return nil
}

// tiffKinds are the types of a field's values. Those without a name are only known by their size: none of the fields that are
// read has them.
var tiffKinds = []sample{{}, {"uint8", 1}, {"", 1}, {"uint16", 2}, {"uint32", 4}, {"", 8}, {"", 1}, {"", 1}, {"", 2}, {"", 4}, {"", 8}, {"", 4}, {"", 8}}

// at is the i-th number of a field, which has so many.
func (p *tiffPage) at(field int, i int64) float64 {
	f := p.fields[field]
	return f.sample.read(p.order)(f.values[i*int64(f.sample.bytes):])
}

// one is a field's first value, or what it means when it is absent.
func (p *tiffPage) one(field int, absent float64) float64 {
	if p.fields[field].count() == 0 {
		return absent
	}
	return p.at(field, 0)
}

// describe checks that the page is of a kind that is read.
func (p *tiffPage) describe() error {
	p.width, p.height = int64(p.one(tiffWidth, 0)), int64(p.one(tiffHeight, 0))
	if err := checkSize("TIFF", p.width, p.height, 1); err != nil {
		return err
	}
	bits, format := p.one(tiffBits, 1), p.one(tiffSampleFormat, 1)
	kinds := map[[2]float64]sample{
		{8, 1}: {"uint8", 1}, {16, 1}: {"uint16", 2}, {32, 1}: {"uint32", 4}, {8, 2}: {"int8", 1}, {16, 2}: {"int16", 2}, {32, 2}: {"int32", 4},
		{32, 3}: {"float32", 4}, {64, 3}: {"float64", 8},
	}
	var ok bool
	if p.sample, ok = kinds[[2]float64{bits, format}]; !ok {
		return fmt.Errorf("scan: the TIFF stores %g bits per value in format %g, but whole numbers of 8, 16 or 32 bits and floating-point ones are read; save it as 16-bit grey", bits, format)
	}
	p.samples = int64(p.one(tiffSamples, 1))
	photometric := p.one(tiffPhotometric, 1)
	switch {
	case photometric <= 1 && p.samples >= 1 && p.samples <= 2: // grey, perhaps with opacity
	case photometric == 2 && p.samples >= 3 && p.samples <= 4 && p.one(tiffPlanar, 1) == 1:
	case photometric == 3 && p.samples == 1 && p.sample.name[0] == 'u' && p.sample.bytes <= 2 && p.fields[tiffColours].count() == 3<<(8*p.sample.bytes):
	default:
		return fmt.Errorf("scan: the TIFF has %d samples of kind %g per pixel, but grey, RGB and palettes are read; save it as grey", p.samples, photometric)
	}
	return nil
}

// rowBytes is what one row of so many pixels takes.
func (p *tiffPage) rowBytes(width int64) int64 { return width * p.samples * int64(p.sample.bytes) }

// brightness makes one number of a pixel's samples, and notes whether they are colours.
func (p *tiffPage) brightness() func(pixel []byte) float64 {
	read, step := p.sample.read(p.order), p.sample.bytes
	photometric := p.one(tiffPhotometric, 1)
	most := math.Ldexp(1, 8*step) - 1
	var palette []float64
	if photometric == 3 {
		n := int64(most) + 1
		for i := range n {
			r, g, b := p.at(tiffColours, i), p.at(tiffColours, n+i), p.at(tiffColours, 2*n+i)
			palette = append(palette, luma(r, g, b)/257)
			p.coloured = p.coloured || r != g || r != b
		}
	}
	return func(pixel []byte) float64 {
		v := read(pixel)
		switch {
		case palette != nil:
			return palette[int(v)]
		case photometric == 2:
			if g, b := read(pixel[step:]), read(pixel[2*step:]); v != g || v != b {
				p.coloured = true
				return luma(v, g, b)
			}
		case photometric == 0 && p.sample.name[0] == 'u': // white is zero
			return most - v
		}
		return v
	}
}
