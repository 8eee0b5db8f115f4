package attack_test

import (
	"context"
	"testing"

	"segfault/core"
	"segfault/core/attack"
	"segfault/core/net"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// greys tells the dark, which is background, from two classes, the brighter of which excludes the other.
type greys struct{}

func (greys) Shape() net.Shape {
	return net.Shape{In: 1, Classes: 3, Activation: net.Softmax, Multiple: 1}
}

func (greys) Logits(x *core.Node) *core.Node {
	return core.Concat(1, core.Affine(x, -4, 3), core.Affine(x, 6, -1), core.Affine(x, 16, -9))
}

// likeliest is each pixel's class by its logits, 0 for the background.
func likeliest(logits []float32, pixels int) []int {
	classes := make([]int, pixels)
	for i := range classes {
		for k := 1; k < len(logits)/pixels; k++ {
			if logits[k*pixels+i] > logits[classes[i]*pixels+i] {
				classes[i] = k
			}
		}
	}
	return classes
}

// unionDice is that of all classes but the background together.
func unionDice(found, wanted []int) float64 {
	both, sum := 0, 0
	for i, k := range found {
		if k > 0 {
			sum++
		}
		if wanted[i] > 0 {
			sum++
		}
		if k > 0 && wanted[i] > 0 {
			both++
		}
	}
	return (2*float64(both) + 1e-5) / (float64(sum) + 1e-5)
}

// ramp is an image from black to white, with the label map that greys finds in it, and that as planes.
func ramp(t *testing.T) (s *attack.Session, p attack.Problem, classes []int) {
	t.Helper()
	const n = 12 * 12
	s, err := attack.NewSession(core.NewCPU(1), greys{}, 12, 12)
	require.NoError(t, err)
	t.Cleanup(s.Close)
	for i := range n {
		p.Image = append(p.Image, float32(i)/(n-1))
	}
	logits, err := s.Predict(context.Background(), p.Image)
	require.NoError(t, err)
	classes = likeliest(logits, n)
	p.Truth = make([]uint8, 3*n)
	for i, k := range classes {
		p.Truth[k*n+i] = 1
	}
	return s, p, classes
}

// Every method goes by the likeliest class, in its trace and in its result, and none counts the background as a finding.
func TestClassesThatExcludeEachOtherAreFoundWhereTheyAreLikeliest(t *testing.T) {
	for _, name := range []string{"fgsm", "bim", "apgd", "segpgd", "cospgd", "dag", "sea", "square", "noise"} {
		t.Run(name, func(t *testing.T) {
			s, p, wanted := ramp(t)
			m := named(t, name)
			m.Epsilon, m.Steps = 0.1, min(m.Steps, 10)
			if m.Loss == core.DiceFocal {
				m.Loss = core.CE
			}
			g, f, err := s.Run(context.Background(), p, m, nil)
			require.NoError(t, err)
			dice := unionDice(likeliest(f.Logits, len(wanted)), wanted)
			got, err := attack.Measure(p.Image, g, f, p.Truth, greys{}.Shape(), 12, 12)
			require.NoError(t, err)
			assert.Equal(t, 1.0, got.Before.Union)
			assert.InDelta(t, dice, got.After.Union, 1e-9)
			assert.Len(t, got.After.Dice, 2, "without the background")
			assert.Equal(t, 2*len(wanted), got.Elements)
			if len(f.Points) > 0 {
				assert.InDelta(t, dice, f.Reached.Dice, 1e-9)
				assert.InDelta(t, got.After.True, f.Reached.True, 1e-9)
				for _, at := range f.Points[:1] {
					assert.Greater(t, at.Dice, 0.5, "where it began, not that of the background")
					assert.Greater(t, at.True, 0.5, "where it began, that of its own classes")
				}
			}
			if name != "noise" {
				assert.Less(t, got.After.Union, 0.98)
			}
		})
	}
}

func TestTargetsOfClassesThatExcludeEachOtherHaveTheirBackground(t *testing.T) {
	s, p, wanted := ramp(t)
	n := len(wanted)
	for target, of := range map[attack.Target]func(k int) int{
		attack.Vanish: func(int) int { return 0 },
		attack.Swap:   func(k int) int { return []int{0, 2, 1}[k] },
	} {
		m := named(t, "bim")
		m.Loss, m.Target, m.Epsilon, m.Steps = core.CE, target, 0.3, 30
		g, f, err := s.Run(context.Background(), p, m, nil)
		require.NoError(t, err)
		want := make([]uint8, 3*n)
		for i, k := range wanted {
			want[of(k)*n+i] = 1
		}
		assert.Equal(t, want, f.Goal, target)
		assert.Greater(t, f.Reached.Loss, float64(g.Loss)+1e-3, "%s comes nearer", target)
		got, err := attack.Measure(p.Image, g, f, p.Truth, greys{}.Shape(), 12, 12)
		require.NoError(t, err)
		assert.Greater(t, got.Target[1], got.Target[0], target)
	}
	m := named(t, "bim")
	m.Target, m.Class = attack.Swap, 3
	_, _, err := s.Run(context.Background(), p, m, nil)
	assert.ErrorContains(t, err, "class 3; the model has 2, counted from 1")
}

// The weights of Gu et al. are of pixels: at first a pixel counts only where its likeliest class is right.
func TestAPixelOfClassesThatExcludeEachOtherWeighsAsAWhole(t *testing.T) {
	s, p, _ := ramp(t)
	n := len(p.Image)
	wrong := 5 // a dark pixel that is said to be of the first class
	p.Truth[wrong], p.Truth[n+wrong] = 0, 1
	g, err := s.Gradient(context.Background(), p, attack.Objective{Loss: core.CE, Target: attack.Truth, Weight: attack.SegPGD})
	require.NoError(t, err)
	assert.Zero(t, g.Values[wrong])
	assert.NotZero(t, g.Values[wrong+1])
}

func TestMasksOfSigmoidsAndOfASoftmaxDiffer(t *testing.T) {
	logits := []float32{1, -1, 2, 0, -2, -3, 3, -1, 2}
	assert.Equal(t, []uint8{1, 0, 1, 0, 0, 0, 1, 0, 1}, attack.Mask(net.Shape{Classes: 3}, logits))
	softmax := net.Shape{Classes: 3, Activation: net.Softmax}
	mask := attack.Mask(softmax, logits)
	assert.Equal(t, []uint8{0, 1, 1, 0, 0, 0, 1, 0, 0}, mask, "of equal ones the first")
	assert.Equal(t, []uint8{0, 0, 0, 1, 0, 0}, attack.Foreground(softmax, mask))
	assert.Equal(t, mask, attack.Complete(softmax, attack.Foreground(softmax, mask)))
	assert.Equal(t, []float32{-1, -1, -5, 2, 0, 0}, attack.Odds(softmax, logits))
}
