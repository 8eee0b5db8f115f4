package phantom

import (
	"fmt"
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// everyBrain runs a test for each kind in each plane.
func everyBrain(t *testing.T, size int, check func(t *testing.T, s Slice, kind Kind)) {
	for kind := Glioma; kind <= Healthy; kind++ {
		for plane := Axial; plane <= Sagittal; plane++ {
			t.Run(fmt.Sprintf("%v/%v", kind, plane), func(t *testing.T) {
				for seed := range uint64(3) {
					check(t, Brain(BrainOptions{Seed: seed, Size: size, Kind: kind, Plane: plane}), kind)
				}
			})
		}
	}
}

func sum(v []float32) (total float64) {
	for _, x := range v {
		total += float64(x)
	}
	return total
}

func TestSameSeedGivesTheSameBrain(t *testing.T) {
	opts := BrainOptions{Seed: 7, Size: 128, Kind: Glioma, Plane: Sagittal}
	assert.Equal(t, Brain(opts), Brain(opts))
}

func TestSameSeedGivesTheSameHeart(t *testing.T) {
	assert.Equal(t, Heart(7, 128), Heart(7, 128))
}

func TestAnotherSeedGivesAnotherImage(t *testing.T) {
	assert.NotEqual(t, Heart(7, 64).Image, Heart(8, 64).Image)
}

func TestImageIsWithinZeroAndOneAndUsesTheRange(t *testing.T) {
	check := func(t *testing.T, s Slice) {
		low, high := float32(math.Inf(1)), float32(math.Inf(-1))
		for _, v := range s.Image {
			low, high = min(low, v), max(high, v)
		}
		assert.GreaterOrEqual(t, low, float32(0))
		assert.LessOrEqual(t, high, float32(1))
		assert.Greater(t, high, float32(0.8), "the brightest structure should be near 1")
	}
	everyBrain(t, 96, func(t *testing.T, s Slice, _ Kind) { check(t, s) })
	t.Run("heart", func(t *testing.T) { check(t, Heart(3, 96)) })
}

func TestMaskIsOfTheKindAlone(t *testing.T) {
	everyBrain(t, 96, func(t *testing.T, s Slice, kind Kind) {
		require.Len(t, s.Masks, 3)
		for k, m := range s.Masks {
			if Kind(k) == kind {
				assert.Positive(t, sum(m), s.Name)
			} else {
				assert.Zero(t, sum(m), s.Name)
			}
		}
	})
}

func TestMaskHoldsZerosAndOnes(t *testing.T) {
	everyBrain(t, 64, func(t *testing.T, s Slice, _ Kind) {
		for _, m := range s.Masks {
			for _, v := range m {
				require.True(t, v == 0 || v == 1)
			}
		}
	})
}

// The head is what is brighter than the noise, and everything between such
// pixels of a row: a tumour may be dark, but it has scalp on both sides.
func TestTumourIsWithinTheHead(t *testing.T) {
	const size = 128
	everyBrain(t, size, func(t *testing.T, s Slice, kind Kind) {
		if kind == Healthy {
			return
		}
		for y := range size {
			first, last := size, -1
			for x := range size {
				if s.Image[y*size+x] > 0.25 {
					first, last = min(first, x), x
				}
			}
			for x := range size {
				if s.Masks[kind][y*size+x] == 1 {
					require.True(t, x >= first && x <= last, "%s: row %d", s.Name, y)
				}
			}
		}
	})
}

// Real masks of the three kinds cover 0.2 to 6 % of the image.
func TestTumourIsOfARealisticSize(t *testing.T) {
	everyBrain(t, 128, func(t *testing.T, s Slice, kind Kind) {
		if kind == Healthy {
			return
		}
		share := sum(s.Masks[kind]) / (128 * 128)
		assert.Greater(t, share, 0.001, s.Name)
		assert.Less(t, share, 0.07, s.Name)
	})
}

func TestTissuesOfTheBrainAreInTheOrderOfAT1Image(t *testing.T) {
	for seed := range uint64(50) {
		s := spinEcho(newDice(seed, 0))
		assert.Greater(t, s[fat], s[white])
		assert.Greater(t, s[white], s[grey])
		assert.Greater(t, s[grey], s[fluid])
		assert.Greater(t, s[meningiomaMass], s[white])
	}
}

func TestBloodOutshinesMuscleInSteadyState(t *testing.T) {
	for seed := range uint64(50) {
		s := steadyState(newDice(seed, 0))
		assert.Greater(t, s[blood], 2*s[myocardium])
		assert.Greater(t, s[liver], s[lung])
	}
}

// The magnitude of complex noise has a mean: σ√(π/2) in pure air.
func TestAirIsNotZeroButDark(t *testing.T) {
	s := Brain(BrainOptions{Seed: 1, Size: 128, Kind: Healthy, Plane: Axial})
	mean := 0.0
	for y := range 10 {
		mean += sum(s.Image[y*128:y*128+10]) / 100
	}
	assert.Positive(t, mean)
	assert.Less(t, mean, 0.1)
}

func TestVentricleIsInsideTheImage(t *testing.T) {
	const size = 96
	for seed := range uint64(8) {
		m := Heart(seed, size).Masks[0]
		assert.Greater(t, sum(m), 0.002*size*size)
		for i := range size {
			assert.Zero(t, m[i]+m[(size-1)*size+i]+m[i*size]+m[i*size+size-1])
		}
	}
}

func TestAnySizeWorks(t *testing.T) {
	for _, size := range []int{32, 64, 100, 224, 512} {
		b := Brain(BrainOptions{Seed: 2, Size: size, Kind: Meningioma, Plane: Coronal})
		assert.Len(t, b.Image, size*size)
		assert.Positive(t, sum(b.Masks[Meningioma]))
		assert.Len(t, Heart(2, size).Image, size*size)
	}
}

// Resolution is the scanner's, anatomy the patient's: a tumour covers about
// the same share of the image at every size. The tolerance is a ring half a
// pixel wide around the smallest tumour at the smaller size.
func TestAnatomyDoesNotDependOnTheSize(t *testing.T) {
	share := func(size int) float64 {
		s := Brain(BrainOptions{Seed: 5, Size: size, Kind: Glioma, Plane: Axial})
		return sum(s.Masks[Glioma]) / float64(size*size)
	}
	assert.InEpsilon(t, share(256), share(128), 0.1)
}

func TestBadSizePanics(t *testing.T) {
	for _, size := range []int{0, 31, 2049} {
		want := fmt.Sprintf("phantom: size must be 32 to 2048 pixels per side, found %d", size)
		assert.PanicsWithValue(t, want, func() { Brain(BrainOptions{Size: size}) })
		assert.PanicsWithValue(t, want, func() { Heart(1, size) })
	}
}

func TestUnknownKindPanics(t *testing.T) {
	assert.Panics(t, func() { Brain(BrainOptions{Size: 64, Kind: 9}) })
}

func TestUnknownPlanePanics(t *testing.T) {
	assert.Panics(t, func() { Brain(BrainOptions{Size: 64, Plane: 9}) })
}

func BenchmarkBrain(b *testing.B) {
	for plane := Axial; plane <= Sagittal; plane++ {
		b.Run(plane.String(), func(b *testing.B) {
			seed := uint64(0)
			for b.Loop() {
				Brain(BrainOptions{Seed: seed, Size: 224, Kind: Kind(seed % 3), Plane: plane})
				seed++
			}
		})
	}
}

func BenchmarkHeart(b *testing.B) {
	seed := uint64(0)
	for b.Loop() {
		Heart(seed, 224)
		seed++
	}
}
