package stats

import (
	"math/rand/v2"
	"slices"

	"gonum.org/v1/gonum/stat"
)

// Draws are an estimate and what it was in each of a bootstrap's resamples.
type Draws struct {
	Estimate float64
	sorted   []float64
}

// Interval is the percentile interval of a confidence.
func (d Draws) Interval(confidence float64) Interval {
	tail := (1 - confidence) / 2
	return Interval{d.Estimate, stat.Quantile(tail, stat.LinInterp, d.sorted, nil), stat.Quantile(1-tail, stat.LinInterp, d.sorted, nil)}
}

// DrawnSlope is the slope of the straight line through the means of rows, and its bootstrap: columns (patients) are drawn with
// replacement, and, of each x, its rows (seeds). Not ok where there is no slope.
func DrawnSlope(x []float64, rows [][]float64) (d Draws, ok bool) {
	of := map[float64][]int{} // the rows of each x
	var places []float64
	for i, v := range x {
		if of[v] == nil {
			places = append(places, v)
		}
		of[v] = append(of[v], i)
	}
	if len(places) < 2 || len(rows[0]) == 0 {
		return d, false
	}
	means := make([]float64, len(rows))
	for i, row := range rows {
		means[i] = stat.Mean(row, nil)
	}
	_, d.Estimate = stat.LinearRegression(x, means, nil, false)
	random := rand.New(rand.NewPCG(bootstrapSeed, uint64(len(rows))))
	columns := len(rows[0])
	times, y := make([]float64, columns), make([]float64, len(x))
	d.sorted = make([]float64, Resamples)
	for r := range d.sorted {
		clear(times)
		for range columns {
			times[random.IntN(columns)]++
		}
		for i, row := range rows {
			means[i] = stat.Mean(row, times)
		}
		for _, v := range places {
			for _, i := range of[v] {
				y[i] = means[of[v][random.IntN(len(of[v]))]]
			}
		}
		_, d.sorted[r] = stat.LinearRegression(x, y, nil, false)
	}
	slices.Sort(d.sorted)
	return d, true
}
