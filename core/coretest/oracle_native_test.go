//go:build !js

package coretest

import (
	"testing"

	"segfault/core"
)

// In WebAssembly the largest networks would take minutes.
func TestOracleOfLargeNetworks(t *testing.T) {
	for _, name := range []string{"unet-resnext50_32x4d", "unet-resnext101_32x8d", "unet-efficientnet-b7", "unetplusplus-efficientnet-b7"} {
		t.Run(name, func(t *testing.T) { reference(t, name).Check(t, core.NewCPU(0), OracleTolerance) })
	}
}

// The scalar loops would take minutes there too, and here with more networks or losses.
func TestOracleScalar(t *testing.T) {
	reference(t, "unet-efficientnet-b0").Check(t, Scalar(), OracleTolerance, core.DiceFocal)
}
