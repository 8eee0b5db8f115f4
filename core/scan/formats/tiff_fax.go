package formats

import (
	"strings"
	"sync"
)

// The compressions of facsimile machines, in which pixels of two values are runs of white and black (ITU-T T.4 and T.6): rows by themselves, which begin
// with a byte; the same behind a mark each, some perhaps told by the row above; and all of them told by that. x/image's ccitt knows
// neither the first, as MATLAB writes masks, nor the mixed ones.
const (
	tiffRuns = 2
	tiffFax3 = 3
	tiffFax4 = 4
)

// The codes of runs of 0 to 63 pixels, then of 64, 128 and so on to 1728, which others follow; and those of 1792 to 2560, which either colour may have.
const (
	faxWhite = "00110101 000111 0111 1000 1011 1100 1110 1111 10011 10100 00111 01000 001000 000011 110100 110101 101010 101011 0100111 0001100 0001000" +
		" 0010111 0000011 0000100 0101000 0101011 0010011 0100100 0011000 00000010 00000011 00011010 00011011 00010010 00010011 00010100 00010101 00010110" +
		" 00010111 00101000 00101001 00101010 00101011 00101100 00101101 00000100 00000101 00001010 00001011 01010010 01010011 01010100 01010101 00100100" +
		" 00100101 01011000 01011001 01011010 01011011 01001010 01001011 00110010 00110011 00110100" +
		" 11011 10010 010111 0110111 00110110 00110111 01100100 01100101 01101000 01100111 011001100 011001101 011010010 011010011 011010100 011010101" +
		" 011010110 011010111 011011000 011011001 011011010 011011011 010011000 010011001 010011010 011000 010011011"
	faxBlack = "0000110111 010 11 10 011 0011 0010 00011 000101 000100 0000100 0000101 0000111 00000100 00000111 000011000 0000010111 0000011000 0000001000" +
		" 00001100111 00001101000 00001101100 00000110111 00000101000 00000010111 00000011000 000011001010 000011001011 000011001100 000011001101" +
		" 000001101000 000001101001 000001101010 000001101011 000011010010 000011010011 000011010100 000011010101 000011010110 000011010111 000001101100" +
		" 000001101101 000011011010 000011011011 000001010100 000001010101 000001010110 000001010111 000001100100 000001100101 000001010010 000001010011" +
		" 000000100100 000000110111 000000111000 000000100111 000000101000 000001011000 000001011001 000000101011 000000101100 000001011010 000001100110 000001100111" +
		" 0000001111 000011001000 000011001001 000001011011 000000110011 000000110100 000000110101 0000001101100 0000001101101 0000001001010 0000001001011" +
		" 0000001001100 0000001001101 0000001110010 0000001110011 0000001110100 0000001110101 0000001110110 0000001110111 0000001010010 0000001010011" +
		" 0000001010100 0000001010101 0000001011010 0000001011011 0000001100100 0000001100101"
	faxEither = "00000001000 00000001100 00000001101 000000010010 000000010011 000000010100 000000010101 000000010110 000000010111 000000011100 000000011101" +
		" 000000011110 000000011111"
)

// What a row told by the one above says: that a change is above or up to three pixels to the left or right of there, that two runs follow, or that a run goes
// on below one that ends.
const (
	faxChanges = "0000010 000010 010 1 011 000011 0000011" // three to the left, to three to the right
	faxRuns    = 7
	faxGoesOn  = 8
)

// faxCodes are what codes mean, by their bits behind a 1: runs of white and of black, and what the rows above tell.
var faxCodes = sync.OnceValue(func() (codes [3]map[uint16]int) {
	add := func(to map[uint16]int, code string, means int) {
		bits := uint16(1)
		for _, digit := range code {
			bits = bits<<1 | uint16(digit-'0')
		}
		to[bits] = means
	}
	for colour, list := range []string{faxWhite, faxBlack} {
		codes[colour] = map[uint16]int{}
		for i, code := range strings.Fields(list) {
			if i > 63 {
				i = 64 * (i - 63)
			}
			add(codes[colour], code, i)
		}
		for i, code := range strings.Fields(faxEither) {
			add(codes[colour], code, 1792+64*i)
		}
	}
	codes[2] = map[uint16]int{}
	for i, code := range append(strings.Fields(faxChanges), "001", "0001") {
		add(codes[2], code, i)
	}
	return codes
})

// fax reads rows. A row is where its colour changes, which begins with white.
type fax struct {
	data  []byte
	at    int // in bits
	width int
	left  int // codes that a row may have
	codes [3]map[uint16]int
	row   []int
	above []int
}

