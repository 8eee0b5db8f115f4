package coretest

import (
	"hash/fnv"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"segfault/core"
)

// Oracle makes the weights, input and target that the reference numbers were
// computed with: every value is a formula of its tensor's name.
type Oracle struct {
	Seed     uint64
	HeadGain float64
}

// uniform gives n values in [−1, 1) for a name: FNV-1a, then splitmix64.
func (o Oracle) uniform(name string, n int) []float64 {
	h := fnv.New64a()
	h.Write([]byte(name))
	s := h.Sum64() ^ o.Seed
	u := make([]float64, n)
	for i := range u {
		z := s + uint64(i+1)*0x9E3779B97F4A7C15
		z = (z ^ z>>30) * 0xBF58476D1CE4E5B9
		z = (z ^ z>>27) * 0x94D049BB133111EB
		z ^= z >> 31
		u[i] = float64(z>>40)/(1<<24)*2 - 1
	}
	return u
}

// Weight is the value of a tensor of the state dict.
func (o Oracle) Weight(name string, shape core.Shape) *core.Tensor {
	t := core.NewTensor(shape...)
	scale, offset, magnitude := 0.1, 0.0, false
	switch {
	case len(shape) == 4:
		scale = math.Sqrt(6 / float64(shape[1]*shape[2]*shape[3]))
	case strings.HasSuffix(name, "running_var"):
		scale, offset, magnitude = 0.2, 1, true
	case strings.HasSuffix(name, "running_mean"):
	case strings.HasSuffix(name, ".weight"):
		offset = 0.7
	}
	for i, u := range o.uniform(name, len(t.Data)) {
		if magnitude {
			u = math.Abs(u)
		}
		t.Data[i] = float32(offset + scale*u)
		if strings.HasPrefix(name, "segmentation_head.0.") {
			t.Data[i] = float32(float64(t.Data[i]) * o.HeadGain)
		}
	}
	return t
}

// Input is the network's input, in [0, 1).
func (o Oracle) Input(shape ...int) *core.Tensor {
	t := core.NewTensor(shape...)
	for i, u := range o.uniform("input", len(t.Data)) {
		t.Data[i] = float32((u + 1) / 2)
	}
	return t
}

// Target is the truth, 0 or 1.
func (o Oracle) Target(shape ...int) *core.Tensor {
	t := core.NewTensor(shape...)
	for i, u := range o.uniform("target", len(t.Data)) {
		if u > 0.4 {
			t.Data[i] = 1
		}
	}
	return t
}

// Shared finds a folder of the reference data, which lies beside the checkout.
// Where it is absent the test is skipped aloud, or fails where CI is set.
func Shared(t testing.TB, path ...string) string {
	t.Helper()
	dir, _ := os.Getwd()
	for {
		found := filepath.Join(append([]string{dir, "shared"}, path...)...)
		if _, err := os.Stat(found); err == nil {
			return found
		}
		up := filepath.Dir(dir)
		if up == dir {
			break
		}
		dir = up
	}
	if os.Getenv("CI") != "" {
		t.Fatalf("shared/%s is absent; CI must have it", filepath.Join(path...))
	}
	t.Skipf("skipped: shared/%s is absent (reference data, which is not part of the repository)", filepath.Join(path...))
	return ""
}
