package onnx

import (
	"testing"

	"segfault/core"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// indicesOf is a tensor of whole numbers.
func indicesOf(name string, dims []int, values ...int) message {
	m := message{}
	for _, d := range dims {
		m = m.number(1, uint64(d))
	}
	m = m.number(2, uint64(int64s)).text(8, name)
	for _, v := range values {
		m = m.number(7, uint64(int64(v)))
	}
	return m
}

// x[0, 1] = (10, 20), of x and of numbers that are known.
func TestAssignmentsToAPartOfAnArrayAreDifferentiated(t *testing.T) {
	p := parts{inputs: []message{infoOf("image", 1, 3, 2)}, outputs: []message{infoOf("y")}}
	p.weights = []message{indicesOf("places", []int{1, 1, 2}, 0, -2), numbersOf("updates", 10, 20), numbersOf("known", 1, 2, 3, 4, 5, 6), indicesOf("shape", []int{3}, 1, 3, 2)}
	p.nodes = []message{
		nodeOf("ScatterND", "first", []string{"image", "places", "updates"}),
		nodeOf("Reshape", "shaped", []string{"known", "shape"}),
		nodeOf("ScatterND", "second", []string{"shaped", "places", "updates"}),
		nodeOf("Mul", "y", []string{"first", "second"}),
	}
	f := p.file(t)
	x := core.NewInput("x", 1, 1, 3, 2)
	r := f.start("NHW", x, "y")
	defer f.turn.Unlock()
	y, err := r.floats("y")
	require.NoError(t, err)
	program, err := core.NewCPU(1).Load(core.Compile(core.Outputs{"y": y, "gradient": core.Grad(core.Total(y), x)[0]}))
	require.NoError(t, err)
	defer program.Close()
	require.NoError(t, program.Write("x", []float32{1, 2, 3, 4, 5, 6}))
	require.NoError(t, program.Run(t.Context(), nil))
	for name, want := range map[string][]float32{"y": {1, 4, 100, 400, 25, 36}, "gradient": {1, 2, 0, 0, 5, 6}} {
		got := make([]float32, 6)
		require.NoError(t, program.Read(t.Context(), name, got))
		assert.Equal(t, want, got, name)
	}
}
