package formats

import (
	"strconv"
	"testing"

	"segfault/core/scan"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// withPixels is a file of n frames of one pixel each, 1, 2, 3 and so on, which says more.
func withPixels(n int, more ...dicomElement) []byte {
	pixels := make([]byte, n)
	for i := range pixels {
		pixels[i] = byte(i + 1)
	}
	more = append([]dicomElement{{tagNumberOfFrames, "IS", strconv.Itoa(n)}}, more...)
	return dicomFileOf(explicitLE, greyDICOM(1, 1, 8, append(more, dicomElement{tagPixelData, "OB", pixels})...)...)
}

// savedAs is a copy of a scan as it is.
func savedAs(t *testing.T, s *scan.Scan, identity bool) *scan.Scan {
	t.Helper()
	saved, err := Encode(s, s.Values, Saving{Identity: identity})
	require.NoError(t, err)
	return again(t, saved)
}

func TestReconstructionsOfNuclearMedicineLieWhereTheirFirstDetectorSays(t *testing.T) {
	detector := listed(tagDetectors, inside(dicomElement{tagPosition, "DS", `-4\-6\100`}, dicomElement{tagOrientation, "DS", `1\0\0\0\1\0`}), inside(dicomElement{tagPosition, "DS", `9\9\9`}))
	spacing := dicomElement{tagPixelSpacing, "DS", `2\3`}
	for gap, want := range map[string]struct {
		values []float32
		first  float64
	}{"5": {[]float32{1, 2, 3}, 100}, "-5": {[]float32{3, 2, 1}, 90}} {
		s := decode(t, withPixels(3, dicomElement{tagSliceSpacing, "DS", gap}, spacing, detector, dicomElement{tagSliceVector, "US", encode(le, []uint16{1, 2, 3})}))
		for _, one := range []*scan.Scan{s, savedAs(t, s, true), savedAs(t, s, false)} {
			assert.Equal(t, want.values, one.Values)
			assert.Equal(t, [4][4]float64{{-3, 0, 0, 4}, {0, -2, 0, 6}, {0, 0, 5, want.first}, {0, 0, 0, 1}}, one.Affine)
		}
	}
	gated := withPixels(4, dicomElement{tagSliceSpacing, "DS", "5"}, spacing, detector, dicomElement{tagSliceVector, "US", encode(le, []uint16{1, 2, 1, 2})})
	s, err := Reader{Volume: 1}.Read(File{Data: gated})
	require.NoError(t, err)
	assert.Equal(t, []float32{3, 4}, s.Values)
	for name, file := range map[string][]byte{
		"views":  withPixels(3, dicomElement{tagSliceSpacing, "DS", "5"}, spacing, detector),
		"no gap": withPixels(3, spacing, detector, dicomElement{tagSliceVector, "US", encode(le, []uint16{1, 2, 3})}),
	} {
		s := decode(t, file)
		assert.Equal(t, []float32{1, 2, 3}, s.Values, name)
		assert.Nil(t, s.Space, name)
	}
}

func TestVolumesOfUltrasoundAreInTheOrderOfTheirPlaces(t *testing.T) {
	shared := listed(tagSharedGroups, append(frameGroup(tagPixelMeasures, dicomElement{tagPixelSpacing, "DS", `2\3`}),
		frameGroup(tagVolumeDirections, dicomElement{tagVolumeOrientation, "FD", encode(le, []float64{1, 0, 0, 0, 1, 0})})...))
	at := func(z float64) []byte {
		return frameGroup(tagVolumePlace, dicomElement{tagVolumePosition, "FD", encode(le, []float64{0, 0, z})})
	}
	file := withPixels(4, shared, listed(tagPerFrameGroups, at(2), at(0), at(2), at(0)))
	for volume, want := range [][]float32{{2, 1}, {4, 3}} {
		s, err := Reader{Volume: volume}.Read(File{Data: file})
		require.NoError(t, err)
		assert.Equal(t, want, s.Values)
		assert.Equal(t, [3]float64{3, 2, 2}, s.Spacing)
		assert.Nil(t, s.Space, "in the patient")
		for _, identity := range []bool{true, false} {
			saved, err := Encode(s, s.Values, Saving{Identity: identity})
			require.NoError(t, err)
			back, err := Reader{Volume: volume}.Read(File{Data: saved[0].Data})
			require.NoError(t, err)
			assert.Equal(t, want, back.Values)
			assert.Equal(t, s.Spacing, back.Spacing)
		}
	}
}
