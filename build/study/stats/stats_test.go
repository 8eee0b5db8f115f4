package stats

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
)

// one makes a cluster of every value.
func one(values ...float64) [][]float64 {
	var c [][]float64
	for _, v := range values {
		c = append(c, []float64{v})
	}
	return c
}

func TestBootstrapOfAMeanIsAboutTheNormalInterval(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 1))
	var values []float64
	var square float64
	for range 400 {
		v := random.NormFloat64()
		values, square = append(values, v), square+v*v
	}
	i := Mean(one(values...))
	half := 1.96 * math.Sqrt(square/400/400)
	assert.InDelta(t, i.Estimate-half, i.Low, 0.01)
	assert.InDelta(t, i.Estimate+half, i.High, 0.01)
	assert.Equal(t, i, Mean(one(values...)), "the draws are seeded")
}

func TestBootstrapOfTwoValuesHasTheirThreeMeans(t *testing.T) {
	i := Mean(one(0, 1)) // ¼ both 0, ½ one of each, ¼ both 1
	assert.Equal(t, Interval{0.5, 0, 1}, i)
	assert.Equal(t, Interval{3, 3, 3}, Mean(one(3)))
}

func TestBootstrapDrawsClusters(t *testing.T) {
	var clusters [][]float64
	var values []float64
	for i := range 20 {
		v := float64(i % 2)
		clusters = append(clusters, []float64{v, v, v, v, v})
		values = append(values, v, v, v, v, v)
	}
	whole, single := Mean(clusters), Mean(one(values...))
	assert.Equal(t, single.Estimate, whole.Estimate)
	assert.Greater(t, whole.High-whole.Low, 1.8*(single.High-single.Low), "five equal values tell no more than one: √5 wider")
}

// The differences of example 3.1 of Hollander and Wolfe, as in R's
// help(wilcox.test), where V = 40 of 9 pairs and p = 0.03906 on two sides.
var depression = []float64{0.952, -0.147, 1.022, 0.43, 0.62, 0.59, 0.49, -0.08, 0.01}

func TestWilcoxonIsRs(t *testing.T) {
	assert.InDelta(t, 0.0390625, Wilcoxon(depression), 1e-12)
	assert.InDelta(t, 0.0390625, Wilcoxon(append([]float64{0, 0}, depression...)), 1e-12, "zeros are left out")
	assert.InDelta(t, 2*0.5*0.5*0.5, Wilcoxon([]float64{1, 2, 3}), 1e-12, "all three of one sign")
	assert.Equal(t, 1.0, Wilcoxon([]float64{0, 0}))
	assert.Equal(t, 1.0, Wilcoxon([]float64{1, -1}))
}

func TestWilcoxonWithTiesIsTheCorrectedNormal(t *testing.T) {
	// Sizes 1 1 2 3 4: ranks 1.5 1.5 3 4 5, W = 13.5 of mean 7.5, variance 5·6·11/24 − (2³−2)/48.
	z := (13.5 - 7.5 - 0.5) / math.Sqrt(13.75-0.125)
	assert.InDelta(t, math.Erfc(z/math.Sqrt2), Wilcoxon([]float64{1, -1, 2, 3, 4}), 1e-12)
}

func TestWilcoxonOfManyPairsIsNearTheExactOne(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 1))
	var d []float64
	for range 49 {
		d = append(d, random.NormFloat64()+0.3)
	}
	exact := Wilcoxon(d)
	tied := Wilcoxon(append(slices.Clone(d), d[0]))
	assert.InDelta(t, exact, tied, 0.02)
}

func TestHolmIsRs(t *testing.T) {
	// p.adjust(c(0.04, 0.01, 0.03, 0.005, 0.6), "holm")
	got := Holm([]float64{0.04, 0.01, 0.03, 0.005, 0.6})
	for i, want := range []float64{0.09, 0.04, 0.09, 0.025, 0.6} {
		assert.InDelta(t, want, got[i], 1e-12)
	}
	assert.Empty(t, Holm(nil))
}

