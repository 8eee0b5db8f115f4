//go:build js && wasm

package webgpu

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"segfault/core"
	"segfault/kernels"
)

// layered are convolutions that tiles compute, small as they are: several tiles of
// every kind, whole and cut off, all strides and sources, and what a gradient of each is.
var layered = []kernels.Conv2D{
	{N: 1, Ca: 18, Cb: 20, H: 6, W: 12, Up: 2, Cout: 37, Window: square(3, 3, 1, 1), Groups: 1, Bias: true, Act: kernels.ReLU},
	{N: 2, Ca: 5, Cb: 3, H: 10, W: 14, Up: 2, Cout: 7, Window: square(3, 3, 1, 1), Groups: 1, Bias: true},
	{N: 1, Ca: 33, H: 9, W: 16, Up: 1, Cout: 131, Window: square(3, 3, 1, 1), Groups: 1, Act: kernels.ReLU},
	{N: 1, Ca: 8, H: 19, W: 18, Up: 1, Cout: 8, Window: square(3, 3, 1, 1), Groups: 2, Bias: true},
	{N: 1, Ca: 4, H: 9, W: 12, Up: 1, Cout: 6, Window: square(3, 3, 1, 0), Groups: 1},
	{N: 2, Ca: 6, H: 11, W: 9, Up: 1, Cout: 5, Window: square(3, 3, 2, 1), Groups: 1, Bias: true},
	{N: 1, Ca: 4, H: 9, W: 10, Up: 1, Cout: 6, Window: kernels.Window{KH: 3, KW: 3, StrideH: 1, StrideW: 1, DilationH: 2, DilationW: 2, Top: 2, Left: 2, Bottom: 2, Right: 2}, Groups: 1},
	{N: 2, Ca: 20, H: 7, W: 9, Up: 1, Cout: 33, Window: square(1, 1, 1, 0), Groups: 1, Scaled: true, Bias: true},
	{N: 2, Ca: 40, H: 4, W: 4, Up: 1, Cout: 24, Window: square(1, 1, 1, 0), Groups: 1, Scaled: true},
	{N: 1, Ca: 40, H: 1, W: 1, Up: 1, Cout: 24, Window: square(1, 1, 1, 0), Groups: 1, Bias: true},
}

// playing skips a test of tiles where no driver plays a GPU.
func playing(t *testing.T) {
	if !*asGPU {
		t.Skip("skipped without -as-gpu: a driver on the processor takes seconds to compile a tile")
	}
}

// TestTilesMatchTheirTwins runs every tile that fits a layer or a gradient of it, whole and
// split, on weights that are an input, a parameter, and float16.
// What tiles of all sizes have in common is tried on those of sixteen channels, of which there is one in every arrangement: all that may follow
// a sum, and float16. The widest, which a driver compiles for the longest, differ from the next in numbers alone: two arrangements have them.
func TestTilesMatchTheirTwins(t *testing.T) {
	playing(t)
	device := shared(t)
	s := device.session
	ended := map[[2]int]bool{}
	for i, layer := range layered {
		packs, splits := []bool{false, true}, 2 // none and one
		if i > 0 {
			packs = packs[:1] // one layer has every tile's
		}
		if i%3 > 0 {
			splits = 1 // what is split is the same in every layer
		}
		cases := convolutionCases(layer)
		several := len(cases)
		if way := [2]int{layer.KH, layer.StrideH}; layer.Up == 1 && !ended[way] { // what a layer ends in is the same at every size
			ended[way] = true
			cases = append(cases, endings(layer)...)
		}
		for at, c := range cases {
			k, ok := c.kernel.(kernels.Weighted)
			if grad, is := c.kernel.(kernels.Conv2DGradInput); !ok || is && i > 0 && at < several && grad.Gate != kernels.Identity {
				continue // gates are endings
			}
			inputs := c.inputs(uint64(i))
			want := run(t, core.NewCPU(1), c.plan(), inputs)
			parameters, rest := c.weighted(uint64(i), k.Weights())
			rounded := run(t, core.NewCPU(1), parameters, rest)
			tried := map[string]int{}
			for _, v := range kernels.Tiles(c.kernel) {
				narrow, widest := strings.HasPrefix(v.Name, "conv2d_tile_16x"), strings.HasPrefix(v.Name, "conv2d_tile_128x")
				if tried[v.Name]++; tried[v.Name] > splits || at >= several && !narrow || widest && !strings.HasSuffix(v.Name, "_3x3") && !strings.HasSuffix(v.Name, "_3x3_quad") {
					continue
				}
				t.Run(fmt.Sprintf("%s in %d/%s%+v", v.Name, v.Groups[2], c.kernel.Name(), c.kernel), func(t *testing.T) {
					s.only = func(_ kernels.Kernel, o kernels.Shader) bool { return o.Name == v.Name && o.Groups == v.Groups }
					for name, got := range run(t, device, c.plan(), inputs) {
						compare(t, name, want[name], got)
					}
					for _, s.packs = range packs {
						if s.packs && !narrow {
							continue
						}
						for name, got := range run(t, device, parameters, rest) {
							compare(t, name, rounded[name], got)
						}
					}
				})
			}
		}
	}
	assert.Empty(t, s.parameters, "packed weights went with their programs")
}
