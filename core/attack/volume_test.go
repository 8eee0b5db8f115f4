package attack

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestVolumeIsMeasuredAsOneNotAsTheMeanOfItsSlices(t *testing.T) {
	var v Volume
	v.Add([]uint8{1, 1, 0, 0, 0, 1}, []uint8{1, 1, 0, 0, 0, 1}, []uint8{1, 0, 0, 0, 0, 1}, 2) // two classes of three pixels
	v.Add([]uint8{1, 1, 1, 0, 0, 1}, []uint8{1, 1, 1, 0, 0, 1}, []uint8{0, 0, 0, 0, 1, 1}, 2)
	before, after := v.Overlaps()
	assert.InDeltaSlice(t, []float64{1, 1}, before.Dice, 1e-6)
	assert.InDeltaSlice(t, []float64{2. / 6, 4. / 5}, after.Dice, 1e-5)
}
