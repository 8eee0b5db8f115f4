package onnx

import (
	"testing"

	"segfault/core"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// bytesOf is a tensor of bytes, with signs.
func bytesOf(name string, dims []int, values ...int8) message {
	m, raw := message{}, message{}
	for _, d := range dims {
		m = m.number(1, uint64(d))
	}
	for _, v := range values {
		raw = append(raw, byte(v))
	}
	return m.number(2, uint64(int8s)).text(8, name).part(9, raw)
}

// Many files hold their weights in bytes, though they compute with floats.
func TestWeightsInBytesAreReadAsTheNumbersThatTheyStandFor(t *testing.T) {
	axis := message{}.text(1, "axis").number(3, 0)
	for name, c := range map[string]struct {
		scale, zero message
		want        []float32
	}{
		"one scale":               {tensorOf("scale", 0.5), bytesOf("zero", nil, 0), []float32{-64, 1.5, 63.5}},
		"one scale, and a zero":   {tensorOf("scale", 0.5, 1), bytesOf("zero", []int{1}, 3), []float32{-65.5, 0, 62}},
		"one for each channel":    {tensorOf("scale", 2, 3), bytesOf("zero", []int{3}, -1, 0, 1), []float32{-254, 6, 252}},
		"of another number":       {tensorOf("scale", 2, 2), bytesOf("zero", nil, 0), nil},
		"of a matrix, not a list": {tensorOf("scale", 2, 3, 1), bytesOf("zero", nil, 0), nil},
	} {
		t.Run(name, func(t *testing.T) {
			n, err := parts{
				nodes: []message{nodeOf("DequantizeLinear", "w", []string{"bytes", "scale", "zero"}, axis), nodeOf("Mul", "y", []string{"image", "w"})}, inputs: image,
				weights: []message{bytesOf("bytes", []int{3, 1, 1}, -128, 3, 127), c.scale, c.zero}, outputs: []message{infoOf("y")},
			}.file(t).Load("")
			if c.want == nil {
				assert.ErrorContains(t, err, "expected one number, or 3")
				return
			}
			require.NoError(t, err)
			x := core.NewInput("x", 1, 3, 1, 1)
			program, err := core.NewCPU(1).Load(core.Compile(core.Outputs{"y": n.Logits(x)}))
			require.NoError(t, err)
			defer program.Close()
			got := make([]float32, 3)
			require.NoError(t, program.Write("x", []float32{1, 1, 1}))
			require.NoError(t, program.Run(t.Context(), nil))
			require.NoError(t, program.Read(t.Context(), "y", got))
			assert.Equal(t, c.want, got, "all of them exact in float32")
		})
	}
}

func TestWhatDependsOnTheImageIsNotReadFromBytes(t *testing.T) {
	_, err := parts{
		nodes:   []message{nodeOf("Cast", "b", []string{"image"}, message{}.text(1, "to").number(3, uint64(int8s))), nodeOf("DequantizeLinear", "y", []string{"b", "scale"})},
		weights: []message{tensorOf("scale", 0.5)}, inputs: image, outputs: []message{infoOf("y")},
	}.file(t).Load("")
	assert.ErrorContains(t, err, "rounding has no gradient")
}
