package scan

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestNormalisationsFindTheirScale(t *testing.T) {
	ramp := make([]float32, 1001) // −100 … 900
	for i := range ramp {
		ramp[i] = float32(i - 100)
	}
	for n, want := range map[Normalisation]Scale{Max: {0, 900}, MinMax: {-100, 900}, Percentile: {-95, 895}} {
		got, err := n.Scale(ramp)
		require.NoError(t, err)
		assert.Equal(t, want, got, string(n))
	}
}

func TestScaleInvertsWhatItApplied(t *testing.T) {
	values := []float32{-3, 0.1, 2.5, 1000}
	s, err := MinMax.Scale(values)
	require.NoError(t, err)
	x, back := make([]float32, 4), make([]float32, 4)
	s.Apply(x, values)
	assert.Equal(t, float32(0), x[0])
	assert.Equal(t, float32(1), x[3])
	s.Invert(back, x)
	assert.InDeltaSlice(t, values, back, 1003*6e-8) // half a unit in the last place of x, times the range
}

func TestMaxDividesAsThePaperDoes(t *testing.T) {
	values := []float32{1, 3, 7, 11}
	s, err := Max.Scale(values)
	require.NoError(t, err)
	x := make([]float32, 4)
	s.Apply(x, values)
	for i := range x {
		assert.Equal(t, values[i]/11, x[i])
	}
}

func TestApplyClamps(t *testing.T) {
	x := make([]float32, 4)
	Scale{10, 20}.Apply(x, []float32{-5, 15, 25, float32(math.NaN())})
	assert.Equal(t, []float32{0, 0.5, 1, 0}, x)
}

func TestSliceWithoutContrastBecomesZero(t *testing.T) {
	for name, c := range map[string]struct {
		n     Normalisation
		value float32
	}{
		"zeros, max": {Max, 0}, "negative, max": {Max, -5}, "zeros, minmax": {MinMax, 0}, "constant, minmax": {MinMax, 7},
		"zeros, percentile": {Percentile, 0}, "constant, percentile": {Percentile, 1e30},
	} {
		values := []float32{c.value, c.value}
		s, err := c.n.Scale(values)
		require.NoError(t, err, name)
		s.Apply(values, values)
		assert.Equal(t, []float32{0, 0}, values, name)
	}
	spike := make([]float32, 1000)
	spike[3] = 5
	s, err := Percentile.Scale(spike)
	require.NoError(t, err)
	assert.Equal(t, Scale{0, 5}, s, "percentiles coincide")
}

func TestScaleOfHugeValuesStaysFinite(t *testing.T) {
	values := []float32{-math.MaxFloat32, 0, math.MaxFloat32}
	s, err := MinMax.Scale(values)
	require.NoError(t, err)
	x := make([]float32, 3)
	s.Apply(x, values)
	assert.Equal(t, []float32{0, 0.5, 1}, x)
}

func TestPercentilesOfManyValuesAreSampled(t *testing.T) {
	values := make([]float32, 3*percentileSamples)
	for i := range values {
		values[i] = float32(i%1000) + 1
	}
	p := percentiles(values, 0.005, 0.995)
	assert.InDelta(t, 6, p[0], 1)
	assert.InDelta(t, 996, p[1], 1)
}

func TestNormalisationErrorsSayWhatIsWrong(t *testing.T) {
	_, err := Max.Scale(nil)
	assert.EqualError(t, err, "scan: a slice without values cannot be normalised")
	_, err = Normalisation("z").Scale([]float32{1})
	assert.EqualError(t, err, `scan: the normalisation "z" is unknown; use max, minmax, percentile, or two numbers of the scan's units, the lower one first, such as -160 240`)
	_, err = Max.Scale([]float32{float32(math.Inf(1))})
	assert.EqualError(t, err, "scan: a slice with NaN or infinite values cannot be normalised; replace them first")
}
