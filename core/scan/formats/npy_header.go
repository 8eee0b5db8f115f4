package formats

import (
	"encoding/binary"
	"fmt"
	"strconv"
	"strings"
)

// npyHeader is what an NPY file declares, after numpy.lib.format (versions 1 to 3).
type npyHeader struct {
	sample  sample
	order   binary.ByteOrder
	fortran bool // the first index varies fastest
	shape   []int64
	offset  int // where the data begin
}

// npySamples are the types that are read, by NumPy's code without byte order.
var npySamples = map[string]sample{
	"b1": {"bool", 1}, "u1": {"uint8", 1}, "i1": {"int8", 1}, "u2": {"uint16", 2}, "i2": {"int16", 2},
	"u4": {"uint32", 4}, "i4": {"int32", 4}, "u8": {"uint64", 8}, "i8": {"int64", 8},
	"f2": {"float16", 2}, "f4": {"float32", 4}, "f8": {"float64", 8},
}

const (
	npyPrefix  = 12       // bytes that tell how long the header's text is, at most
	npyAxes    = 64       // of an array, at most
	npyLongest = 64 << 10 // a header's text, which NumPy limits to 10,000 bytes
)

// npyLength tells from a file's first bytes where its header ends.
func npyLength(data []byte) (start, end int, err error) {
	if len(data) < npyPrefix {
		return 0, 0, truncated("NPY", npyPrefix, int64(len(data)))
	}
	length := int64(binary.LittleEndian.Uint16(data[8:]))
	if start = 10; data[6] >= 2 {
		start, length = 12, int64(binary.LittleEndian.Uint32(data[8:]))
	}
	if data[6] < 1 || data[6] > 3 {
		return 0, 0, fmt.Errorf("scan: the NPY has version %d, but 1, 2 or 3 is read; save it again with numpy.save", data[6])
	}
	if length > npyLongest {
		return 0, 0, fmt.Errorf("scan: the NPY's header takes %d bytes, but at most %d are read; save it again with numpy.save", length, npyLongest)
	}
	return start, start + int(length), nil
}

// parseNPY reads the header: a magic string, the version, the length of a text and the text, which is a Python
// dictionary with the keys descr, fortran_order and shape.
func parseNPY(data []byte) (h npyHeader, err error) {
	start, end, err := npyLength(data)
	if err != nil {
		return h, err
	}
	if end > len(data) {
		return h, truncated("NPY", int64(end), int64(len(data)))
	}
	h.offset = end
	fields, ok := pythonDict(string(data[start:end]))
	if !ok {
		return h, fmt.Errorf("scan: the NPY's header is not the dictionary that NumPy writes; save it again with numpy.save")
	}
	descr, ok := fields["descr"].(string)
	if !ok {
		return h, fmt.Errorf("scan: the NPY has no dtype, or one of several fields; save one plain array with numpy.save")
	}
	h.order = binary.LittleEndian
	if strings.HasPrefix(descr, ">") {
		h.order = binary.BigEndian
	}
	code := strings.TrimLeft(descr, "<>=|")
	for short, s := range npySamples {
		if code == short || code == s.name {
			h.sample = s
		}
	}
	if h.sample.bytes == 0 {
		return h, fmt.Errorf("scan: the NPY has dtype %.20q, but bool, integers, float16, float32 and float64 are read; convert it with astype(\"float32\")", descr)
	}
	fortran, ok := fields["fortran_order"].(bool)
	shape, shaped := fields["shape"].([]any)
	if !ok || !shaped || len(fields) != 3 {
		return h, fmt.Errorf("scan: the NPY's shape cannot be read; save it again with numpy.save")
	}
	h.fortran = fortran
	for _, n := range shape {
		side, ok := n.(int64)
		if !ok || side < 0 {
			return h, fmt.Errorf("scan: the NPY's shape cannot be read; save it again with numpy.save")
		}
		h.shape = append(h.shape, side)
	}
	return h, nil
}

// bytes writes the header as NumPy does, of version 1. One that came in a file may hold anything between its words, or under a name that occurs twice.
func (h npyHeader) bytes() []byte {
	descr, fortran, shape := "|", "False", h.shape
	if h.sample.bytes > 1 {
		descr = map[bool]string{false: "<", true: ">"}[h.order == binary.BigEndian]
	}
	for short, s := range npySamples {
		if s == h.sample {
			descr += short
		}
	}
	if h.fortran {
		fortran = "True"
	}
	if len(shape) > npyAxes {
		shape = shape[len(shape)-3:]
	}
	sides := make([]string, len(shape))
	for i, n := range shape {
		sides[i] = strconv.FormatInt(n, 10)
	}
	text := fmt.Sprintf("{'descr': '%s', 'fortran_order': %s, 'shape': (%s), }", descr, fortran, strings.Join(sides, ", "))
	const prefix, whole = 10, 64
	text += strings.Repeat(" ", whole-1-(prefix+len(text))%whole) + "\n"
	return append(binary.LittleEndian.AppendUint16([]byte("\x93NUMPY\x01\x00"), uint16(len(text))), text...)
}

// npyShape writes a shape as 3×64×64.
func npyShape(shape []int64) string {
	if len(shape) > 8 {
		return fmt.Sprintf("with %d axes", len(shape))
	}
	sides := make([]string, len(shape))
	for i, n := range shape {
		sides[i] = strconv.FormatInt(n, 10)
	}
	return "(" + strings.Join(sides, "×") + ")"
}
