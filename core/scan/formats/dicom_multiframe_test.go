package formats

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// frameGroup is one frame's functional group, of one item.
func frameGroup(t tag, elements ...dicomElement) []byte {
	return sequence(le, true, false, t, elements...)
}

// multiFrame is a file of axial frames of one pixel each, with what each says beside.
func multiFrame(pixels []byte, frames ...[]byte) []byte {
	shared := join(frameGroup(tagPlaneOrientation, dicomElement{tagOrientation, "DS", `1\0\0\0\1\0`}), frameGroup(tagPixelMeasures, dicomElement{tagPixelSpacing, "DS", `1\1`}))
	return dicomFileOf(explicitLE, append([]dicomElement{{tagNumberOfFrames, "IS", fmt.Sprint(len(frames))}, {tagSeries, "UI", "1.2"}}, greyDICOM(1, 1, 8,
		listed(tagSharedGroups, shared), listed(tagPerFrameGroups, frames...), dicomElement{tagPixelData, "OB", pixels})...)...)
}

func TestFramesAtOnePositionAreInTheOrderOfTheirDimensions(t *testing.T) {
	var frames [][]byte
	var pixels []byte
	for _, f := range [][2]int{{1, 2}, {0, 0}, {1, 0}, {0, 2}, {0, 1}, {1, 1}} { // place and time
		frames = append(frames, join(frameGroup(tagPlanePosition, dicomElement{tagPosition, "DS", fmt.Sprintf(`0\0\%d`, 3*f[0])}),
			frameGroup(tagFrameContent, dicomElement{tagDimensionValues, "UL", encode(le, []uint32{1, uint32(f[1] + 1), uint32(f[0] + 1)})})))
		pixels = append(pixels, byte(10*f[1]+f[0]))
	}
	file := File{Data: multiFrame(pixels, frames...)}
	for volume := range 3 {
		s, err := Reader{Volume: volume}.Read(file)
		require.NoError(t, err)
		assert.Equal(t, []float32{float32(10 * volume), float32(10*volume + 1)}, s.Values)
		saved, err := Encode(s, []float32{100, 200}, Saving{})
		require.NoError(t, err)
		back, err := Reader{Volume: volume}.Read(File{Data: saved[0].Data})
		require.NoError(t, err)
		assert.Equal(t, []float32{100, 200}, back.Values, "a copy has the same volumes")
	}
	for i := range frames {
		frames[i] = join(frames[i][:len(frames[i])-12], encode(le, []uint32{0x45524353, 1, 1}))
	}
	s := decode(t, multiFrame(pixels, frames...))
	saved, err := Encode(s, s.Values, Saving{})
	require.NoError(t, err)
	assert.NotContains(t, string(saved[0].Data), "SCRE", "what is no index is not kept")
}

func TestWindowIsThatOfTheFirstSliceByItsFunction(t *testing.T) {
	frame := func(z, centre, width, function string) []byte {
		elements := []dicomElement{{tagWindowCenter, "DS", centre}, {tagWindowWidth, "DS", width}}
		if function != "" {
			elements = append(elements, dicomElement{tagWindowFunction, "CS", function})
		}
		return join(frameGroup(tagPlanePosition, dicomElement{tagPosition, "DS", `0\0\` + z}), frameGroup(tagFrameVOILUT, elements...))
	}
	last := frame("9", "1000", "100", "")
	for function, want := range map[string][2]float64{"": {15, 24}, "LINEAR": {15, 24}, "LINEAR_EXACT": {15, 25}, "SIGMOID": {15, 25}} {
		s := decode(t, multiFrame([]byte{1, 2}, last, frame("0", "20", "10", function)))
		assert.Equal(t, want, s.Window, function)
		saved, err := Encode(s, s.Values, Saving{})
		require.NoError(t, err)
		assert.Equal(t, want, again(t, saved).Window, function)
	}
	assert.Equal(t, [2]float64{1.5, 2}, decode(t, multiFrame([]byte{1, 2}, last, frame("0", "1.75", "0.5", "LINEAR_EXACT"))).Window)
}
