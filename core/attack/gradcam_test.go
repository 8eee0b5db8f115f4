package attack_test

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"segfault/core"
	"segfault/core/attack"
	"segfault/core/coretest"
	"segfault/core/lab"
	"segfault/core/net"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The oracle's maps are in float64; its README's tolerances do not name them, so they are float32's.
func TestWhereANetworkLooksIsTheOracles(t *testing.T) {
	const side = 128
	tensors := coretest.ReadTensors(t, filepath.Join(coretest.Shared(t, "oracle-attacks"), "gradcam.safetensors"))
	weights, err := os.ReadFile(filepath.Join("..", "coretest", "testdata", "unet-vgg13-w4.safetensors"))
	require.NoError(t, err)
	model, err := lab.ReadModel(weights)
	require.NoError(t, err)
	s, err := attack.NewSession(core.NewCPU(0), model.Net, side, side)
	require.NoError(t, err)
	defer s.Close()
	image := slices.Repeat(tensors["image"], 3)
	class := 1 + slices.Index(model.Classes, "glioma")
	require.Positive(t, class)
	for _, stage := range []string{"decoder.blocks.4", "decoder.center"} {
		a, err := s.Attention(context.Background(), image, class, stage)
		require.NoError(t, err)
		want, ok := tensors[stage+".cam_on_input"]
		if !ok { // it is as large as the input
			want = tensors[stage+".cam"]
		}
		assert.LessOrEqual(t, coretest.RelativeError(a.Weights, tensors[stage+".weights"]), 1e-3, "%s: weights", stage)
		assert.LessOrEqual(t, coretest.RelativeError(a.Raw, tensors[stage+".raw"]), 1e-3, "%s: before the ReLU", stage)
		assert.LessOrEqual(t, coretest.RelativeError(a.Map, want), 1e-3, "%s: map", stage)
	}
}

func TestWhereANetworkLooksMustBeKnown(t *testing.T) {
	s, p := session(t)
	ctx := context.Background()
	stages := s.Stages()
	require.NotEmpty(t, stages)
	for _, stage := range stages {
		a, err := s.Attention(ctx, p.Image, 1, stage)
		require.NoError(t, err, stage)
		assert.Len(t, a.Map, side*side)
	}
	_, err := s.Attention(ctx, p.Image, 3, stages[0])
	assert.ErrorContains(t, err, "class 3; the model has 2")
	_, err = s.Attention(ctx, p.Image, 1, "encoder")
	assert.ErrorContains(t, err, `unknown stage "encoder" of the decoder; expected decoder.`)
	foreign, err := attack.NewSession(core.NewCPU(1), struct{ net.Network }{s.Network}, side, side)
	require.NoError(t, err)
	_, err = foreign.Attention(ctx, p.Image, 1, stages[0])
	assert.ErrorContains(t, err, "cannot be shown")
}
