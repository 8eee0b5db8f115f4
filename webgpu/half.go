//go:build js && wasm

package webgpu

import (
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
		weights := -1
		if k, ok := step.Kernel.(kernels.Weighted); ok {
			weights = step.Bind[k.Weights()]
		}
		for _, at := range step.Bind { // weights also stand for bindings of which there are none
			can[at] = can[at] && at == weights
		}
	}
	return can
}

// pack makes pairs of float16 of a tensor, where nothing is lost by it: the
// bundled weights are published as float16.
func pack(x []float32) (words []int32, ok bool) {
	words = make([]int32, (len(x)+1)/2)
	for i, v := range x {
		h := float16.Fromfloat32(v)
		if h.Float32() != v {
			return nil, false
		}
		words[i/2] |= int32(uint32(h.Bits()) << (i % 2 * 16))
	}
	return words, true
}

// variants are those of a step that may be used here, for its weights as they
// are kept.
func (l *loaded) shaders(step core.Step) []kernels.Shader {
	variants := l.session.shaders(step.Kernel)
	if k, ok := step.Kernel.(kernels.Weighted); ok && l.half[step.Bind[k.Weights()]] {
		for i, v := range variants {
			variants[i] = v.Packed()
		}
	}
	return variants
}
