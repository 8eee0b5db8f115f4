package stats

import (
	"cmp"
	"math"
	"slices"

	"gonum.org/v1/gonum/stat"
	"gonum.org/v1/gonum/stat/distuv"
)

// ranks numbers values from 1 in ascending order; equal ones share the mean of
// their ranks. ties is Σ(t³−t) over groups of t equal values.
func ranks(values []float64) (r []float64, ties float64) {
	order := make([]int, len(values))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int { return cmp.Compare(values[a], values[b]) })
	r = make([]float64, len(values))
	for first := 0; first < len(order); {
		last := first
		for last+1 < len(order) && values[order[last+1]] == values[order[first]] {
			last++
		}
		for _, i := range order[first : last+1] {
			r[i] = float64(first+last)/2 + 1
		}
		t := float64(last - first + 1)
		ties += t*t*t - t
		first = last + 1
	}
	return r, ties
}

// exactPairs is up to how many pairs Wilcoxon's distribution is counted out.
const exactPairs = 50

// Wilcoxon is the two-sided p-value of the signed-rank test (Wilcoxon 1945)
// that paired differences are symmetric about 0. Zeros are left out. Without
// ties and below 50 pairs it is exact, otherwise by the normal distribution with
// corrections for ties and continuity, as R's wilcox.test does it. Without any
// difference it is 1.
func Wilcoxon(differences []float64) float64 {
	var sizes []float64
	var positive []bool
	for _, d := range differences {
		if d != 0 {
			sizes, positive = append(sizes, math.Abs(d)), append(positive, d > 0)
		}
	}
	n := len(sizes)
	if n == 0 {
		return 1
	}
	r, ties := ranks(sizes)
	var w float64
	for i, p := range positive {
		if p {
			w += r[i]
		}
	}
	m := float64(n)
	if ties == 0 && n < exactPairs {
		most := n * (n + 1) / 2
		tail := signedRanks(n)[:min(int(w), most-int(w))+1]
		var p float64
		for _, v := range tail {
			p += v
		}
		return min(1, 2*p)
	}
	variance := m*(m+1)*(2*m+1)/24 - ties/48
	z := max(0, math.Abs(w-m*(m+1)/4)-0.5) / math.Sqrt(variance)
	return math.Erfc(z / math.Sqrt2)
}

// signedRanks is the probability of every sum of the ranks 1…n, each taken or
// left by the toss of a coin.
func signedRanks(n int) []float64 {
	p := make([]float64, n*(n+1)/2+1)
	p[0] = 1
	for rank := 1; rank <= n; rank++ {
		for s := len(p) - 1; s >= 0; s-- {
			p[s] /= 2
			if s >= rank {
				p[s] += p[s-rank] / 2
			}
		}
	}
	return p
}

// Holm corrects p-values for their number (Holm 1979): one below α is then
// significant with a family-wise error of α.
func Holm(p []float64) []float64 {
	order := make([]int, len(p))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(p[a], p[b]) })
	corrected := make([]float64, len(p))
	var highest float64
	for k, i := range order {
		highest = max(highest, min(1, float64(len(p)-k)*p[i]))
		corrected[i] = highest
	}
	return corrected
}

// exactValues is up to how many values Spearman tries every order: 9! = 362,880.
const exactValues = 9

// Spearman is the rank correlation ρ of two series and its two-sided p-value:
// the share of all orders of y whose ρ is as far from 0. Above 9 values it is
// Student's approximation. Fewer than 3 values, or equal ones throughout, have
// ρ = 0 and p = 1.
func Spearman(x, y []float64) (rho, p float64) {
	rx, tx := ranks(x)
	ry, ty := ranks(y)
	n := float64(len(x))
	if all := n*n*n - n; len(x) < 3 || tx == all || ty == all {
		return 0, 1
	}
	rho = stat.Correlation(rx, ry, nil)
	if len(x) > exactValues {
		t := math.Abs(rho) * math.Sqrt((n-2)/max(1e-300, 1-rho*rho))
		return rho, 2 * distuv.StudentsT{Sigma: 1, Nu: n - 2}.Survival(t)
	}
	extreme, orders := 0, 0
	permute(ry, len(ry), func() {
		orders++
		if math.Abs(stat.Correlation(rx, ry, nil)) >= math.Abs(rho)-1e-12 {
			extreme++
		}
	})
	return rho, float64(extreme) / float64(orders)
}

// SpearmanInterval is ρ's 95 % interval over n values (Bonett and Wright 2000). Up to 3 values, and of a perfect order, nothing
// is known but that it lies between −1 and 1.
func SpearmanInterval(rho float64, n int) (low, high float64) {
	if n <= 3 || math.Abs(rho) >= 1-1e-12 {
		return -1, 1
	}
	half := distuv.UnitNormal.Quantile(1-(1-Confidence)/2) * math.Sqrt((1+rho*rho/2)/float64(n-3))
	return math.Tanh(math.Atanh(rho) - half), math.Tanh(math.Atanh(rho) + half)
}

// permute calls f for every order of the first n values (Heap 1963).
func permute(v []float64, n int, f func()) {
	if n <= 1 {
		f()
		return
	}
	for i := range n {
		permute(v, n-1, f)
		if at := i * (1 - n%2); i < n-1 {
			v[at], v[n-1] = v[n-1], v[at]
		}
	}
}

// Needed is the smallest |ρ| of n values without ties that Spearman's exact test
// finds significant at α; 2 where none is.
func Needed(n int, alpha float64) float64 {
	x := make([]float64, n)
	for i := range x {
		x[i] = float64(i)
	}
	y := slices.Clone(x)
	var all []float64
	permute(y, n, func() { all = append(all, math.Abs(stat.Correlation(x, y, nil))) })
	slices.Sort(all)
	needed := 2.0
	for i := len(all) - 1; i >= 0; i-- {
		first, _ := slices.BinarySearch(all, all[i]-1e-12)
		if float64(len(all)-first)/float64(len(all)) >= alpha {
			break
		}
		needed = all[i]
	}
	return needed
}
