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

func TestExp64IsWithinFourUnitsInTheLastPlace(t *testing.T) {
	for x := -700.0; x < 700; x += 0.0137 {
		assert.InEpsilon(t, math.Exp(x), exp64(x), 4*0x1p-52, "x = %v", x)
	}
	assert.True(t, math.IsNaN(exp64(math.NaN())))
}

// TestSigmoidIsRoundedOnce has what math.Exp gives at numbers of every size.
func TestSigmoidIsRoundedOnce(t *testing.T) {
	x := []float32{0, float32(math.Inf(1)), float32(math.Inf(-1)), 1e-40, 3e38, -3e38}
	for v := float32(1e-6); v < 200; v *= 1.0003 {
		x = append(x, v, -v)
	}
	y := make([]float32, len(x))
	unary[Sigmoid](y, x)
	for i, v := range x {
		assert.Equal(t, float32(1/(1+math.Exp(-float64(v)))), y[i], "x = %v", v)
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
