package formats

import (
	"bytes"
	"encoding/binary"
	"image"
	"math/bits"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/image/tiff"
)

// sized describes a grey picture of bytes.
func sized(width, height uint32, more ...tiffEntry) []tiffEntry {
	return append([]tiffEntry{{field: tiffWidth, long: width}, {field: tiffHeight, long: height}, {field: tiffBits, shorts: []uint16{8}}, {field: tiffPhotometric, shorts: []uint16{1}}}, more...)
}

func TestTIFFAddsUpDifferencesOfEveryWidth(t *testing.T) {
	for _, order := range []binary.ByteOrder{binary.LittleEndian, binary.BigEndian} {
		for bits, strip := range map[uint16][]byte{
			8: {250, 10}, 16: encode(order, []uint16{65530, 10}), 32: encode(order, []uint32{1<<32 - 6, 10}), 64: encode(order, []uint64{1<<64 - 6, 10}),
		} {
			s := decode(t, tiffOf(order, [][]byte{strip}, page(bits, 1, 1, 2)))
			assert.Equal(t, float32(4), s.Values[1], "%d bits, %v", bits, order)
		}
		s := decode(t, tiffOf(order, [][]byte{encode(order, []uint32{0x3f800000, 0})}, page(32, 3, 1, 2)))
		assert.Equal(t, []float32{1, 1}, s.Values, "of a floating-point number's bits")
	}
}

// takenApart is a row of big-endian numbers as predictor 3 stores it: all first bytes, then all second ones, and of each the difference
// from the one some samples before.
func takenApart(row []byte, size, samples int) []byte {
	n := len(row) / size
	apart := make([]byte, len(row))
	for i, b := range row {
		apart[i%size*n+i/size] = b
	}
	for i := len(apart) - 1; i >= samples; i-- {
		apart[i] -= apart[i-samples]
	}
	return apart
}

func TestTIFFJoinsFloatingPointNumbersTakenApart(t *testing.T) {
	for bits, row := range map[uint16][]byte{
		16: encode(be, []uint16{0x3c00, 0xb800}), 32: encode(be, []float32{1, -0.5}), 64: encode(be, []float64{1, -0.5}),
	} {
		for _, order := range []binary.ByteOrder{binary.LittleEndian, binary.BigEndian} { // which does not matter here
			s := decode(t, tiffOf(order, [][]byte{takenApart(row, int(bits)/8, 1)}, page(bits, 3, 1, 3)))
			assert.Equal(t, []float32{1, -0.5}, s.Values, "%d bits, %v", bits, order)
		}
	}
	colours := encode(be, []float32{1, 2, 3, 4, 4, 4})
	entries := []tiffEntry{{field: tiffWidth, long: 2}, {field: tiffHeight, long: 1}, {field: tiffBits, shorts: []uint16{32, 32, 32}}, {field: tiffSampleFormat, shorts: []uint16{3, 3, 3}},
		{field: tiffSamples, shorts: []uint16{3}}, {field: tiffPhotometric, shorts: []uint16{2}}, {field: tiffPredictor, shorts: []uint16{3}}}
	assert.Equal(t, float32(4), decode(t, tiffOf(le, [][]byte{takenApart(colours, 4, 3)}, entries)).Values[1])
}

func TestTIFFColoursThatLieApartBecomeLuma(t *testing.T) {
	for bits, plane := range map[uint16]func(...uint16) []byte{
		8: func(v ...uint16) []byte {
			out := []byte{}
			for _, x := range v {
				out = append(out, byte(x))
			}
			return out
		},
		16: func(v ...uint16) []byte { return encode(le, v) },
	} {
		red, green, blue := plane(200, 9, 7, 5), plane(100, 9, 8, 5), plane(50, 9, 9, 5)
		strip := append(append(bytes.Clone(red), green...), blue...)
		at, half := uint16(8), uint16(len(red)/2)
		offsets := []uint16{at, at + half, at + 2*half, at + 3*half, at + 4*half, at + 5*half}
		entries := []tiffEntry{{field: tiffWidth, long: 2}, {field: tiffHeight, long: 2}, {field: tiffBits, shorts: []uint16{bits, bits, bits}}, {field: tiffSamples, shorts: []uint16{3}},
			{field: tiffPhotometric, shorts: []uint16{2}}, {field: tiffPlanar, shorts: []uint16{2}}, {field: tiffStripRows, shorts: []uint16{1}},
			{field: tiffStripOffsets, shorts: offsets}, {field: tiffStripBytes, shorts: []uint16{half, half, half, half, half, half}}}
		s := decode(t, tiffOf(le, [][]byte{strip}, entries))
		assert.InDeltaSlice(t, []float32{0.299*200 + 0.587*100 + 0.114*50, 9, 0.299*7 + 0.587*8 + 0.114*9, 5}, s.Values, 1e-4)
		assert.True(t, s.Coloured)
	}
}

