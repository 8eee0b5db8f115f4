//go:build !amd64 && !wasm

package kernels

const (
	stripWidth = 8
	simdName   = ""
	hasSIMD    = false
)

func maddSIMD([]float32, int, []float32, []int32, []float32, int) {}

func dotSIMD(*[tileRows * dotColumns]float32, []float32, int, []float32, [dotColumns]int32, int) {}
