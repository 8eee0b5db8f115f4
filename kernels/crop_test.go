package kernels

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestCroppedKernelsHaveTheSameShaders: so that what is checked on a small image is what runs on a large one.
func TestCroppedKernelsHaveTheSameShaders(t *testing.T) {
	square := func(side, stride, pad int) Window {
		return Window{KH: side, KW: side, StrideH: stride, StrideW: stride, DilationH: 1, DilationW: 1, Top: pad, Left: pad, Bottom: pad, Right: pad}
	}
	for _, k := range []Kernel{
		Conv2D{N: 2, Ca: 64, Cb: 32, H: 224, W: 220, Up: 2, Cout: 64, Window: square(3, 1, 1), Groups: 1, Bias: true},
		Conv2D{N: 1, Ca: 3, H: 225, W: 223, Up: 1, Cout: 16, Window: square(7, 2, 3), Groups: 1},
		Conv2D{N: 1, Ca: 32, H: 128, W: 128, Up: 1, Cout: 32, Window: square(5, 2, 2), Groups: 32},
		Conv2DGradInput{N: 1, Cin: 512, C: 512, H: 128, W: 128, Up: 1, Cout: 512, Window: square(3, 1, 1), Groups: 1, Gate: ReLU},
		Conv2DGradInput{N: 1, Cin: 96, C: 64, H: 224, W: 224, Up: 2, Cout: 32, Window: square(3, 1, 1), Groups: 1},
		Conv2DGradInput{N: 1, Cin: 16, C: 16, H: 128, W: 126, Up: 1, Cout: 24, Window: square(1, 2, 0), Groups: 1},
	} {
		smaller, sizes, ok := Cropped(k)
		require.True(t, ok)
		assert.Less(t, FLOPs(smaller), FLOPs(k))
		assert.LessOrEqual(t, FLOPs(smaller), 500_000_000, "%+v", smaller)
		names := func(k Kernel) (list []string) {
			for _, s := range append(Shaders(k), Tiles(k)...) {
				list = append(list, s.Name)
			}
			slices.Sort(list)
			return slices.Compact(list)
		}
		assert.Equal(t, names(k), names(smaller), "%+v", smaller)
		buffers := make([][]float32, len(sizes))
		for i, n := range sizes {
			buffers[i] = make([]float32, n)
		}
		workers := NewWorkers(1)
		workers.Run(smaller.Bind(workers, buffers)) // which would panic if a size were too small
	}
}
