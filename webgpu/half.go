//go:build js && wasm

package webgpu

import (
	"math"

	"github.com/x448/float16"

	"segfault/core"
	"segfault/kernels"
)

// packable says which of a plan's buffers only ever serve as a layer's weights, and are not read back.
func packable(p *core.Plan) []bool {
	can := make([]bool, len(p.Buffers))
	for i, b := range p.Buffers {
		can[i] = b.Role == core.Parameter
	}
	for _, at := range p.Outputs {
		can[at] = false
	}
	for _, step := range p.Steps {
		k, weighted := step.Kernel.(kernels.Weighted)
		for i, at := range step.Bind {
			can[at] = can[at] && weighted && i == k.Weights()
		}
	}
	return can
}

// halfScale is what weights are multiplied by before they become float16, and
// divided by in the shaders. It takes every float16 below 64 into the range that
// has all its digits: WGSL lets a GPU read smaller ones as 0.
const halfScale = 1 << 10

// smallestHalf is the least float16 that has all its digits.
const smallestHalf = 1.0 / (1 << 14)

// pack makes pairs of float16 of a tensor, where nothing is lost by it: the
// bundled weights are published as float16.
func pack(x []float32) (words []int32, ok bool) {
	words = make([]int32, (len(x)+1)/2)
	for i, v := range x {
		v *= halfScale
		h := float16.Fromfloat32(v)
		if h.Float32() != v || v != 0 && math.Abs(float64(v)) < smallestHalf {
			return nil, false
		}
		words[i/2] |= int32(uint32(h.Bits()) << (i % 2 * 16))
	}
	return words, true
}

// isHalf is whether float16 holds a tensor whole.
func isHalf(x []float32) bool {
	_, ok := pack(x)
	return ok
}
