//go:build js && wasm

package webgpu

import (
	"context"
	"errors"
)

// Device is a GPU. It is a core.Backend, to be used by one goroutine at a time;
// others may meanwhile wait for what they fetched.
type Device struct {
	options Options
	session *session
	closed  bool
}

// Open opens the browser's GPU. Its errors say what is missing.
func Open(ctx context.Context, o Options) (*Device, error) {
	if o.Races == nil {
		o.Races = pageRaces()
	}
	d := &Device{options: o}
	if _, err := d.current(ctx); err != nil {
		return nil, err
	}
	return d, nil
}

// Info describes the GPU.
func (d *Device) Info() Info { return d.session.info }

// Software is whether the processor plays the GPU.
func (d *Device) Software() bool { return d.session.info.Software }

// String is what a person may want to know of the GPU.
func (d *Device) String() string { return d.session.info.String() }

// Limits are what the GPU allows.
func (d *Device) Limits() Limits { return d.session.limits }

// Close gives the GPU back. Programs of the device cannot be used any more.
func (d *Device) Close() {
	d.closed = true
	d.session.end()
}

// current is the session to work in: the open one, or a fresh one where that
// has ended. A loss or a fault that nobody has heard of is returned once.
func (d *Device) current(ctx context.Context) (*session, error) {
	if d.closed {
		return nil, errors.New("webgpu: the device has been closed")
	}
	if d.session != nil && !d.session.ended {
		return d.session, d.session.trouble()
	}
	s, err := openSession(ctx, d.options)
	if err == nil {
		d.session = s
	}
	return s, err
}