// unfax unpacks the rows of a part, of which black is 1.
func (t *tiffParts) unfax(part, packed []byte, row int64) error {
	f := &fax{data: packed, width: int(t.width), codes: faxCodes()}
	mixed := t.compression == tiffFax3 && t.one(tiffFax3Options, 0)&1 != 0
	clear(part)
	for ; len(part) > 0; part = part[row:] {
		from := f.at
		alone := t.compression != tiffFax4
		switch {
		case t.compression == tiffRuns:
			f.at = (f.at + 7) / 8 * 8
		case alone:
			if marked := f.mark(); mixed && marked {
				alone = f.bit() == 1
			}
		}
		f.row, f.above, f.left = f.above[:0], f.row, 2*f.width+mostRuns
		if alone && !f.alone() || !alone && !f.below() {
			return tiffDamaged()
		}
		if err := t.work.spend(int64(f.at-from) / 8); err != nil {
			return err
		}
		f.paint(part[:row])
	}
	return nil
}

// bit is the next one, 0 behind the end.
func (f *fax) bit() (b uint16) {
	if f.at/8 < len(f.data) {
		b = uint16(f.data[f.at/8]>>(7-f.at%8)) & 1
	}
	f.at++
	return b
}

// mark passes over the end of a row, eleven zeros or more and a 1, and tells whether it was there.
func (f *fax) mark() bool {
	from := f.at
	for f.at < 8*len(f.data) {
		if f.bit() == 1 {
			if f.at-from >= 12 {
				return true
			}
			break
		}
	}
	f.at = from
	return false
}

// mostRuns is more codes than a row has beside two a pixel: those of runs of nothing, or of a part of one.
const mostRuns = 1 << 10

// code reads one of those that have a meaning.
func (f *fax) code(of int) (means int, ok bool) {
	if f.left--; f.left < 0 {
		return 0, false
	}
	for bits := uint16(1); bits < 1<<13 && f.at < 8*len(f.data); {
		bits = bits<<1 | f.bit()
		if means, ok = f.codes[of][bits]; ok {
			return means, true
		}
	}
	return 0, false
}

// run reads how many pixels a run of a colour has.
func (f *fax) run(colour int) (pixels int, ok bool) {
	for {
		n, ok := f.code(colour)
		if pixels += n; !ok || pixels > f.width {
			return 0, false
		}
		if n < 64 {
			return pixels, true
		}
	}
}

// change notes where the colour changes, or where it does twice that it does not, and tells whether that can be.
func (f *fax) change(at int) bool {
	last := len(f.row) - 1
	switch {
	case at > f.width || last >= 0 && at < f.row[last]:
		return false
	case last >= 0 && at == f.row[last]:
		f.row = f.row[:last]
	default:
		f.row = append(f.row, at)
	}
	return true
}

// alone reads a row that is told by itself.
func (f *fax) alone() bool {
	for at, colour := 0, 0; at < f.width; colour ^= 1 {
		n, ok := f.run(colour)
		if at += n; !ok || !f.change(at) {
			return false
		}
	}
	return true
}

// below reads a row that is told by the one above.
func (f *fax) below() bool {
	next := 0 // of the changes above, the first beyond the place
	for at, colour := -1, 0; at < f.width; {
		for next > 0 && f.aboveAt(next-1) > at {
			next--
		}
		for next < len(f.above) && f.above[next] <= at {
			next++
		}
		if next%2 != colour { // the first to the other colour
			next++
		}
		means, ok := f.code(2)
		if !ok {
			return false
		}
		switch means {
		case faxGoesOn:
			at = f.aboveAt(next + 1)
		case faxRuns:
			at = max(at, 0)
			for _, of := range []int{colour, colour ^ 1} {
				n, ok := f.run(of)
				if at += n; !ok || !f.change(at) {
					return false
				}
			}
		default:
			to := f.aboveAt(next) + means - 3
			if to < at || to < 0 || !f.change(to) {
				return false
			}
			at, colour = to, colour^1
		}
	}
	return true
}

// aboveAt is where the row above changes for the i-th time, or ends.
func (f *fax) aboveAt(i int) int {
	if i < len(f.above) {
		return f.above[i]
	}
	return f.width
}

// paint sets what is black in a row.
func (f *fax) paint(row []byte) {
	for i := 0; i < len(f.row); i += 2 {
		end := f.width
		if i+1 < len(f.row) {
			end = f.row[i+1]
		}
		for x := f.row[i]; x < end; x++ {
			row[x/8] |= 0x80 >> (x % 8)
		}
	}
}
