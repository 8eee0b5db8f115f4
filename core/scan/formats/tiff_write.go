package formats

import (
	"bytes"
	"fmt"
	"math"

	"segfault/core/scan"
)

// tiffStore holds grey pages of one type, and the directories that the file had.
type tiffStore struct {
	cell
	pages []*tiffPage
}

// save implements writer. It writes a TIFF of the file's own kind, uncompressed: a strip and then a directory for each page. With identity, all that
// is appended to the file, so that what the old directories point to stays where it is.
func (t tiffStore) save(s *scan.Scan, change Change, how Saving) ([]Saved, error) {
	first := t.pages[0]
	out := bytes.Clone(first.data[:2*first.offset]) // the mark, and where the first directory is
	if how.Identity {
		out = bytes.Clone(first.data)
	}
	strip := s.Width * s.Height * t.sample.bytes
	if first.offset == 4 && 2*len(out)+s.Slices*(strip+1<<10) > math.MaxUint32 {
		return nil, fmt.Errorf("scan: the copy would take more than the 4 GB that a TIFF can; convert it to BigTIFF first")
	}
	link := first.offset
	for k, page := range t.pages {
		out = append(out, make([]byte, len(out)%2)...) // strips and directories begin at even bytes
		at := len(out)
		out = append(out, make([]byte, strip+strip%2)...)
		_, values := change.Slice(k)
		for i, v := range values {
			t.put(out[at+stored(s, i)*t.sample.bytes:], v)
		}
		entries := page.plain(uint64(at), uint64(strip))
		if how.Identity && page.shift == 0 {
			entries = page.merge(entries, page.told())
		}
		first.write(out[link:], uint64(len(out)), first.offset)
		out = append(out, make([]byte, first.counter)...)
		first.write(out[len(out)-first.counter:], uint64(len(entries)), first.counter)
		for _, e := range entries {
			out = append(out, e...)
		}
		link = len(out)
		out = append(out, make([]byte, first.offset)...)
	}
	return []Saved{{Name: "adversarial.tif", Data: out}}, nil
}

// write stores a number of so many bytes.
func (k tiffKind) write(b []byte, v uint64, bytes int) {
	switch bytes {
	case 2:
		k.order.PutUint16(b, uint16(v))
	case 4:
		k.order.PutUint32(b, uint32(v))
	case 8:
		k.order.PutUint64(b, v)
	}
}

// plain describes a copy of the page: grey, uncompressed and in one strip, turned as the page is.
func (p *tiffPage) plain(at, length uint64) (entries [][]byte) {
	format := map[byte]uint64{'u': 1, 'i': 2, 'f': 3}[p.sample.name[0]]
	kind := uint64(4) // numbers as wide as offsets
	if p.offset == 8 {
		kind = 16
	}
	for _, field := range [][2]uint64{
		{tiffWidth, uint64(p.width)}, {tiffHeight, uint64(p.height)}, {tiffBits, uint64(8 * p.sample.bytes)}, {tiffCompression, tiffPlain}, {tiffPhotometric, tiffGrey},
		{tiffStripOffsets, at}, {tiffOrientation, orientationNumber(p.turn)}, {tiffSamples, 1}, {tiffStripRows, uint64(p.height)}, {tiffStripBytes, length},
		{tiffSampleFormat, format},
	} {
		e := make([]byte, p.entry)
		p.write(e, field[0], 2)
		p.write(e[2:], kind, 2)
		p.write(e[4:], 1, p.offset)
		p.write(e[4+p.offset:], field[1], p.offset)
		entries = append(entries, e)
	}
	return entries
}

// merge puts two lists of entries into one, sorted by number as each is.
func (p *tiffPage) merge(a, b [][]byte) (merged [][]byte) {
	for len(a) > 0 && len(b) > 0 {
		if p.order.Uint16(b[0]) < p.order.Uint16(a[0]) {
			a, b = b, a
		}
		merged, a = append(merged, a[0]), a[1:]
	}
	return append(append(merged, a...), b...)
}

// told are the entries that say something else than how the pixels are stored: texts, dates, resolution, EXIF, and what is private.
// They are sorted; what is out of order is no valid field.
func (p *tiffPage) told() (entries [][]byte) {
	const profile = 34675 // of colours, which a copy has not
	kept := [][2]uint16{{269, 272}, {282, 283}, {285, 287}, {296, 297}, {305, 306}, {315, 316}, {700, 700}, {32768, profile - 1}, {profile + 1, math.MaxUint16}}
	last := uint16(0)
	for e := p.entries; len(e) > 0; e = e[p.entry:] {
		number := p.order.Uint16(e)
		for _, r := range kept {
			if number > last && number >= r[0] && number <= r[1] {
				entries, last = append(entries, e[:p.entry]), number
			}
		}
	}
	return entries
}
