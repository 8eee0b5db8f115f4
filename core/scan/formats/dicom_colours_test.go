package formats

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// colourDICOM is a row of pixels of three samples of eight bits.
func colourDICOM(photometric string, planar uint16, pixels ...byte) []byte {
	return dicomFileOf(explicitLE,
		dicomElement{tagSamplesPerPixel, "US", uint16(3)}, dicomElement{tagPhotometric, "CS", photometric}, dicomElement{tagPlanarConfiguration, "US", planar},
		dicomElement{tagRows, "US", uint16(1)}, dicomElement{tagColumns, "US", uint16(len(pixels) / 3)},
		dicomElement{tagBitsAllocated, "US", uint16(8)}, dicomElement{tagPixelData, "OB", pixels})
}

func TestDICOMSaysThatItHasColours(t *testing.T) {
	for name, file := range map[string][]byte{
		"RGB":               colourDICOM("RGB", 0, 9, 9, 9, 200, 10, 30),
		"RGB in planes":     colourDICOM("RGB", 1, 9, 200, 9, 10, 9, 30),
		"a difference":      colourDICOM("YBR_FULL", 0, 9, 128, 128, 200, 128, 100),
		"halved difference": halved(explicitLE, "OB", 2, []byte{9, 20, 128, 128, 9, 20, 127, 128}),
		"a palette":         dicomFileOf(explicitLE, paletteDICOM()...),
	} {
		assert.True(t, decode(t, file).Coloured, name)
	}
	for name, file := range map[string][]byte{
		"RGB":        colourDICOM("RGB", 0, 9, 9, 9, 200, 200, 200),
		"YBR":        colourDICOM("YBR_FULL", 0, 9, 128, 128, 200, 128, 128),
		"halved YBR": halved(explicitLE, "OB", 2, []byte{9, 20, 128, 128, 9, 20, 128, 128}),
		"a palette":  dicomFileOf(explicitLE, replaced(paletteDICOM(), dicomElement{tagPixelData, "OB", []byte{0, 10, 11, 11}})...),
		"grey":       dicomFileOf(explicitLE, greyDICOM(1, 1, 8, dicomElement{tagPixelData, "OB", []byte{3}})...),
	} {
		s := decode(t, file)
		assert.False(t, s.Coloured || s.ColoursKept, name+" of grey alone")
	}
}

func TestCopiesOfColouredDICOMKeepTheirColours(t *testing.T) {
	for name, file := range map[string][]byte{
		"RGB": colourDICOM("RGB", 0, 9, 9, 9, 200, 10, 30), "YBR": colourDICOM("YBR_FULL", 0, 9, 128, 128, 200, 128, 100), "halved YBR": halved(explicitLE, "OB", 2, []byte{9, 20, 128, 128, 9, 20, 127, 128}),
	} {
		s := decode(t, file)
		assert.True(t, s.ColoursKept, name)
		changed := append([]float32(nil), s.Values...)
		changed[0] += 3
		s.Round(0, changed)
		saved, err := Encode(s, changed, Saving{})
		require.NoError(t, err)
		assert.True(t, again(t, saved).Coloured, name)
	}
	assert.False(t, decode(t, dicomFileOf(explicitLE, paletteDICOM()...)).ColoursKept, "no copy of a palette is written")
}

func TestDICOMPaletteOfBytesInTheUpperHalvesOfWordsReachesWhite(t *testing.T) {
	for name, unit := range map[string]uint16{"upper half": 256, "both halves": 257} {
		elements := replaced(greyDICOM(3, 1, 8), dicomElement{tagPhotometric, "CS", "PALETTE COLOR"})
		for c := range tag(3) {
			elements = append(elements, dicomElement{tagRedDescriptor + c, "US", encode(le, []uint16{3, 0, 16})}, dicomElement{tagRedTable + c, "OW", encode(le, []uint16{0, 7 * unit, 255 * unit})})
		}
		s := decode(t, dicomFileOf(explicitLE, append(elements, dicomElement{tagPixelData, "OB", []byte{0, 1, 2}})...))
		assert.Equal(t, []float32{0, 7, 255}, s.Values, name)
	}
}
