package attack_test

import (
	"context"
	"fmt"
	"math"
	"slices"
	"testing"

	"segfault/core"
	"segfault/core/attack"
	"segfault/core/metrics"
	"segfault/core/names"
	"segfault/core/net"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// budgets are an ε of every norm under which the small network's loss rises.
var budgets = map[attack.Norm]float32{attack.Linf: 0.02, attack.L2: 0.4}

// everything lists methods of every row of every table, and of every kind of step.
func everything() map[string]attack.Method {
	list := map[string]attack.Method{}
	for _, norm := range names.All(attack.Norms()) {
		for _, rule := range names.All(attack.Rules()) {
			for _, schedule := range names.All(attack.Schedules()) {
				for _, start := range names.All(attack.Starts()) {
					for _, steps := range []int{1, 7} {
						for _, grey := range []bool{false, true} {
							m := attack.FGSM()
							m.Loss, m.Norm, m.Rule, m.Schedule = core.BCE, attack.Norm(norm), attack.Rule(rule), attack.Schedule(schedule)
							m.Start, m.Steps, m.Grey = attack.Start(start), steps, grey
							if m.Epsilon = budgets[m.Norm]; m.Start == attack.Random {
								m.Seed, m.Restarts = 5, 1
							}
							if m.Check() == nil { // a blend has the maximum norm alone
								list[fmt.Sprintf("%s %s %s from %s, %d steps, grey=%v", norm, rule, schedule, start, steps, grey)] = m
							}
						}
					}
				}
			}
		}
	}
	for _, name := range names.All(attack.Methods()) {
		for norm, epsilon := range budgets {
			m, err := attack.Named(name)
			if err != nil {
				panic(err)
			}
			m.Norm, m.Epsilon, m.Steps = norm, epsilon, min(m.Steps, 10)
			if m.Start == attack.Random {
				m.Seed, m.Restarts = 5, 1
			}
			if m.Target == attack.Painted {
				m.Target = attack.Vanish
			}
			if m.Check() == nil {
				list[name+" "+string(norm)] = m
			}
		}
	}
	return list
}

// grey makes an image of its first channel.
func grey(p attack.Problem) attack.Problem {
	p.Image = slices.Repeat(p.Image[:side*side], 3)
	return p
}

func change(from, to []float32) []float32 {
	c := make([]float32, len(from))
	for i, v := range from {
		c[i] = to[i] - v
	}
	return c
}

// budgetMap gives pixels all of ε, a half of it, or nothing.
func budgetMap() []float32 {
	parts := region()
	for i := 0; i < len(parts); i += 4 {
		parts[i] /= 2
	}
	return parts
}

func TestEveryMethodKeepsWhatItPromises(t *testing.T) {
	s, colour := session(t)
	ctx := context.Background()
	for name, m := range everything() {
		t.Run(name, func(t *testing.T) {
			p := colour
			if m.Grey {
				p = grey(p)
			}
			p.Inside = budgetMap()
			clean, f, err := s.Run(ctx, p, m, nil)
			require.NoError(t, err)

			moved := change(p.Image, f.Adversarial)
			plane := moved
			if m.Grey {
				plane = moved[:side*side]
				assert.Equal(t, f.Adversarial, grey(attack.Problem{Image: f.Adversarial}).Image, "grey stays grey")
			}
			if m.Rule != attack.Blend {
				assert.LessOrEqual(t, m.Norm.Measure(plane), float64(m.Epsilon)*(1+1e-5)+1e-7, "the budget")
			}
			if m.Name != "sea" && m.Name != "asma" { // which keep the clean image where no Dice is better
				assert.NotZero(t, m.Norm.Measure(plane))
			}
			for i, v := range f.Adversarial {
				require.True(t, v >= 0 && v <= 1, "range: pixel %d is %v", i, v)
				require.LessOrEqual(t, math.Abs(float64(moved[i])), m.Reach()+1e-6, "reach: pixel %d", i)
				require.LessOrEqual(t, math.Abs(float64(moved[i])), m.Reach()*float64(p.Inside[i%(side*side)])+1e-6, "its part of ε: pixel %d", i)
			}

			again, repeated, err := s.Run(ctx, p, m, nil)
			require.NoError(t, err)
			assert.Equal(t, clean, again, "the clean image's gradient, to the bit")
			assert.Equal(t, f, repeated, "seeded runs, to the bit")

			m.Epsilon, m.Step, m.Steps = 0, 0, min(m.Steps, 2)
			_, none, err := s.Run(ctx, p, m, nil)
			require.NoError(t, err)
			assert.Equal(t, p.Image, none.Adversarial, "no budget is no change")
		})
	}
}

func TestSEAEndsWithinItsBudgetHoweverFewItsSteps(t *testing.T) {
	s, p := session(t)
	m := named(t, "sea")
	m.Epsilon = 0.02
	for m.Steps = range 8 {
		if m.Steps == 0 {
			continue
		}
		_, f, err := s.Run(context.Background(), p, m, nil)
		require.NoError(t, err)
		assert.LessOrEqual(t, m.Norm.Measure(change(p.Image, f.Adversarial)), 0.02*(1+1e-5), "%d steps", m.Steps)
	}
}

func TestARandomStartKeepsToThePartOfTheBudgetThatAPixelHas(t *testing.T) {
	s, err := attack.NewSession(core.NewCPU(1), stepped{brighter{}}, 8, 8) // without a gradient, so that where it starts is the best point
	require.NoError(t, err)
	defer s.Close()
	p := attack.Problem{Image: slices.Repeat([]float32{0.5}, 64), Inside: slices.Repeat([]float32{0.25}, 64)}
	for norm, epsilon := range budgets {
		m := named(t, "apgd")
		m.Loss, m.Target, m.Norm, m.Start, m.Epsilon = core.BCE, attack.Prediction, norm, attack.Random, epsilon
		for m.Seed = range 4 {
			_, f, err := s.Run(context.Background(), p, m, nil)
			require.NoError(t, err)
			assert.LessOrEqual(t, norm.Measure(change(p.Image, f.Adversarial)), 0.25*float64(epsilon)*(1+1e-5), norm)
		}
	}
}

// A loop tells the loss and the Dice of the clean image and of what came of every step, as they are measured apart from it.
func TestPointsAreWhatIsMeasured(t *testing.T) {
	s, p := session(t)
	ctx := context.Background()
	for name, m := range everything() {
		if m.Steps == 1 || m.Restarts > 0 || m.Schedule != attack.Constant || m.Grey || m.Weight == attack.SegPGD || !m.Climbs() {
			continue
		}
		t.Run(name, func(t *testing.T) {
			for _, m.Target = range []attack.Target{attack.Truth, attack.Prediction} {
				p := p
				if m.Target == attack.Prediction {
					p.Truth = nil
				}
				m.Step = m.Epsilon / 4
				g, f, err := s.Run(ctx, p, m, nil)
				require.NoError(t, err)
				want, err := s.Gradient(ctx, p, m.Objective)
				require.NoError(t, err)
				assert.Equal(t, want, g, "the clean image's gradient is that of the first step, to the bit")
				require.Len(t, f.Points, m.Steps+1)
				reference := p.Truth
				if reference == nil {
					reference = attack.Mask(net.Shape{Classes: 2}, g.Logits)
				}
				for k := range m.Steps {
					image, logits := p.Image, g.Logits
					if k > 0 {
						shorter := m
						shorter.Steps = k
						_, at, err := s.Run(ctx, p, shorter, nil)
						require.NoError(t, err)
						image, logits = at.Adversarial, at.Logits
					}
					assert.InEpsilon(t, lossAt(t, s, image, reference, m), f.Points[k].Loss, 1e-6, "loss of step %d", k)
					found := metrics.Compare(attack.Mask(net.Shape{Classes: 2}, logits), reference, 2)
					assert.InDelta(t, found.Union, f.Points[k].Dice, 1e-9, "Dice of step %d", k)
					assert.InDelta(t, found.True, f.Points[k].True, 1e-9, "Dice of the true class at step %d", k)
				}
				assert.Equal(t, f.Reached, f.Points[m.Steps])
				assert.Greater(t, f.Reached.Loss, f.Points[0].Loss)
			}
		})
	}
}

func TestHalvingKeepsTheBestPoint(t *testing.T) {
	s, p := session(t)
	ctx := context.Background()
	m := attack.FGSM()
	m.Loss, m.Epsilon, m.Schedule = core.BCE, 0.02, attack.Halving
	before := 0.0
	for _, m.Steps = range []int{1, 2, 5, 11, 25} {
		_, f, err := s.Run(ctx, p, m, nil)
		require.NoError(t, err)
		largest := 0.0
		for _, point := range f.Points {
			largest = max(largest, point.Loss)
		}
		assert.InEpsilon(t, largest, f.Reached.Loss, 1e-6, "%d steps", m.Steps)
		assert.InEpsilon(t, lossAt(t, s, f.Adversarial, p.Truth, m), f.Reached.Loss, 1e-6)
		assert.GreaterOrEqual(t, f.Reached.Loss, before, "%d steps are not worse than fewer", m.Steps)
		if m.Steps < 5 { // the first checkpoint of so few comes before any is past
			before = f.Reached.Loss
		}
	}
}

// The loop halves the step and goes back without reading anything from the device: the same as when a host decides between steps.
func TestHalvingIsWhatAHostWouldDecide(t *testing.T) {
	s, p := session(t)
	ctx := context.Background()
	m := attack.FGSM()
	m.Loss, m.Schedule, m.Steps = core.BCE, attack.Halving, 30
	for _, m.Epsilon = range []float32{0.02, 0.2} { // of the second the first checkpoint halves, with five of seven steps up
		_, f, err := s.Run(ctx, p, m, nil)
		require.NoError(t, err)

		windows := map[int]int{8: 7, 14: 6, 19: 5, 22: 3, 25: 3, 28: 3, 29: 1} // steps after a checkpoint: since the one before
		eta, x := 2*m.Epsilon, slices.Clone(p.Image)
		best, bestLoss, bestGradient, bestThen := []float32(nil), math.Inf(-1), []float32(nil), math.Inf(-1)
		last, rises, halvedLast, halvings := math.Inf(-1), 0, true, 0
		for k := range m.Steps {
			g, err := s.Gradient(ctx, attack.Problem{Image: x, Truth: p.Truth}, m.Objective)
			require.NoError(t, err)
			loss, gradient := float64(g.Loss), g.Values
			require.InEpsilon(t, loss, f.Points[k].Loss, 1e-6, "step %d", k)
			if loss > bestLoss {
				best, bestLoss, bestGradient = slices.Clone(x), loss, gradient
			}
			rose := k > 0 && loss > last // where it begins is no rise
			if window, ok := windows[k]; ok {
				halve := float64(rises) < 0.75*float64(window) || !halvedLast && bestLoss <= bestThen
				if halve {
					eta, x, gradient, halvings = eta/2, slices.Clone(best), bestGradient, halvings+1
				}
				rises, halvedLast, bestThen = 0, halve, bestLoss
			}
			if rose {
				rises++
			}
			last = loss
			for i, slope := range gradient {
				if slope != 0 {
					v := x[i] + eta*float32(math.Copysign(1, float64(slope)))
					x[i] = min(max(min(max(v, p.Image[i]-m.Epsilon), p.Image[i]+m.Epsilon), 0), 1)
				}
			}
		}
		assert.Greater(t, halvings, 1, "the test's network makes it halve")
	}
}

func TestRestartsAreNeverWorse(t *testing.T) {
	s, p := session(t)
	m := attack.FGSM()
	m.Loss, m.Epsilon, m.Steps, m.Start, m.Seed = core.BCE, 0.02, 3, attack.Random, 11
	before := 0.0
	for m.Restarts = range 4 {
		_, f, err := s.Run(context.Background(), p, m, nil)
		require.NoError(t, err)
		assert.GreaterOrEqual(t, f.Reached.Loss, before)
		before = f.Reached.Loss
	}
	other := m
	other.Seed++
	_, f, err := s.Run(context.Background(), p, other, nil)
	require.NoError(t, err)
	assert.NotEqual(t, before, f.Reached.Loss, "another seed is another start")
}

func TestWhatIsWrongWithAMethodIsSaid(t *testing.T) {
	for want, change := range map[string]func(*attack.Method){
		"attack: epsilon 2 is out of range; expected a number from 0 to 1, such as 0.009":                                      func(m *attack.Method) { m.Epsilon = 2 },
		"attack: epsilon NaN is out of range":                                                                                  func(m *attack.Method) { m.Epsilon = float32(math.NaN()) },
		"attack: epsilon -1 is out of range; expected a number from 0 to 4096, such as 2":                                      func(m *attack.Method) { m.Norm, m.Epsilon = attack.L2, -1 },
		"attack: step -0.1 is out of range":                                                                                    func(m *attack.Method) { m.Step = -0.1 },
		"attack: 0 steps; expected 1 to 1000":                                                                                  func(m *attack.Method) { m.Steps = 0 },
		"attack: 1001 steps; expected 1 to 1000":                                                                               func(m *attack.Method) { m.Steps = 1001 },
		`attack: unknown loss "bcee"; did you mean bce? Expected bce, dice, focal, dice_focal, ce, softmax_dice, js or margin`: func(m *attack.Method) { m.Loss = "bcee" },
		`attack: unknown label "x"; expected truth, prediction, vanish, swap, hallucinate or painted`:                          func(m *attack.Method) { m.Target = "x" },
		`attack: unknown norm "l1"; expected linf or l2`:                                                                       func(m *attack.Method) { m.Norm = "l1" },
		`attack: unknown scheme "blende"; did you mean blend? Expected additive, blend, scaled, momentum or heavy_ball`:        func(m *attack.Method) { m.Rule = "blende" },
		`attack: unknown schedule ""; expected constant, halving or adaptive`:                                                  func(m *attack.Method) { m.Schedule = "" },
		`attack: unknown start "clean"; expected origin or random`:                                                             func(m *attack.Method) { m.Start = "clean" },
		"attack: the scheme blend is of a budget for each pixel, which the norm l2 has not; expected linf":                     func(m *attack.Method) { m.Norm, m.Rule = attack.L2, attack.Blend },
		"attack: restarts and a seed are for a random start; from the origin every run is the same":                            func(m *attack.Method) { m.Restarts = 1 },
		"attack: 101 restarts; expected 0 to 100":                                                                              func(m *attack.Method) { m.Start, m.Restarts = attack.Random, 101 },
		"attack: a seed of 9007199254740992; expected a whole number from 0 to 9007199254740991":                               func(m *attack.Method) { m.Start, m.Seed = attack.Random, 1<<53 },
	} {
		m := attack.FGSM()
		change(&m)
		assert.ErrorContains(t, m.Check(), want)
	}
	fgsm := attack.FGSM()
	assert.NoError(t, fgsm.Check())
}

func TestUnknownNameIsAnErrorWhateverElseIsChosen(t *testing.T) {
	unknown := []func(*attack.Method){
		func(m *attack.Method) { m.Name = "x" },
		func(m *attack.Method) { m.Loss = "x" },
		func(m *attack.Method) { m.Target = "x" },
		func(m *attack.Method) { m.Weight = "x" },
		func(m *attack.Method) { m.Norm = "x" },
		func(m *attack.Method) { m.Rule = "x" },
		func(m *attack.Method) { m.Schedule = "x" },
		func(m *attack.Method) { m.Start = "x" },
	}
	beside := append([]func(*attack.Method){
		func(m *attack.Method) { m.Class = 1 },
		func(m *attack.Method) { m.Weight = attack.CosPGD },
		func(m *attack.Method) { m.Steps, m.Step = 10, 0.1 },
		func(m *attack.Method) { m.Start, m.Restarts = attack.Random, 2 },
	}, unknown...)
	for _, wrong := range unknown {
		for _, other := range beside {
			m := attack.FGSM()
			other(&m)
			wrong(&m)
			assert.Error(t, m.Check())
		}
	}
}

// counting is a backend that counts how often something is read from it.
type counting struct {
	core.Backend
	runs, reads *int
}

type countingProgram struct {
	core.Program
	on counting
}

func (b counting) Load(p *core.Plan) (core.Program, error) {
	program, err := b.Backend.Load(p)
	return countingProgram{program, b}, err
}

func (p countingProgram) Run(ctx context.Context, tick func(step int)) error {
	*p.on.runs++
	return p.Program.Run(ctx, tick)
}

func (p countingProgram) Fetch(ctx context.Context, dst map[string][]float32) (func() error, error) {
	wait, err := p.Program.Fetch(ctx, dst)
	return func() error {
		*p.on.reads++
		return wait()
	}, err
}

// On a GPU every read is a wait: of the clean image's gradient, of the end, and of the predictions from it.
func TestALoopWaitsForNothingBetweenItsSteps(t *testing.T) {
	plain, p := session(t)
	for schedule, most := range map[attack.Schedule]int{attack.Constant: 3, attack.Halving: 4} {
		for _, steps := range []int{2, 30} {
			runs, reads := 0, 0
			s, err := attack.NewSession(counting{core.NewCPU(1), &runs, &reads}, plain.Network, side, side)
			require.NoError(t, err)
			m := attack.FGSM()
			m.Schedule, m.Steps = schedule, steps
			_, _, err = s.Run(context.Background(), p, m, func(*attack.Step) bool { return assert.Zero(t, reads) })
			require.NoError(t, err)
			assert.LessOrEqual(t, reads, most)
			assert.LessOrEqual(t, runs, steps+most-2, "a run a step, and the predictions from its end")
			s.Close()
		}
	}
}
