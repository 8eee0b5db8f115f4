package attack_test

import (
	"context"
	"fmt"
	"math"
	"testing"

	"segfault/core"
	"segfault/core/attack"
	"segfault/core/coretest"
	"segfault/core/net"
	"segfault/core/unet"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const side = 32

// session is a small network with the oracle's weights.
func session(t *testing.T) (s *attack.Session, p attack.Problem) {
	t.Helper()
	return sessionWith(t, func(map[string]*core.Tensor) {})
}

// sessionWith is the same with weights that were changed.
func sessionWith(t *testing.T, change func(map[string]*core.Tensor)) (s *attack.Session, p attack.Problem) {
	t.Helper()
	spec, err := unet.New("vgg11", 3, 2, 8)
	require.NoError(t, err)
	o := coretest.Oracle{Seed: 3, HeadGain: 2}
	tensors := map[string]*core.Tensor{}
	for _, n := range spec.Tensors() {
		tensors[n.Name] = o.Weight(n.Name, n.Shape)
	}
	change(tensors)
	m, err := unet.NewModel(tensors)
	require.NoError(t, err)
	s, err = attack.NewSession(core.NewCPU(0), m, side, side)
	require.NoError(t, err)
	t.Cleanup(s.Close)
	p = attack.Problem{Image: o.Input(3, side, side).Data, Truth: make([]uint8, 2*side*side)}
	for i, v := range o.Target(2, side, side).Data {
		p.Truth[i] = uint8(v)
	}
	return s, p
}

// all lists every kind of attack at one epsilon.
func all(epsilon float32) map[string]attack.Method {
	attacks := map[string]attack.Method{}
	for _, loss := range core.Losses {
		for _, scheme := range []attack.Rule{attack.Additive, attack.Blend} {
			for _, label := range []attack.Target{attack.Truth, attack.Prediction} {
				for _, swapped := range []bool{false, true} {
					for _, steps := range []int{1, 4} {
						a := attack.FGSM()
						a.Epsilon, a.Rule, a.Steps = epsilon, scheme, steps
						a.Objective = attack.Objective{Loss: loss, Swapped: swapped, Target: label}
						if steps > 1 {
							a.Step = epsilon / 2
						}
						attacks[fmt.Sprintf("%s %s %s swapped=%v steps=%d", loss, scheme, label, swapped, steps)] = a
					}
				}
			}
		}
	}
	return attacks
}

// lossAt evaluates an attack's loss on an image.
func lossAt(t *testing.T, s *attack.Session, image []float32, truth []uint8, a attack.Method) float32 {
	t.Helper()
	p := attack.Problem{Image: image, Truth: truth}
	a.Target = attack.Truth
	g, err := s.Gradient(context.Background(), p, a.Objective)
	require.NoError(t, err)
	return g.Loss
}

func TestLossRises(t *testing.T) {
	s, p := session(t)
	for name, a := range all(0.002) {
		if a.Rule == attack.Blend {
			continue // a blend also darkens and brightens, whatever the gradient says
		}
		t.Run(name, func(t *testing.T) {
			label := p.Truth
			if a.Target == attack.Prediction {
				logits, err := s.Predict(context.Background(), p.Image)
				require.NoError(t, err)
				label = attack.Mask(net.Shape{Classes: 2}, logits)
			}
			_, f, err := s.Run(context.Background(), p, a, nil)
			require.NoError(t, err)
			assert.Greater(t, lossAt(t, s, f.Adversarial, label, a), lossAt(t, s, p.Image, label, a))
		})
	}
}

func TestFGSMIsTheIterationWithOneStep(t *testing.T) {
	s, p := session(t)
	a := attack.FGSM()
	g, f, err := s.Run(context.Background(), p, a, nil)
	require.NoError(t, err)
	for i, v := range p.Image {
		sign := float32(0)
		if g.Values[i] > 0 {
			sign = 1
		} else if g.Values[i] < 0 {
			sign = -1
		}
		want := min(max(v+a.Epsilon*sign, 0), 1)
		require.InDelta(t, want, f.Adversarial[i], 1e-7, "pixel %d", i)
	}
	a.Steps, a.Step = 2, a.Epsilon // the second step can only undo or be clipped
	_, twice, err := s.Run(context.Background(), p, a, nil)
	require.NoError(t, err)
	for i, v := range twice.Adversarial {
		require.LessOrEqual(t, math.Abs(float64(v-p.Image[i])), float64(a.Epsilon)+1e-6)
	}
}

// TestRunIsGradientAndApply compares the attack in one submission with its parts.
func TestRunIsGradientAndApply(t *testing.T) {
	s, p := session(t)
	ctx := context.Background()
	for name, a := range all(0.02) {
		if a.Steps > 1 {
			continue
		}
		t.Run(name, func(t *testing.T) {
			g, f, err := s.Run(ctx, p, a, nil)
			require.NoError(t, err)
			wantG, err := s.Gradient(ctx, p, a.Objective)
			require.NoError(t, err)
			wantF, err := s.Apply(ctx, p, wantG, a)
			require.NoError(t, err)
			assert.Equal(t, wantG, g)
			assert.Equal(t, wantF, f)
		})
	}
}

func TestBlendIsThePapersFormula(t *testing.T) {
	s, p := session(t)
	a := attack.FGSM()
	a.Rule = attack.Blend
	g, f, err := s.Run(context.Background(), p, a, nil)
	require.NoError(t, err)
	for i, v := range p.Image {
		if g.Values[i] != 0 {
			sign := float32(math.Copysign(1, float64(g.Values[i])))
			require.InDelta(t, min(max((1-a.Epsilon)*v+a.Epsilon*sign, 0), 1), f.Adversarial[i], 1e-6, "pixel %d", i)
		}
	}
}

// Ten steps of a blend, each of all of ε, go no further than one can.
func TestIteratedBlendIsBounded(t *testing.T) {
	s, p := session(t)
	a := attack.FGSM()
	a.Rule, a.Epsilon, a.Steps, a.Step = attack.Blend, 0.05, 10, 0.05
	_, f, err := s.Run(context.Background(), p, a, nil)
	require.NoError(t, err)
	largest := 0.0
	for i, v := range f.Adversarial {
		largest = max(largest, math.Abs(float64(v-p.Image[i])))
	}
	assert.LessOrEqual(t, largest, 2*0.05+1e-6)
	assert.Greater(t, largest, 0.05)
}

func TestSharedGradientKeepsGreyGrey(t *testing.T) {
	s, p := session(t)
	n := side * side
	copy(p.Image[n:], p.Image[:n])
	copy(p.Image[2*n:], p.Image[:n])
	a := attack.FGSM()
	a.Grey = true
	_, f, err := s.Run(context.Background(), p, a, nil)
	require.NoError(t, err)
	assert.Equal(t, f.Adversarial[:n], f.Adversarial[n:2*n])
	assert.Equal(t, f.Adversarial[:n], f.Adversarial[2*n:])
	assert.NotEqual(t, p.Image, f.Adversarial)
}

// The derivative of cross-entropy(input = mask, target = logits) with respect
// to the logits is −mask/count: it pushes the foreground down, whatever the
// model says.
func TestSwappedCrossEntropyPushesTheMaskDown(t *testing.T) {
	logits, mask := core.NewInput("logits", 1, 1, 4, 4), core.NewInput("mask", 1, 1, 4, 4)
	p, err := core.NewCPU(1).Load(core.Compile(core.Outputs{"g": core.Grad(core.BCE.Of(mask, logits), logits)[0]}))
	require.NoError(t, err)
	m := make([]float32, 16)
	m[3], m[7] = 1, 1
	require.NoError(t, p.Write("mask", m))
	require.NoError(t, p.Run(context.Background(), nil))
	g := make([]float32, 16)
	require.NoError(t, p.Read(context.Background(), "g", g))
	for i, v := range m {
		assert.Equal(t, -v/16, g[i])
	}
}

func TestRunCanBeCancelled(t *testing.T) {
	s, p := session(t)
	ctx, cancel := context.WithCancel(context.Background())
	a := attack.FGSM()
	a.Steps = 100
	_, _, err := s.Run(ctx, p, a, func(step *attack.Step) bool {
		if step.Done == 2 {
			cancel()
		}
		return true
	})
	assert.ErrorIs(t, err, context.Canceled)
}

func TestWrongSizesAreRefused(t *testing.T) {
	s, p := session(t)
	p.Image = p.Image[1:]
	_, err := s.Gradient(context.Background(), p, attack.FGSM().Objective)
	assert.ErrorContains(t, err, "attack: the image has 3071 values; the model expects 3×32×32")
	_, err = attack.NewSession(core.NewCPU(1), s.Network, 33, 32)
	assert.ErrorContains(t, err, "multiples of 32")
}

// rigid is a network whose graph is of one size, though it says that it takes any.
type rigid struct{ net.Network }

func (rigid) Logits(x *core.Node) *core.Node { return core.Reshape(x, 1, 3, 8, 8) }

func TestAGraphThatDoesNotFitIsAnErrorAndNoPanic(t *testing.T) {
	s, p := session(t)
	s.Network = rigid{s.Network}
	_, err := s.Predict(context.Background(), p.Image)
	assert.ErrorContains(t, err, "attack: the network's graph does not fit an image of 32×32 pixels: core: Reshape: ")
	_, err = s.Gradient(context.Background(), p, attack.FGSM().Objective)
	assert.ErrorContains(t, err, "choose another size")
}

func TestRegionConfinesEveryAttack(t *testing.T) {
	s, p := session(t)
	ctx := context.Background()
	n := side * side
	within := p
	within.Inside = region()
	for name, a := range all(0.03) {
		t.Run(name, func(t *testing.T) {
			_, free, err := s.Run(ctx, p, a, nil)
			require.NoError(t, err)
			g, f, err := s.Run(ctx, within, a, nil)
			require.NoError(t, err)
			if a.Steps == 1 { // later gradients are of another image
				applied, err := s.Apply(ctx, within, g, a)
				require.NoError(t, err)
				require.Equal(t, f, applied)
			}
			for i, v := range f.Adversarial {
				if within.Inside[i%n] == 0 {
					require.Equal(t, p.Image[i], v, "pixel %d is outside", i)
				} else if a.Steps == 1 {
					require.Equal(t, free.Adversarial[i], v, "pixel %d is inside", i)
				}
			}
			require.NotEqual(t, p.Image, f.Adversarial)
		})
	}
}

// region is two thirds of every third row.
func region() []float32 {
	inside := make([]float32, side*side)
	for i := range side * side / 3 {
		inside[i*2] = 1
	}
	return inside
}

func TestRegionOfAnotherSizeIsRefused(t *testing.T) {
	s, p := session(t)
	p.Inside = make([]float32, 7)
	a := attack.FGSM()
	for _, a.Steps = range []int{1, 2} {
		_, _, err := s.Run(context.Background(), p, a, nil)
		assert.ErrorContains(t, err, "attack: the region has 7 values; what is moved has 32×32 pixels")
	}
}
