package coretest

import (
	"testing"

	"segfault/core"
	"segfault/kernels"
)

func TestCPUAgreesWithScalar(t *testing.T) {
	if kernels.SIMD() == "" {
		t.Skip("this machine has no vector instructions that the kernels use")
	}
	Check(t, core.NewCPU(2), Scalar())
}

func TestScalarGradients(t *testing.T) { CheckGradients(t, Scalar()) }
