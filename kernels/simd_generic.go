//go:build !amd64 && !wasm

package kernels

// The sizes by which the scalar loops work.
const (
	stripWidth = 8
	lanes      = 8
)

var vectors simd // none
