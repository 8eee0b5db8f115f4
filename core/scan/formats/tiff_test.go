package formats

import (
	"bytes"
	"encoding/binary"
	"image"
	"image/color"
	"testing"

	"github.com/stretchr/testify/assert"
	"golang.org/x/image/tiff"
)

// tiffEntry is an entry of a directory: a list of 16-bit numbers, a text, or one number of 32 bits.
type tiffEntry struct {
	field  uint16
	shorts []uint16
	long   uint32
	text   string
}

// tiffOf writes pages one after another, each with its strip of data before its directory.
func tiffOf(order binary.ByteOrder, strips [][]byte, pages ...[]tiffEntry) []byte {
	mark := map[binary.ByteOrder][]byte{binary.LittleEndian: []byte("II*\x00"), binary.BigEndian: []byte("MM\x00*")}[order]
	return tiffAs(order, mark, 2, 4, strips, pages...)
}

// wideTIFF is the same as a BigTIFF.
func wideTIFF(order binary.ByteOrder, strips [][]byte, pages ...[]tiffEntry) []byte {
	mark := map[binary.ByteOrder][]byte{binary.LittleEndian: []byte("II+\x00\x08\x00\x00\x00"), binary.BigEndian: []byte("MM\x00+\x00\x08\x00\x00")}[order]
	return tiffAs(order, mark, 8, 8, strips, pages...)
}

// tiffAs writes a TIFF whose counters of entries and whose offsets take so many bytes.
func tiffAs(order binary.ByteOrder, out []byte, counter, offset int, strips [][]byte, pages ...[]tiffEntry) []byte {
	number := func(v, bytes int) []byte {
		wide := encode(order, uint64(v))
		if order == binary.ByteOrder(binary.BigEndian) {
			return wide[8-bytes:]
		}
		return wide[:bytes]
	}
	link := len(out) // where the offset of the next directory goes
	out = append(out, number(0, offset)...)
	for i, entries := range pages {
		at := len(out)
		out = append(out, strips[i]...)
		given := map[uint16]bool{}
		for _, e := range entries {
			given[e.field] = true
		}
		for _, e := range []tiffEntry{{field: tiffStripOffsets, long: uint32(at)}, {field: tiffStripBytes, long: uint32(len(strips[i]))}} {
			if !given[e.field] {
				entries = append(entries, e)
			}
		}
		var directory []byte
		count := 0
		for _, e := range entries {
			kind, n, value := 4, 1, encode(order, e.long)
			switch {
			case e.text != "":
				kind, n, value = 2, len(e.text), []byte(e.text)
			case e.shorts != nil:
				kind, n, value = 3, len(e.shorts), encode(order, e.shorts)
			case e.long == absent:
				continue
			}
			if len(value) > offset {
				value, out = number(len(out), offset), append(out, value...)
			}
			directory = append(append(directory, encode(order, []uint16{e.field, uint16(kind)})...), number(n, offset)...)
			directory = append(append(directory, value...), make([]byte, offset-len(value))...)
			count++
		}
		copy(out[link:], number(len(out), offset))
		out = append(append(out, number(count, counter)...), directory...)
		link = len(out)
		out = append(out, number(0, offset)...)
	}
	return out
}

// absent is the number of a field that is left out.
const absent = 0xFFFFFFFE

// page describes a picture of two pixels.
func page(bits, format, compression, predictor uint16) []tiffEntry {
	return []tiffEntry{{field: tiffWidth, long: 2}, {field: tiffHeight, long: 1}, {field: tiffBits, shorts: []uint16{bits}}, {field: tiffSampleFormat, shorts: []uint16{format}},
		{field: tiffCompression, shorts: []uint16{compression}}, {field: tiffPredictor, shorts: []uint16{predictor}}, {field: tiffPhotometric, shorts: []uint16{1}}}
}

func TestTIFFReadsEveryTypeInBothOrders(t *testing.T) {
	for _, order := range []binary.ByteOrder{binary.LittleEndian, binary.BigEndian} {
		for kind, c := range map[string]struct {
			bits, format uint16
			strip        []byte
			want         []float32
		}{
			"uint8": {8, 1, []byte{1, 200}, []float32{1, 200}}, "int8": {8, 2, []byte{1, 200}, []float32{1, -56}},
			"uint16": {16, 1, encode(order, []uint16{1, 60000}), []float32{1, 60000}}, "int16": {16, 2, encode(order, []int16{1, -5}), []float32{1, -5}},
			"uint32": {32, 1, encode(order, []uint32{1, 70000}), []float32{1, 70000}}, "int32": {32, 2, encode(order, []int32{1, -70000}), []float32{1, -70000}},
			"uint64": {64, 1, encode(order, []uint64{1, 1 << 40}), []float32{1, 1 << 40}}, "int64": {64, 2, encode(order, []int64{1, -1 << 40}), []float32{1, -1 << 40}},
			"float16": {16, 3, encode(order, []uint16{0x3c00, 0xb800}), []float32{1, -0.5}}, "float32": {32, 3, encode(order, []float32{1, 0.5}), []float32{1, 0.5}}, "float64": {64, 3, encode(order, []float64{1, 0.5}), []float32{1, 0.5}},
		} {
			for _, write := range []func(binary.ByteOrder, [][]byte, ...[]tiffEntry) []byte{tiffOf, wideTIFF} {
				s := decode(t, write(order, [][]byte{c.strip}, page(c.bits, c.format, 1, 1)))
				assert.Equal(t, c.want, s.Values, "%s, %v", kind, order)
				assert.Equal(t, kind, s.Type)
			}
		}
	}
}

