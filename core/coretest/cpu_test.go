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

func TestVectorsTakeSpecialNumbersAsScalarsDo(t *testing.T) {
	if kernels.SIMD() == "" {
		t.Skip("this machine has no vector instructions that the kernels use")
	}
	t.Run("in whole vectors", func(t *testing.T) { CheckSpecial(t, core.NewCPU(1), Scalar(), SameBits, 0) })
	t.Run("in less than a vector", func(t *testing.T) { CheckSpecial(t, core.NewCPU(1), Scalar(), SameBits, 7) })
}

func TestSpecialNumbersGiveWhatIsRight(t *testing.T) { CheckExact(t, Scalar()) }

func TestLoopOnTheCPU(t *testing.T) { CheckLoop(t, core.NewCPU(2)) }
