package kernels

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
)

// TestSubIsExact pairs every special value with every other, so that signs of
// zeros show.
func TestSubIsExact(t *testing.T) {
	values := []float32{0, float32(math.Copysign(0, -1)), 1, -1, float32(math.NaN()), float32(math.Inf(1)), float32(math.Inf(-1)), 1e-40, math.MaxFloat32}
	var a, b, want []float32
	for _, x := range values {
		for _, y := range values {
			a, b, want = append(a, x), append(b, y), append(want, x-y)
		}
	}
	vector, scalar := bothWays(t, func() []uint32 {
		y := make([]float32, len(a))
		w := NewWorkers(1)
		w.Run(Binary{Count: len(a), Op: Sub, Div: 1, Mod: len(a)}.Bind(w, [][]float32{a, b, y}))
		return bitsOf(y)
	})
	assert.Equal(t, bitsOf(want), vector, "vectors")
	assert.Equal(t, bitsOf(want), scalar, "scalars")
}
