package unet_test

import (
	"math/rand/v2"
	"testing"

	"segfault/core"
	"segfault/core/coretest"
	"segfault/core/unet"
	"segfault/core/weights"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// logitsOf are a network's on an image drawn from a seed.
func logitsOf(t *testing.T, tensors map[string]*core.Tensor) []float32 {
	t.Helper()
	m, err := unet.NewModel(tensors)
	require.NoError(t, err)
	const side = 64
	r := rand.New(rand.NewPCG(1, 1))
	image := make([]float32, 3*side*side)
	for i := range image {
		image[i] = r.Float32()
	}
	program, err := core.NewCPU(1).Load(core.Compile(core.Outputs{"logits": m.Logits(core.NewInput("x", 1, 3, side, side))}))
	require.NoError(t, err)
	defer program.Close()
	require.NoError(t, program.Write("x", image))
	require.NoError(t, program.Run(t.Context(), nil))
	logits := make([]float32, m.Spec.Classes*side*side)
	require.NoError(t, program.Read(t.Context(), "logits", logits))
	return logits
}

// TestAdoptedNetworkComputesTheSame takes up checkpoints with batch-norm and biases, as PyTorch writes them, and what was published of them.
func TestAdoptedNetworkComputesTheSame(t *testing.T) {
	for _, name := range []string{"vgg11_bn", "efficientnet-b0", "unetplusplus-efficientnet-b0", "resnet18"} {
		spec, err := unet.New(name, 3, 2, 8)
		require.NoError(t, err)
		o, tensors := coretest.Oracle{Seed: 3, HeadGain: 1}, map[string]*core.Tensor{}
		for _, n := range spec.Tensors() {
			tensors[n.Name] = o.Weight(n.Name, n.Shape)
		}
		trainer := unet.NewTrainer(spec, 0)
		require.NoError(t, trainer.Adopt(weights.Memory(tensors)), name)
		_, published := trainer.Checkpoint()
		want := logitsOf(t, tensors)
		assert.InDeltaSlice(t, want, logitsOf(t, published), 2e-3, name)

		again := unet.NewTrainer(spec, 0)
		again.Build(core.NewInput("x", 1, 3, 32, 32))
		require.NoError(t, again.Adopt(weights.Memory(published)), "%s: published weights can be trained on", name)
		_, republished := again.Checkpoint()
		assert.InDeltaSlice(t, want, logitsOf(t, republished), 2e-3, name)
	}
}

func TestAdoptingAnotherNetworkIsRefused(t *testing.T) {
	spec, err := unet.New("vgg11_bn", 3, 2, 8)
	require.NoError(t, err)
	trainer := unet.NewTrainer(spec, 1)
	trainer.Build(core.NewInput("x", 1, 3, 32, 32))
	_, tensors := trainer.Checkpoint()
	other, err := unet.New("vgg13_bn", 3, 2, 8)
	require.NoError(t, err)
	assert.ErrorContains(t, unet.NewTrainer(other, 0).Adopt(weights.Memory(tensors)), "the checkpoint is a unet-vgg11 of")
}
