package onnx

import (
	"bytes"
	"context"
	"os"
	"testing"

	"segfault/core"
	"segfault/core/coretest"
	"segfault/core/nnunet"
	"segfault/core/safetensors"
	"segfault/core/weights"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// An exporter leaves weights their names in the state dict, so that an ONNX file tells what a checkpoint of its network should compute.
func TestNnUNetsOfNamesAndShapesComputeWhatTheirONNXFilesDo(t *testing.T) {
	for _, name := range []string{"nnunet-plain", "nnunet-residual"} {
		t.Run(name, func(t *testing.T) {
			data, err := os.ReadFile(coretest.Shared(t, "oracle-onnx", name+".onnx"))
			require.NoError(t, err)
			f, err := Open(bytes.NewReader(data), int64(len(data)))
			require.NoError(t, err)
			state := weights.Memory{}
			for name, w := range f.graph.weights {
				if v, err := f.read(w); assert.NoError(t, err) && v.node != nil {
					state["module."+name] = v.node.Value
				}
			}
			n, err := nnunet.Load(nnunet.Find(state), nnunet.Describe(nil))
			require.NoError(t, err)
			assert.Equal(t, name, n.Name())
			data, err = os.ReadFile(coretest.Shared(t, "oracle-onnx", name+".safetensors"))
			require.NoError(t, err)
			want, err := safetensors.Read(data)
			require.NoError(t, err)
			x := core.NewInput("x", want.Tensors["input"].Shape...)
			program, err := core.NewCPU(0).Load(core.Compile(core.Outputs{"logits": n.Logits(x)}))
			require.NoError(t, err)
			defer program.Close()
			require.NoError(t, program.Write("x", want.Tensors["input"].Data))
			require.NoError(t, program.Run(context.Background(), nil))
			got := make([]float32, want.Tensors["logits"].Shape.Count())
			require.NoError(t, program.Read(context.Background(), "logits", got))
			assert.Less(t, coretest.RelativeError(got, want.Tensors["logits"].Data), 1e-4)
		})
	}
}
