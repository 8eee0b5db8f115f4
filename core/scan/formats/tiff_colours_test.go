package formats

import (
	"bytes"
	"image"
	"image/color"
	"image/jpeg"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// jpegged is a JPEG of 16×8 pixels, all of three samples as they are coded or grey, as it is in a TIFF: with its tables, or without and the tables apart.
func jpegged(t *testing.T, samples ...uint8) (whole, tables, rest []byte) {
	t.Helper()
	var img image.Image
	switch bounds := image.Rect(0, 0, 16, 8); len(samples) {
	case 1:
		img = greyImage(16, 8, bytes.Repeat(samples, 128)...)
	case 3:
		m := image.NewYCbCr(bounds, image.YCbCrSubsampleRatio420)
		for i, plane := range [][]uint8{m.Y, m.Cb, m.Cr} {
			copy(plane, bytes.Repeat(samples[i:i+1], len(plane)))
		}
		img = m
	}
	var b bytes.Buffer
	require.NoError(t, jpeg.Encode(&b, img, &jpeg.Options{Quality: 100}))
	tables, rest = []byte("\xff\xd8"), []byte("\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00") // which must not decide of the colours
	for at := b.Bytes(); ; {
		kind, body, after := jpegSegment(at)
		segment := append([]byte{0xff, kind, 0, byte(len(body) + 2)}, body...)
		if segment[2] = byte((len(body) + 2) >> 8); kind == 0xdb || kind == 0xc4 {
			tables = append(tables, segment...)
		} else {
			rest = append(rest, segment...)
		}
		if at = after; kind == 0xda {
			return b.Bytes(), append(tables, 0xff, 0xd9), append(rest, after...)
		}
	}
}

func TestTIFFOfJPEGsIsRead(t *testing.T) {
	r, g, b := color.YCbCrToRGB(200, 100, 50)
	converted := float32(luma(float64(r), float64(g), float64(b)))
	for name, c := range map[string]struct {
		photometric uint16
		samples     []uint8
		want        float32
	}{
		"grey":           {1, []uint8{77}, 77},
		"grey, negative": {0, []uint8{77}, 178},
		"RGB":            {2, []uint8{200, 100, 50}, 0.299*200 + 0.587*100 + 0.114*50},
		"YCbCr":          {tiffYCbCr, []uint8{200, 100, 50}, converted},
	} {
		whole, tables, rest := jpegged(t, c.samples...)
		for _, apart := range []bool{false, true} {
			tile, entries := whole, []tiffEntry{{field: tiffWidth, long: 20}, {field: tiffHeight, long: 7}, {field: tiffBits, shorts: []uint16{8, 8, 8}[:len(c.samples)]}, {field: tiffSamples, shorts: []uint16{uint16(len(c.samples))}},
				{field: tiffCompression, shorts: []uint16{tiffJPEG}}, {field: tiffPhotometric, shorts: []uint16{c.photometric}}, {field: tiffPredictor, shorts: []uint16{2}}, // which JPEG has not
				{field: tiffTileWidth, shorts: []uint16{16}}, {field: tiffTileHeight, shorts: []uint16{8}}}
			if apart {
				tile, entries = rest, append(entries, tiffEntry{field: tiffJPEGTables, text: string(tables)})
			}
			tiles := append(entries, tiffEntry{field: tiffTileOffsets, shorts: []uint16{8, 8}}, tiffEntry{field: tiffTileBytes, shorts: []uint16{uint16(len(tile)), uint16(len(tile))}})
			file := tiffOf(le, [][]byte{tile}, tiles)
			s := decode(t, file)
			for _, v := range s.Values {
				require.InDelta(t, c.want, v, 1.5, "%s: what coding rounds", name)
			}
			assert.Equal(t, len(c.samples) == 3, s.Coloured, name)
			assert.Equal(t, []int{20, 7}, []int{s.Width, s.Height}, name)
			_, err := ReadMask(s, File{Data: file})
			assert.ErrorContains(t, err, "its compression blurs labels", name)
			for _, change := range []func([]byte){
				func(tile []byte) { clear(tile[2:]) },
				func(tile []byte) { tile[bytes.Index(tile, []byte{0xff, 0xc0})+8] = 99 }, // wider than the tile
			} {
				broken := bytes.Clone(file)
				change(broken[8 : 8+len(tile)])
				_, err = Decode("", broken)
				assert.ErrorContains(t, err, "the TIFF is damaged", name)
			}
		}
	}
}

func TestTIFFOfJPEGsWithManyPassesIsRefused(t *testing.T) {
	whole, _, _ := jpegged(t, 77)
	at := bytes.Index(whole, []byte{0xff, 0xda})
	scan := whole[at:bytes.LastIndex(whole, []byte{0xff, 0xd9})]
	many := append(bytes.Clone(whole[:at]), bytes.Repeat(scan, 30_000)...)
	_, err := Decode("", tiffOf(le, [][]byte{append(many, 0xff, 0xd9)}, sized(16, 8, tiffEntry{field: tiffCompression, shorts: []uint16{tiffJPEG}})))
	assert.ErrorContains(t, err, "asks for far more work than its picture is large")
}

func TestTIFFOfPartsThatShareALongJPEGIsRefused(t *testing.T) {
	whole, _, _ := jpegged(t, 77)
	tile := append([]byte{0xff, 0xd8}, bytes.Repeat(append([]byte{0xff, 0xfe, 0xff, 0xff}, make([]byte, 65533)...), 100)...) // comments
	tile = append(tile, whole[2:]...)
	at := slices.Repeat([]uint16{8}, 64)
	file := tiffOf(le, [][]byte{tile}, sized(128, 64, tiffEntry{field: tiffCompression, shorts: []uint16{tiffJPEG}}, tiffEntry{field: tiffTileWidth, shorts: []uint16{16}},
		tiffEntry{field: tiffTileHeight, shorts: []uint16{8}}, tiffEntry{field: tiffTileOffsets, shorts: at})) // whose lengths are not told, so that each is all that follows
	_, err := Decode("", file)
	assert.ErrorContains(t, err, "asks for far more work than its picture is large")
}

func TestTIFFOfPartsThatShareCodesOfNothingIsRefused(t *testing.T) {
	const much = 1 << 20
	zeros := make([]byte, 128)
	empty := []byte{0, 0, 0, 0xff, 0xff} // a block of Deflate
	for compression, tile := range map[uint16][]byte{
		8:     append([]byte{0x78, 0x9c}, append(bytes.Repeat(empty, much/5), zlibbed(zeros)[2:]...)...),
		32773: append(bytes.Repeat([]byte{0x80}, much), 129, 0),
	} {
		file := tiffOf(le, [][]byte{tile}, sized(128, 64, tiffEntry{field: tiffCompression, shorts: []uint16{compression}}, tiffEntry{field: tiffTileWidth, shorts: []uint16{16}},
			tiffEntry{field: tiffTileHeight, shorts: []uint16{8}}, tiffEntry{field: tiffTileOffsets, shorts: slices.Repeat([]uint16{8}, 64)}))
		_, err := Decode("", file)
		assert.ErrorContains(t, err, "asks for far more work than its picture is large", "compression %d", compression)
	}
}

func TestTIFFInksBecomeLuma(t *testing.T) {
	entries := func(bits uint16) []tiffEntry {
		return []tiffEntry{{field: tiffWidth, long: 2}, {field: tiffHeight, long: 1}, {field: tiffBits, shorts: []uint16{bits, bits, bits, bits}}, {field: tiffSamples, shorts: []uint16{4}},
			{field: tiffPhotometric, shorts: []uint16{tiffCMYK}}}
	}
	s := decode(t, tiffOf(le, [][]byte{{55, 155, 205, 0, 0, 0, 0, 205}}, entries(8)))
	assert.InDeltaSlice(t, []float32{0.299*200 + 0.587*100 + 0.114*50, 50}, s.Values, 1e-4)
	s = decode(t, tiffOf(le, [][]byte{encode(le, []uint16{0, 0, 0, 0, 65535, 65535, 0, 0})}, entries(16)))
	assert.InDeltaSlice(t, []float32{65535, 0.114 * 65535}, s.Values, 1e-2)
}

func TestTIFFMaskOfColoursIsReadAsAPNGIs(t *testing.T) {
	entries := []tiffEntry{{field: tiffWidth, long: 3}, {field: tiffHeight, long: 1}, {field: tiffBits, shorts: []uint16{8, 8, 8}}, {field: tiffSamples, shorts: []uint16{3}}, {field: tiffPhotometric, shorts: []uint16{2}}}
	mask := decodeMask(t, tiffOf(le, [][]byte{{0, 255, 0, 0, 0, 0, 255, 0, 0}}, entries)) // green, black and red
	assert.Equal(t, [][]uint8{{2, 0, 1}}, mask.Layers)
}

func TestTIFFMaskWithAPaletteOfColoursIsItsIndices(t *testing.T) {
	colours := make([]uint16, 768) // red, then green, then blue ones
	colours[1], colours[256+2], colours[512+7] = 65535, 65535, 65535
	entries := sized(4, 1, tiffEntry{field: tiffColours, shorts: colours})
	entries[3] = tiffEntry{field: tiffPhotometric, shorts: []uint16{3}}
	file := tiffOf(le, [][]byte{{0, 1, 2, 7}}, entries)
	mask, err := ReadMask(decode(t, file), File{Data: file})
	require.NoError(t, err)
	assert.Equal(t, [][]uint8{{0, 1, 2, 7}}, mask.Layers)
}
