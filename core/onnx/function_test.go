package onnx

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math"
	"testing"

	"segfault/core"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// definitionOf is a function of the domain "own", of a version of the standard's operators.
func definitionOf(name string, version uint64, nodes ...message) message {
	m := message{}.text(1, name).text(4, "a").text(5, "b").text(10, "own").part(9, message{}.text(1, "").number(2, version))
	for _, n := range nodes {
		m = m.part(7, n)
	}
	return m
}

// own is a call of such a function.
func own(name, output, input string, attributes ...message) message {
	return nodeOf(name, output, []string{input}, attributes...).text(7, "own")
}

func TestOperatorsThatAFileMakesItselfAreReadAsWhatTheyAreMadeOf(t *testing.T) {
	slope := binary.LittleEndian.AppendUint32(append(message{}.text(1, "slope"), 2<<3|wireFixed32), math.Float32bits(0.5))
	leak := definitionOf("Leak", 17, nodeOf("LeakyRelu", "b", []string{"a"}, message{}.text(1, "alpha").text(21, "slope")))
	twice := definitionOf("Twice", 17, own("Leak", "t", "a", slope), nodeOf("Add", "b", []string{"t", "t"}))
	with := func(p parts, functions ...message) (*File, error) {
		data := message(p.bytes())
		for _, f := range functions {
			data = data.part(25, f)
		}
		return Open(bytes.NewReader(data), int64(len(data)))
	}
	p := parts{inputs: []message{infoOf("image", 1, 1, 1, 3)}, outputs: []message{infoOf("y")}}
	p.nodes = []message{own("Twice", "first", "image"), own("Twice", "y", "first")}

	f, err := with(p, twice, leak)
	require.NoError(t, err)
	r := f.start("NCHW", core.NewParameter("image", &core.Tensor{Shape: core.Shape{1, 1, 1, 3}, Data: []float32{-4, 0, 3}}), "y")
	y, err := r.floats("y")
	f.turn.Unlock()
	require.NoError(t, err)
	got, err := evaluate(y)
	require.NoError(t, err)
	assert.Equal(t, []float32{-4, 0, 12}, got.Data)

	f, err = with(p, definitionOf("Twice", 13, nodeOf("Relu", "b", []string{"a"})))
	require.NoError(t, err)
	assert.Contains(t, f.Unsupported("")[0], "operator Twice of domain own", "of another version of the standard")

	_, err = with(p, definitionOf("Twice", 17, own("Twice", "b", "a")))
	assert.ErrorContains(t, err, "calls itself")

	var many []message
	for i := range 6 {
		var calls []message
		for k := range 10 {
			calls = append(calls, own(fmt.Sprint(i+1), fmt.Sprint("t", k), "a"))
		}
		many = append(many, definitionOf(fmt.Sprint(i), 17, calls...))
	}
	p.nodes = []message{own("0", "y", "image")}
	_, err = with(p, many...)
	assert.ErrorContains(t, err, "make more than 65536 nodes")
}
