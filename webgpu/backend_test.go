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

// TestOracle tries every loss in Node, and the attack's own in a browser: on a
// software driver, every pass through a full-size network takes many seconds,
// and it is the same WebGPU. The larger networks would take minutes.
func TestOracle(t *testing.T) {
	if testing.Short() {
		t.Skip("skipped with -short: a minute on a software driver")
	}
	device, err := Open(context.Background(), Options{Exact: true})
	require.NoError(t, err)
	t.Cleanup(device.Close)
	losses := []core.Loss{core.DiceFocal}
	if js.Global().Get("process").Get("versions").Truthy() {
		losses = core.Losses
	}
	for _, name := range []string{"unet-vgg13", "unet-efficientnet-b0"} {
		t.Run(name, func(t *testing.T) {
			spec, err := unet.New(name, 3, 3, 1)
			require.NoError(t, err)
			coretest.LoadReference(t, name, spec).Check(t, device, losses...)
		})
	}
}
