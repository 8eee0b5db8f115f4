package onnx

import (
	"bytes"
	"encoding/binary"
	"math"
	"testing"

	"github.com/stretchr/testify/require"
)

// Files for tests, written in the wire format by hand.

// message is a message's bytes.
type message []byte

func (m message) number(field int, v uint64) message {
	return binary.AppendUvarint(binary.AppendUvarint(m, uint64(field)<<3), v)
}

func (m message) text(field int, s string) message { return m.part(field, message(s)) }

func (m message) part(field int, p message) message {
	m = binary.AppendUvarint(m, uint64(field)<<3|2)
	return append(binary.AppendUvarint(m, uint64(len(p))), p...)
}

// weightOf is a tensor of ones.
func weightOf(name string, dims ...int) message { return tensorOf(name, 1, dims...) }

func tensorOf(name string, value float32, dims ...int) message {
	m := message{}
	n := 1
	for _, d := range dims {
		m, n = m.number(1, uint64(d)), n*d
	}
	raw := message{}
	for range n {
		raw = binary.LittleEndian.AppendUint32(raw, math.Float32bits(value))
	}
	return m.number(2, uint64(float32s)).text(8, name).part(9, raw)
}

// infoOf is an array of floats; sizes below 0 are open.
func infoOf(name string, dims ...int) message {
	shape := message{}
	for _, d := range dims {
		if d < 0 {
			shape = shape.part(1, message{}.text(2, "any"))
		} else {
			shape = shape.part(1, message{}.number(1, uint64(d)))
		}
	}
	return message{}.text(1, name).part(2, message{}.part(1, message{}.number(1, uint64(float32s)).part(2, shape)))
}

// nodeOf is a node with one output.
func nodeOf(op, output string, inputs []string, attributes ...message) message {
	m := message{}
	for _, in := range inputs {
		m = m.text(1, in)
	}
	m = m.text(2, output).text(3, "the "+op).text(4, op)
	for _, a := range attributes {
		m = m.part(5, a)
	}
	return m
}

func list(name string, values ...int) message {
	m := message{}.text(1, name)
	for _, v := range values {
		m = m.number(8, uint64(v))
	}
	return m
}

// parts are what a file is made of.
type parts struct{ nodes, weights, inputs, outputs []message }

func (p parts) bytes() []byte {
	g := message{}
	for field, list := range map[int][]message{1: p.nodes, 5: p.weights, 11: p.inputs, 12: p.outputs} {
		for _, m := range list {
			g = g.part(field, m)
		}
	}
	return message{}.text(2, "a test").part(7, g).part(8, message{}.text(1, "").number(2, 17))
}

// file opens the file that parts make.
func (p parts) file(t *testing.T) *File {
	t.Helper()
	f, err := Open(bytes.NewReader(p.bytes()), int64(len(p.bytes())))
	require.NoError(t, err)
	return f
}
