//go:build js && wasm

package webgpu

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strings"
	"syscall/js"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"segfault/core"
	"segfault/core/attack"
	"segfault/core/net"
)

// calls is how often a device was asked for something.
type calls struct{ Submit, Write, Map, Promise, Group, Buffer int }

// callsOf is what a fake device counted since it was last asked.
func callsOf(v js.Value) calls {
	count := func(name string) int {
		n := v.Get("calls").Get(name).Int()
		v.Get("calls").Set(name, 0)
		return n
	}
	return calls{count("submit"), count("writeBuffer"), count("mapAsync"), count("promise"), count("createBindGroup"), count("createBuffer")}
}

// single is a network of one layer.
type single struct{ weight *core.Tensor }

func (s single) Logits(x *core.Node) *core.Node {
	return core.Conv2D(x, core.NewParameter("w", s.weight), core.Conv{Pad: core.Around(1)})
}

func (single) Shape() net.Shape { return net.Shape{In: 1, Classes: 1, Multiple: 1} }

// TestAnAttackIsARunAStepAndOneWait counts what the device is asked for when a program is there: of n steps n submissions, and
// what else an attack of two asks for. What goes to the device before a step is the number that only that step has.
func TestAnAttackIsARunAStepAndOneWait(t *testing.T) {
	const side = 8
	d, v := fake()
	w := core.NewTensor(1, 1, 3, 3)
	w.Data[4] = 0.1
	s, err := attack.NewSession(d, single{w}, side, side)
	require.NoError(t, err)
	t.Cleanup(s.Close)
	p := attack.Problem{Image: slices.Repeat([]float32{0.5}, side*side), Truth: make([]uint8, side*side)}
	of := func(steps int) calls {
		m := attack.FGSM()
		m.Epsilon, m.Steps = 0.1, steps
		if steps > 1 {
			m.Step = 0.01
		}
		for range 2 {
			callsOf(v)
			_, _, err := s.Run(context.Background(), p, m, nil)
			require.NoError(t, err)
		}
		return callsOf(v)
	}
	first := of(1)
	assert.Equal(t, calls{}, calls{Group: first.Group, Buffer: first.Buffer}, "a run makes nothing")
	two := of(2)
	for _, n := range []int{3, 10} {
		t.Run(fmt.Sprint(n, " steps"), func(t *testing.T) {
			more := of(n)
			assert.Equal(t, two.Submit+n-2, more.Submit)
			assert.LessOrEqual(t, more.Promise-two.Promise, 2*(n-2), "a run's end, and until then a look")
			more.Submit, more.Promise = two.Submit, two.Promise
			assert.Equal(t, two, more, "nothing else a step")
		})
	}
	p1 := load(t, d, core.Compile(core.Outputs{"y": core.Exp(core.NewInput("x", 2))}))
	run := func() calls {
		callsOf(v)
		require.NoError(t, p1.Write("x", []float32{1, 2}))
		require.NoError(t, p1.Run(context.Background(), nil))
		read(t, p1, "y", 2)
		return callsOf(v)
	}
	run()
	bench, err := os.ReadFile("../build/BENCH.md")
	require.NoError(t, err)
	for _, of := range []struct {
		what string
		c    calls
	}{{"a forward pass, or a gradient", run()}, {"FGSM", first}, {"ten steps", of(10)}} {
		line := fmt.Sprintf("| %s | %d | %d | %d | %d | %d |\n", of.what, of.c.Submit, of.c.Write, of.c.Map, of.c.Group, of.c.Buffer)
		assert.True(t, strings.Contains(string(bench), line), "build/BENCH.md lacks %s", line)
	}
}
