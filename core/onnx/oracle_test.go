package onnx_test

import (
	"context"
	"math"
	"os"
	"strconv"
	"testing"

	"segfault/core"
	"segfault/core/coretest"
	"segfault/core/onnx"
	"segfault/core/safetensors"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// open opens a file and its network.
func open(t *testing.T, path string) *onnx.Network {
	t.Helper()
	file, err := os.Open(path)
	require.NoError(t, err)
	t.Cleanup(func() { file.Close() })
	stat, err := file.Stat()
	require.NoError(t, err)
	f, err := onnx.Open(file, stat.Size())
	require.NoError(t, err)
	n, err := f.Load("")
	require.NoError(t, err)
	return n
}

// oracle reads a file of reference numbers.
func oracle(t *testing.T, path string) *safetensors.File {
	t.Helper()
	data, err := os.ReadFile(path)
	require.NoError(t, err)
	want, err := safetensors.Read(data)
	require.NoError(t, err)
	return want
}

// compute gives a network's logits, and the losses that an oracle has with their gradients.
func compute(t *testing.T, n *onnx.Network, want *safetensors.File, backend core.Backend) map[string][]float32 {
	t.Helper()
	x := core.NewInput("x", want.Tensors["input"].Shape...)
	target := core.NewInput("target", want.Tensors["target"].Shape...)
	logits := n.Logits(x)
	require.Equal(t, want.Tensors["logits"].Shape, logits.Shape)
	outputs := core.Outputs{"logits": logits}
	for _, l := range core.Losses {
		if want.Tensors["grad_"+string(l)] != nil {
			loss := l.Of(logits, target)
			outputs["loss_"+string(l)], outputs["grad_"+string(l)] = loss, core.Grad(loss, x)[0]
		}
	}
	program, err := backend.Load(core.Compile(outputs))
	require.NoError(t, err)
	defer program.Close()
	ctx := context.Background()
	require.NoError(t, program.Write("x", want.Tensors["input"].Data))
	require.NoError(t, program.Write("target", want.Tensors["target"].Data))
	require.NoError(t, program.Run(ctx, nil))
	got := map[string][]float32{}
	for name, y := range outputs {
		got[name] = make([]float32, y.Shape.Count())
		require.NoError(t, program.Read(ctx, name, got[name]))
	}
	return got
}

func TestMadeNetworksAreDifferentiatedAsByPyTorch(t *testing.T) {
	for _, name := range []string{"nnunet-plain", "nnunet-residual", "classic-bilinear", "classic-transposed", "modern"} {
		t.Run(name, func(t *testing.T) {
			want := oracle(t, coretest.Shared(t, "oracle-onnx", name+".safetensors"))
			n := open(t, coretest.Shared(t, "oracle-onnx", name+".onnx"))
			for _, note := range n.Notes() {
				t.Log(note)
			}
			got := compute(t, n, want, core.NewCPU(0))
			assert.Less(t, coretest.RelativeError(got["logits"], want.Tensors["logits"].Data), 1e-4)
			for key, g := range got {
				if w := want.Tensors[key]; w != nil && key != "logits" {
					assert.GreaterOrEqual(t, signAgreement(g, w.Data), 0.999, key)
				} else if key != "logits" {
					loss, err := strconv.ParseFloat(want.Metadata[key], 64)
					require.NoError(t, err)
					assert.InEpsilon(t, loss, g[0], 1e-4, key)
				}
			}
		})
	}
}

// signAgreement is the share of signs that agree where |want| > 1e-7.
func signAgreement(got, want []float32) float64 {
	same, all := 0, 0
	for i, w := range want {
		if math.Abs(float64(w)) > 1e-7 {
			all++
			if got[i]*w > 0 {
				same++
			}
		}
	}
	return float64(same) / float64(max(all, 1))
}
