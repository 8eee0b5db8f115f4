package attack

import (
	"math"
	"testing"

	"segfault/core/net"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestMeasureOfAKnownChange(t *testing.T) {
	const h, w = 16, 16
	image := make([]float32, h*w)
	moved := make([]float32, h*w)
	for i := range image {
		image[i] = float32(i%w) / w
		moved[i] = image[i] + 0.01
	}
	before, after := make([]float32, h*w), make([]float32, h*w)
	for i := range before {
		before[i], after[i] = -1, -1
	}
	before[5], before[6], after[6] = 1, 1, 1
	m, err := Measure(image, &Gradient{Logits: before, Loss: 0.25}, &Fault{Adversarial: moved, Logits: after}, nil, net.Shape{Classes: 1}, h, w)
	require.NoError(t, err)
	assert.Equal(t, Prediction, m.Reference)
	assert.Equal(t, 1, m.Flipped)
	assert.InDelta(t, 1, m.Before.Union, 1e-9)
	assert.InDelta(t, 2.0/3, m.After.Union, 1e-4)
	assert.InDelta(t, 1.0/3, m.Drop, 1e-4)
	assert.False(t, m.Success)
	assert.InDelta(t, 0.01, m.LInf, 1e-6)
	assert.InDelta(t, 0.01*16, m.L2, 1e-5)
	assert.InDelta(t, 40, m.PSNR, 1e-3) // −20·log10(0.01)
}

func TestNothingChangedIsInfinitePSNR(t *testing.T) {
	image := make([]float32, 144)
	logits := make([]float32, 144)
	m, err := Measure(image, &Gradient{Logits: logits}, &Fault{Adversarial: image, Logits: logits}, nil, net.Shape{Classes: 1}, 12, 12)
	require.NoError(t, err)
	assert.True(t, math.IsInf(m.PSNR, 1))
	assert.Equal(t, 1.0, m.After.Union, "empty in both")
}

func TestTruthPlanesPicksTheLikeliestClass(t *testing.T) {
	mask := []uint8{0, 1, 1, 0}
	logits := []float32{9, -1, -1, 9, -5, 2, -1, -5}
	planes, class := TruthPlanes(mask, logits, 2)
	assert.Equal(t, 1, class)
	assert.Equal(t, []uint8{0, 0, 0, 0, 0, 1, 1, 0}, planes)
}

func TestChangesAreCountedFromEndToEnd(t *testing.T) {
	limit, counts := Changes([]float32{0.5, 0.5, 0.5, 0.5, 0.5}, []float32{0.25, 0.5, 0.75, 0.75, 0.625}, 5)
	assert.Equal(t, 0.25, limit)
	assert.Equal(t, []int{1, 0, 1, 1, 2}, counts)
}

func TestNoChangeIsInTheMiddle(t *testing.T) {
	limit, counts := Changes([]float32{0.5, 1}, []float32{0.5, 1}, 3)
	assert.Zero(t, limit)
	assert.Equal(t, []int{0, 2, 0}, counts)
}

func TestAnAttackSucceedsWhereItTakesWhatWasFound(t *testing.T) {
	for _, c := range []struct {
		before, after float64
		broken        bool
	}{
		{0.9, 0.49, true}, {0.5, 0.1, true}, {0.9, 0.5, false}, {0.9, 0.9, false},
		{0.2, 0.2, false}, {0.49, 0, false}, // missed before
	} {
		assert.Equal(t, c.broken, Broken(c.before, c.after), "%v", c)
	}
}

// What the model does not find is not broken by an attack that changes nothing.
func TestNoChangeOnAMissedScanIsNoSuccess(t *testing.T) {
	image, missed := make([]float32, 16), make([]float32, 16)
	truth := make([]uint8, 16)
	for i := range missed {
		missed[i], truth[i] = -1, 1
	}
	m, err := Measure(image, &Gradient{Logits: missed}, &Fault{Adversarial: image, Logits: missed}, truth, net.Shape{Classes: 1}, 4, 4)
	require.NoError(t, err)
	assert.False(t, m.Success)
}
