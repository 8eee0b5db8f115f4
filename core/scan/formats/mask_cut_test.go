package formats

import (
	"bytes"
	"math"
	"testing"

	"segfault/core/scan"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// partOf is a NIfTI of some size whose voxels are 2×3×4 mm, with the first at a place and axes along those of the codes.
func partOf(codes string, at [3]float32, size []int16, body []byte) []byte {
	affine, mm := affineOf(codes), [3]float64{2, 3, 4}
	return niftiFile(le, size, 2, body, func(h []byte) {
		le.PutUint16(h[254:], 1)
		for i := range 12 {
			v := float32(affine[i/4][i%4] * mm[i/4])
			if i%4 == 3 {
				v = at[i/4]
			}
			le.PutUint32(h[280+4*i:], math.Float32bits(v))
		}
	})
}

func TestMaskOfAPartOfTheScansVoxelsIsLaidWhereItLies(t *testing.T) {
	s := decode(t, partOf("RAS", [3]float32{0, 0, 0}, []int16{4, 3, 2}, make([]byte, 24)))
	at := func(i, j, k int) int { // of a voxel as it is stored, in the upright scan
		return (k*3+2-j)*4 + 3 - i
	}
	for name, c := range map[string]struct {
		mask []byte
		want map[int]uint8
		left []string
	}{
		"a part":                {partOf("RAS", [3]float32{2, 3, 4}, []int16{2, 2, 1}, []byte{1, 2, 0, 3}), map[int]uint8{at(1, 1, 1): 1, at(2, 1, 1): 2, at(2, 2, 1): 3}, nil},
		"less than a quarter":   {partOf("RAS", [3]float32{2.4, 3, 3.2}, []int16{2, 2, 1}, []byte{1, 2, 0, 3}), map[int]uint8{at(1, 1, 1): 1, at(2, 1, 1): 2, at(2, 2, 1): 3}, nil},
		"stored the other way":  {partOf("LAS", [3]float32{4, 3, 4}, []int16{2, 2, 1}, []byte{1, 2, 0, 3}), map[int]uint8{at(2, 1, 1): 1, at(1, 1, 1): 2, at(1, 2, 1): 3}, nil},
		"stored in other axes":  {partOf("SRA", [3]float32{2, 3, 4}, []int16{1, 2, 2}, []byte{1, 2, 0, 3}), map[int]uint8{at(1, 1, 1): 1, at(2, 1, 1): 2, at(2, 2, 1): 3}, nil},
		"reaching beyond":       {partOf("RAS", [3]float32{-2, 0, 0}, []int16{2, 1, 1}, []byte{1, 2}), map[int]uint8{at(0, 0, 0): 2}, []string{"Left out, as beyond the scan: 1 voxel of the mask."}},
		"beyond, where nothing": {partOf("RAS", [3]float32{-2, 0, 0}, []int16{2, 1, 1}, []byte{0, 2}), map[int]uint8{at(0, 0, 0): 2}, nil},
	} {
		m, err := maskOn(s, c.mask)
		require.NoError(t, err, name)
		want := make([]uint8, 24)
		for i, label := range c.want {
			want[i] = label
		}
		assert.Equal(t, [][]uint8{want}, m.Layers, name)
		assert.Equal(t, c.left, m.LeftOut, name)
		assert.Equal(t, []int{4, 3, 2}, []int{m.Width, m.Height, m.Slices}, name)
	}
	for name, mask := range map[string][]byte{
		"between voxels": partOf("RAS", [3]float32{3, 3, 4}, []int16{2, 2, 1}, []byte{1, 2, 0, 3}),
		"elsewhere":      partOf("RAS", [3]float32{20, 3, 4}, []int16{2, 2, 1}, []byte{1, 2, 0, 3}),
		"without place":  niftiFile(le, []int16{2, 2, 1}, 2, []byte{1, 2, 0, 3}, nil),
		"of other voxels": niftiFile(le, []int16{2, 2, 1}, 2, []byte{1, 2, 0, 3}, func(h []byte) {
			copy(h, placed("RAS", 0)[:348])
			copy(h[40:], niftiFile(le, []int16{2, 2, 1}, 2, nil, nil)[40:56])
		}),
	} {
		_, err := maskOn(s, mask)
		assert.ErrorContains(t, err, "scan: the mask is 2×2 pixels, but the scan is 4×3 pixels in 2 slices", name)
	}
}

func TestTinyMaskOfManyLayersIsNotLaidOnALargeScan(t *testing.T) {
	s := &scan.Scan{Width: 4096, Height: 4096, Slices: 2, Spacing: [3]float64{2, 3, 4}, Space: decode(t, partOf("LPS", [3]float32{0, 0, 0}, []int16{1, 1, 1}, []byte{0})).Space}
	_, err := maskOn(s, partOf("LPS", [3]float32{0, 0, 0}, []int16{1, 1, 1, 200}, bytes.Repeat([]byte{1}, 200)))
	assert.ErrorContains(t, err, "scan: the mask's classes lie over each other in 200 layers")
}
