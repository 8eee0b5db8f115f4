package formats

import (
	"encoding/binary"
	"fmt"
)

// integrate undoes a predictor, which stores differences along rows of so many bytes: of numbers, or of the bytes of floating-point
// numbers, taken apart.
func (t *tiffParts) integrate(part []byte, row, samples int64) error {
	step := int(samples) * t.sample.bytes
	switch {
	case t.predictor == 1:
		return nil
	case t.predictor == 2 && t.bits%8 == 0:
		for ; len(part) > 0; part = part[row:] {
			t.addUp(part[:row], step)
		}
		return nil
	case t.predictor == 3 && t.sample.name[0] == 'f':
		apart := make([]byte, row)
		for ; len(part) > 0; part = part[row:] {
			for i := int(samples); i < int(row); i++ {
				part[i] += part[i-int(samples)]
			}
			copy(apart, part)
			t.join(part[:row], apart)
		}
		return nil
	}
	return fmt.Errorf("scan: the TIFF is written with predictor %d, which is not read for %s; save it uncompressed", t.predictor, t.sample.name)
}

// addUp adds to each number of a row the one before it of the same colour.
func (t *tiffParts) addUp(row []byte, step int) {
	for i := step; i < len(row); i += t.sample.bytes {
		switch to, before := row[i:], row[i-step:]; t.sample.bytes {
		case 1:
			to[0] += before[0]
		case 2:
			t.order.PutUint16(to, t.order.Uint16(to)+t.order.Uint16(before))
		case 4:
			t.order.PutUint32(to, t.order.Uint32(to)+t.order.Uint32(before))
		case 8:
			t.order.PutUint64(to, t.order.Uint64(to)+t.order.Uint64(before))
		}
	}
}

// join makes numbers of a row that holds all their highest bytes first, then all the next ones.
func (t *tiffParts) join(row, apart []byte) {
	size, little := t.sample.bytes, t.order == binary.ByteOrder(binary.LittleEndian)
	n := len(row) / size
	for i := range n {
		for b := range size {
			to := b // the highest byte comes first
			if little {
				to = size - 1 - b
			}
			row[i*size+to] = apart[b*n+i]
		}
	}
}
