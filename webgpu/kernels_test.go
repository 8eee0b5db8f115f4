//go:build js && wasm

package webgpu

import (
	"context"
	"flag"
	"fmt"
	"maps"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/x448/float16"

	"segfault/core"
	"segfault/core/coretest"
	"segfault/kernels"
)

// A shader adds at most a few hundred products in an order of its own, and
// WGSL allows exp and log errors of a few units in the last place (section
// 15.7.4): relative to the largest value of a result, both stay below this.
const kernelTolerance = 2e-5

// TestEveryShaderHasACase fails where a kernel was added without a case here.
func TestEveryShaderHasACase(t *testing.T) {
	tested := map[string]bool{}
	for _, c := range kernelCases() {
		for _, v := range append(kernels.Shaders(c.kernel), kernels.Tiles(c.kernel)...) {
			tested[v.Name] = true
			if v.Next != nil {
				tested[v.Next.Name] = true
			}
			if v.Packing != nil {
				tested[v.Packing.Shader(false).Name] = true
			}
		}
	}
	for _, name := range kernels.Names() {
		assert.True(t, tested[name], "kernelCases has no %s", name)
	}
}

// TestShadersMatchTheirTwins runs every variant of every kernel and the Go twin
// on the same numbers; with -short in Chromium, which has Node's compiler, every shader once.
func TestShadersMatchTheirTwins(t *testing.T) {
	alike(t)
	device, once := shared(t), testing.Short() && !inDeno()
	tried := map[string]bool{}
	for i, c := range kernelCases() {
		inputs := c.inputs(uint64(i))
		want := run(t, core.NewCPU(1), c.plan(), inputs)
		for _, v := range kernels.Shaders(c.kernel) {
			if once && tried[v.Name] {
				continue
			}
			tried[v.Name] = true
			t.Run(fmt.Sprintf("%s/%s%+v", v.Name, c.kernel.Name(), c.kernel), func(t *testing.T) {
				device.session.only = called(v.Name)
				got := run(t, device, c.plan(), inputs)
				for name := range want {
					compare(t, name, want[name], got[name])
				}
			})
		}
	}
}

// TestSpecialNumbers runs the elementwise kernels, every variant of them, at the
// ends of what numbers there are.
func TestSpecialNumbers(t *testing.T) {
	alike(t)
	device := shared(t)
	for _, name := range append(slices.Sorted(maps.Keys(variants)), "") {
		t.Run("variant "+name, func(t *testing.T) {
			device.session.only = called(name)
			coretest.CheckSpecial(t, device, coretest.Scalar(), coretest.Shader, 0)
		})
	}
}

// TestFloat16Weights expects the very digits of float32 weights that are whole
// in float16, from every variant, and half the memory.
func TestFloat16Weights(t *testing.T) {
	alike(t)
	if !inNode() {
		t.Skip("Node has the same compiler as Chromium")
	}
	device := shared(t)
	for _, i := range []int{0, 1, 3, 5, 6, 14} { // whose weights lie each in another way
		for _, c := range convolutionCases(convolutions[i]) {
			k, ok := c.kernel.(kernels.Weighted)
			if !ok {
				continue
			}
			plan, inputs := c.weighted(uint64(i), k.Weights())
			for _, v := range kernels.Shaders(c.kernel) {
				t.Run(fmt.Sprintf("%s/%s%+v", v.Name, c.kernel.Name(), c.kernel), func(t *testing.T) {
					s := device.session
					s.only, s.packs = called(v.Name), false
					want := run(t, device, plan, inputs)
					s.packs = true
					assert.Equal(t, want, run(t, device, plan, inputs))
				})
			}
		}
	}
}

// weighted is the plan with weights as a parameter, rounded to float16.
func (c kernelCase) weighted(seed uint64, weights int) (*core.Plan, map[string][]float32) {
	plan, inputs := c.plan(), c.inputs(seed)
	name := plan.Buffers[weights].Name
	value := core.NewTensor(len(inputs[name]))
	for i, v := range inputs[name] {
		value.Data[i] = float16.Fromfloat32(v).Float32()
	}
	plan.Buffers[weights] = core.Buffer{Count: len(value.Data), Role: core.Parameter, Value: value}
	delete(plan.Inputs, name)
	delete(inputs, name)
	return plan, inputs
}

// TestExactConvolution expects the CPU's very digits, which SwiftShader's own
// fma does not give.
func TestExactConvolution(t *testing.T) {
	alike(t)
	device, err := Open(context.Background(), Options{Exact: true})
	require.NoError(t, err)
	t.Cleanup(device.Close)
	if strings.Contains(device.Info().String(), "llvmpipe") {
		t.Skip("skipped on Mesa's driver, which is within its rights: see Options.Exact")
	}
	c := convolutionCases(kernels.Conv2D{N: 1, Ca: 20, H: 8, W: 8, Up: 1, Cout: 4, Window: square(3, 3, 1, 1), Groups: 1, Bias: true})[0]
	inputs := c.inputs(1)
	assert.Equal(t, run(t, coretest.Scalar(), c.plan(), inputs), run(t, device, c.plan(), inputs))
}

