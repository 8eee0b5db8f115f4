package onnx_test

import (
	"os"
	"testing"

	"segfault/core"
	"segfault/core/coretest"
	"segfault/core/onnx"

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

func TestMadeNetworksAreDifferentiatedAsByPyTorch(t *testing.T) {
	for _, name := range []string{"nnunet-plain", "nnunet-residual", "classic-bilinear", "classic-transposed", "modern"} {
		t.Run(name, func(t *testing.T) {
			f := coretest.LoadForeign(t, name, name+".onnx")
			n := open(t, f.File)
			for _, note := range n.Notes() {
				t.Log(note)
			}
			f.Check(t, n.Logits, core.NewCPU(0))
		})
	}
}
