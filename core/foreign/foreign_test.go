package foreign_test

import (
	"bytes"
	"context"
	"math"
	"os"
	"strconv"
	"testing"

	"segfault/core"
	"segfault/core/coretest"
	"segfault/core/foreign"
	"segfault/core/net"
	"segfault/core/safetensors"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func open(t *testing.T, data []byte) *net.Found {
	t.Helper()
	n, err := foreign.Open(bytes.NewReader(data), int64(len(data)), nil, "")
	require.NoError(t, err)
	return n
}

func TestCheckpointsAreDifferentiatedAsByPyTorch(t *testing.T) {
	for file, c := range map[string]struct {
		oracle, architecture string
		shape                net.Shape
		told                 bool
		classes              []string
	}{
		"nnunet-plain.pth":              {"nnunet-plain", "nnunet-plain", net.Shape{In: 1, Classes: 3, Activation: net.Softmax, Multiple: 8}, true, []string{"background", "a", "b"}},
		"lightning-unet-vgg13-w10.ckpt": {"lightning-unet-vgg13-w10", "unet-vgg13_bn", net.Shape{In: 3, Classes: 3, Multiple: 32}, false, nil},
		"nnunet-plain.onnx":             {"nnunet-plain", "onnx", net.Shape{In: 1, Classes: 3, Multiple: 8, Height: 64, Width: 64}, false, nil},
	} {
		t.Run(file, func(t *testing.T) {
			data, err := os.ReadFile(coretest.Shared(t, "oracle-onnx", file))
			require.NoError(t, err)
			n := open(t, data)
			assert.Equal(t, c.architecture, n.Architecture)
			assert.Equal(t, c.told, n.Told)
			assert.Equal(t, c.classes, n.Classes)
			if file != "nnunet-plain.onnx" {
				assert.Equal(t, c.shape, n.Shape())
			}
			data, err = os.ReadFile(coretest.Shared(t, "oracle-onnx", c.oracle+".safetensors"))
			require.NoError(t, err)
			want, err := safetensors.Read(data)
			require.NoError(t, err)
			compare(t, n, want)
		})
	}
}

// compare holds a network's logits, losses and gradients to an oracle's.
func compare(t *testing.T, n net.Network, want *safetensors.File) {
	t.Helper()
	x := core.NewInput("x", want.Tensors["input"].Shape...)
	target := core.NewInput("target", want.Tensors["target"].Shape...)
	logits := n.Logits(x)
	outputs := core.Outputs{"logits": logits}
	for _, l := range core.Losses {
		if want.Tensors["grad_"+string(l)] != nil {
			loss := l.Of(logits, target)
			outputs["loss_"+string(l)], outputs["grad_"+string(l)] = loss, core.Grad(loss, x)[0]
		}
	}
	program, err := core.NewCPU(0).Load(core.Compile(outputs))
	require.NoError(t, err)
	defer program.Close()
	ctx := context.Background()
	require.NoError(t, program.Write("x", want.Tensors["input"].Data))
	require.NoError(t, program.Write("target", want.Tensors["target"].Data))
	require.NoError(t, program.Run(ctx, nil))
	for name, y := range outputs {
		got := make([]float32, y.Shape.Count())
		require.NoError(t, program.Read(ctx, name, got))
		switch w := want.Tensors[name]; {
		case name == "logits":
			assert.Less(t, coretest.RelativeError(got, w.Data), 1e-4)
		case w != nil:
			same, all := 0, 0
			for i, v := range w.Data {
				if math.Abs(float64(v)) > 1e-7 {
					all++
					if got[i]*v > 0 {
						same++
					}
				}
			}
			assert.GreaterOrEqual(t, float64(same), 0.999*float64(all), name)
		default:
			loss, err := strconv.ParseFloat(want.Metadata[name], 64)
			require.NoError(t, err)
			assert.InEpsilon(t, loss, got[0], 1e-4, name)
		}
	}
}

func TestFilesThatAreNoKnownNetworksAreRefused(t *testing.T) {
	write := func(tensors map[string]*core.Tensor) []byte {
		data, err := safetensors.Write(&safetensors.File{Tensors: tensors}, safetensors.F32)
		require.NoError(t, err)
		return data
	}
	for name, c := range map[string]struct {
		data []byte
		says string
	}{
		"nothing":                 {nil, "this is no network: expected an ONNX file"},
		"a picture":               {[]byte("\x89PNG\r\n\x1a\n0000000000"), "this is no network: expected an ONNX file"},
		"an unknown architecture": {write(map[string]*core.Tensor{"inc.double_conv.0.weight": core.NewTensor(4, 1, 3, 3)}), `unknown: expected nnU-Net's 2-D networks`},
		"of volumes":              {write(map[string]*core.Tensor{"inc.conv.weight": core.NewTensor(4, 1, 3, 3, 3)}), `of volumes: its weights "inc.conv.weight" are 4×1×3×3×3`},
		"nnU-Net's of volumes": {write(map[string]*core.Tensor{"encoder.stages.0.0.convs.0.conv.weight": core.NewTensor(4, 1, 3, 3, 3)}),
			"of volumes: its first weights are 4×1×3×3×3; expected a 2-D configuration"},
		"an encoder alone": {write(map[string]*core.Tensor{"model.encoder.conv1.weight": core.NewTensor(4, 3, 7, 7)}), "an encoder without a U-Net's decoder"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := foreign.Open(bytes.NewReader(c.data), int64(len(c.data)), nil, "")
			assert.ErrorContains(t, err, c.says)
		})
	}
}