func viewOf(offset int, fill float32, axes ...kernels.Axis) kernels.View {
	k, _ := kernels.NewView(axes, offset, fill)
	return k
}

// plan has one step. What the kernel updates in place is input and output.
func (c kernelCase) plan() *core.Plan {
	p := &core.Plan{Inputs: map[string]int{}, Outputs: map[string]int{}, Shapes: map[string]core.Shape{}}
	var bind []int
	first := len(c.sizes) - kernels.Updates(c.kernel)
	for i, n := range c.sizes {
		b := core.Buffer{Count: n, Role: core.Input, Name: fmt.Sprint("in", i)}
		p.Inputs[b.Name], p.Shapes[b.Name] = i, core.Shape{n}
		if i >= first {
			name := fmt.Sprint("out", i)
			p.Outputs[name], p.Shapes[name] = i, core.Shape{n}
		}
		p.Buffers = append(p.Buffers, b)
		bind = append(bind, i)
	}
	p.Steps = []core.Step{{Kernel: c.kernel, Bind: bind}}
	return p
}

func (c kernelCase) inputs(seed uint64) map[string][]float32 {
	r := rand.New(rand.NewPCG(seed, 1))
	scale := c.scale
	if scale == 0 {
		scale = 1
	}
	inputs := map[string][]float32{}
	for i, n := range c.sizes {
		x := make([]float32, n)
		for j := range x {
			x[j] = scale * (c.low + (1-c.low)*r.Float32())
			if c.coarse {
				x[j] = float32(math.Round(float64(x[j])))
			}
		}
		inputs[fmt.Sprint("in", i)] = x
	}
	return inputs
}

// run loads a plan on a backend, runs it once and reads all outputs.
func run(t *testing.T, b core.Backend, p *core.Plan, inputs map[string][]float32) map[string][]float32 {
	t.Helper()
	program, err := b.Load(p)
	require.NoError(t, err)
	defer program.Close()
	for name, x := range inputs {
		require.NoError(t, program.Write(name, x))
	}
	require.NoError(t, program.Run(context.Background(), nil))
	outputs := map[string][]float32{}
	for name := range p.Outputs {
		outputs[name] = make([]float32, p.Shapes[name].Count())
		require.NoError(t, program.Read(context.Background(), name, outputs[name]))
	}
	return outputs
}

func compare(t *testing.T, name string, want, got []float32) {
	t.Helper()
	var largest float64
	for _, v := range want {
		largest = max(largest, math.Abs(float64(v)))
	}
	for i := range want {
		if d := math.Abs(float64(want[i] - got[i])); !(d <= kernelTolerance*max(largest, 1e-3)) {
			t.Fatalf("%s[%d] is %g, its Go twin says %g", name, i, got[i], want[i])
		}
	}
}

// asGPU has every device of the tests play a GPU: go test ./webgpu -as-gpu
var asGPU = flag.Bool("as-gpu", false, "take the paths of a GPU on a software driver")

// alike skips a test in which a GPU takes no other path.
func alike(t *testing.T) {
	if *asGPU {
		t.Skip("skipped with -as-gpu: nothing is different there")
	}
}

// opened is the device of all tests that compile many shaders, of which they have most in common.
var opened = sync.OnceValues(func() (*Device, error) { return Open(context.Background(), Options{AsGPU: *asGPU}) })

// shared is that device, for a test that leaves it as it is; in Deno one of its own, as wgpu holds gigabytes for pipelines.
func shared(t *testing.T) *Device {
	t.Helper()
	if inDeno() {
		return open(t)
	}
	device, err := opened()
	require.NoError(t, err)
	s := device.session
	only, packs := s.only, s.packs
	t.Cleanup(func() { s.only, s.packs = only, packs })
	return device
}

// plain is a device that takes the shader with the least to compile, for tests of what surrounds it.
func plain(t *testing.T) *Device {
	device := shared(t)
	device.session.only = func(k kernels.Kernel, v kernels.Shader) bool { return v.Name == k.Name() }
	if *asGPU {
		device.session.only = lightest
	}
	return device
}

func open(t *testing.T) *Device { return openAs(t, Options{AsGPU: *asGPU}) }

func openAs(t *testing.T, o Options) *Device {
	t.Helper()
	device, err := Open(context.Background(), o)
	require.NoError(t, err)
	t.Cleanup(device.Close)
	return device
}

// TestThePoolOfANaNIsOne has it in every place of a window, as WGSL's max may leave it out.
func TestThePoolOfANaNIsOne(t *testing.T) {
	d := shared(t)
	x := core.NewInput("x", 1, 4, 2, 2)
	plan := core.Compile(core.Outputs{"y": core.MaxPool(x, core.Pool{Size: core.Square(2)})})
	values := make([]float32, 16)
	for i := range 4 {
		values[5*i] = float32(math.NaN())
	}
	for i, v := range run(t, d, plan, map[string][]float32{"x": values})["y"] {
		assert.True(t, v != v, "%v, where the NaN is the %d-th", v, i)
	}
}
