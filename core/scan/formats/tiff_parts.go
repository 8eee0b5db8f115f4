package formats

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"fmt"
	"io"
	"math/bits"

	"segfault/core/scan"

	"golang.org/x/image/tiff/lzw"
)

// The compressions that know bytes and nothing of pixels, beside which are those of fax and JPEG.
const (
	tiffPlain      = 1
	tiffLZW        = 5
	tiffDeflate    = 8
	tiffOldDeflate = 32946
	tiffPackBits   = 32773
)

// tiffParts reads the strips or tiles of a page, in buffers that are made once.
type tiffParts struct {
	*tiffPage
	offsets, lengths tiffField
	width, height    int64 // of a part
	across, down     int64
	part             []byte // the samples of one part, or of one colour of it
	apart            []byte // those that do not end with a byte, each in as many as it needs
	pixels           []byte // those of all colours, where they lie apart
	inflate          io.ReadCloser
	work             *budget
}

// parts finds out how the page is cut up.
func (p *tiffPage) parts(work *budget) (*tiffParts, error) {
	t := &tiffParts{tiffPage: p, work: work, offsets: p.field(tiffStripOffsets), lengths: p.field(tiffStripBytes), width: p.width}
	t.height = min(p.one(tiffStripRows, p.height), p.height)
	tiles := p.field(tiffTileOffsets)
	if tiles.count() > 0 {
		t.offsets, t.lengths = tiles, p.field(tiffTileBytes)
		t.width, t.height = p.one(tiffTileWidth, 0), p.one(tiffTileHeight, 0)
	}
	if err := scan.CheckSize("TIFF's part", t.width, t.height, 1); err != nil {
		return nil, err
	}
	t.across, t.down = (p.width+t.width-1)/t.width, (p.height+t.height-1)/t.height
	planes := int64(1)
	if p.planar {
		planes = p.samples
	}
	if t.offsets.count() < t.across*t.down*planes {
		return nil, tiffDamaged()
	}
	return t, nil
}

// values fills a slice, Height×Width, from the page's strips or tiles.
func (p *tiffPage) values(values []float32, nonFinite *int, work *budget) error {
	t, err := p.parts(work)
	if err != nil {
		return err
	}
	brightness, err := p.brightness(work)
	if err != nil {
		return err
	}
	for i := range t.across * t.down {
		x0, y0 := i%t.across*t.width, i/t.across*t.height
		rows := t.height
		if t.width == p.width {
			rows = min(rows, p.height-y0) // the last strip ends with the picture, and the rest of a tile is not looked at
		}
		pixels, stride, err := t.read(i, rows)
		if err != nil {
			return err
		}
		for y := range min(rows, p.height-y0) {
			for x := range min(t.width, p.width-x0) {
				values[(y0+y)*p.width+x0+x] = finite(brightness(pixels[(y*t.width+x)*stride:]), nonFinite)
			}
		}
	}
	return nil
}

// read returns the pixels of a part's first rows, and how far apart they are.
func (t *tiffParts) read(i, rows int64) (pixels []byte, stride int64, err error) {
	if !t.planar {
		pixels, err = t.unpack(i, rows, t.samples)
		return pixels, t.rowBytes(1), err
	}
	colours := min(t.samples, 3)
	if t.samples == 2 { // grey and its opacity
		colours = 1
	}
	size := int64(t.sample.bytes)
	stride = colours * size
	for c := range colours {
		plane, err := t.unpack(c*t.across*t.down+i, rows, 1)
		if err != nil {
			return nil, 0, err
		}
		if t.pixels == nil {
			t.pixels = make([]byte, t.width*t.height*stride)
		}
		for at := int64(0); at < int64(len(plane)); at += size {
			copy(t.pixels[at*colours+c*size:], plane[at:at+size])
		}
	}
	return t.pixels, stride, nil
}

