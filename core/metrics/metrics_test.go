package metrics_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"segfault/core/metrics"

	"github.com/stretchr/testify/assert"
)

func TestOverlapOfKnownMasks(t *testing.T) {
	// two classes of four pixels: the first half right, the second empty in both
	mask := []uint8{1, 1, 0, 0, 0, 0, 0, 0}
	truth := []uint8{0, 1, 1, 0, 0, 0, 0, 0}
	o := metrics.Compare(mask, truth, 2)
	assert.InDelta(t, 0.5, o.Dice[0], 1e-5)
	assert.InDelta(t, 1.0/3, o.IoU[0], 1e-5)
	assert.Equal(t, 1.0, o.Dice[1], "a class empty in both counts as 1, as in the paper")
	assert.InDelta(t, 0.75, o.MeanDice, 1e-5)
	assert.InDelta(t, 0.5, o.Union, 1e-5)
	assert.InDelta(t, 0.5, o.True, 1e-5, "the class that the reference has not is no part of it")
	assert.Equal(t, [3]int{2, 2, 1}, [3]int{o.Found, o.Wanted, o.Both})
}

func TestAClassTakenForAnotherIsSeen(t *testing.T) {
	truth := []uint8{1, 1, 1, 0, 0, 0, 0, 0}
	swapped := []uint8{0, 0, 0, 0, 1, 1, 1, 0}
	o := metrics.Compare(swapped, truth, 2)
	assert.InDelta(t, 1, o.Union, 1e-4, "of any class, all is found")
	assert.InDelta(t, 0, o.True, 1e-4)
	assert.InDelta(t, 0, o.Exact, 1e-4)
	o = metrics.Compare([]uint8{1, 1, 1, 0, 0, 0, 1, 1}, truth, 2)
	assert.InDelta(t, 1, o.True, 1e-4, "another class on top takes nothing from the true one")
	assert.InDelta(t, 2*3./(5+3), o.Exact, 1e-4)
}

func TestOfAnEmptyReferenceTheTrueClassIsTheUnion(t *testing.T) {
	nothing, something := make([]uint8, 8), []uint8{0, 1, 0, 0, 0, 0, 0, 0}
	assert.Equal(t, 1.0, metrics.Compare(nothing, nothing, 2).True)
	o := metrics.Compare(something, nothing, 2)
	assert.Equal(t, o.Union, o.True)
	assert.InDelta(t, 0, o.True, 1e-4)
}

func TestSSIM(t *testing.T) {
	const n = 24
	a, b := make([]float64, n*n), make([]float64, n*n)
	for i := range a {
		a[i] = 0.5 + 0.3*math.Sin(float64(i)*0.7)
		b[i] = 1 - a[i]
	}
	assert.InDelta(t, 1, metrics.SSIM(a, a, n, n), 1e-12, "an image with itself")
	assert.Less(t, metrics.SSIM(a, b, n, n), 0.0, "an image with its negative")
	flat, brighter := make([]float64, n*n), make([]float64, n*n)
	for i := range flat {
		flat[i], brighter[i] = 0.4, 0.5
	}
	want := (2*0.4*0.5 + 1e-4) / (0.16 + 0.25 + 1e-4) // only the luminance term of constant images
	assert.InDelta(t, want, metrics.SSIM(flat, brighter, n, n), 1e-6)
}

// Surfaces of volumes are what looking at every pair of surface voxels finds.
func TestSurfacesOfVolumesAreThoseOfEveryPair(t *testing.T) {
	g := metrics.Grid{Size: [3]int{5, 9, 7}, Spacing: [3]float64{3, 0.7, 1.1}}
	r := rand.New(rand.NewPCG(1, 2))
	for range 20 {
		a, b := blob(r, g), blob(r, g)
		there, back := directed(a, b, g), directed(b, a, g)
		got := metrics.Surfaces(a, b, g)
		sum := 0.0
		for _, d := range slices.Concat(there, back) {
			sum += d
		}
		assert.InDelta(t, sum/float64(len(there)+len(back)), got.Mean, 1e-6)
		assert.InDelta(t, max(percentile(there), percentile(back)), got.HD95, 1e-6)
	}
}

func blob(r *rand.Rand, g metrics.Grid) []uint8 {
	mask := make([]uint8, g.Size[0]*g.Size[1]*g.Size[2])
	for i := range mask {
		if r.IntN(3) > 0 {
			mask[i] = 1
		}
	}
	return mask
}

// surface lists the places of voxels with a neighbour outside, in mm.
func surface(mask []uint8, g metrics.Grid) (list [][3]float64) {
	at := func(z, y, x int) bool {
		if z < 0 || y < 0 || x < 0 || z >= g.Size[0] || y >= g.Size[1] || x >= g.Size[2] {
			return false
		}
		return mask[(z*g.Size[1]+y)*g.Size[2]+x] != 0
	}
	for z := range g.Size[0] {
		for y := range g.Size[1] {
			for x := range g.Size[2] {
				if at(z, y, x) && !(at(z-1, y, x) && at(z+1, y, x) && at(z, y-1, x) && at(z, y+1, x) && at(z, y, x-1) && at(z, y, x+1)) {
					list = append(list, [3]float64{float64(z) * g.Spacing[0], float64(y) * g.Spacing[1], float64(x) * g.Spacing[2]})
				}
			}
		}
	}
	return list
}

func directed(from, to []uint8, g metrics.Grid) (list []float64) {
	for _, p := range surface(from, g) {
		nearest := math.Inf(1)
		for _, q := range surface(to, g) {
			nearest = min(nearest, math.Sqrt((p[0]-q[0])*(p[0]-q[0])+(p[1]-q[1])*(p[1]-q[1])+(p[2]-q[2])*(p[2]-q[2])))
		}
		list = append(list, nearest)
	}
	return list
}

func percentile(list []float64) float64 {
	slices.Sort(list)
	rank := 0.95 * float64(len(list)-1)
	lo := int(math.Floor(rank))
	hi := min(lo+1, len(list)-1)
	return list[lo]*(float64(lo)+1-rank) + list[hi]*(rank-float64(lo))
}

func TestALesionOfAVolumeMayTouchOverCorners(t *testing.T) {
	g := metrics.Grid{Size: [3]int{2, 2, 2}, Spacing: [3]float64{1, 1, 1}}
	assert.Equal(t, metrics.Lesions{Found: 1}, metrics.Detect([]uint8{1, 0, 0, 0, 0, 0, 0, 0}, []uint8{1, 0, 0, 0, 0, 0, 0, 1}, g))
	flat := metrics.Grid{Size: [3]int{1, 1, 8}, Spacing: [3]float64{1, 1, 1}}
	assert.Equal(t, metrics.Lesions{Found: 1, Missed: 1}, metrics.Detect([]uint8{1, 0, 0, 0, 0, 0, 0, 0}, []uint8{1, 0, 0, 0, 0, 0, 0, 1}, flat))
	assert.Equal(t, metrics.Lesions{Invented: 2}, metrics.Detect([]uint8{1, 0, 1, 0, 0, 0, 0, 0}, make([]uint8, 8), flat))
}

func TestVolumesAreInTheGridsUnit(t *testing.T) {
	g := metrics.Grid{Size: [3]int{2, 1, 2}, Spacing: [3]float64{5, 0.5, 2}}
	v := metrics.Volumes([]uint8{1, 1, 1, 0}, []uint8{1, 1, 0, 0}, g)
	assert.Equal(t, metrics.Volume{Found: 15, Wanted: 10}, v)
	change, ok := v.Change()
	assert.True(t, ok)
	assert.InDelta(t, 0.5, change, 1e-12)
}
