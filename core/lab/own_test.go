package lab

import (
	"bytes"
	"context"
	"image"
	"image/png"
	"math/rand/v2"
	"slices"
	"testing"

	"segfault/core"
	"segfault/core/attack"
	"segfault/core/coretest"
	"segfault/core/names"
	"segfault/core/safetensors"
	"segfault/core/scan"
	"segfault/core/scan/formats"
	"segfault/core/unet"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// working is a small model with the oracle's weights, and a session of it.
func working(t *testing.T, normalisation scan.Normalisation) (*Model, *attack.Session) {
	t.Helper()
	spec, err := unet.New("vgg11", 3, 2, 8)
	require.NoError(t, err)
	o := coretest.Oracle{Seed: 3, HeadGain: 2}
	f := &safetensors.File{Metadata: map[string]string{"classes": "a,b", "size": "32", "normalisation": string(normalisation)}, Tensors: map[string]*core.Tensor{}}
	for _, n := range spec.Tensors() {
		f.Tensors[n.Name] = o.Weight(n.Name, n.Shape)
	}
	data, err := safetensors.Write(f, safetensors.F32)
	require.NoError(t, err)
	m, err := ReadModel(data)
	require.NoError(t, err)
	s, err := attack.NewSession(core.NewCPU(1), m.Net, 32, 32)
	require.NoError(t, err)
	t.Cleanup(s.Close)
	return m, s
}

// noise is an 8-bit PNG of the given size.
func noise(t *testing.T, width, height int) *Subject {
	t.Helper()
	r := rand.New(rand.NewPCG(1, uint64(width)))
	img := image.NewGray(image.Rect(0, 0, width, height))
	for i := range img.Pix {
		img.Pix[i] = uint8(20 + r.IntN(200))
	}
	var file bytes.Buffer
	require.NoError(t, png.Encode(&file, img))
	s, err := formats.Decode("", file.Bytes())
	require.NoError(t, err)
	return &Subject{Scan: s}
}

// attackOn attacks a slice without a truth on a ground, with a session of the model. On the model's input there is no Own.
func attackOn(s *Subject, session *attack.Session, slice int, m *Model, image []float32, method attack.Method, ground Ground, within bool) (*attack.Gradient, *attack.Fault, *Own, error) {
	p, err := s.Problem(slice, m, image, nil, method, ground, within)
	if err != nil {
		return nil, nil, nil, err
	}
	g, f, err := session.Run(context.Background(), p, method, nil)
	if err != nil || ground == OnInput {
		return g, f, nil, err
	}
	own, err := s.Settle(slice, m, method, f.Moved)
	return g, f, own, err
}

func TestAttackOnTheScanIsWhatASavedCopyIs(t *testing.T) {
	for _, normalisation := range []scan.Normalisation{scan.Max, scan.MinMax, scan.Percentile} {
		m, session := working(t, normalisation)
		for _, size := range [][2]int{{32, 32}, {70, 45}, {13, 20}} {
			for _, steps := range []int{1, 3} {
				s := noise(t, size[0], size[1])
				a := attack.FGSM()
				a.Epsilon, a.Steps, a.Loss, a.Target = 0.05, steps, core.BCE, attack.Prediction
				clean, err := s.Image(0, m)
				require.NoError(t, err)
				_, fault, own, err := attackOn(s, session, 0, m, clean, a, OnScan, false)
				require.NoError(t, err)
				assert.LessOrEqual(t, own.LInf, 0.05*own.Unit*1.01, "the budget, and the rounding of float32")
				assert.Greater(t, own.LInf, 0.0)

				saved, err := formats.Encode(s.Scan, own.Values, formats.Saving{})
				require.NoError(t, err)
				copied, err := formats.Decode("", saved[0].Data)
				require.NoError(t, err)
				again := &Subject{Scan: copied}
				image, err := again.Image(0, m)
				require.NoError(t, err)
				assert.Equal(t, fault.Adversarial, image, "%s, %v: the copy is what was attacked", normalisation, size)
				logits, err := session.Predict(context.Background(), image)
				require.NoError(t, err)
				assert.Equal(t, fault.Logits, logits, "and predicts the same")
				if normalisation != scan.Percentile { // whose ends many pixels set, not one
					for i, v := range image {
						require.InDelta(t, clean[i], v, 0.05*1.01+1e-6)
					}
				}
			}
		}
	}
}

func TestIteratedBlendOfTheScanIsBounded(t *testing.T) {
	m, session := working(t, scan.Max)
	s := noise(t, 32, 32)
	clean, err := s.Image(0, m)
	require.NoError(t, err)
	a := method(0.05, attack.Blend)
	a.Steps, a.Step, a.Loss = 10, 0.05, core.BCE
	_, _, own, err := attackOn(s, session, 0, m, clean, a, OnScan, false)
	require.NoError(t, err)
	assert.LessOrEqual(t, own.LInf, 2*0.05*own.Unit*1.01)
	assert.Greater(t, own.LInf, 0.05*own.Unit)
}

// The graph moves the pixels that float64 on the host moves, and to the same values.
func TestOneStepInTheGraphIsThatOfTheHost(t *testing.T) {
	pixels, apart := 0, 0
	for _, normalisation := range []scan.Normalisation{scan.Max, scan.MinMax, scan.Percentile} {
		m, session := working(t, normalisation)
		for _, size := range [][2]int{{32, 32}, {64, 64}, {70, 45}, {13, 20}, {200, 150}} {
			for _, scheme := range []attack.Rule{attack.Additive, attack.Blend} {
				for _, epsilon := range []float32{0.002, 0.009, 0.05} {
					s := noise(t, size[0], size[1])
					a := attack.FGSM()
					a.Epsilon, a.Rule, a.Loss, a.Target = epsilon, scheme, core.BCE, attack.Prediction
					clean, err := s.Image(0, m)
					require.NoError(t, err)
					g, _, own, err := attackOn(s, session, 0, m, clean, a, OnScan, false)
					require.NoError(t, err)
					want := moveOnHost(t, s, 0, m, s.Scan.Values, g.Values, a, float64(epsilon), nil)
					s.Scan.Round(0, want)
					for i, v := range own.Values {
						pixels++
						if v != want[i] {
							apart++
							require.InDelta(t, want[i], v, 1, "one grey level")
						}
					}
				}
			}
		}
	}
	assert.Less(t, float64(apart), 0.001*float64(pixels), "of all pixels")
}

func TestTheViewIsWhatTheModelSees(t *testing.T) {
	m, _ := working(t, scan.Max)
	for _, size := range [][2]int{{32, 32}, {64, 64}, {70, 45}, {13, 20}, {33, 200}, {1, 1}} {
		s := noise(t, size[0], size[1])
		f, err := s.frame(0, m)
		require.NoError(t, err)
		x := core.NewInput("x", 1, 1, size[1], size[0])
		y := view{f.grid, 3, false}.See(x)
		weights := core.NewInput("weights", y.Shape...)
		program, err := core.NewCPU(1).Load(core.Compile(core.Outputs{"seen": y, "slope": core.Grad(core.Total(core.Mul(y, weights)), x)[0]}))
		require.NoError(t, err)
		own, square := make([]float32, len(f.values)), make([]float32, 3*32*32)
		f.scale.Apply(own, f.values)
		for i := range square {
			square[i] = float32(i%17) - 8
		}
		ctx := context.Background()
		require.NoError(t, program.Write("x", own))
		require.NoError(t, program.Write("weights", square))
		require.NoError(t, program.Run(ctx, nil))
		seen, slope := make([]float32, len(square)), make([]float32, len(own))
		require.NoError(t, program.Read(ctx, "seen", seen))
		require.NoError(t, program.Read(ctx, "slope", slope))
		want, err := s.Image(0, m)
		require.NoError(t, err)
		assert.InDeltaSlice(t, want, seen, 1e-6, "%v", size)
		summed := make([]float32, 32*32)
		for i, v := range square {
			summed[i%len(summed)] += v
		}
		for i, v := range adjoint(f.grid, summed) {
			require.InDelta(t, v, slope[i], 1e-4, "the adjoint, %v, pixel %d", size, i)
		}
	}
}

// Between two steps the gradient is that of the pixels as the file would hold them, and the unrounded ones go on.
func TestAnIterationSeesItsPixelsRounded(t *testing.T) {
	m, session := working(t, scan.Max)
	ctx := context.Background()
	pixels, apart := 0, 0
	for _, size := range [][2]int{{32, 32}, {64, 64}, {70, 45}} {
		for _, scheme := range []attack.Rule{attack.Additive, attack.Blend} {
			s := noise(t, size[0], size[1])
			a := attack.FGSM()
			a.Epsilon, a.Step, a.Steps, a.Rule, a.Loss, a.Target = 0.05, 0.013, 3, scheme, core.BCE, attack.Prediction
			clean, err := s.Image(0, m)
			require.NoError(t, err)
			g, _, own, err := attackOn(s, session, 0, m, clean, a, OnScan, false)
			require.NoError(t, err)
			p := attack.Problem{Image: clean, Truth: attack.Mask(m.Net.Shape(), g.Logits)}
			target := attack.Objective{Loss: core.BCE, Target: attack.Truth}
			values := s.Scan.Values
			for range a.Steps {
				g, err := session.Gradient(ctx, p, target)
				require.NoError(t, err)
				values = moveOnHost(t, s, 0, m, values, g.Values, a, float64(a.Step), nil)
				rounded := slices.Clone(values)
				s.Scan.Round(0, rounded)
				square, err := s.square(rounded, m.Size, m.Normalisation)
				require.NoError(t, err)
				p.Image = slices.Repeat(square, 3)
			}
			s.Scan.Round(0, values)
			for i, v := range own.Values {
				pixels++
				if v != values[i] {
					apart++
				}
			}
		}
	}
	assert.Less(t, float64(apart), 0.01*float64(pixels))
}

func TestGroundIsTheScanWhereItCanBeSaved(t *testing.T) {
	png := noise(t, 4, 4)
	made := &Subject{Scan: &scan.Scan{Width: 4, Height: 4, Slices: 1}}
	for wish, want := range map[string]Ground{"": OnScan, "scan": OnScan, "input": OnInput} {
		got, err := png.Ground(wish)
		require.NoError(t, err)
		assert.Equal(t, want, got)
	}
	got, err := made.Ground("")
	require.NoError(t, err)
	assert.Equal(t, OnInput, got)
	_, err = made.Ground("scan")
	assert.ErrorContains(t, err, "no pixels of its own")
	_, err = png.Ground("somewhere")
	assert.ErrorContains(t, err, `unknown ground "somewhere"; expected scan or input`)
}

func TestRegionConfinesAttacksOnEitherGround(t *testing.T) {
	m, session := working(t, scan.Max)
	s := noise(t, 64, 64) // twice the model's side
	_, err := s.Inside(0, m, OnScan)
	assert.ErrorContains(t, err, "lab: the scan has no region of interest to attack in")
	mask := s.Scan.NewMask()
	mask.Paint(0, 3, [][2]float64{{16, 16}, {40, 30}}, 8)
	require.NoError(t, s.SetRegion(mask))
	clean, err := s.Image(0, m)
	require.NoError(t, err)
	for _, ground := range []Ground{OnScan, OnInput} {
		for _, steps := range []int{1, 3} {
			a := attack.FGSM()
			a.Epsilon, a.Step, a.Steps, a.Rule, a.Loss, a.Target = 0.05, 0.03, steps, attack.Blend, core.BCE, attack.Prediction
			region, err := s.Inside(0, m, ground)
			require.NoError(t, err)
			_, fault, own, err := attackOn(s, session, 0, m, clean, a, ground, true)
			require.NoError(t, err)
			from, to := clean, fault.Adversarial
			if ground == OnScan {
				from, to = s.Scan.Values, own.Values
			}
			inside, n := 0, len(region)
			for i, v := range to {
				if v != from[i] {
					require.EqualValues(t, 1, region[i%n], "%s: pixel %d", ground, i)
					inside++
				}
			}
			assert.Greater(t, inside, 50, "%s", ground)
		}
	}
	assert.ErrorContains(t, s.SetRegion((&scan.Scan{Width: 3, Height: 4, Slices: 1}).NewMask()), "scan: the mask is 3×4 pixels, but the scan is 64×64 pixels")
}

func TestASliceWithoutContrastIsAttackedByEveryMethodAndStays(t *testing.T) {
	m, session := working(t, scan.Max)
	s := noise(t, 40, 30)
	clear(s.Scan.Values)
	image, err := s.Image(0, m)
	require.NoError(t, err)
	for _, name := range names.All(attack.Methods()) {
		method, err := attack.Named(name)
		require.NoError(t, err)
		if method.Target = attack.Prediction; method.Schedule == attack.Adaptive { // which seeks a target
			method.Target = attack.Vanish
		}
		method.Steps = min(method.Steps, 3)
		_, _, own, err := attackOn(s, session, 0, m, image, method, OnScan, false)
		require.NoError(t, err, name)
		assert.Equal(t, s.Scan.Values, own.Values, name)
	}
}
