package foreign

import (
	"bytes"
	"unicode/utf8"
)

// strangers are files that people give for networks, by their first bytes, and what to do then.
var strangers = []struct{ begins, is string }{
	{"version https://git-lfs", "a pointer of Git LFS, which stands in a repository for the network: fetch that with git lfs pull"},
	{"\x89HDF\r\n", "HDF5, as Keras saves: export the network to ONNX"},
	{"\x1f\x8b", "packed with gzip: unpack it first"},
	{"\x89PNG", "a picture (PNG): open it as a scan"},
	{"\xff\xd8\xff", "a picture (JPEG): open it as a scan"},
	{"{", "JSON, which describes something: give it together with the network that it belongs to"},
}

// strange says what a file is that begins so and is no network; "" where that is not known.
func strange(head []byte) string {
	if bytes.HasPrefix(head, []byte("{")) && (bytes.Contains(head, []byte("TensorFlow.js")) || bytes.Contains(head, []byte("modelTopology"))) {
		return "TensorFlow.js: export the network to ONNX"
	}
	for _, s := range strangers {
		if bytes.HasPrefix(head, []byte(s.begins)) {
			return s.is
		}
	}
	text := bytes.TrimSpace(bytes.TrimPrefix(head, []byte("\ufeff")))
	switch {
	case len(head) == 0:
		return "empty: copy it again"
	case len(head) > 8 && string(head[4:8]) == "TFL3":
		return "TensorFlow Lite: export the network to ONNX"
	case len(text) > 0 && text[0] == '<' && printable(text):
		return "HTML or XML, such as the page that a server answers with instead of a file: look at it, and fetch the network again"
	case printable(head):
		return "a text: look at what it says, and give the network itself"
	}
	return ""
}

// printable says whether bytes are those of a text, whose last letter may be cut.
func printable(head []byte) bool {
	for len(head) > 0 {
		r, size := utf8.DecodeRune(head)
		if r == utf8.RuneError && size == 1 && utf8.FullRune(head) || r < ' ' && r != '\t' && r != '\n' && r != '\r' {
			return false
		}
		head = head[size:]
	}
	return true
}
