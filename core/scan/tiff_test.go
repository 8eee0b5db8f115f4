package scan

import (
	"bytes"
	"encoding/binary"
	"image"
	"image/color"
	"testing"

	"github.com/stretchr/testify/assert"
	"golang.org/x/image/tiff"
)

// tiffEntry is an entry of a directory: a list of 16-bit numbers, or one of 32 bits.
type tiffEntry struct {
	field  uint16
	shorts []uint16
	long   uint32
}

// tiffOf writes pages one after another, each with its strip of data before its directory.
func tiffOf(order binary.ByteOrder, strips [][]byte, pages ...[]tiffEntry) []byte {
	out := map[binary.ByteOrder][]byte{binary.LittleEndian: []byte("II*\x00"), binary.BigEndian: []byte("MM\x00*")}[order]
	link := len(out) // where the offset of the next directory goes
	out = append(out, 0, 0, 0, 0)
	for i, entries := range pages {
		at := uint32(len(out))
		out = append(out, strips[i]...)
		entries = append(entries, tiffEntry{field: tiffStripOffsets, long: at}, tiffEntry{field: tiffStripBytes, long: uint32(len(strips[i]))})
		order.PutUint32(out[link:], uint32(len(out)))
		out = append(out, encode(order, uint16(len(entries)))...)
		for _, e := range entries {
			kind, count, value := uint16(4), uint32(1), encode(order, e.long)
			if e.shorts != nil {
				kind, count = 3, uint32(len(e.shorts))
				value = append(encode(order, e.shorts), 0, 0, 0, 0)[:4]
			}
			out = append(out, encode(order, []uint16{e.field, kind})...)
			out = append(append(out, encode(order, count)...), value...)
		}
		link = len(out)
		out = append(out, 0, 0, 0, 0)
	}
	return out
}

// page describes a picture of two pixels.
func page(bits, format, compression, predictor uint16) []tiffEntry {
	return []tiffEntry{{tiffWidth, nil, 2}, {tiffHeight, nil, 1}, {tiffBits, []uint16{bits}, 0}, {tiffSampleFormat, []uint16{format}, 0},
		{tiffCompression, []uint16{compression}, 0}, {tiffPredictor, []uint16{predictor}, 0}, {tiffPhotometric, []uint16{1}, 0}}
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
			"float32": {32, 3, encode(order, []float32{1, 0.5}), []float32{1, 0.5}}, "float64": {64, 3, encode(order, []float64{1, 0.5}), []float32{1, 0.5}},
		} {
			s := decode(t, tiffOf(order, [][]byte{c.strip}, page(c.bits, c.format, 1, 1)))
			assert.Equal(t, c.want, s.Values, "%s, %v", kind, order)
			assert.Equal(t, kind, s.Type)
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
	entries := []tiffEntry{{tiffWidth, nil, 20}, {tiffHeight, nil, 1}, {tiffBits, []uint16{8}, 0}, {tiffPhotometric, []uint16{1}, 0},
		{tiffTileWidth, []uint16{16}, 0}, {tiffTileHeight, []uint16{16}, 0}, {tiffTileOffsets, []uint16{8, 264}, 0}, {tiffTileBytes, []uint16{256, 256}, 0}}
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
		"scan: the TIFF stores 12 bits per value in format 1":            tiffOf(le, [][]byte{{1, 2}}, page(12, 1, 1, 1)),
		"scan: the TIFF is compressed by method 7":                       tiffOf(le, [][]byte{{1, 2}}, page(8, 1, 7, 1)),
		"scan: the TIFF is written with predictor 3":                     tiffOf(le, [][]byte{{1, 2}}, page(8, 1, 1, 3)),
		"scan: the TIFF's pages differ, 2×1 pixels of uint8 and 3×1 of ": tiffOf(le, [][]byte{{1, 2}, {1, 2, 3}}, page(8, 1, 1, 1), wide),
	} {
		_, err := Decode("", file)
		assert.ErrorContains(t, err, want)
	}
}
