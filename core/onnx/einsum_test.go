package onnx

import (
	"testing"

	"segfault/core"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestSumsOfProductsAreThoseOfTheirEquation(t *testing.T) {
	a, b := []float32{1, 2, 3, 4, 5, 6}, []float32{1, 10, 100, 1000, 1, 1} // 2×3, the second one also 3×2
	for equation, c := range map[string]struct {
		shape core.Shape // of the second
		want  []float32
		says  string
	}{
		"ij,jk->ik":   {core.Shape{3, 2}, []float32{204, 2013, 510, 5046}, ""},
		"ij,jk":       {core.Shape{3, 2}, []float32{204, 2013, 510, 5046}, ""},
		"ij,jk->ki":   {core.Shape{3, 2}, []float32{204, 510, 2013, 5046}, ""},
		"ij, ij -> i": {core.Shape{2, 3}, []float32{321, 4011}, ""},
		"ij,ij->":     {core.Shape{2, 3}, []float32{4332}, ""},
		"ij,ij->ji":   {core.Shape{2, 3}, []float32{1, 4000, 20, 5, 300, 6}, ""},
		"ij,kl->ik":   {core.Shape{2, 3}, []float32{666, 6012, 1665, 15030}, ""},
		"ii,ij->j":    {core.Shape{2, 3}, nil, "takes a diagonal"},
		"ij,ji->ij":   {core.Shape{2, 3}, nil, "j is 3 and 2"},
		"...j,ij->i":  {core.Shape{2, 3}, nil, "a letter for each axis"},
		"ij,ij->x":    {core.Shape{2, 3}, nil, "x of the result is no axis of an input"},
		"ij->ij":      {core.Shape{2, 3}, nil, "is not of 2 values"},
	} {
		t.Run(equation, func(t *testing.T) {
			p := parts{inputs: []message{infoOf("image", 2, 3)}, outputs: []message{infoOf("y")}}
			p.nodes = []message{nodeOf("Einsum", "y", []string{"image", "b"}, message{}.text(1, "equation").text(4, equation))}
			f := p.file(t)
			r := &reading{file: f, graph: f.graph, values: map[string]value{
				"image": real(core.NewParameter("", &core.Tensor{Shape: core.Shape{2, 3}, Data: a})),
				"b":     real(core.NewParameter("", &core.Tensor{Shape: c.shape, Data: b})),
			}}
			y, err := r.floats("y")
			if c.says != "" {
				assert.ErrorContains(t, err, c.says)
				return
			}
			require.NoError(t, err)
			got, err := evaluate(y)
			require.NoError(t, err)
			assert.Equal(t, c.want, got.Data)
		})
	}
}
