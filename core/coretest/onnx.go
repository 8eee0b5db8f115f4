package coretest

import wire "encoding/binary"

// WithOutput is an ONNX file one of whose nodes' values is an output, too.
func WithOutput(file []byte, name string) []byte {
	part := func(to []byte, tag byte, content []byte) []byte {
		return append(wire.AppendUvarint(append(to, tag), uint64(len(content))), content...)
	}
	var out []byte
	for at := 0; at < len(file); { // the model's fields, all of whose tags are a byte
		tag, value := file[at], at+1
		n, size := wire.Uvarint(file[value:])
		value += size
		if tag&7 == 0 { // a number
			out, at = append(out, file[at:value]...), value
			continue
		}
		content := file[value : value+int(n)]
		if tag == 7<<3|2 { // the graph, whose field 12 are outputs
			content = part(content[:len(content):len(content)], 12<<3|2, part(nil, 1<<3|2, []byte(name)))
		}
		out, at = part(out, tag, content), value+int(n)
	}
	return out
}
