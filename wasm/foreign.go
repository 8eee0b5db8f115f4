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
	return nil, errors.ErrUnsupported
}
