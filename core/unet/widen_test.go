package unet

import (
	"math/rand/v2"
	"slices"
	"testing"

	"segfault/core"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// trained is a trainer with every tensor away from its first value.
func trained(t *testing.T, name string, divide int) *Trainer {
	t.Helper()
	s, err := New(name, 1, 2, divide)
	require.NoError(t, err)
	trainer := NewTrainer(s, 1)
	trainer.Build(core.NewInput("x", 1, 1, 32, 32))
	r := rand.New(rand.NewPCG(3, 4))
	for _, name := range append(slices.Clone(trainer.Order), "encoder.features.1"+statistics) {
		for i := range trainer.Tensors[name].Data {
			trainer.Tensors[name].Data[i] += 0.1 * r.Float32()
		}
	}
	return trainer
}

func TestWidenedNetworkComputesWhatTheNarrowOneDoes(t *testing.T) {
	for of, divide := range map[string]int{"whole multiples": 4, "any widths": 3} {
		t.Run(of, func(t *testing.T) { widened(t, divide) })
	}
}

// widened widens an eighth of a network.
func widened(t *testing.T, divide int) {
	narrow, wide := trained(t, "vgg11_bn", 8), trained(t, "vgg11_bn", divide)
	require.NoError(t, wide.Widen(narrow.Spec, narrow.Tensors, 0))
	x := core.NewInput("x", 1, 1, 32, 32)
	image := make([]float32, 32*32)
	r := rand.New(rand.NewPCG(5, 6))
	for i := range image {
		image[i] = r.Float32()
	}
	logits := func(tr *Trainer) []float32 {
		_, tensors := tr.Checkpoint()
		m, err := NewModel(tensors)
		require.NoError(t, err)
		return run(t, core.Outputs{"logits": m.Logits(x)}, x, image)
	}
	want := logits(narrow)
	largest := max(slices.Max(want), -slices.Min(want))
	assert.InDeltaSlice(t, want, logits(wide), 1e-4*float64(largest), "only rounding differs")
	assert.NotEqual(t, want[0], want[500], "the logits are not constant")
}

func TestNoiseSetsCopiesApart(t *testing.T) {
	narrow, wide := trained(t, "vgg11_bn", 8), trained(t, "vgg11_bn", 4)
	require.NoError(t, wide.Widen(narrow.Spec, narrow.Tensors, 0.1))
	w := wide.Tensors["encoder.features.0.weight"]
	half := len(w.Data) / 2
	assert.NotEqual(t, w.Data[:half], w.Data[half:])
}

func TestWideningIsRefusedWhereWidthsDoNotGo(t *testing.T) {
	narrow, wide := trained(t, "vgg11_bn", 3), trained(t, "vgg11_bn", 4)
	assert.ErrorContains(t, wide.Widen(narrow.Spec, narrow.Tensors, 0), "expected no fewer, and no groups")
	other, err := New("resnet18", 1, 2, 8)
	require.NoError(t, err)
	assert.ErrorContains(t, wide.Widen(other, nil, 0), "cannot become a wider unet-vgg11_bn")
}
