//go:build js && wasm

package webgpu

import (
	"context"
	"strings"
	"syscall/js"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"segfault/kernels"
)

// drawer keeps races for a test.
type drawer map[string]string

func (d drawer) Recall(_ context.Context, adapter string) string { return d[adapter] }
func (d drawer) Keep(adapter, races string)                      { d[adapter] = races }

// visit loads the contested plan on a fresh device with what is kept, and says how often the device's clock was asked.
func visit(t *testing.T, kept drawer, fastest string, broken ...string) (d *Device, asked int) {
	t.Helper()
	d, v := fake(timestamps)
	d.options.Races = kept
	d.session.recall(kept.Recall(t.Context(), d.session.info.String()))
	for _, other := range d.session.shaders(contested().Steps[0].Kernel) {
		v.Get("costs").Set(other.Name, 9_000_000)
	}
	v.Get("costs").Set(fastest, 7_000_000)
	create := v.Get("createQuerySet")
	v.Set("createQuerySet", js.FuncOf(func(this js.Value, args []js.Value) any {
		asked++
		return create.Invoke(args[0])
	}))
	compile := v.Get("createComputePipelineAsync")
	v.Set("createComputePipelineAsync", js.FuncOf(func(this js.Value, args []js.Value) any {
		for _, name := range broken {
			if args[0].Get("label").String() == name {
				broken = nil // once
				return js.Global().Get("Promise").Call("reject", js.Global().Get("Error").New("it does not compile"))
			}
		}
		return compile.Invoke(args[0])
	}))
	d.session.patience = 1
	load(t, d, contested())
	return d, asked
}

// candidates are the shaders between which there is a race, of which the last is never the guess.
func candidates(t *testing.T) []kernels.Shader {
	d, _ := fake(timestamps)
	list := d.session.shaders(contested().Steps[0].Kernel)
	require.Greater(t, len(list), 1)
	return list
}

func TestASecondVisitMeasuresNothing(t *testing.T) {
	list, kept := candidates(t), drawer{}
	fastest := list[len(list)-1].Name
	first, asked := visit(t, kept, fastest)
	assert.Positive(t, asked)
	require.Equal(t, fastest, onlyChoice(t, first).name)
	second, asked := visit(t, kept, list[0].Name)
	assert.Zero(t, asked)
	assert.Equal(t, fastest, onlyChoice(t, second).name, "as the first visit found")
	assert.NotContains(t, second.session.pipelines, pipelineKey(second.session.guess(list)), "what was not chosen is not compiled")
	assert.Equal(t, first.session.pace, second.session.pace)
}

func TestAnAdapterHasItsOwnRaces(t *testing.T) {
	list := candidates(t)
	_, asked := visit(t, drawer{"another": "x"}, list[0].Name)
	assert.Positive(t, asked)
}

func TestWhatIsKeptAndDoesNotCompileIsMeasuredAnew(t *testing.T) {
	list, kept := candidates(t), drawer{}
	worn := list[len(list)-1].Name
	visit(t, kept, worn)
	d, asked := visit(t, kept, list[0].Name, worn)
	assert.Positive(t, asked)
	assert.Equal(t, list[0].Name, onlyChoice(t, d).name)
	_, asked = visit(t, kept, worn)
	assert.Zero(t, asked, "what was measured anew is kept")
}

func TestKeptLinesThatSayNothingAreMeasured(t *testing.T) {
	list, kept := candidates(t), drawer{}
	_, _ = visit(t, kept, list[0].Name)
	for adapter, text := range kept {
		for name, changed := range map[string]string{
			"cut off":              text[:len(text)/2],
			"of an unknown shader": strings.ReplaceAll(text, list[0].Name, "conv2d_gone"),
			"no numbers":           strings.ReplaceAll(text, "\t", "\tx"),
			"negative":             strings.ReplaceAll(text, "\t7", "\t-7"),
		} {
			t.Run(name, func(t *testing.T) {
				_, asked := visit(t, drawer{adapter: changed}, list[0].Name)
				assert.Positive(t, asked)
			})
		}
	}
}

// TestThePaceIsOfOneRun has a clock for which a kernel must be done many times.
func TestThePaceIsOfOneRun(t *testing.T) {
	d, v := fake(timestamps)
	plan := contested()
	k := plan.Steps[0].Kernel
	for _, v := range d.session.shaders(k) {
		d.session.device.Get("costs").Set(v.Name, 10_000)
	}
	v.Get("clock").Set("tick", 100_000)
	load(t, d, plan)
	c := onlyChoice(t, d)
	assert.InEpsilon(t, 10_000, c.took.Nanoseconds(), 0.15)
	for _, v := range d.session.shaders(k) {
		if c.is(v) {
			assert.InEpsilon(t, c.took.Seconds()/kernels.Integrated.Time(k, v, 0).Seconds(), d.session.pace.slower, 1e-9)
		}
	}
}
