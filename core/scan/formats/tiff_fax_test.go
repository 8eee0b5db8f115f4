package formats

import (
	"encoding/base64"
	"math/bits"
	"strings"
	"testing"

	"segfault/core/scan"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// everyRun is 51 rows of 4096 pixels, in which runs of all lengths are that have codes, as libtiff writes rows by themselves.
const everyRun = "NUPvQ7PC4fizEoEOFQHIBAwfQMagvUDFYEJwzjA0CA2FwbgwUBALqAMKwyiYZaQMwwGaBA0AYNI0DUNg1iQaQmGmKBqCoaosGsLhrlANhSDaVBtFYbZYCoWgqggKwKCuFAyBYMqkCkpgpqgEiqBuSA" +
	"cEoE6wBQsgsLQLK2BWlAWJYLRkDMZgzmgHhuA1A8N9moD4FQNwNQyA3kagPgUg3DUMkN1zUB8DsG41BbDduagPgdA3NQMw3NjUB8DkG4A1A0Dc3NQHwJgbgDUDUN2Q1AfAlBuANQNgbspqA+BsDcA1" +
	"A2hu0GoD4GgbgDUCUG7OagPgthuANQJYbsw1AfDIDcA1AmBuzTUB8Nw1Amhu0jUB0Nw1A5Bu0zUBcNw1A5hu1DUBUNw1A6Bu1TUBMNw1A6hu1jUBobg1A7Bu1zUBAbg1A7hu2DUDIG41ApBu2TUC0G" +
	"41Aphu2jUCoG41AqBu2zUCkG41AqhumDUDsG41AtBumTUDoG41AthumjUDkG41AyBuwagTA3A1AyhumzUCUG41AQG4CDUDYG41AYG4DDUDQNw1AaG4DTUFsNw1ASDcBI1DIDc1ATDcBM1ANQFA3ASN" +
	"QAFDUBINwDUBUNwGmoABU1AaG4A1AWDcBhqAAWNQGBuANQFw3AQagAFzUBAbgDUBwN02agHDUDKG4DUB0N2DUAHTUDIG4DUB4N00agHjUC2G4DUB8N0yagHzUC0G4AH0yag1AfAtBuA="

// runsOf is what everyRun holds: rows of runs, white first.
func runsOf() (values []float32) {
	const width = 4096
	row := func(runs ...int) {
		end := len(values) + width
		for i, n := range runs {
			for range n {
				values = append(values, float32(255*(1-i%2)))
			}
		}
		for len(values) < end {
			values = append(values, 255)
		}
	}
	var short []int
	for n := 1; n < 64; n++ {
		short = append(short, n, n)
	}
	row(short...)
	for n := 64; n <= 2560; n += 64 {
		if 2*n <= width {
			row(n, n)
			continue
		}
		row(n, width-n)
		row(0, n)
	}
	row(0, width)
	row(width)
	return values
}

// faxed is a TIFF of a strip as fax machines compress it; where rows are by themselves, their black stands for white, as Pillow writes it.
func faxed(t *testing.T, width, height uint32, compression uint16, strip string, more ...tiffEntry) []byte {
	t.Helper()
	packed, err := base64.StdEncoding.DecodeString(strip)
	require.NoError(t, err)
	if len(more) > 0 && more[0].field == tiffFillOrder {
		for i := range packed {
			packed[i] = bits.Reverse8(packed[i])
		}
	}
	return tiffOf(le, [][]byte{packed}, append([]tiffEntry{{field: tiffWidth, long: width}, {field: tiffHeight, long: height}, {field: tiffBits, shorts: []uint16{1}},
		{field: tiffCompression, shorts: []uint16{compression}}, {field: tiffPhotometric, shorts: []uint16{map[uint16]uint16{tiffRuns: 1}[compression]}}}, more...))
}

func TestTIFFReadsRunsOfEveryLength(t *testing.T) {
	s := decode(t, faxed(t, 4096, 51, tiffRuns, everyRun))
	assert.True(t, assert.ObjectsAreEqual(runsOf(), s.Values))
	s = decode(t, faxed(t, 4096, 51, tiffRuns, everyRun, tiffEntry{field: tiffFillOrder, shorts: []uint16{2}}))
	assert.True(t, assert.ObjectsAreEqual(runsOf(), s.Values), "bits the other way")
}

func TestTIFFReadsEveryKindOfFax(t *testing.T) {
	picture := []string{
		"......#####.....",
		".....######.....",
		"....#######..#..",
		"....##...##..#..",
		"#...........####",
		"################",
		"................",
		".#.#.#.#.#.#.#.#",
		"#.#.#.#.#.#.#.#.",
	}
	var values []float32
	var labels []uint8
	for _, c := range strings.Join(picture, "") {
		bright := uint8(0)
		if c == '.' {
			bright = 1
		}
		values, labels = append(values, 255*float32(bright)), append(labels, bright)
	}
	for name, c := range map[string]struct {
		compression uint16
		strip       string
		options     uint32
	}{
		"rows that begin with a byte":        {tiffRuns, "NSwwNT4wNX+PgDVvPj4cLYCoNQXANUOh0Oh0Oh0Ohx0Oh0Oh0Oh0Og==", 0},
		"rows behind marks":                  {tiffFax3, "AB48ABwsABsbpwAb43TgAmqQwATUFwAagAR0Oh0Oh0Oh0OgATVDodDodDodDocA=", 0},
		"some told by the row above, filled": {tiffFax3, "AAHx4AABLAAB2N04AAFPHgABmqQwAUYAAdQAARHRHRHRHRHRHQIJQAGaodDodDodDodDgA==", 5},
		"all told by the row above":          {tiffFax4, "PHWoILPHk1Qig4zUG5HRHRHRHRHRHQIJUkkkkkkkoAIAIA==", 0},
	} {
		file := faxed(t, 16, 9, c.compression, c.strip, tiffEntry{field: tiffFax3Options, long: c.options})
		s := decode(t, file)
		assert.Equal(t, values, s.Values, name)
		mask, err := maskOn(s, file)
		require.NoError(t, err, name)
		assert.Equal(t, [][]uint8{labels}, mask.Layers, name)
		_, err = Decode("", faxed(t, 16, 9, c.compression, c.strip[:16], tiffEntry{field: tiffFax3Options, long: c.options}))
		assert.ErrorContains(t, err, "the TIFF is damaged or incomplete", name)
		_, err = Decode("", faxed(t, 15, 9, c.compression, c.strip, tiffEntry{field: tiffFax3Options, long: c.options}))
		checkError(t, err, name)
	}
	_, err := Decode("", tiffOf(le, [][]byte{{0}}, page(8, 1, tiffFax4, 1)))
	assert.ErrorContains(t, err, "is of one bit a pixel and not of 8 in 1 sample")
}

func TestAVastTIFFOfAlmostNoDataIsRefused(t *testing.T) {
	const side = scan.MaxSide // of which each row could take a bit
	_, err := Decode("", faxed(t, side, side, tiffFax4, "////"))
	assert.ErrorContains(t, err, "the TIFF is truncated")
}

func TestRunsOfNothingInARowOfATIFFEnd(t *testing.T) {
	nothing := strings.Repeat("NRkNRkNR", 3) // white and black of no pixels, again and again
	_, err := Decode("", faxed(t, 16, 1, tiffRuns, nothing))
	assert.ErrorContains(t, err, "the TIFF is damaged or incomplete")
}
