//go:build js && wasm

package webgpu

import (
	"bytes"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"segfault/core"
	"segfault/core/coretest"
	"segfault/core/onnx"
)

// Networks of ONNX files are differentiated alike by WebAssembly's processor and by WebGPU.
func TestForeignNetworks(t *testing.T) {
	if *asGPU || testing.Short() || !inNode() {
		t.Skip("skipped with -as-gpu, -short and in browsers, where a software driver takes long to compile so many shaders")
	}
	device := shared(t)
	for _, name := range []string{"nnunet-plain", "nnunet-residual", "classic-transposed", "classic-bilinear", "modern"} {
		f := coretest.LoadForeign(t, name, name+".onnx")
		data, err := os.ReadFile(f.File)
		require.NoError(t, err)
		file, err := onnx.Open(bytes.NewReader(data), int64(len(data)))
		require.NoError(t, err)
		n, err := file.Load("")
		require.NoError(t, err)
		t.Run(name+" on the CPU", func(t *testing.T) { f.Check(t, n.Logits, core.NewCPU(0)) })
		t.Run(name+" on WebGPU", func(t *testing.T) { f.Check(t, n.Logits, device) })
	}
}
