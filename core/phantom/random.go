package phantom

import (
	"math"
	"math/rand/v2"
)

// dice draws everything that varies from one phantom to the next.
type dice struct{ *rand.Rand }

// newDice scatters the seed first: a PCG's neighbouring seeds give related
// numbers. The scattering is the finaliser of SplitMix64 (Steele et al., 2014).
func newDice(seed, stream uint64) dice {
	seed += (stream + 1) * 0x9e3779b97f4a7c15
	seed = (seed ^ seed>>30) * 0xbf58476d1ce4e5b9
	seed = (seed ^ seed>>27) * 0x94d049bb133111eb
	return dice{rand.New(rand.NewPCG(seed^seed>>31, stream))}
}

// between draws uniformly from [lo, hi).
func (d dice) between(lo, hi float64) float64 { return lo + (hi-lo)*d.Float64() }

// chance is true with probability p.
func (d dice) chance(p float64) bool { return d.Float64() < p }

// sign is −1 or +1.
func (d dice) sign() float64 {
	if d.chance(0.5) {
		return -1
	}
	return 1
}

// noise is a seeded gradient noise over the plane: smooth, of zero mean,
// within about [−1, 1], and of wavelength about 1.
type noise uint32

func (d dice) noise() noise { return noise(d.Uint32()) }

// The lattice gradients: sixteen directions, scaled so that the noise spans
// about [−1, 1].
var gradients = func() (g [16][2]float64) {
	for i := range g {
		s, c := math.Sincos(2 * math.Pi * (float64(i) + 0.5) / 16)
		g[i] = [2]float64{1.5 * c, 1.5 * s}
	}
	return g
}()

func (n noise) corner(ix, iy int32, dx, dy float64) float64 {
	h := uint32(ix)*0x9e3779b1 ^ uint32(iy)*0x85ebca77 ^ uint32(n)
	h ^= h >> 15
	h *= 0x2c1b3c6d
	h ^= h >> 12
	g := &gradients[h>>9&15]
	return g[0]*dx + g[1]*dy
}

func (n noise) at(x, y float64) float64 {
	fx, fy := math.Floor(x), math.Floor(y)
	ix, iy := int32(fx), int32(fy)
	x, y = x-fx, y-fy
	u := x * x * (3 - 2*x)
	v := y * y * (3 - 2*y)
	a := n.corner(ix, iy, x, y)
	b := n.corner(ix+1, iy, x-1, y)
	c := n.corner(ix, iy+1, x, y-1)
	e := n.corner(ix+1, iy+1, x-1, y-1)
	return a + u*(b-a) + v*(c-a) + u*v*(a-b-c+e)
}

// fractal adds octaves of the noise, each half as long and half as strong.
func (n noise) fractal(x, y float64, octaves int) float64 {
	sum, amplitude := 0.0, 1.0
	for i := range octaves {
		sum += amplitude * (n+noise(i)*0x68bc21eb).at(x, y)
		x, y, amplitude = 2*x, 2*y, amplitude/2
	}
	return sum
}

// shift displaces a point by at most about reach, smoothly over wavelength.
func (n noise) shift(p point, wavelength, reach float64) point {
	x, y := p.x/wavelength, p.y/wavelength
	return point{p.x + reach*n.at(x, y), p.y + reach*(n^0x5bd1e995).at(x, y)}
}
