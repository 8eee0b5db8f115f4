package formats

import (
	"encoding/binary"
	"hash/adler32"
	"hash/crc32"
	"slices"

	"segfault/core/scan"
)

// pngStore holds grey of 8 or 16 bits, and what the file says beside its pixels.
type pngStore struct {
	cell
	beside []pngChunk
}

// save implements writer: the pixels as the file has them, turned as it says.
func (p pngStore) save(s *scan.Scan, change Change, how Saving) ([]Saved, error) {
	width, height := s.Width, s.Height
	if s.Orientation.Transpose {
		width, height = height, width
	}
	_, values := change.Slice(0)
	pixels := make([]float32, len(values))
	for i, v := range values {
		pixels[stored(s, i)] = v
	}
	return []Saved{{Name: "adversarial.png", Data: encodePNG(width, height, 1, p.sample.bytes, func(b []byte, x, y int) {
		p.put(b, pixels[y*width+x])
	}, copied(p.beside, s, how)...)}}, nil
}

// copied are what a copy has of the chunks beside a file's pixels.
func copied(beside []pngChunk, s *scan.Scan, how Saving) []pngChunk {
	switch {
	case how.Identity:
		return beside
	case s.Orientation != (scan.Orientation{}):
		return []pngChunk{{"eXIf", exifOf(s.Orientation)}}
	}
	return nil
}

// palettePNG is the chunk of the colours that samples are the indices of.
const palettePNG = "PLTE"

// encodePNG writes a PNG of one sample a pixel, which is grey, or an index where a palette is beside it, or three, of 1 or 2 bytes, which put stores, high byte first, with some chunks before them. The pixels are wrapped in
// zlib's format without being compressed: a compressor would cost the page's first load more than it would save.
func encodePNG(width, height, samples, bytes int, put func(b []byte, x, y int), beside ...pngChunk) []byte {
	be := binary.BigEndian
	head := be.AppendUint32(be.AppendUint32(nil, uint32(width)), uint32(height))
	colours := byte(samples & 2)
	if slices.ContainsFunc(beside, func(c pngChunk) bool { return c.kind == palettePNG }) {
		colours = 3
	}
	head = append(head, byte(8*bytes), colours, 0, 0, 0) // bits, grey or colours, and the only compression, filter and order there are
	bytes *= samples

	rows := make([]byte, height*(1+width*bytes)) // each begins with its filter: 0, none
	for y := range height {
		row := rows[y*(1+width*bytes)+1:]
		for x := range width {
			put(row[x*bytes:], x, y)
		}
	}
	body := []byte{0x78, 0x01}
	for rest := rows; len(rest) > 0; {
		n := min(len(rest), 0xffff)
		last := byte(0)
		if n == len(rest) {
			last = 1
		}
		body = append(body, last, byte(n), byte(n>>8), ^byte(n), ^byte(n>>8))
		body, rest = append(body, rest[:n]...), rest[n:]
	}
	body = be.AppendUint32(body, adler32.Checksum(rows))

	out := []byte("\x89PNG\r\n\x1a\n")
	chunks := append([]pngChunk{{"IHDR", head}}, beside...)
	for _, chunk := range append(chunks, pngChunk{"IDAT", body}, pngChunk{"IEND", nil}) {
		out = be.AppendUint32(out, uint32(len(chunk.data)))
		from := len(out)
		out = append(append(out, chunk.kind...), chunk.data...)
		out = be.AppendUint32(out, crc32.ChecksumIEEE(out[from:]))
	}
	return out
}
