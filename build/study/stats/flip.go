package stats

import (
	"math"
	"math/bits"
	"math/rand/v2"
	"slices"
)

const (
	// Flips of a sign-flip test that is not exact.
	Flips = 1_000_000

	exactFlips = 20 // up to how many differences all 2ⁿ signs are tried
	flipSeed   = 1935
)

// SignFlip is the two-sided p-value of Fisher's randomisation test (1935) that
// paired differences are as likely positive as negative: the share of all
// choices of signs whose sum is as far from 0. Up to 20 differences it is exact;
// of more, signs are drawn, seeded, and the observed ones count among them.
func SignFlip(differences []float64) float64 {
	var observed, size float64
	for _, d := range differences {
		observed, size = observed+d, size+math.Abs(d)
	}
	far := math.Abs(observed) - 1e-12*size // sums in another order differ by rounding
	if len(differences) <= exactFlips {
		return exactSignFlip(differences, far)
	}
	return drawnSignFlip(differences, far)
}

// drawnSignFlip draws signs eight at a time: what each of their 256 choices adds up to is known before.
func drawnSignFlip(differences []float64, far float64) float64 {
	var sums [][256]float64
	for eight := range slices.Chunk(differences, 8) {
		var of [256]float64
		for signs := range of {
			for i, d := range eight {
				if signs>>i&1 == 0 {
					d = -d
				}
				of[signs] += d
			}
		}
		sums = append(sums, of)
	}
	random := rand.New(rand.NewPCG(flipSeed, uint64(len(differences))))
	extreme := 1
	for range Flips {
		var sum float64
		var signs uint64
		for i := range sums {
			if i%8 == 0 {
				signs = random.Uint64()
			}
			sum, signs = sum+sums[i][signs&255], signs>>8
		}
		if math.Abs(sum) >= far {
			extreme++
		}
	}
	return float64(extreme) / (Flips + 1)
}

// SignFlipError is the standard error of a p-value of n differences, as its signs were drawn; 0 where it is exact.
func SignFlipError(n int, p float64) float64 {
	if n <= exactFlips {
		return 0
	}
	return math.Sqrt(p * (1 - p) / Flips)
}

// exactSignFlip flips one sign at a time, in the order of a Gray code.
func exactSignFlip(differences []float64, far float64) float64 {
	signed := append([]float64(nil), differences...)
	extreme, all := 0, 1<<len(signed)
	for i := 1; i <= all; i++ {
		var sum float64
		for _, d := range signed {
			sum += d
		}
		if math.Abs(sum) >= far {
			extreme++
		}
		if i < all {
			at := bits.TrailingZeros(uint(i))
			signed[at] = -signed[at]
		}
	}
	return float64(extreme) / float64(all)
}

// LeastSignFlip is the smallest p-value that n differences can have.
func LeastSignFlip(n int) float64 {
	if n <= exactFlips {
		return math.Min(1, math.Pow(2, 1-float64(n)))
	}
	return 1.0 / (Flips + 1)
}