func TestTIFFOpacityThatLiesApartIsLeftOut(t *testing.T) {
	entries := sized(2, 1, tiffEntry{field: tiffSamples, shorts: []uint16{2}}, tiffEntry{field: tiffPlanar, shorts: []uint16{2}},
		tiffEntry{field: tiffStripOffsets, shorts: []uint16{8, 10}}, tiffEntry{field: tiffStripBytes, shorts: []uint16{2, 2}})
	assert.Equal(t, []float32{7, 8}, decode(t, tiffOf(le, [][]byte{{7, 8, 0, 255}}, entries)).Values)
}

func TestTIFFTurnsBitsThatRunTheOtherWay(t *testing.T) {
	reverse := tiffEntry{field: tiffFillOrder, shorts: []uint16{2}}
	for compression, strip := range map[uint16][]byte{1: {1, 2}, 32773: {1, 1, 2}, 5: {0x80, 0x00, 0x40, 0x50, 0x10}} {
		for i := range strip {
			strip[i] = bits.Reverse8(strip[i])
		}
		assert.Equal(t, []float32{1, 2}, decode(t, tiffOf(le, [][]byte{strip}, append(page(8, 1, compression, 1), reverse))).Values, "compression %d", compression)
	}
}

func TestTIFFLengthsOfStripsMayBeLeftOut(t *testing.T) {
	left := tiffEntry{field: tiffStripBytes, long: absent}
	assert.Equal(t, []float32{1, 2}, decode(t, tiffOf(le, [][]byte{{1, 2}}, append(page(8, 1, 1, 1), left))).Values)
	assert.Equal(t, []float32{1, 2}, decode(t, tiffOf(le, [][]byte{{1, 1, 2}}, append(page(8, 1, 32773, 1), left))).Values)
	zero := tiffEntry{field: tiffStripBytes, long: 0}
	assert.Equal(t, []float32{1, 2}, decode(t, tiffOf(le, [][]byte{{1, 2}}, append(page(8, 1, 1, 1), zero))).Values, "some write 0")
	rows := append(sized(1, 3, left), tiffEntry{field: tiffStripRows, shorts: []uint16{2}}, tiffEntry{field: tiffStripOffsets, shorts: []uint16{9, 8}})
	assert.Equal(t, []float32{2, 3, 1}, decode(t, tiffOf(le, [][]byte{{1, 2, 3}}, rows)).Values, "two strips, in any order")
}

func TestStackOfImageJIsReadWhole(t *testing.T) {
	text := "ImageJ=1.54f\nimages=3\nslices=3\nloop=false\n\x00"
	one := sized(2, 1, tiffEntry{field: tiffDescription, text: text}, tiffEntry{field: tiffStripBytes, long: 2})
	s := decode(t, tiffOf(be, [][]byte{{1, 2, 3, 4, 5, 6}}, one))
	assert.Equal(t, []float32{1, 2, 3, 4, 5, 6}, s.Values)
	assert.Equal(t, 3, s.Slices)

	deep := append(page(16, 1, 1, 1), tiffEntry{field: tiffDescription, text: text}, tiffEntry{field: tiffStripBytes, long: 4})
	assert.Equal(t, []float32{1, 2, 3, 4, 5, 6}, decode(t, tiffOf(be, [][]byte{encode(be, []uint16{1, 2, 3, 4, 5, 6})}, deep)).Values)
}

func TestPageTakenOutOfAStackIsOne(t *testing.T) {
	text := tiffEntry{field: tiffDescription, text: "ImageJ=1.54f\nimages=300\n"}
	single := sized(20, 20, text)
	s := decode(t, tiffOf(le, [][]byte{make([]byte, 400)}, single))
	assert.Equal(t, 1, s.Slices)
	_, err := Decode("", tiffOf(le, [][]byte{make([]byte, 1000)}, append(single, tiffEntry{field: tiffStripBytes, long: 400})))
	assert.ErrorContains(t, err, "scan: the TIFF is truncated: it needs 120000 bytes of data and holds")
	two := tiffOf(le, [][]byte{make([]byte, 400), make([]byte, 400)}, single, single)
	assert.Equal(t, 2, decode(t, two).Slices, "directories count before descriptions")
}

func TestPaletteOfBytesIsNotBlack(t *testing.T) {
	colours := make([]uint16, 768)
	for i := range 256 {
		colours[i], colours[256+i], colours[512+i] = uint16(i), uint16(i), uint16(i)
	}
	entries := sized(2, 1, tiffEntry{field: tiffColours, shorts: colours})
	entries[3] = tiffEntry{field: tiffPhotometric, shorts: []uint16{3}}
	assert.InDeltaSlice(t, []float32{7, 250}, decode(t, tiffOf(le, [][]byte{{7, 250}}, entries)).Values, 1e-4)

	file, err := os.ReadFile(filepath.Join(shared(t, "formats-3"), "palette-8bit-colours.tif"))
	require.NoError(t, err)
	s := decode(t, file)
	assert.InDeltaSlice(t, []float32{185, 241, 225, 130, 240, 249}, s.Values[:6], 1e-3)
}

