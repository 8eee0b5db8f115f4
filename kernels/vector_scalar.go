//go:build !amd64 && !wasm

package kernels

// lanes is longer than any array: the scalar loops take everything.
const lanes = 1 << 30

func scaleShiftSIMD(dst, x []float32, scale, shift float32, act Activation) {}

func gatedSIMD(dst, x, gate []float32) {}

func addSIMD(dst, a, b []float32) {}

func multiplySIMD(dst, a, b []float32) {}

func combineSIMD(dst, x, y []float32, a, b, c float32) {}

func sumSIMD([]float32) float64 { return 0 }

func productsSIMD(dy, x []float32, mean float32) (sum, product float32) { return 0, 0 }

func softplusSIMD(dst, x []float32) {}

func swishSIMD(dst, x []float32) {}

func swishGradSIMD(dst, x, dy []float32) {}

func maxOfFourSIMD(dst, top, bottom []float32) {}

func toFirstOfFourSIMD(up, down, top, bottom, dy []float32) {}

func twiceSIMD(dst, x []float32) {}

func sumOfFourSIMD(dst, top, bottom []float32) {}
