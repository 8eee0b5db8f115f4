//go:build js && wasm

package main

import (
	"context"
	"errors"

	"segfault/core/lab"
	"segfault/core/net"
)

// Foreign implements lab.Host: the first load has none of what reads other networks.
func (h *host) Foreign(context.Context, lab.File, []lab.File) (*net.Found, error) {
	return nil, errors.New("segfault: the checkpoint's architecture is unknown: expected segmentation_models_pytorch's U-Net or U-Net++, saved as safetensors; the command line attacks others (ONNX, nnU-Net, MONAI)")
}
