package formats

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A lossy code of more bits than are stored may go beyond them, which no value may go around.
func TestWhatALossyCodeGivesBeyondTheStoredBitsIsTheirEnd(t *testing.T) {
	head := func(depth byte) []byte { // of a JPEG 2000 of 2×2 pixels
		size := append([]byte{0xff, 0x4f, 0xff, 0x51, 0, 41, 0, 0}, encode(be, []uint32{2, 2, 0, 0, 2, 2, 0, 0})...)
		return append(size, 0, 1, depth, 1, 1, 0)
	}
	sequential := []byte{0xff, 0xd8, 0xff, 0xc1, 0, 11, 12, 0, 2, 0, 2, 1, 1, 0x11, 0, 0}
	for name, c := range map[string]struct {
		syntax  string
		code    []byte
		signed  uint16
		decoded any
		want    []float32
	}{
		"JPEG 2000":             {"1.2.840.10008.1.2.4.91", head(15), 0, []uint16{0, 1023, 1030, 65535}, []float32{0, 1023, 1023, 1023}},
		"JPEG 2000 with a sign": {"1.2.840.10008.1.2.4.91", head(0x80 | 15), 1, []int16{-512, -520, 511, 600}, []float32{-512, -512, 511, 511}},
		"JPEG Extended":         {"1.2.840.10008.1.2.4.51", sequential, 0, []uint16{0, 1023, 1024, 4095}, []float32{0, 1023, 1023, 1023}},
		"as many bits":          {"1.2.840.10008.1.2.4.91", head(0x80 | 9), 1, []int16{-512, -1, 511, 0}, []float32{-512, -1, 511, 0}},
		"without loss":          {"1.2.840.10008.1.2.4.90", head(15), 0, []uint16{0, 1023, 1<<10 | 7, 1 << 15}, []float32{0, 1023, 7, 0}}, // overlays
	} {
		elements := replaced(greyDICOM(2, 2, 16), dicomElement{tagBitsStored, "US", uint16(10)}, dicomElement{tagHighBit, "US", uint16(9)}, dicomElement{tagPixelRepresentation, "US", c.signed})
		file := slices.Concat(dicomFileOf(c.syntax, elements...), fragments(c.code))
		s, err := Reader{Codec: func(Frame) ([]byte, error) { return encode(le, c.decoded), nil }}.Read(File{Data: file})
		require.NoError(t, err, name)
		assert.Equal(t, c.want, s.Values, name)
	}
}