func TestSpearmanIsRsForFewValues(t *testing.T) {
	x := []float64{1, 2, 3, 4, 5, 6}
	rho, p := Spearman(x, []float64{10, 20, 30, 40, 50, 60})
	assert.InDelta(t, 1, rho, 1e-12)
	assert.InDelta(t, 2.0/720, p, 1e-12)
	// d² = 1+1+0+1+1+0 = 4: ρ = 1 − 24/210; R's cor.test says p = 0.03333.
	rho, p = Spearman(x, []float64{2, 1, 3, 5, 4, 6})
	assert.InDelta(t, 1-6*4.0/210, rho, 1e-12)
	assert.InDelta(t, 0.0333, p, 1e-4)
	// Hollander and Wolfe's colour of tuna, as in R's help(cor.test): ρ = 0.6, p = 0.0968.
	rho, p = Spearman([]float64{44.4, 45.9, 41.9, 53.3, 44.7, 44.1, 50.7, 45.2, 60.1}, []float64{2.6, 3.1, 2.5, 5.0, 3.6, 4.0, 5.2, 2.8, 3.8})
	assert.InDelta(t, 0.6, rho, 1e-12)
	assert.InDelta(t, 0.0968, p, 5e-5)
	rho, p = Spearman(x, []float64{7, 7, 7, 7, 7, 7})
	assert.Equal(t, []float64{0, 1}, []float64{rho, p})
}

func TestSpearmanOfManyValuesIsStudents(t *testing.T) {
	x := []float64{1, 2, 3, 4, 5, 6, 7, 8, 9, 10}
	rho, p := Spearman(x, []float64{1, 7, 2, 3, 4, 6, 5, 10, 9, 8}) // d² = 40
	assert.InDelta(t, 1-6*40.0/990, rho, 1e-12)
	// Student's distribution of 8 degrees of freedom in closed form; its angle has the sine ρ.
	c := 1 - rho*rho
	assert.InDelta(t, 1-rho*(1+c/2+3*c*c/8+5*c*c*c/16), p, 1e-12)
}

func TestNeededCorrelationIsTheTables(t *testing.T) {
	assert.InDelta(t, 0.886, Needed(6, 0.05), 1e-3)
	assert.InDelta(t, 1, Needed(5, 0.05), 1e-3)
	assert.Equal(t, 2.0, Needed(4, 0.05), "the most extreme of 24 orders has p = 1/12")
}

// Fisher's differences of Darwin's maize, in eighths of an inch (The Design of Experiments, section 21): 1,726 of
// the 32,768 choices of signs are as extreme as the sum of 314.
var maize = []float64{49, -67, 8, 16, 6, 23, 28, 41, 14, 29, 56, 24, 75, 60, -48}

func TestSignFlipIsFishers(t *testing.T) {
	assert.Equal(t, 1726.0/32768, SignFlip(maize))
	assert.Equal(t, 0.25, SignFlip([]float64{1, 2, 3}))
	assert.Equal(t, 1.0, SignFlip([]float64{1, 2, -3}))
	assert.Equal(t, 1.0, SignFlip([]float64{0, 0}))
}

func TestSignFlipOfManyIsNearTheExactOne(t *testing.T) {
	padded := append(slices.Clone(maize), 0, 0, 0, 0, 0, 0) // zeros change no sum
	assert.InDelta(t, 1726.0/32768, SignFlip(padded), 4*SignFlipError(len(padded), 1726.0/32768), "four standard errors")
	assert.Equal(t, SignFlip(padded), SignFlip(padded))
}

func TestCorrelationsIntervalIsBonettAndWrights(t *testing.T) {
	low, high := SpearmanInterval(-0.829, 6)
	assert.InDelta(t, -0.986, low, 1e-3) // tanh(atanh(ρ) ± 1.96·√((1+ρ²/2)/(n−3)))
	assert.InDelta(t, 0.127, high, 1e-3)
	low, high = SpearmanInterval(0.5, 3)
	assert.Equal(t, []float64{-1, 1}, []float64{low, high}, "three values tell nothing")
	low, high = SpearmanInterval(1, 6)
	assert.Equal(t, []float64{-1, 1}, []float64{low, high}, "of a perfect order it is not known")
}

func TestLeastSignFlipIsReached(t *testing.T) {
	for _, n := range []int{1, 2, 8, 16, 20, 100} {
		assert.Equal(t, LeastSignFlip(n), SignFlip(slices.Repeat([]float64{1}, n)), n)
	}
}

func TestBootstrapOfManyClustersIsDrawnAnew(t *testing.T) {
	var values []float64
	for i := range keepBelow + 1 {
		values = append(values, float64(i%2))
	}
	i := Mean(one(values...))
	assert.InDelta(t, 1.96*0.5/math.Sqrt(keepBelow), i.High-i.Estimate, 2e-3)
}