func TestPaletteOfBytesInTheUpperHalvesOfWordsReachesWhite(t *testing.T) {
	for name, unit := range map[string]uint16{"upper half": 256, "both halves": 257} {
		colours := make([]uint16, 768)
		for i := range 256 {
			colours[i], colours[256+i], colours[512+i] = unit*uint16(i), unit*uint16(i), unit*uint16(i)
		}
		entries := sized(2, 1, tiffEntry{field: tiffColours, shorts: colours})
		entries[3] = tiffEntry{field: tiffPhotometric, shorts: []uint16{3}}
		assert.InDeltaSlice(t, []float32{7, 255}, decode(t, tiffOf(le, [][]byte{{7, 255}}, entries)).Values, 1e-4, name)
	}
}

// upright are the values 0, 1, 2 and 3, 4, 5 of two stored rows, turned by each of the eight numbered orientations.
var upright = [][]float32{
	{0, 1, 2, 3, 4, 5}, {2, 1, 0, 5, 4, 3}, {5, 4, 3, 2, 1, 0}, {3, 4, 5, 0, 1, 2},
	{0, 3, 1, 4, 2, 5}, {3, 0, 4, 1, 5, 2}, {5, 2, 4, 1, 3, 0}, {2, 5, 1, 4, 0, 3},
}

func TestTIFFStandsUprightAndIsSavedAsItLay(t *testing.T) {
	for i, want := range upright {
		for _, write := range []func(binary.ByteOrder, [][]byte, ...[]tiffEntry) []byte{tiffOf, wideTIFF} {
			turn := tiffEntry{field: tiffOrientation, shorts: []uint16{uint16(i + 1)}}
			s := decode(t, write(be, [][]byte{{0, 1, 2, 3, 4, 5}, {10, 11, 12, 13, 14, 15}}, sized(3, 2, turn), sized(3, 2, turn)))
			assert.Equal(t, want, s.Values[:6], "orientation %d", i+1)
			assert.Equal(t, [2]int{3 - i/4, 2 + i/4}, [2]int{s.Width, s.Height})
			values := append([]float32{}, s.Values...)
			for at := range values {
				values[at] += 100
			}
			for _, identity := range []bool{true, false} {
				saved, err := Encode(s, values, Saving{Identity: identity})
				require.NoError(t, err)
				assert.Contains(t, string(saved[0].Data), "defghi"[:6], "100 to 105, as they were stored")
				back := decode(t, saved[0].Data)
				assert.Equal(t, values, back.Values, "orientation %d", i+1)
				assert.Equal(t, s.Orientation, back.Orientation)
			}
		}
	}
}

func TestMaskOfATurnedPictureFitsIt(t *testing.T) {
	s := decode(t, tiffOf(le, [][]byte{{0, 1, 2, 3, 4, 5}}, sized(3, 2, tiffEntry{field: tiffOrientation, shorts: []uint16{6}})))
	mask := s.NewMask()
	copy(mask.Layers[0], []uint8{1, 2, 3, 4, 5, 6})
	saved, err := WriteMask("nifti", mask, 0, s)
	require.NoError(t, err)
	back, err := maskOn(s, gzipFile(saved.Data))
	require.NoError(t, err)
	assert.Equal(t, mask.Layers, back.Layers)
}

func TestTIFFCopyIsOfTheFilesOwnKindAndReadByOthers(t *testing.T) {
	for _, order := range []binary.ByteOrder{binary.LittleEndian, binary.BigEndian} {
		file := tiffOf(order, [][]byte{encode(order, []uint16{1, 256})}, page(16, 1, 1, 1))
		saved, err := Encode(decode(t, file), []float32{1, 512}, Saving{})
		require.NoError(t, err)
		assert.Equal(t, file[:4], saved[0].Data[:4])
		img, err := tiff.Decode(bytes.NewReader(saved[0].Data))
		require.NoError(t, err)
		assert.Equal(t, []byte{0, 1, 2, 0}, img.(*image.Gray16).Pix)
	}
	wide := wideTIFF(le, [][]byte{{1, 2}}, page(8, 1, 1, 1))
	saved, err := Encode(decode(t, wide), []float32{1, 2}, Saving{})
	require.NoError(t, err)
	assert.Equal(t, wide[:8], saved[0].Data[:8])
}

func TestTIFFOfUnequalDepthsIsRefused(t *testing.T) {
	entries := []tiffEntry{{field: tiffWidth, long: 1}, {field: tiffHeight, long: 1}, {field: tiffBits, shorts: []uint16{8, 16, 8}}, {field: tiffSamples, shorts: []uint16{3}}, {field: tiffPhotometric, shorts: []uint16{2}}}
	_, err := Decode("", tiffOf(le, [][]byte{make([]byte, 9)}, entries))
	assert.EqualError(t, err, "scan: the TIFF stores 8 bits of one colour and 16 of another; save it as 16-bit grey")
}

func TestTIFFPagesThatAreTurnedDifferentlyAreRefused(t *testing.T) {
	_, err := Decode("", tiffOf(le, [][]byte{{1, 2}, {1, 2}}, sized(2, 1), sized(2, 1, tiffEntry{field: tiffOrientation, shorts: []uint16{2}})))
	assert.ErrorContains(t, err, "or are turned differently")
}
