package formats

import (
	"bytes"
	"encoding/binary"
	"strconv"
	"testing"

	"segfault/core/scan"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// segments is the data set of a segmentation of square frames, all of them full and at the origin.
func segments(side uint16, frames int, of func(frame int) uint16) []byte {
	pixels := bytes.Repeat([]byte{255}, (int(side)*int(side)*frames+7)/8)
	return append(segmentsOf("BINARY", 1, side, frames, of), dicomBytes(binary.LittleEndian, true, dicomElement{tagPixelData, "OB", pixels})...)
}

// segmentsOf is that up to the pixels, of so many bits each.
func segmentsOf(kind string, bits, side uint16, frames int, of func(frame int) uint16) []byte {
	shared := inside(listed(tagPixelMeasures, inside(dicomElement{tagPixelSpacing, "DS", `1\1`})),
		listed(tagPlaneOrientation, inside(dicomElement{tagOrientation, "DS", `1\0\0\0\1\0`})),
		listed(tagPlanePosition, inside(dicomElement{tagPosition, "DS", `0\0\0`})))
	var each [][]byte
	for i := range frames {
		each = append(each, inside(listed(tagSegmentOfFrame, inside(dicomElement{tagSegmentNumber, "US", of(i)}))))
	}
	return dicomBytes(binary.LittleEndian, true, append([]dicomElement{{tagModality, "CS", "SEG"}, {tagSegmentation, "CS", kind},
		{tagNumberOfFrames, "IS", strconv.Itoa(frames)}}, greyDICOM(side, side, bits, listed(tagSharedGroups, shared), listed(tagPerFrameGroups, each...))...)...)
}

// vast is a scan of so many slices as large as there are, without its values.
func vast(slices int) *scan.Scan {
	affine := [4][4]float64{{-1}, {0, -1}, {0, 0, 1}, {0, 0, 0, 1}}
	return &scan.Scan{Width: scan.MaxSide, Height: scan.MaxSide, Slices: slices, Spacing: [3]float64{1, 1, 1},
		Space: &scan.Space{Affine: affine, Width: scan.MaxSide, Height: scan.MaxSide}}
}

func TestFramesOfASegmentTakeNoMoreThanTheirOwnPixels(t *testing.T) {
	var mask *scan.Mask
	var err error
	took := allocated(func() {
		mask, err = maskOn(vast(1), append(dicomFileOf(explicitLE), segments(1, 1000, func(int) uint16 { return 7 })...))
	})
	require.NoError(t, err)
	assert.Len(t, mask.Layers, 1, "a class that lies where it is already")
	assert.Less(t, took, int64(2*scan.MaxSide*scan.MaxSide))
}

func TestSegmentationsHaveFarMoreFramesThanScansHaveSlices(t *testing.T) {
	const side, frames = 2048, scan.MaxValues/2048/2048 + 1
	body := segments(side, frames, func(int) uint16 { return 1 })
	mask, err := maskOn(stack(t, 3, 1), append(dicomFileOf(explicitLE), body...))
	require.NoError(t, err)
	_, pixels := mask.Count()
	assert.Equal(t, 9, pixels)
}

func TestSegmentationOfMoreFramesThanAreReadIsNotWritten(t *testing.T) {
	const slices = maxFrames/255 + 1
	s := stack(t, 16, slices)
	mask := s.NewMask()
	for i := range mask.Layers[0] {
		mask.Layers[0][i] = uint8(i) // all but one of every slice have a class of their own
	}
	_, err := WriteMask("dicom", mask, 0, s)
	assert.EqualError(t, err, "scan: a DICOM segmentation has a frame for each class of each slice, here more than 65536, which is more than are read; save the mask as NIfTI")
}

func TestSegmentsInMoreLayersThanCanBeHeldAreRefused(t *testing.T) {
	_, err := maskOn(vast(4), append(dicomFileOf(explicitLE), segments(1, 255, func(frame int) uint16 { return uint16(frame + 1) })...))
	checkError(t, err, "255 segments at one pixel")
	assert.ErrorContains(t, err, "lie over each other in 5 layers")
}

func TestDeflatedSegmentationIsInflatedToItsEnd(t *testing.T) {
	const side, frames = 1024, 20 // 2.5 MB
	body := segments(side, frames, func(int) uint16 { return 1 })
	mask, err := maskOn(stack(t, side, 1), append(dicomFileOf(deflatedLE), deflate(body)...))
	require.NoError(t, err)
	_, pixels := mask.Count()
	assert.Equal(t, side*side, pixels)
}

func TestCompressedSegmentationsAreRead(t *testing.T) {
	const lossless = "1.2.840.10008.1.2.4.80"
	runs := func(frame ...byte) []byte {
		head := make([]uint32, 16)
		head[0], head[1] = 1, 64
		return append(append(encode(le, head), byte(len(frame)-1)), frame...)
	}
	code := func(first byte) []byte { // that of the second frame differs
		return []byte{0xff, 0xd8, 0xff, 0xf7, 0, 11, 8, 0, 3, 0, 3, 1, 1, 0x11, 0, first}
	}
	codec := func(f Frame) ([]byte, error) {
		pixels := make([]byte, 9)
		pixels[f.Data[len(f.Data)-1]] = 1
		return pixels, nil
	}
	for name, c := range map[string]struct {
		kind, syntax string
		bits         uint16
		frames       [][]byte
	}{
		"deflated bits":   {"BINARY", "1.2.840.10008.1.2.8.1", 1, [][]byte{deflate([]byte{0, 1}), deflate([]byte{1 << 4, 0})}},
		"runs of bits":    {"BINARY", "1.2.840.10008.1.2.5", 1, [][]byte{runs(0, 1), runs(1<<4, 0)}},
		"coded bits":      {"BINARY", lossless, 1, [][]byte{code(8), code(4)}},
		"coded fractions": {"FRACTIONAL", lossless, 8, [][]byte{code(8), code(4)}},
	} {
		body := segmentsOf(c.kind, c.bits, 3, 2, func(frame int) uint16 { return uint16(frame + 1) })
		file := append(append(dicomFileOf(c.syntax), body...), fragments(c.frames...)...)
		mask, err := Reader{Codec: codec}.ReadMask(stack(t, 3, 1), File{Data: file})
		require.NoError(t, err, name)
		assert.Equal(t, [][]uint8{{0, 0, 0, 0, 2, 0, 0, 0, 1}}, mask.Layers, name)
	}
	_, err := maskOn(stack(t, 3, 1), append(append(dicomFileOf(lossless), segmentsOf("LABELMAP", 8, 3, 1, func(int) uint16 { return 1 })...), fragments(code(4))...))
	assert.ErrorContains(t, err, "for which no decoder is here")
}
