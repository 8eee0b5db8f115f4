package safetensors

import (
	"encoding/binary"
	"fmt"
	"io"
	"maps"
	"math"
	"slices"

	"segfault/core"

	"github.com/x448/float16"
)

// Archive is a file of which only the header has been read: it knows every tensor's name and shape, and reads values when
// asked for them.
type Archive struct {
	Metadata map[string]string
	entries  map[string]entry
	body     io.ReaderAt
}

type entry struct {
	DType   DType  `json:"dtype"`
	Shape   []int  `json:"shape"`
	Offsets [2]int `json:"data_offsets"`
}

const (
	headerLimit = 16 << 20
	countLimit  = 1 << 30
	chunk       = 1 << 20 // bytes of values that are read at a time
)

// Sniff says whether a file begins as safetensors do: with the length of a header, which no sensible file has above 4 GB, and the header.
func Sniff(head []byte) bool {
	return len(head) >= 9 && string(head[4:9]) == "\x00\x00\x00\x00{"
}

// Open reads the header of a file of the given size in bytes, and checks that it describes what the file can hold.
func Open(r io.ReaderAt, size int64) (*Archive, error) {
	if size < 8 {
		return nil, fmt.Errorf("safetensors: expected a safetensors file, found %d bytes", size)
	}
	start := make([]byte, 8)
	if err := readAt(r, start, 0); err != nil {
		return nil, err
	}
	n := binary.LittleEndian.Uint64(start)
	if n > headerLimit || n > uint64(size-8) || n < 2 {
		return nil, noHeader(n, size)
	}
	text := make([]byte, n)
	if err := readAt(r, text, 8); err != nil {
		return nil, err
	}
	if text[0] != '{' {
		return nil, noHeader(n, size)
	}
	header, err := parseHeader(text)
	if err != nil {
		return nil, err
	}
	body := int(size - 8 - int64(n))
	a := &Archive{entries: map[string]entry{}, body: io.NewSectionReader(r, 8+int64(n), int64(body))}
	if meta, ok := header["__metadata__"]; ok {
		if a.Metadata, err = parseMetadata(meta); err != nil {
			return nil, err
		}
		delete(header, "__metadata__")
	}
	total := 0
	for _, name := range slices.Sorted(maps.Keys(header)) {
		e, err := parseEntry(header[name])
		if err != nil {
			return nil, fmt.Errorf("safetensors: the entry of tensor %q cannot be read (%v)", name, err)
		}
		if err := e.check(name, body); err != nil {
			return nil, err
		}
		if total += e.Offsets[1] - e.Offsets[0]; total > body {
			return nil, fmt.Errorf("safetensors: tensor %q lies where others do: the file is damaged", name)
		}
		if sizes[e.DType] > 0 {
			a.entries[name] = e
		}
	}
	return a, nil
}

func noHeader(n uint64, size int64) error {
	return fmt.Errorf("safetensors: this is no safetensors file, or a truncated one: its header should be %d bytes of JSON in a file of %d bytes", n, size)
}

// check compares an entry with the bytes behind the header.
func (e entry) check(name string, body int) error {
	size := sizes[e.DType] + integers[e.DType]
	if size == 0 {
		return fmt.Errorf("safetensors: tensor %q has type %q; expected F64, F32, F16 or BF16", name, e.DType)
	}
	count := 1
	for _, d := range e.Shape {
		if d < 0 || d > countLimit || d > 0 && count > countLimit/d {
			return fmt.Errorf("safetensors: tensor %q has an impossible shape %v", name, e.Shape)
		}
		count *= d
	}
	lo, hi := e.Offsets[0], e.Offsets[1]
	if lo < 0 || hi < lo || hi > body || hi-lo != count*size {
		return fmt.Errorf("safetensors: tensor %q of shape %v should lie in bytes %d to %d of %d: the file is truncated or damaged", name, e.Shape, lo, hi, body)
	}
	return nil
}

// Shapes are those of all tensors, by name.
func (a *Archive) Shapes() map[string]core.Shape {
	shapes := map[string]core.Shape{}
	for name, e := range a.entries {
		shapes[name] = e.Shape
	}
	return shapes
}

// Tensor reads a tensor's values, a part at a time, into the memory where they stay.
func (a *Archive) Tensor(name string) (*core.Tensor, error) {
	e, ok := a.entries[name]
	if !ok {
		return nil, fmt.Errorf("safetensors: there is no tensor %q", name)
	}
	t := core.NewTensor(e.Shape...)
	size := sizes[e.DType]
	part := make([]byte, min(chunk, len(t.Data)*size))
	for at := 0; at < len(t.Data); at += len(part) / size {
		values := t.Data[at:min(at+len(part)/size, len(t.Data))]
		raw := part[:len(values)*size]
		if err := readAt(a.body, raw, int64(e.Offsets[0]+at*size)); err != nil {
			return nil, err
		}
		decode(values, raw, e.DType)
	}
	return t, nil
}

// decode makes float32 of stored values.
func decode(values []float32, raw []byte, dtype DType) {
	switch dtype {
	case F64:
		for i := range values {
			values[i] = float32(math.Float64frombits(binary.LittleEndian.Uint64(raw[8*i:])))
		}
	case F32:
		for i := range values {
			values[i] = math.Float32frombits(binary.LittleEndian.Uint32(raw[4*i:]))
		}
	case F16:
		for i := range values {
			values[i] = float16.Frombits(binary.LittleEndian.Uint16(raw[2*i:])).Float32()
		}
	case BF16:
		for i := range values {
			values[i] = math.Float32frombits(uint32(binary.LittleEndian.Uint16(raw[2*i:])) << 16)
		}
	}
}

// readAt fills data from a place that the header said to exist.
func readAt(r io.ReaderAt, data []byte, at int64) error {
	if n, err := r.ReadAt(data, at); n < len(data) {
		return fmt.Errorf("safetensors: the file cannot be read at byte %d: %w", at+int64(n), err)
	}
	return nil
}
