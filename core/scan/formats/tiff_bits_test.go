package formats

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// few is a TIFF of 3×2 pixels of so many bits, whose rows take a byte or two each.
func few(bits, photometric, compression uint16, strip ...byte) []byte {
	return tiffOf(le, [][]byte{strip}, []tiffEntry{{field: tiffWidth, long: 3}, {field: tiffHeight, long: 2}, {field: tiffBits, shorts: []uint16{bits}},
		{field: tiffCompression, shorts: []uint16{compression}}, {field: tiffPhotometric, shorts: []uint16{photometric}}})
}

func TestTIFFOfBitsBeyondAByteIsReadAsItCounts(t *testing.T) {
	for name, c := range map[string]struct {
		file []byte
		want []float32
	}{
		"10 bits":           {few(10, 1, 1, 0b00000000, 0b01_111111, 0b1111_1000, 0b000011_00, 0b00000000, 0b10_000000, 0b0011_0000, 0b000001_00), []float32{1, 1023, 515, 2, 3, 1}},
		"12 bits":           {few(12, 1, 1, 0x12, 0x3f, 0xff, 0x00, 0x10, 0x00, 0x20, 0x03, 0x00, 0x40), []float32{0x123, 0xfff, 1, 2, 3, 4}},
		"12 bits, negative": {few(12, 0, 1, 0x12, 0x3f, 0xff, 0x00, 0x10, 0x00, 0x20, 0x03, 0x00, 0x40), []float32{4095 - 0x123, 0, 4094, 4093, 4092, 4091}},
	} {
		s := decode(t, c.file)
		assert.Equal(t, c.want, s.Values, name)
		assert.Equal(t, "uint16", s.Type, name)
		for _, identity := range []bool{true, false} {
			saved, err := Encode(s, moved(s), Saving{Identity: identity})
			require.NoError(t, err)
			assert.Equal(t, moved(s), again(t, saved).Values, name)
		}
	}
}

func TestTIFFOfFewBitsIsReadAsAPNGIs(t *testing.T) {
	for name, c := range map[string]struct {
		file   []byte
		values []float32
		labels []uint8
	}{
		"1 bit":            {few(1, 1, 1, 0b101_11111, 0b010_00000), []float32{255, 0, 255, 0, 255, 0}, []uint8{1, 0, 1, 0, 1, 0}},
		"1 bit, the least": {few(1, 0, 1, 0b101_11111, 0b010_00000), []float32{0, 255, 0, 255, 0, 255}, []uint8{0, 1, 0, 1, 0, 1}},
		"1 bit in runs":    {few(1, 1, 32773, 1, 0b101_00000, 0b010_00000), []float32{255, 0, 255, 0, 255, 0}, []uint8{1, 0, 1, 0, 1, 0}},
		"1 bit, deflated":  {few(1, 1, 8, zlibbed([]byte{0b101_00000, 0b010_00000})...), []float32{255, 0, 255, 0, 255, 0}, []uint8{1, 0, 1, 0, 1, 0}},
		"2 bits":           {few(2, 1, 1, 0b00_01_10_11, 0b11_10_01_11), []float32{0, 85, 170, 255, 170, 85}, []uint8{0, 1, 2, 3, 2, 1}},
		"4 bits":           {few(4, 1, 1, 0x01, 0x2f, 0xf3, 0x4f), []float32{0, 17, 34, 255, 51, 68}, []uint8{0, 1, 2, 15, 3, 4}},
	} {
		s := decode(t, c.file)
		assert.Equal(t, c.values, s.Values, name)
		assert.Equal(t, []any{"uint8", [2]float64{0, 255}}, []any{s.Type, s.Window}, name)
		mask, err := ReadMask(s, File{Data: c.file})
		require.NoError(t, err, name)
		assert.Equal(t, [][]uint8{c.labels}, mask.Layers, name)
		for _, identity := range []bool{true, false} {
			saved, err := Encode(s, moved(s), Saving{Identity: identity})
			require.NoError(t, err)
			assert.Equal(t, moved(s), again(t, saved).Values, name)
		}
	}
	colours := tiffEntry{field: tiffColours, shorts: append(make([]uint16, 16), append(make([]uint16, 16), 0, 65535, 257, 514, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)...)}
	palette := tiffOf(le, [][]byte{{0x12, 0x30}}, []tiffEntry{{field: tiffWidth, long: 3}, {field: tiffHeight, long: 1}, {field: tiffBits, shorts: []uint16{4}}, {field: tiffPhotometric, shorts: []uint16{3}}, colours})
	assert.InDeltaSlice(t, []float32{0.114 * 255, 0.114, 0.114 * 2}, decode(t, palette).Values, 1e-4)

	for name, file := range map[string][]byte{
		"3 bits":        few(3, 1, 1, 0, 0, 0, 0),
		"a predictor":   tiffOf(le, [][]byte{{0}}, page(1, 1, 1, 2)),
		"signed bits":   tiffOf(le, [][]byte{{0}}, page(4, 2, 1, 1)),
		"two of a bit":  tiffOf(le, [][]byte{{0, 0}}, append(page(1, 1, 1, 1), tiffEntry{field: tiffSamples, shorts: []uint16{2}})),
		"pages of both": tiffOf(le, [][]byte{{0}, {0, 0}}, page(1, 1, 1, 1), page(8, 1, 1, 1)),
	} {
		_, err := Decode("", file)
		checkError(t, err, name)
	}
}
