//go:build js && wasm

package webgpu

import (
	"cmp"
	"slices"
	"syscall/js"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"segfault/core"
	"segfault/core/coretest"
	"segfault/core/unet"
	"segfault/kernels"
)

// TestOps runs the table with the variants that are measured to be the fastest,
// then with each one where it can be used. Gradients are compared with the scalar CPU's, which finite
// differences confirm.
func TestOps(t *testing.T) {
	device := shared(t)
	if *asGPU {
		device.session.only = lightest
		coretest.CheckThose(t, device, coretest.Scalar(), unlike)
		return
	}
	coretest.Check(t, device, coretest.Scalar())
	if !inNode() { // which has the same compiler as Chromium
		return
	}
	for name := range variants {
		t.Run("variant "+name, func(t *testing.T) {
			device.session.only = called(name)
			coretest.CheckThose(t, device, coretest.Scalar(), func(k kernels.Kernel) bool {
				return slices.ContainsFunc(kernels.Shaders(k), func(v kernels.Shader) bool { return v.Name == name })
			})
		})
	}
}

// unlike is whether a GPU computes a kernel otherwise than a driver on the processor does.
func unlike(k kernels.Kernel) bool {
	return len(kernels.Tiles(k)) > 0 || slices.ContainsFunc(kernels.Shaders(k), func(v kernels.Shader) bool { return v.Software || v.Needs.Barriers })
}

// lightest is the tile with the shortest text: a software driver compiles the others for many seconds each, and
// TestTilesMatchTheirTwins runs every one.
func lightest(k kernels.Kernel, v kernels.Shader) bool {
	tiles := kernels.Tiles(k)
	if len(tiles) == 0 {
		return false
	}
	least := slices.MinFunc(tiles, func(a, b kernels.Shader) int { return cmp.Compare(lengths(a), lengths(b)) })
	return v.Name == least.Name && v.Groups == least.Groups
}

// lengths are those of shaders' texts, which take long to write.
var lengths = func() func(kernels.Shader) int {
	known := map[string]int{}
	return func(v kernels.Shader) int {
		if known[v.Name] == 0 {
			known[v.Name] = len(v.Source())
		}
		return known[v.Name]
	}
}()

// TestGradientsWithoutTies is the yardstick on a GPU, where ties fall otherwise than the oracle's.
func TestGradientsWithoutTies(t *testing.T) {
	if testing.Short() && !inDeno() {
		t.Skip("skipped with -short in Chromium: Node has the same compiler")
	}
	device := shared(t)
	if *asGPU {
		device.session.only = lightest
	}
	networks := coretest.UntiedNetworks
	if *asGPU || testing.Short() || !inNode() { // a software driver takes minutes for all of them
		networks = networks[len(networks)-1:]
	}
	for _, u := range networks {
		t.Run(u.Name, func(t *testing.T) { u.CheckGradient(t, device) })
	}
}

func TestLoop(t *testing.T) {
	if *asGPU || testing.Short() || !inNode() {
		t.Skip("Node has the same compiler as Chromium; skipped with -as-gpu and -short: a software driver takes minutes for so many runs of tiles")
	}
	coretest.CheckLoop(t, shared(t))
}

// TestVariantsPredict replays the oracle's forward pass with each variant. Its
// gradients need the very rounding that Options.Exact is for: TestOracle.
func TestVariantsPredict(t *testing.T) {
	if testing.Short() || !inNode() {
		t.Skip("Node has the same compiler as Chromium; skipped with -short")
	}
	alike(t)
	for name, network := range variants {
		t.Run(name, func(t *testing.T) {
			spec, err := unet.New(network, 3, 3, 1)
			require.NoError(t, err)
			reference := coretest.LoadReference(t, network, spec)
			plan := core.Compile(core.Outputs{"logits": reference.Model.Logits(core.NewInput("x", reference.Input.Shape...))})
			device := shared(t)
			device.session.only = called(name)
			got := run(t, device, plan, map[string][]float32{"x": reference.Input.Data})
			assert.LessOrEqual(t, coretest.RelativeError(got["logits"], reference.Want.Tensors["logits"].Data), coretest.OracleTolerance)
		})
	}
}

// variants are the shaders that are no kernel's own, with a network that has work for them.
var variants = map[string]string{"conv2d_tall": "unet-vgg13", "conv2d_depthwise": "unet-efficientnet-b0"}

// called has a session use the variant of a name; "" leaves it to the session.
func called(name string) func(kernels.Kernel, kernels.Shader) bool {
	if name == "" {
		return nil
	}
	return func(_ kernels.Kernel, v kernels.Shader) bool { return v.Name == name }
}

// TestOracle tries every loss with one network in Node, and the attack's own with another in browsers, of which Chromium has the same compiler: on a
// software driver, every pass through a full-size network takes many seconds.
// The larger networks would take minutes.
func TestOracle(t *testing.T) {
	if inDeno() || *asGPU {
		t.Skip("skipped in Deno and with -as-gpu: minutes on a software driver")
	}
	device := openAs(t, Options{Exact: true})
	tolerance := coretest.OracleTolerance
	if !device.session.exact {
		tolerance = coretest.TiedTolerance
	}
	name, losses := "unet-efficientnet-b0", []core.Loss(nil)
	if !inNode() {
		name, losses = "unet-vgg13", []core.Loss{core.DiceFocal}
	}
	spec, err := unet.New(name, 3, 3, 1)
	require.NoError(t, err)
	coretest.LoadReference(t, name, spec).Check(t, device, tolerance, losses...)
}

func inNode() bool {
	return js.Global().Get("process").Get("versions").Truthy() && !inDeno()
}

func inDeno() bool { return js.Global().Get("Deno").Truthy() }
