package scan

import (
	"bytes"
	"compress/zlib"
	"fmt"
	"io"

	"golang.org/x/image/tiff/lzw"
)

// read fills values, Height×Width, from the page's strips or tiles.
func (p *tiffPage) read(data []byte, values []float32, nonFinite *int) error {
	offsets, lengths := tiffStripOffsets, tiffStripBytes
	tileWidth, tileHeight := p.width, min(int64(p.one(tiffStripRows, float64(p.height))), p.height)
	tiled := p.fields[tiffTileOffsets].count() > 0
	if tiled {
		offsets, lengths = tiffTileOffsets, tiffTileBytes
		tileWidth, tileHeight = int64(p.one(tiffTileWidth, 0)), int64(p.one(tiffTileHeight, 0))
	}
	if err := checkSize("TIFF's part", tileWidth, tileHeight, 1); err != nil {
		return err
	}
	across := (p.width + tileWidth - 1) / tileWidth
	down := (p.height + tileHeight - 1) / tileHeight
	if p.fields[offsets].count() < across*down || p.fields[lengths].count() < across*down {
		return tiffDamaged()
	}
	brightness, pixel := p.brightness(), p.rowBytes(1)
	for t := range across * down {
		x0, y0 := t%across*tileWidth, t/across*tileHeight
		rows := tileHeight
		if !tiled {
			rows = min(rows, p.height-y0) // the last strip ends with the picture
		}
		from, length := int64(p.at(offsets, t)), int64(p.at(lengths, t))
		if from+length > int64(len(data)) {
			return tiffDamaged()
		}
		part, err := p.unpack(data[from:from+length], rows*p.rowBytes(tileWidth))
		if err != nil {
			return err
		}
		if err := p.integrate(part, tileWidth); err != nil {
			return err
		}
		for y := range min(rows, p.height-y0) {
			for x := range min(tileWidth, p.width-x0) {
				values[(y0+y)*p.width+x0+x] = finite(brightness(part[(y*tileWidth+x)*pixel:]), nonFinite)
			}
		}
	}
	return nil
}

// unpack returns the need bytes of a strip or tile.
func (p *tiffPage) unpack(packed []byte, need int64) ([]byte, error) {
	compression := p.one(tiffCompression, 1)
	if compression == 1 {
		if need > int64(len(packed)) {
			return nil, tiffDamaged()
		}
		return bytes.Clone(packed[:need]), nil
	}
	if need > int64(len(packed))*maxDeflate {
		return nil, truncated("TIFF", need, int64(len(packed)))
	}
	part := make([]byte, need)
	var from io.Reader
	var err error
	switch compression {
	case 5:
		from = lzw.NewReader(bytes.NewReader(packed), lzw.MSB, 8)
	case 8, 32946:
		from, err = zlib.NewReader(bytes.NewReader(packed))
	case 32773:
		if !unpackBits(part, 1, len(part), packed) {
			err = io.ErrUnexpectedEOF
		}
	default:
		return nil, fmt.Errorf("scan: the TIFF is compressed by method %g, but none, LZW, Deflate and PackBits are read; save it uncompressed", compression)
	}
	if err == nil && from != nil {
		_, err = io.ReadFull(from, part)
	}
	if err != nil {
		return nil, tiffDamaged()
	}
	return part, nil
}

// integrate undoes predictor 2, which stores differences along rows.
func (p *tiffPage) integrate(part []byte, width int64) error {
	switch predictor := p.one(tiffPredictor, 1); {
	case predictor == 1:
		return nil
	case predictor != 2 || p.sample.name[0] == 'f' || p.sample.bytes > 2:
		return fmt.Errorf("scan: the TIFF is written with predictor %g, which is not read; save it uncompressed", predictor)
	}
	row, step := int(p.rowBytes(width)), int(p.samples)*p.sample.bytes
	for at := 0; at < len(part); at += row {
		for i := at + step; i < at+row; i += p.sample.bytes {
			if p.sample.bytes == 1 {
				part[i] += part[i-step]
			} else {
				p.order.PutUint16(part[i:], p.order.Uint16(part[i:])+p.order.Uint16(part[i-step:]))
			}
		}
	}
	return nil
}
