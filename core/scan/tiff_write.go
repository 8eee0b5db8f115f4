package scan

import "encoding/binary"

// tiffStore holds grey pages of one type.
type tiffStore struct{ cell }

// save writes an uncompressed little-endian TIFF, a strip and then a directory for each page.
func (t tiffStore) save(s *Scan, values []float32, _ Saving) ([]Saved, error) {
	le := binary.LittleEndian
	format := map[byte]uint32{'u': 1, 'i': 2, 'f': 3}[t.sample.name[0]]
	n, size := s.Width*s.Height, t.sample.bytes
	out := []byte("II*\x00\x00\x00\x00\x00")
	link := 4 // where the offset of the next directory goes
	for k := range s.Slices {
		strip := uint32(len(out))
		out = append(out, make([]byte, n*size+n*size%2)...) // directories begin at even bytes
		for i, v := range values[k*n : (k+1)*n] {
			t.put(out[int(strip)+i*size:], v)
		}
		le.PutUint32(out[link:], uint32(len(out)))
		entries := [][2]uint32{
			{tiffWidth, uint32(s.Width)}, {tiffHeight, uint32(s.Height)}, {tiffBits, uint32(8 * size)}, {tiffCompression, 1}, {tiffPhotometric, 1},
			{tiffStripOffsets, strip}, {tiffSamples, 1}, {tiffStripRows, uint32(s.Height)}, {tiffStripBytes, uint32(n * size)}, {tiffSampleFormat, format},
		}
		out = le.AppendUint16(out, uint16(len(entries)))
		for _, e := range entries {
			out = le.AppendUint16(le.AppendUint16(out, uint16(e[0])), 4) // 32-bit numbers
			out = le.AppendUint32(le.AppendUint32(out, 1), e[1])
		}
		link = len(out)
		out = append(out, 0, 0, 0, 0)
	}
	return []Saved{{Name: "adversarial.tif", Data: out}}, nil
}
