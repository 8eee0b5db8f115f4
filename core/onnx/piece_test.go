package onnx

import (
	"testing"

	"segfault/core"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// logitsOf are a network's logits of an image.
func logitsOf(t *testing.T, n *Network, image []float32, shape ...int) []float32 {
	t.Helper()
	x := core.NewInput("x", shape...)
	y := n.Logits(x)
	program, err := core.NewCPU(1).Load(core.Compile(core.Outputs{"y": y}))
	require.NoError(t, err)
	defer program.Close()
	require.NoError(t, program.Write("x", image))
	require.NoError(t, program.Run(t.Context(), nil))
	got := make([]float32, y.Shape.Count())
	require.NoError(t, program.Read(t.Context(), "y", got))
	return got
}

// Attention in windows adds what a table holds for how two places lie to each other, in the order of the places.
func TestATableIsReadInAnyOrder(t *testing.T) {
	const height, width = 60, 50
	order := make([]int, height*width)
	table, want := make([]float32, height*width), make([]float32, height*width)
	for i := range order {
		table[i] = float32(i)
		order[i] = i * i * 7 % len(order)
		want[i] = float32(order[i]) + 0.5
	}
	n, err := parts{
		nodes: []message{
			nodeOf("Gather", "taken", []string{"table", "order"}),
			nodeOf("Gather", "shape", []string{"sizes", "backwards"}),
			nodeOf("Reshape", "square", []string{"taken", "shape"}),
			nodeOf("Add", "y", []string{"square", "image"}),
		},
		weights: []message{numbersOf("table", table...), indicesOf("order", []int{len(order)}, order...), indicesOf("sizes", []int{4}, width, height, 1, 1), indicesOf("backwards", []int{4}, 3, 2, 1, 0)},
		inputs:  []message{infoOf("image", 1, 1, height, width)}, outputs: []message{infoOf("y")},
	}.file(t).Load("")
	require.NoError(t, err)
	image := make([]float32, height*width)
	for i := range image {
		image[i] = 0.5
	}
	assert.Equal(t, want, logitsOf(t, n, image, 1, 1, height, width))
}

// Some exporters name outputs that nothing reads, such as the places of a pool's maxima.
func TestAnOutputThatNothingReadsNeedNotBeThere(t *testing.T) {
	p := network("y", nodeOf("MaxPool", "y", []string{"scores"}, list("kernel_shape", 1, 1)).text(2, "places"))
	_, err := p.file(t).Load("")
	assert.NoError(t, err)
	p.nodes = append(p.nodes, nodeOf("Cast", "numbers", []string{"places"}, message{}.text(1, "to").number(3, uint64(float32s))), nodeOf("Add", "z", []string{"y", "numbers"}))
	p.outputs = []message{infoOf("z")}
	_, err = p.file(t).Load("")
	assert.ErrorContains(t, err, `its output 2 ("places") is not supported`)
}

// Some networks ask to drop none of their attention also when they are trained no more.
func TestADropoutOfNothingIsNone(t *testing.T) {
	for ratio, says := range map[float32]string{0: "", 0.5: "it is in training mode"} {
		truth := message{}.number(2, uint64(bools)).text(8, "training").number(5, 1)
		_, err := network("y", nodeOf("Dropout", "y", []string{"scores", "ratio", "training"})).with(tensorOf("ratio", ratio)).with(truth).file(t).Load("")
		if says == "" {
			assert.NoError(t, err)
		} else {
			assert.ErrorContains(t, err, says)
		}
	}
}