func TestTIFFPagesAreSlices(t *testing.T) {
	thumbnail := append(page(8, 1, 1, 1), tiffEntry{field: tiffSubfile, long: 1})
	s := decode(t, tiffOf(le, [][]byte{{1, 2}, {9, 9}, {3, 4}}, page(8, 1, 1, 1), thumbnail, page(8, 1, 1, 1)))
	assert.Equal(t, 2, s.Slices)
	assert.Equal(t, []float32{1, 2, 3, 4}, s.Values)
}

func TestTIFFUndoesItsCompressions(t *testing.T) {
	picture := image.NewGray16(image.Rect(0, 0, 70, 50))
	for i := range 70 * 50 {
		picture.SetGray16(i%70, i/70, color.Gray16{Y: uint16(i * 17)})
	}
	for _, predictor := range []bool{false, true} {
		s := decode(t, tiffFile(picture, tiff.Deflate, predictor))
		for i, v := range s.Values {
			assert.Equal(t, float32(uint16(i*17)), v)
		}
	}
	// Runs: two bytes copied; one byte twice. LZW: clear, 1, 2, end, as nine-bit codes.
	assert.Equal(t, []float32{1, 2}, decode(t, tiffOf(le, [][]byte{{1, 1, 2}}, page(8, 1, 32773, 1))).Values)
	assert.Equal(t, []float32{7, 7}, decode(t, tiffOf(le, [][]byte{{255, 7}}, page(8, 1, 32773, 1))).Values)
	assert.Equal(t, []float32{1, 2}, decode(t, tiffOf(le, [][]byte{{0x80, 0x00, 0x40, 0x50, 0x10}}, page(8, 1, 5, 1))).Values)
	assert.Equal(t, []float32{5, 7}, decode(t, tiffOf(be, [][]byte{{0, 5, 0, 2}}, page(16, 1, 1, 2))).Values)
}

func TestTIFFColoursBecomeLuma(t *testing.T) {
	picture := image.NewNRGBA(image.Rect(0, 0, 2, 1))
	picture.Set(0, 0, color.NRGBA{R: 200, A: 255})
	picture.Set(1, 0, color.NRGBA{R: 9, G: 9, B: 9, A: 255})
	assert.InDeltaSlice(t, []float32{0.299 * 200, 9}, decode(t, tiffFile(picture, tiff.Uncompressed, false)).Values, 1e-4)

	palette := image.NewPaletted(image.Rect(0, 0, 2, 1), color.Palette{color.Black, color.RGBA{G: 100, A: 255}})
	palette.Pix = []byte{1, 0}
	s := decode(t, tiffFile(palette, tiff.Uncompressed, false))
	assert.InDeltaSlice(t, []float32{0.587 * 100, 0}, s.Values, 1e-3)
	assert.True(t, s.Coloured)
}

func TestTIFFTilesMakeUpThePicture(t *testing.T) {
	// Two tiles of 16×16 side by side, of which the picture shows 20×1 pixels.
	tiles := make([]byte, 512)
	for i := range 16 {
		tiles[i], tiles[256+i] = byte(i), byte(16+i)
	}
	entries := []tiffEntry{{field: tiffWidth, long: 20}, {field: tiffHeight, long: 1}, {field: tiffBits, shorts: []uint16{8}}, {field: tiffPhotometric, shorts: []uint16{1}},
		{field: tiffTileWidth, shorts: []uint16{16}}, {field: tiffTileHeight, shorts: []uint16{16}}, {field: tiffTileOffsets, shorts: []uint16{8, 264}}, {field: tiffTileBytes, shorts: []uint16{256, 256}}}
	s := decode(t, tiffOf(le, [][]byte{tiles}, entries))
	for i, v := range s.Values {
		assert.Equal(t, float32(i), v)
	}
}

func TestTIFFErrorsSayWhatIsWrong(t *testing.T) {
	good := tiffOf(le, [][]byte{{1, 2}}, page(8, 1, 1, 1))
	loop := bytes.Clone(good)
	copy(loop[len(loop)-4:], loop[4:8])
	wide := append(page(8, 1, 1, 1)[1:], tiffEntry{field: tiffWidth, long: 3})
	for want, file := range map[string][]byte{
		"scan: the TIFF is damaged or incomplete":                        loop,
		"scan: the TIFF stores 24 bits per value in format 1":            tiffOf(le, [][]byte{{1, 2}}, page(24, 1, 1, 1)),
		"scan: the TIFF stores 12 bits per value in format 2":            tiffOf(le, [][]byte{{1, 2}}, page(12, 2, 1, 1)),
		"scan: the TIFF is compressed by method 50000":                   tiffOf(le, [][]byte{{1, 2}}, page(8, 1, 50000, 1)),
		"scan: the TIFF is compressed as JPEG of 16 bits":                tiffOf(le, [][]byte{{1, 2}}, page(16, 1, 7, 1)),
		"scan: the TIFF is written with predictor 3":                     tiffOf(le, [][]byte{{1, 2}}, page(8, 1, 1, 3)),
		"scan: the TIFF's pages differ, 2×1 pixels of uint8 and 3×1 of ": tiffOf(le, [][]byte{{1, 2}, {1, 2, 3}}, page(8, 1, 1, 1), wide),
	} {
		_, err := Decode("", file)
		assert.ErrorContains(t, err, want)
	}
}
