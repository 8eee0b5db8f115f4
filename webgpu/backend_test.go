//go:build js && wasm

package webgpu

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"segfault/core"
	"segfault/core/coretest"
	"segfault/core/unet"
)

func TestOpsAgreeWithScalar(t *testing.T) { coretest.Check(t, open(t), coretest.Scalar()) }

func TestGradients(t *testing.T) { coretest.CheckGradients(t, open(t)) }

// TestOracleVGG13 tries the attack's own loss only: on a software driver, every
// pass through the full-size network takes many seconds.
func TestOracleVGG13(t *testing.T) {
	if testing.Short() {
		t.Skip("skipped with -short: a minute on a software driver")
	}
	spec, err := unet.New("vgg13", 3, 3, 1)
	require.NoError(t, err)
	device, err := Open(context.Background(), Options{Exact: true})
	require.NoError(t, err)
	t.Cleanup(device.Close)
	coretest.LoadReference(t, "unet-vgg13", spec).Check(t, device, core.DiceFocal)
}
