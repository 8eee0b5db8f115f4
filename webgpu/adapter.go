//go:build js && wasm

package webgpu

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"syscall/js"

	"segfault/webgpu/script"
)

// Options are the wishes that Open passes on to the browser.
type Options struct {
	// LowPower prefers an integrated GPU to a fast one.
	LowPower bool
	// Exact makes software drivers add up convolutions as GPUs and core's CPU
	// backend do, with one rounding a product, at half their speed. The last
	// digit decides on which side of zero a near-tie falls, and with it a
	// ReLU's gradient; a test that compares gradients wants it. It is a wish: WGSL
	// lets a driver take (c + p) - c - p for 0, as Mesa's compilers do.
	Exact bool
	// AsGPU makes a driver that runs on the processor take the paths of a GPU: its
	// shaders, float16 weights, a clock too coarse for a step. It is for tests, and slow.
	AsGPU bool
	// Races keeps what was measured; nil leaves that to the page, if it can.
	Races Races
}

// Info describes an adapter as far as the browser tells.
type Info struct {
	Vendor, Architecture, Device, Description string
	// Software is whether the processor plays the GPU (SwiftShader, llvmpipe,
	// WARP): some thirty times slower than core's CPU backend.
	Software bool
}

// String is what a person may want to know, such as
// "nvidia ampere (NVIDIA RTX A2000)". Some browsers give numbers for names
// beside a description, and others nothing at all.
func (i Info) String() string {
	var words []string
	for _, word := range strings.Fields(i.Vendor + " " + i.Architecture + " " + i.Device) {
		if strings.Trim(word, "0123456789") != "" {
			words = append(words, word)
		}
	}
	name := strings.Join(words, " ")
	switch {
	case i.Description == "":
	case name == "":
		name = i.Description
	default:
		name += " (" + i.Description + ")"
	}
	if name == "" {
		return "unnamed by the browser"
	}
	return name
}

// softwareNames are parts of the names of drivers that run on the processor.
var softwareNames = []string{"swiftshader", "llvmpipe", "lavapipe", "softpipe", "microsoft basic render", "warp"}

// Limits are what one device can do, in bytes unless said otherwise.
type Limits struct {
	Buffer   int64 // of one buffer
	Binding  int64 // of one buffer seen by a shader
	Bindings int   // number of buffers that one shader sees
	Groups   int   // number of workgroups in one dimension
	// What a workgroup may have.
	Memory      int // shared by its invocations
	Invocations int // number of them
}

// most is how many bytes an array may have that shaders see.
func (l Limits) most() int64 { return min(l.Buffer, l.Binding) }

// usefulBindings is how many buffers a shader of ours may ever want; the
// specification promises eight.
const usefulBindings = 10

// requestAdapter finds an adapter.
func requestAdapter(ctx context.Context, o Options) (js.Value, Info, error) {
	var info Info
	navigator := js.Global().Get("navigator")
	if !navigator.Truthy() || !navigator.Get("gpu").Truthy() {
		if secure := js.Global().Get("isSecureContext"); secure.Type() == js.TypeBoolean && !secure.Bool() {
			return js.Undefined(), info, errors.New("webgpu: WebGPU needs a secure page: open it from https or localhost")
		}
		return js.Undefined(), info, errors.New("webgpu: this browser has no WebGPU (navigator.gpu is missing)")
	}
	preference := "high-performance"
	if o.LowPower {
		preference = "low-power"
	}
	adapter, err := request(ctx, navigator.Get("gpu"), "requestAdapter", script.Object("powerPreference", preference))
	if err != nil {
		return js.Undefined(), info, fmt.Errorf("webgpu: the browser could not look for a GPU: %w", err)
	}
	if !adapter.Truthy() {
		return js.Undefined(), info, errors.New("webgpu: the browser found no usable GPU (requestAdapter gave null); " +
			"the driver may be blocked or hardware acceleration switched off")
	}
	return adapter, describe(adapter), nil
}

func describe(adapter js.Value) Info {
	v := adapter.Get("info")
	if !v.Truthy() {
		return Info{Software: adapter.Get("isFallbackAdapter").Truthy()}
	}
	info := Info{
		Vendor: script.Text(v, "vendor"), Architecture: script.Text(v, "architecture"),
		Device: script.Text(v, "device"), Description: script.Text(v, "description"),
	}
	names := strings.ToLower(info.String())
	info.Software = v.Get("isFallbackAdapter").Truthy() || adapter.Get("isFallbackAdapter").Truthy()
	for _, name := range softwareNames {
		info.Software = info.Software || strings.Contains(names, name)
	}
	return info
}

// requestDevice opens a device with the adapter's own limits where they matter
// to us: what a device gets unasked is the specification's minimum.
func requestDevice(ctx context.Context, adapter js.Value) (js.Value, Limits, error) {
	have := adapter.Get("limits")
	wanted := script.Object(
		"maxBufferSize", have.Get("maxBufferSize"),
		"maxStorageBufferBindingSize", have.Get("maxStorageBufferBindingSize"),
		"maxStorageBuffersPerShaderStage", min(usefulBindings, have.Get("maxStorageBuffersPerShaderStage").Int()),
	)
	features := script.Array(0)
	if has(adapter, timestamps) {
		features.Call("push", timestamps)
	}
	device, err := request(ctx, adapter, "requestDevice", script.Object("requiredLimits", wanted, "requiredFeatures", features))
	if err != nil {
		return js.Undefined(), Limits{}, fmt.Errorf("webgpu: the GPU could not be opened: %w", err)
	}
	got := device.Get("limits")
	return device, Limits{
		Buffer:   int64(got.Get("maxBufferSize").Float()),
		Binding:  int64(got.Get("maxStorageBufferBindingSize").Float()),
		Bindings: got.Get("maxStorageBuffersPerShaderStage").Int(),
		Groups:   got.Get("maxComputeWorkgroupsPerDimension").Int(),

		Memory:      got.Get("maxComputeWorkgroupStorageSize").Int(),
		Invocations: got.Get("maxComputeInvocationsPerWorkgroup").Int(),
	}, nil
}

// has is whether an adapter or a device has a feature.
func has(v js.Value, feature string) bool { return v.Get("features").Call("has", feature).Bool() }

// request calls a method that returns a promise, and awaits it.
func request(ctx context.Context, on js.Value, method string, args ...any) (js.Value, error) {
	var promise js.Value
	if err := script.Try(func() { promise = on.Call(method, args...) }); err != nil {
		return js.Undefined(), err
	}
	return script.Await(ctx, promise)
}
