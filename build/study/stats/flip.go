package stats

import (
	"math"
	"math/bits"
	"math/rand/v2"
)

const (
	// Flips of a sign-flip test that is not exact.
	Flips = 10_000

	exactFlips = 16 // up to how many differences all 2ⁿ signs are tried
	flipSeed   = 1935
)

// SignFlip is the two-sided p-value of Fisher's randomisation test (1935) that
// paired differences are as likely positive as negative: the share of all
// choices of signs whose sum is as far from 0. Up to 16 differences it is exact;
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
	random := rand.New(rand.NewPCG(flipSeed, uint64(len(differences))))
	extreme := 1
	for range Flips {
		var sum float64
		var signs uint64
		for i, d := range differences {
			if i%64 == 0 {
				signs = random.Uint64()
			}
			if signs&1 == 0 {
				d = -d
			}
			sum, signs = sum+d, signs>>1
		}
		if math.Abs(sum) >= far {
			extreme++
		}
	}
	return float64(extreme) / (Flips + 1)
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
