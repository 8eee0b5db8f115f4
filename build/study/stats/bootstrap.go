// Package stats has the tests and intervals of a study that gonum lacks.
package stats

import (
	"iter"
	"math/rand/v2"
	"slices"
	"sync"

	"gonum.org/v1/gonum/stat"
)

// Interval is an estimate with its confidence interval.
type Interval struct{ Estimate, Low, High float64 }

// Excludes says that the interval lies on one side of a value.
func (i Interval) Excludes(v float64) bool { return i.Low > v || i.High < v }

const (
	// Resamples of a bootstrap.
	Resamples = 10_000
	// Confidence of an interval.
	Confidence = 0.95

	bootstrapSeed = 2023
)

// Mean is the mean of all values with its percentile bootstrap interval (Efron
// and Tibshirani 1993, chapter 13). Whole clusters are drawn with replacement:
// values of one cluster, such as slices of one patient, depend on each other.
// The draws depend only on the number of clusters, so that intervals of the
// same images are comparable.
func Mean(clusters [][]float64) Interval {
	sums, counts := make([]float64, len(clusters)), make([]float64, len(clusters))
	var sum, count float64
	for i, c := range clusters {
		for _, v := range c {
			sums[i] += v
		}
		counts[i] = float64(len(c))
		sum, count = sum+sums[i], count+counts[i]
	}
	means := make([]float64, Resamples)
	for r, times := range resamples(len(clusters)) {
		var s, n float64
		for i, k := range times {
			s, n = s+float64(k)*sums[i], n+float64(k)*counts[i]
		}
		means[r] = s / n
	}
	slices.Sort(means)
	tail := (1 - Confidence) / 2
	return Interval{sum / count, stat.Quantile(tail, stat.LinInterp, means, nil), stat.Quantile(1-tail, stat.LinInterp, means, nil)}
}

// kept are the resamples of numbers of clusters that were asked for before; those
// of more than keepBelow are drawn again.
var (
	keeping sync.Mutex
	kept    = map[int][][]uint8{}
)

const keepBelow = 2000

// resamples numbers the resamples of n clusters and says how often each cluster
// is in one.
func resamples(n int) iter.Seq2[int, []uint8] {
	keeping.Lock()
	defer keeping.Unlock()
	if kept[n] == nil && n < keepBelow {
		for _, times := range draw(n) {
			kept[n] = append(kept[n], slices.Clone(times))
		}
	}
	if kept[n] != nil {
		return slices.All(kept[n])
	}
	return draw(n)
}

func draw(n int) iter.Seq2[int, []uint8] {
	return func(yield func(int, []uint8) bool) {
		random := rand.New(rand.NewPCG(bootstrapSeed, uint64(n)))
		times := make([]uint8, n)
		for r := range Resamples {
			clear(times)
			for range n {
				times[random.IntN(n)]++
			}
			if !yield(r, times) {
				return
			}
		}
	}
}
