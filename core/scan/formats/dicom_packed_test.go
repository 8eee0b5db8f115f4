package formats

import (
	"bytes"
	"compress/flate"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestDICOMUnrollsSegmentedPalettes(t *testing.T) {
	elements := replaced(greyDICOM(4, 2, 8), dicomElement{tagPhotometric, "CS", "PALETTE COLOR"})
	segments := []uint16{0, 2, 257 * 10, 257 * 20, 1, 2, 257 * 40, 2, 1, 0, 0} // two entries, a line of two to 40, and the first segment again
	for c := range tag(3) {
		elements = append(elements, dicomElement{tagRedDescriptor + c, "US", encode(le, []uint16{6, 0, 16})})
	}
	for c := range tag(3) {
		elements = append(elements, dicomElement{tagRedSegments + c, "OW", encode(le, segments)})
	}
	s := decode(t, dicomFileOf(explicitLE, append(elements, dicomElement{tagPixelData, "OB", []byte{0, 1, 2, 3, 4, 5, 6, 0}})...))
	assert.InDeltaSlice(t, []float32{10, 20, 30, 40, 10, 20, 20, 10}, s.Values, 1e-3)

	for name, segments := range map[string][]uint16{"too few": {0, 2, 1, 2}, "unknown": {3, 1, 1}, "a line from nowhere": {1, 2, 3}, "nothing": {0, 0}, "outside": {2, 1, 999, 0}} {
		broken := replaced(elements, dicomElement{tagRedSegments, "OW", encode(le, segments)})
		_, err := Decode("", dicomFileOf(explicitLE, append(broken, dicomElement{tagPixelData, "OB", make([]byte, 8)})...))
		assert.ErrorContains(t, err, "segmented colour palette is damaged", name)
	}
}

func TestDICOMInflatesFrames(t *testing.T) {
	deflate := func(data ...byte) []byte {
		var b bytes.Buffer
		w, err := flate.NewWriter(&b, 9)
		require.NoError(t, err)
		_, err = w.Write(data)
		require.NoError(t, err)
		require.NoError(t, w.Close())
		if b.Len()%2 == 1 {
			b.WriteByte(0)
		}
		return b.Bytes()
	}
	file := func(frames ...[]byte) []byte {
		return append(dicomFileOf("1.2.840.10008.1.2.8.1", append([]dicomElement{{tagNumberOfFrames, "IS", "2"}}, greyDICOM(2, 2, 8)...)...), fragments(frames...)...)
	}
	s := decode(t, file(deflate(1, 2, 3, 4), deflate(5, 6, 7, 8)))
	assert.Equal(t, []float32{1, 2, 3, 4, 5, 6, 7, 8}, s.Values)
	_, err := Decode("", file(deflate(1, 2, 3, 4), deflate(5, 6, 7)))
	assert.ErrorContains(t, err, "deflated frame of the DICOM is damaged or incomplete")
}

func TestATableOfWhatIsShownSetsTheWindow(t *testing.T) {
	table := sequence(le, true, false, tagVOILUT, dicomElement{tagLUTDescriptor, "US", encode(le, []uint16{4, 100, 8})}, dicomElement{tagLUTData, "OW", []byte{0, 80, 160, 255}})
	file := dicomFileOf(explicitLE, greyDICOM(2, 2, 16)...)
	file = append(append(file, table...), dicomBytes(le, true, dicomElement{tagPixelData, "OW", encode(le, []uint16{0, 100, 101, 200})})...)
	assert.Equal(t, [2]float64{100, 103}, decode(t, file).Window)
}
