package attack_test

import (
	"context"
	"math"
	"testing"

	"segfault/core"
	"segfault/core/attack"
	"segfault/core/net"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func named(t *testing.T, name string) attack.Method {
	t.Helper()
	m, err := attack.Named(name)
	require.NoError(t, err)
	return m
}

// stepped is a network that sees only steps of its image, through which there is no gradient.
type stepped struct{ net.Network }

func (n stepped) Logits(x *core.Node) *core.Node {
	return n.Network.Logits(core.Affine(core.Round(core.Affine(x, 255, 0)), 1./255, 0))
}

func TestSquareNeedsNoGradient(t *testing.T) {
	s, p := session(t)
	hidden, err := attack.NewSession(core.NewCPU(0), stepped{s.Network}, side, side)
	require.NoError(t, err)
	defer hidden.Close()
	m := named(t, "square")
	m.Loss, m.Epsilon, m.Steps = core.BCE, 0.05, 300
	clean, f, err := hidden.Run(context.Background(), p, m, nil)
	require.NoError(t, err)
	noise := named(t, "noise")
	noise.Loss, noise.Epsilon = core.BCE, 0.05
	_, strewn, err := hidden.Run(context.Background(), p, noise, nil)
	require.NoError(t, err)
	assert.Greater(t, f.Reached.Loss-float64(clean.Loss), 2*math.Abs(strewn.Reached.Loss-float64(clean.Loss)), "squares that are chosen do more than noise")
	for k := 2; k < len(f.Points); k++ { // after the clean image come the stripes
		assert.GreaterOrEqual(t, f.Points[k].Loss, f.Points[k-1].Loss, "more queries are never worse")
	}
	bim := named(t, "bim")
	bim.Loss, bim.Epsilon = core.BCE, 0.05
	_, blinded, err := hidden.Run(context.Background(), p, bim, nil)
	require.NoError(t, err)
	assert.InEpsilon(t, clean.Loss, blinded.Reached.Loss, 0.01, "a gradient of steps shows nothing")
}

func TestSquareAsksAsOftenAsItIsTold(t *testing.T) {
	s, p := session(t)
	for _, queries := range []int{1, 8, 9, 30} {
		m, last := named(t, "square"), 0
		m.Steps = queries
		_, f, err := s.Run(context.Background(), p, m, func(s *attack.Step) bool {
			last = s.Done
			assert.Equal(t, queries, s.All)
			return true
		})
		require.NoError(t, err)
		assert.Equal(t, queries, last)
		assert.Len(t, f.Points, queries+1, "of the clean image, and of the best after each query")
	}
}

// spoiled is by how much a baseline changes an image of three equal planes.
func spoiled(t *testing.T, name string, value func(y, x int) float64) []float32 {
	t.Helper()
	s, p := session(t)
	for i := range p.Image {
		p.Image[i] = float32(value(i/side%side, i%side))
	}
	m := named(t, name)
	m.Epsilon, m.Grey = 0.01, true
	_, f, err := s.Run(context.Background(), p, m, nil)
	require.NoError(t, err)
	return change(p.Image, f.Adversarial)[:side*side]
}

func TestBaselinesChangeWhatTheirCauseWould(t *testing.T) {
	flat := func(int, int) float64 { return 0.5 }
	wave := func(cycles float64) func(int, int) float64 {
		return func(y, x int) float64 { return 0.5 + 0.3*math.Cos(2*math.Pi*cycles*float64(x)/side) }
	}
	size := func(name string, value func(int, int) float64) float64 {
		return attack.Linf.Measure(spoiled(t, name, value))
	}
	for _, name := range []string{"blur", "gibbs", "ghosts"} {
		assert.Zero(t, size(name, flat), "%s of an even image is nothing", name)
	}
	assert.Zero(t, size("gibbs", wave(1)), "what was measured does not ring")
	assert.InDelta(t, 0.01, size("gibbs", wave(side*0.4)), 1e-6)
	assert.InDelta(t, 0.01, size("noise", flat), 1e-6)
	assert.InDelta(t, 0.01, size("bias", flat), 1e-6)

	stripes := spoiled(t, "spike", flat) // a plane wave: the sum over each is nothing
	sum := 0.0
	for _, v := range stripes {
		sum += float64(v)
	}
	assert.InDelta(t, 0, sum/float64(len(stripes)), 1e-3)
	assert.InDelta(t, 0.01, attack.Linf.Measure(stripes), 1e-6)
}
