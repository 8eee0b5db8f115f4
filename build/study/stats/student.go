package stats

import (
	"math"

	"gonum.org/v1/gonum/stat"
	"gonum.org/v1/gonum/stat/distuv"
)

// Line is an estimate whose error is Student's.
type Line struct {
	Estimate, Error float64
	Freedom         float64 // degrees of it
	N               int
	Family          float64 // of how many intervals that are to hold together it is one (Bonferroni)
}

// Student is the mean of values.
func Student(values []float64, family float64) Line {
	m, deviation := stat.MeanStdDev(values, nil)
	n := float64(len(values))
	return Line{m, deviation / math.Sqrt(n), n - 1, len(values), family}
}

// Slope is that of the straight line through points, by least squares; not ok where there is none.
func Slope(x, y []float64) (l Line, ok bool) {
	n := float64(len(x))
	if n < 3 {
		return l, false
	}
	square := stat.Variance(x, nil) * (n - 1)
	if square == 0 {
		return l, false
	}
	above, slope := stat.LinearRegression(x, y, nil, false)
	rest := 0.0
	for i, v := range x {
		r := y[i] - above - slope*v
		rest += r * r
	}
	return Line{slope, math.Sqrt(rest / (n - 2) / square), n - 2, len(x), 1}, true
}

func (l Line) student() distuv.StudentsT { return distuv.StudentsT{Mu: 0, Sigma: 1, Nu: l.Freedom} }

// Interval is the one that covers with a confidence, together with the others of its family.
func (l Line) Interval(confidence float64) Interval {
	if !(l.Freedom > 0) {
		return Interval{l.Estimate, math.Inf(-1), math.Inf(1)}
	}
	half := l.student().Quantile(1-(1-confidence)/2/l.Family) * l.Error
	return Interval{l.Estimate, l.Estimate - half, l.Estimate + half}
}

// P is the two-sided probability of such an estimate, or one farther off, if a value were right.
func (l Line) P(v float64) float64 {
	if !(l.Freedom > 0) {
		return 1
	}
	if l.Error == 0 {
		if l.Estimate == v {
			return 1
		}
		return 0
	}
	return min(1, 2*l.Family*l.student().CDF(-math.Abs(l.Estimate-v)/l.Error))
}
