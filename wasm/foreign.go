//go:build js && wasm && !whole

package main

import (
	"context"
	"errors"

	"segfault/core/lab"
	"segfault/core/net"
)

// Foreign implements lab.Host: the first load has none of what reads other networks. The page starts the whole engine, by the code.
func (h *host) Foreign(context.Context, *lab.ModelParams) (*net.Found, error) {
	return nil, lab.Coded("whole", errors.New("segfault: networks of this kind are read by the whole engine, which is not part of this page; use the site"))
}
