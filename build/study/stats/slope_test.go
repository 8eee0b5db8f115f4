package stats

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// By the variance of a weighted sum: of independent draws of a group's rows, each has the group's variance.
func TestDrawnSlopeVariesAsItsSeedsDo(t *testing.T) {
	x, deviations := []float64{0, 0, 0, 0, 2, 2, 2, 2}, []float64{-0.03, -0.01, 0.01, 0.03, -0.01, 0.01, -0.02, 0.02}
	rows := make([][]float64, len(x))
	for i := range x {
		y := 0.8 + 0.05*x[i] + deviations[i]
		rows[i] = []float64{y, y, y}
	}
	d, ok := DrawnSlope(x, rows)
	require.True(t, ok)
	assert.InDelta(t, 0.05, d.Estimate, 1e-12)
	variance := (4*0.0005 + 4*0.00025) / 64 // Σ(x−x̄)²·Var / (Σ(x−x̄)²)², x̄ = 1
	wide, narrow := d.Interval(0.95), d.Interval(0.90)
	assert.InDelta(t, 2*1.96*math.Sqrt(variance), wide.High-wide.Low, 0.001)
	assert.InDelta(t, 2*1.645*math.Sqrt(variance), narrow.High-narrow.Low, 0.001)
}

func TestDrawnSlopeVariesAsItsPatientsDo(t *testing.T) {
	slopes := []float64{0.04, 0.06, 0.02, 0.08, 0.05, 0.05, 0.03, 0.07, 0.05, 0.05}
	x := []float64{0, 1, 2}
	rows := make([][]float64, len(x))
	for i := range x {
		for _, s := range slopes {
			rows[i] = append(rows[i], s*x[i])
		}
	}
	d, ok := DrawnSlope(x, rows)
	require.True(t, ok)
	variance := 2 * (0.01*0.01 + 0.03*0.03 + 0.02*0.02) / 10 // of the patients' slopes
	wide := d.Interval(0.95)
	assert.InDelta(t, 2*1.96*math.Sqrt(variance/10), wide.High-wide.Low, 0.002)
	_, ok = DrawnSlope([]float64{1, 1}, [][]float64{{1}, {2}})
	assert.False(t, ok, "points above each other")
}
