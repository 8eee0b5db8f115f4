//go:build js && wasm && whole

package main

import (
	"bytes"
	"context"
	"io"

	"segfault/core/foreign"
	"segfault/core/lab"
	"segfault/core/net"
)

// Foreign implements lab.Host, in the whole engine.
func (h *host) Foreign(_ context.Context, p *lab.ModelParams) (*net.Found, error) {
	file := p.File
	data, err := io.ReadAll(io.NewSectionReader(file, 0, file.Size())) // at once: each part that is read of a Blob takes a turn of the worker
	if err != nil {
		return nil, err
	}
	return foreign.Open(bytes.NewReader(data), int64(len(data)), p.Open, p.Output)
}
