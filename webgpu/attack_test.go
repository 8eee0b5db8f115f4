//go:build js && wasm

package webgpu

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"segfault/core"
	"segfault/core/attack"
	"segfault/core/coretest"
	"segfault/core/safetensors"
	"segfault/core/unet"
)

// The first steps of attacks are an independent implementation's on WebAssembly's processor and on WebGPU, too, within the oracle's
// tolerances; all steps of all methods are compared natively.
func TestFirstStepsAreTheOracles(t *testing.T) {
	if *asGPU || testing.Short() || !inNode() {
		t.Skip("skipped with -as-gpu, -short and in browsers, where a software driver takes long to compile so many shaders")
	}
	const side, n = 128, 128 * 128
	dir := coretest.Shared(t, "oracle-attacks")
	tensors := coretest.ReadTensors(t, filepath.Join(dir, "steps.safetensors"))
	text, err := os.ReadFile(filepath.Join(dir, "steps.json"))
	require.NoError(t, err)
	var numbers struct {
		Methods map[string]struct{ Loss [][]float64 }
	}
	require.NoError(t, json.Unmarshal(text, &numbers))
	weights, err := os.ReadFile(filepath.Join("..", "core", "coretest", "testdata", "unet-vgg13-w4.safetensors"))
	require.NoError(t, err)
	file, err := safetensors.Open(bytes.NewReader(weights), int64(len(weights)))
	require.NoError(t, err)
	network, err := unet.Load(file)
	require.NoError(t, err)
	grey := tensors["image"][:n]
	p := attack.Problem{Image: slices.Repeat(grey, 3)}
	for _, v := range tensors["truth"][:3*n] {
		p.Truth = append(p.Truth, uint8(v))
	}
	for backend, of := range map[string]core.Backend{"SIMD128": core.NewCPU(0), "WebGPU": shared(t)} {
		s, err := attack.NewSession(of, network, side, side) // one, whose last prediction is loaded once
		require.NoError(t, err)
		defer s.Close()
		for _, tried := range []struct {
			name, method string
			l2           bool
			loss         float64
		}{{"bim", "bim", false, 2e-5}, {"segpgd", "segpgd", false, 1e-4}, {"pgd_l2", "bim", true, 2e-5}} {
			t.Run(tried.name+" on "+backend, func(t *testing.T) {
				m, err := attack.Named(tried.method)
				require.NoError(t, err)
				if tried.l2 {
					m.Norm, m.Epsilon = attack.L2, 1.152
				}
				m.Grey = true
				m = m.Explicit()
				const steps = 2
				_, f, err := s.Run(context.Background(), p, m, func(s *attack.Step) bool { return s.Done < steps })
				require.NoError(t, err)
				for k := 1; k <= steps; k++ {
					want := numbers.Methods[tried.name].Loss[k][0]
					assert.InDelta(t, want, f.Points[k].Loss, tried.loss*want+1e-7, "the loss after %d steps", k)
				}
				change := tensors[fmt.Sprintf("%s.step%d", tried.name, steps)][:n]
				near, tolerance := 0, float64(m.Step)/4
				if tried.l2 {
					tolerance = 0.02 * attack.Linf.Measure(change)
				}
				for i, v := range change {
					if math.Abs(float64(f.Moved[i]-grey[i]-v)) <= tolerance {
						near++
					}
				}
				assert.GreaterOrEqual(t, float64(near)/n, 0.975)
			})
		}
	}
}
