package kernels

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestExp32IsWithinAUnitInTheLastPlace(t *testing.T) {
	for x := float32(-86); x < 86; x += 0.0137 {
		want := math.Exp(float64(x))
		assert.InEpsilon(t, want, exp32(x), 0x1p-23, "x = %v", x)
	}
}

func TestSigmoid32StaysFinite(t *testing.T) {
	assert.InDelta(t, 0, sigmoid32(-1e30), 1e-37)
	assert.EqualValues(t, 1, sigmoid32(1e30))
}

func TestSoftplus32IsWithinThreeUnitsInTheLastPlace(t *testing.T) {
	for x := float32(-86); x < 200; x += 0.0137 {
		want := math.Max(float64(x), 0) + math.Log1p(math.Exp(-math.Abs(float64(x))))
		assert.InEpsilon(t, want, softplus32(x), 3*0x1p-23, "x = %v", x)
	}
	assert.Equal(t, float32(1e30), softplus32(1e30))
}