// unpack returns the samples of a strip or tile, so many a pixel.
func (t *tiffParts) unpack(i, rows, samples int64) ([]byte, error) {
	row := (t.width*samples*t.bits + 7) / 8
	need := rows * row
	if err := t.work.spend(perPart + need); err != nil {
		return nil, err
	}
	packed, err := t.packed(i, need)
	if err != nil {
		return nil, err
	}
	if int64(cap(t.part)) < need {
		t.part = make([]byte, need)
	}
	part := t.part[:need]
	switch {
	case t.fax():
		if err := t.unfax(part, packed, row); err != nil {
			return nil, err
		}
		return t.spread(part, row), nil
	case t.compression == tiffJPEG:
		return t.jpeg(part[:0], packed, rows, samples)
	}
	if err := t.fill(part, packed); err != nil {
		return nil, err
	}
	if err := t.integrate(part, row, samples); err != nil || t.bits%8 == 0 {
		return part, err
	}
	return t.spread(part, row), nil
}

// fill unpacks a part by a compression that knows bytes alone.
func (t *tiffParts) fill(part, packed []byte) (err error) {
	in := bytes.NewReader(packed)
	var from io.Reader
	switch t.compression {
	case tiffPlain:
		copy(part, packed)
		return nil
	case tiffLZW:
		from = lzw.NewReader(in, lzw.MSB, 8)
	case tiffDeflate, tiffOldDeflate:
		if t.inflate == nil {
			t.inflate, err = zlib.NewReader(in)
		} else {
			err = t.inflate.(zlib.Resetter).Reset(in, nil)
		}
		from = t.inflate
	case tiffPackBits:
		rest, whole := unpackBits(part, 1, len(part), packed)
		if !whole {
			return tiffDamaged()
		}
		in.Reset(rest)
	default:
		return fmt.Errorf("scan: the TIFF is compressed by method %d, but none, LZW, Deflate, PackBits, JPEG and those of fax are read; save it uncompressed", t.compression)
	}
	if err == nil && from != nil {
		_, err = io.ReadFull(from, part)
	}
	if err != nil {
		return tiffDamaged()
	}
	return t.work.spend(int64(len(packed) - in.Len())) // also codes of nothing, which many parts may share
}

// spread gives each sample of rows of so many bytes bytes of its own. They stand in a row from the highest bits on, whatever the order of bytes.
func (t *tiffParts) spread(part []byte, row int64) []byte {
	t.apart = t.apart[:0]
	for ; len(part) > 0; part = part[row:] {
		for x := range t.width {
			at := x * t.bits
			var near [4]byte
			copy(near[:], part[at/8:min(at/8+3, row)])
			v := binary.BigEndian.Uint32(near[:]) >> (32 - t.bits - at%8) & (1<<t.bits - 1)
			if t.sample.bytes == 1 {
				t.apart = append(t.apart, byte(v))
			} else {
				t.apart = t.order.(binary.AppendByteOrder).AppendUint16(t.apart, uint16(v))
			}
		}
	}
	return t.apart
}

// packed finds a part's bytes in the file. Where its length is not told, it is what the samples take, or the rest of the file.
func (t *tiffParts) packed(i, need int64) ([]byte, error) {
	from, have := t.offsets.at(i), int64(len(t.data))
	if from > have-t.shift {
		return nil, tiffDamaged()
	}
	from += t.shift
	length := have - from
	if i < t.lengths.count() && t.lengths.at(i) > 0 {
		length = min(length, t.lengths.at(i))
	}
	if t.compression == tiffPlain {
		length = need
	}
	if length > have-from {
		return nil, tiffDamaged()
	}
	packed := t.data[from : from+length]
	if !t.reversed {
		return packed, nil
	}
	if err := t.work.spend(length); err != nil {
		return nil, err
	}
	packed = bytes.Clone(packed)
	for i, b := range packed {
		packed[i] = bits.Reverse8(b)
	}
	return packed, nil
}
