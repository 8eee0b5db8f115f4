package onnx_test

import (
	"math"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"segfault/core"
	"segfault/core/coretest"
	"segfault/core/safetensors"

	"github.com/stretchr/testify/assert"
)

// packaged is a file of a package that tests fetch from the npm registry.
func packaged(t *testing.T, path ...string) string {
	t.Helper()
	found := filepath.Join(append([]string{"..", "..", "build", "foreign", "node_modules"}, path...)...)
	if _, err := os.Stat(found); err != nil {
		if os.Getenv("CI") != "" {
			t.Fatalf("%s is absent; CI must have it", found)
		}
		t.Skipf("skipped: %s is absent; run npm ci in build/foreign", found)
	}
	return found
}

// compare holds numbers to an oracle's: values by their largest, gradients by their norm, since a rectifier that flips in
// float32 moves single pixels.
func compare(t *testing.T, want *safetensors.File, got map[string][]float32) {
	t.Helper()
	lost, _ := strconv.ParseFloat(want.Metadata["f32_grad_rel2"], 64)
	seen := 0
	for name, g := range got {
		w := want.Tensors[name]
		if w == nil {
			continue
		}
		seen++
		if name == "logits" || len(name) > 4 && name[:4] == "out." {
			most, off := 0.0, 0.0
			for i, v := range w.Data {
				most, off = max(most, math.Abs(float64(v))), max(off, math.Abs(float64(g[i]-v)))
			}
			assert.LessOrEqual(t, off, 1e-3*most+1e-5, name)
			continue
		}
		assert.LessOrEqual(t, coretest.RelativeError(g, w.Data), max(1e-3, 5*lost), name)
	}
	assert.NotZero(t, seen)
}

func TestRealNetworksAreDifferentiated(t *testing.T) {
	for name, path := range map[string]func(t *testing.T) string{
		"ppocr-det-96x160": func(t *testing.T) string {
			return packaged(t, "@gutenye", "ocr-models", "assets", "ch_PP-OCRv4_det_infer.onnx")
		},
		"sedgen-unet": func(t *testing.T) string { return coretest.Shared(t, "oracle-onnx", "real", "sedgen_unet.onnx") },
		"sinet-raw":   func(t *testing.T) string { return coretest.Shared(t, "oracle-onnx", "real", "SINet_raw.onnx") },
	} {
		t.Run(name, func(t *testing.T) {
			n := open(t, path(t))
			for _, note := range n.Notes() {
				t.Log(note)
			}
			f := coretest.LoadForeign(t, "real/"+name, "real")
			compare(t, f.Want, f.Compute(t, n.Logits, core.NewCPU(0)))
		})
	}
}
