package onnx

import (
	"bytes"
	"os"
	"testing"

	"segfault/core"
)

// A file may say anything; what comes of it is a network that can be built, or an error.
func FuzzOpen(f *testing.F) {
	f.Add(network("y", nodeOf("Sigmoid", "y", []string{"scores"})).bytes())
	f.Add(network("y", nodeOf("Pad", "p", []string{"scores"}, list("pads", 0, 0, 1, 2, 0, 0, 1, 2)), nodeOf("Slice", "y", []string{"p"}, list("starts", 1), list("ends", 3), list("axes", 2))).bytes())
	f.Add(parts{}.bytes())
	f.Add([]byte(message(network("y", own("Leak", "y", "scores")).bytes()).part(25, definitionOf("Leak", 17, nodeOf("LeakyRelu", "b", []string{"a"})))))
	if data, err := os.ReadFile("../../../shared/oracle-onnx/modern.onnx"); err == nil {
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		file, err := Open(bytes.NewReader(data), int64(len(data)))
		if err != nil {
			return
		}
		n, err := file.Load("")
		if err != nil {
			return
		}
		s := n.Shape()
		height, width := s.Height, s.Width
		if height == 0 {
			height = 2 * s.Multiple
		}
		if width == 0 {
			width = 2 * s.Multiple
		}
		core.Try(func() *core.Node { return n.Logits(core.NewInput("x", 1, s.In, height, width)) })
	})
}
