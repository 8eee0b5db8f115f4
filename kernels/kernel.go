// Package kernels holds the computations that Segfault's graphs are made of,
// each written twice under one name: NAME.wgsl for the GPU and NAME.go for the
// CPU. The Go twin is the oracle of the shader.
//
// A kernel is a Go struct whose exported fields are its static shape. They are
// the override constants of the shader, name for name (bool as 0 or 1, int as
// i32 or u32, float32 as f32), unless the kernel is Sized. Buffers are bound in
// the order in which Bind takes them: inputs first, then outputs. What else a
// shader declares is in Shader; shader_test.go holds all of it against the text.
//
// Shaders are given those functions of shared/functions.wgsl that they call.
//
// A kernel may have more shaders than its own (Varied). Each says what it needs of
// a device, which drops those that it cannot run and races the others on a plan's
// own shapes; which is likely to win is told by how much a kernel computes
// (Counted).
//
// On the CPU a kernel is bound to its buffers once and then run stage by stage on
// Workers, which keep looking for work between stages. Heavy work goes through two
// register-tiled inner loops, madd and dot (gemm.go), and elementwise work
// through vector.go; each architecture provides these.
package kernels

import (
	"embed"
	"fmt"
	"slices"
	"strings"
)

//go:embed *.wgsl
var shaders embed.FS

//go:embed shared/functions.wgsl
var functions string

// Kernel is one computation with fixed shapes.
type Kernel interface {
	// Name is the kernel's name in snake case; its shader is Name.wgsl.
	Name() string
	// Workgroups is how many workgroups the shader is dispatched with.
	Workgroups() [3]int
	// Bind is the work on the CPU, to be done by w's Run as often as wanted.
	// Buffers come in the shader's binding order and must have the sizes that
	// the fields imply; what is in them is read when the work is done.
	Bind(w *Workers, b [][]float32) []Stage
}

// Updater is a Kernel that writes more than its last binding: the last
// Updates() bindings are read and written (an optimiser's state).
type Updater interface {
	Kernel
	Updates() int
}

// Updates is how many of k's last bindings are written.
func Updates(k Kernel) int {
	if u, ok := k.(Updater); ok {
		return u.Updates()
	}
	return 1
}

// Gating is a Kernel that can also multiply its result by the slope of an
// activation at another array of the same size: of a ReLU it lets through what
// stands where that is positive.
type Gating interface {
	Kernel
	// Gated is the kernel that does so, and which binding the gate is. Where that is
	// not free, it is the gate already or the kernel cannot; it is nil where it gates
	// by another activation.
	Gated(by Activation) (gated Kernel, gate int, free bool)
}

// Adding is a Kernel that can also add another array of the same size to its result.
type Adding interface {
	Kernel
	// Added is the kernel that does so, and which binding the array is, a new one
	// where there are no more; where that is not free, the kernel cannot.
	Added() (added Kernel, plus int, free bool)
}

// Activating is a Kernel that can also apply an activation to its result.
type Activating interface {
	Kernel
	// Activated is the kernel that does so; to keep is to write what the activation is
	// of as well, before the result.
	Activated(act Activation, keep bool) (activated Kernel, free bool)
}

// Summing is a Kernel of sums that can also make their terms.
type Summing interface {
	Kernel
	// Summed is the kernel that does so; where that is not free, it cannot.
	Summed(of Map) (summed Kernel, free bool)
}

// Shaded is a Kernel of another package, which brings its own shader.
type Shaded interface {
	Kernel
	WGSL() string
}

// source is the text of a shader, with the shared functions that it calls.
func source(name string) string {
	text, err := shaders.ReadFile(name + ".wgsl")
	if err != nil {
		panic(fmt.Sprintf("kernels: no shader %s.wgsl", name))
	}
	return shared(string(text))
}

// shared ends a text with those of the functions that it calls, which stand there before what calls them in turn.
func shared(text string) string {
	list := strings.Split(functions, "\n\n")
	for _, f := range slices.Backward(list[1:]) { // the first says what they are
		_, name, _ := strings.Cut(f, "fn ")
		name, _, _ = strings.Cut(name, "(")
		if calls(text, name) {
			text += "\n" + strings.TrimSuffix(f, "\n") + "\n"
		}
	}
	return text
}

// calls is whether a text calls a function, of whose name another's may be the end.
func calls(text, name string) bool {
	for before, rest, ok := strings.Cut(text, name+"("); ok; before, rest, ok = strings.Cut(rest, name+"(") {
		if c := before[max(0, len(before)-1):]; c != "_" && strings.ToLower(c) == strings.ToUpper(c) {
			return true
		}
	}
	return false
}

// Names lists the shaders.
func Names() []string {
	files, err := shaders.ReadDir(".")
	if err != nil {
		panic(err)
	}
	names := make([]string, len(files))
	for i, f := range files {
		names[i] = strings.TrimSuffix(f.Name(), ".wgsl")
	}
	return names
}

// invocations is the size of every one-dimensional workgroup.
const invocations = 64

// grid covers n invocations with workgroups of 64 in two dimensions, because
// one dimension holds at most 65535. Shaders find their index as
// gid.y * (num_workgroups.x * 64) + gid.x.
//
//go:noinline
func grid(n int) [3]int {
	groups := (n + invocations - 1) / invocations
	x := min(groups, 32768)
	return [3]int{x, (groups + x - 1) / max(x, 1), 1}
}

// Activation is what a convolution or a batch-norm applies to its result.
type Activation int

// The activations, numbered as in the shaders.
const (
	Identity Activation = iota
	ReLU
	SiLU     // x·σ(x)
	Logistic // σ(x)
)
