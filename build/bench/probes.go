package bench

import (
	_ "embed"

	"segfault/kernels"
)

// The probes of GPUs: shaders without a Go twin, whose fields are the shaders'
// constants. See kernels.Shaded.

type (
	fmaProbe       struct{ Rounds, Loops int }
	copyProbe      struct{ Count int } // of vec4
	matmulRegister struct{ N int }
	matmulShared   struct{ N int }
)

var (
	//go:embed peak/fma.wgsl
	fmaSource string
	//go:embed peak/copy.wgsl
	copySource string
	//go:embed peak/matmul_register.wgsl
	matmulRegisterSource string
	//go:embed peak/matmul_shared.wgsl
	matmulSharedSource string
)

func (fmaProbe) Name() string         { return "fma" }
func (fmaProbe) WGSL() string         { return fmaSource }
func (k fmaProbe) Workgroups() [3]int { return [3]int{k.Loops / 64, 1, 1} }
func (fmaProbe) Bind(*kernels.Workers, [][]float32) []kernels.Stage {
	panic("bench: fma runs on GPUs only")
}

func (copyProbe) Name() string         { return "copy" }
func (copyProbe) WGSL() string         { return copySource }
func (k copyProbe) Workgroups() [3]int { return [3]int{1024, (k.Count/64 + 1023) / 1024, 1} }
func (copyProbe) Bind(*kernels.Workers, [][]float32) []kernels.Stage {
	panic("bench: copy runs on GPUs only")
}

func (matmulRegister) Name() string         { return "matmul_register" }
func (matmulRegister) WGSL() string         { return matmulRegisterSource }
func (k matmulRegister) Workgroups() [3]int { return [3]int{k.N * k.N / 64 / 64, 1, 1} }
func (matmulRegister) Bind(*kernels.Workers, [][]float32) []kernels.Stage {
	panic("bench: matmul_register runs on GPUs only")
}

func (matmulShared) Name() string         { return "matmul_shared" }
func (matmulShared) WGSL() string         { return matmulSharedSource }
func (k matmulShared) Workgroups() [3]int { return [3]int{k.N / 64, k.N / 64, 1} }
func (matmulShared) Bind(*kernels.Workers, [][]float32) []kernels.Stage {
	panic("bench: matmul_shared runs on GPUs only")
}
