//go:build js && wasm && whole

package main

import (
	"bytes"
	"context"
	"io"
	"io/fs"

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
	return foreign.Open(bytes.NewReader(data), int64(len(data)), func(name string) (io.ReaderAt, int64, error) {
		for _, f := range p.Beside {
			if f.Name() == name {
				return f, f.Size(), nil
			}
		}
		return nil, 0, fs.ErrNotExist
	}, p.Output)
}
