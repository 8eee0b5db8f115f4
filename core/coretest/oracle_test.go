package coretest

import (
	"testing"

	"segfault/core"
	"segfault/core/unet"
)

func reference(t *testing.T, name string) Reference {
	spec, err := unet.New(name, 3, 3, 1)
	if err != nil {
		t.Fatal(err)
	}
	return LoadReference(t, name, spec)
}

// The smallest members of three families, on every architecture.
func TestOracle(t *testing.T) {
	for _, name := range []string{"unet-vgg13", "unet-efficientnet-b0", "unetplusplus-efficientnet-b0"} {
		t.Run(name, func(t *testing.T) { reference(t, name).Check(t, core.NewCPU(0), OracleTolerance) })
	}
}
