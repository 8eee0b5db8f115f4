//go:build js && wasm

package webgpu

import (
	"context"
	"syscall/js"
	"testing"

	"github.com/stretchr/testify/require"

	"segfault/core"
	"segfault/core/coretest"
	"segfault/core/unet"
)

func TestOpsAgreeWithScalar(t *testing.T) { coretest.Check(t, open(t), coretest.Scalar()) }

func TestGradients(t *testing.T) { coretest.CheckGradients(t, open(t)) }

// TestOracleVGG13 tries every loss in Node, and the attack's own in a browser:
// on a software driver, every pass through the full-size network takes many
// seconds, and it is the same WebGPU.
func TestOracleVGG13(t *testing.T) {
	if testing.Short() {
		t.Skip("skipped with -short: a minute on a software driver")
	}
	spec, err := unet.New("vgg13", 3, 3, 1)
	require.NoError(t, err)
	device, err := Open(context.Background(), Options{Exact: true})
	require.NoError(t, err)
	t.Cleanup(device.Close)
	losses := []core.Loss{core.DiceFocal}
	if js.Global().Get("process").Get("versions").Truthy() {
		losses = core.Losses
	}
	coretest.LoadReference(t, "unet-vgg13", spec).Check(t, device, losses...)
}
