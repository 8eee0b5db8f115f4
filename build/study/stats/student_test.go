package stats

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// R: t.test(1:5), and the same of a family of four (conf.level = 1 − 0.05/4).
func TestStudentsIntervalIsRs(t *testing.T) {
	l := Student([]float64{1, 2, 3, 4, 5}, 1)
	i := l.Interval(0.95)
	assert.InDelta(t, 1.036757, i.Low, 1e-5)
	assert.InDelta(t, 4.963243, i.High, 1e-5)
	assert.InDelta(t, 0.01324, l.P(0), 1e-4)
	l.Family = 4
	assert.Less(t, l.Interval(0.95).Low, i.Low, "intervals that hold together are wider")
	assert.InDelta(t, 0.05296, l.P(0), 4e-4)
}

// R: summary(lm(c(2,4,5,4,5) ~ c(1,2,3,4,5))).
func TestSlopeIsRs(t *testing.T) {
	l, ok := Slope([]float64{1, 2, 3, 4, 5}, []float64{2, 4, 5, 4, 5})
	require.True(t, ok)
	assert.InDelta(t, 0.6, l.Estimate, 1e-9)
	assert.InDelta(t, 0.2828427, l.Error, 1e-6)
	assert.InDelta(t, 0.1240, l.P(0), 1e-4)
	_, ok = Slope([]float64{1, 1, 1}, []float64{1, 2, 3})
	assert.False(t, ok, "points above each other")
	_, ok = Slope([]float64{1, 2}, []float64{1, 2})
	assert.False(t, ok, "a line through two points has no error")
}
