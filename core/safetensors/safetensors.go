// Package safetensors reads and writes the safetensors format: named tensors
// behind a JSON header. Values are float32 in memory; files hold float32,
// float16 or bfloat16. Files are parsed as hostile: every size is checked
// before it is used.
package safetensors

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"slices"

	"segfault/core"

	"github.com/x448/float16"
)

// File is the content of a safetensors file.
type File struct {
	Metadata map[string]string
	Tensors  map[string]*core.Tensor
}

// DType is how a file stores its values.
type DType string

// The types that can be read; F32 and F16 can be written.
const (
	F32  DType = "F32"
	F16  DType = "F16"
	BF16 DType = "BF16"
	i64  DType = "I64" // counters such as num_batches_tracked, which are left out
)

var sizes = map[DType]int{F32: 4, F16: 2, BF16: 2, i64: 8}

type entry struct {
	DType   DType  `json:"dtype"`
	Shape   []int  `json:"shape"`
	Offsets [2]int `json:"data_offsets"`
}

const (
	headerLimit = 16 << 20
	countLimit  = 1 << 30
)

// Read parses a file. Integer tensors are left out.
func Read(data []byte) (*File, error) {
	if len(data) < 8 {
		return nil, fmt.Errorf("safetensors: expected a safetensors file, found %d bytes", len(data))
	}
	n := binary.LittleEndian.Uint64(data)
	if n > headerLimit || n > uint64(len(data)-8) || n < 2 || data[8] != '{' {
		return nil, fmt.Errorf("safetensors: this is no safetensors file, or a truncated one: its header should be %d bytes of JSON in a file of %d bytes", n, len(data))
	}
	header, err := parseHeader(data[8 : 8+n])
	if err != nil {
		return nil, err
	}
	f := &File{Tensors: map[string]*core.Tensor{}}
	if meta, ok := header["__metadata__"]; ok {
		if f.Metadata, err = parseMetadata(meta); err != nil {
			return nil, err
		}
		delete(header, "__metadata__")
	}
	body := data[8+n:]
	for _, name := range slices.Sorted(maps.Keys(header)) {
		e, err := parseEntry(header[name])
		if err != nil {
			return nil, fmt.Errorf("safetensors: the entry of tensor %q cannot be read (%v)", name, err)
		}
		t, err := e.tensor(name, body)
		if err != nil {
			return nil, err
		}
		if t != nil {
			f.Tensors[name] = t
		}
	}
	return f, nil
}

func (e entry) tensor(name string, body []byte) (*core.Tensor, error) {
	size, ok := sizes[e.DType]
	if !ok {
		return nil, fmt.Errorf("safetensors: tensor %q has type %q; expected F32, F16 or BF16", name, e.DType)
	}
	count := 1
	for _, d := range e.Shape {
		if d < 0 || d > countLimit || d > 0 && count > countLimit/d {
			return nil, fmt.Errorf("safetensors: tensor %q has an impossible shape %v", name, e.Shape)
		}
		count *= d
	}
	lo, hi := e.Offsets[0], e.Offsets[1]
	if lo < 0 || hi < lo || hi > len(body) || hi-lo != count*size {
		return nil, fmt.Errorf("safetensors: tensor %q of shape %v should lie in bytes %d to %d of %d: the file is truncated or damaged", name, e.Shape, lo, hi, len(body))
	}
	if e.DType == i64 {
		return nil, nil
	}
	t := core.NewTensor(e.Shape...)
	raw := body[lo:hi]
	switch e.DType {
	case F32:
		for i := range t.Data {
			t.Data[i] = math.Float32frombits(binary.LittleEndian.Uint32(raw[4*i:]))
		}
	case F16:
		for i := range t.Data {
			t.Data[i] = float16.Frombits(binary.LittleEndian.Uint16(raw[2*i:])).Float32()
		}
	case BF16:
		for i := range t.Data {
			t.Data[i] = math.Float32frombits(uint32(binary.LittleEndian.Uint16(raw[2*i:])) << 16)
		}
	}
	return t, nil
}

// Write encodes a file with all tensors of one type, in the order of their names.
func Write(f *File, dtype DType) ([]byte, error) {
	if dtype != F32 && dtype != F16 {
		return nil, fmt.Errorf("safetensors: cannot write type %q; expected F32 or F16", dtype)
	}
	size := sizes[dtype]
	header := map[string]any{}
	if len(f.Metadata) > 0 {
		header["__metadata__"] = f.Metadata
	}
	names := slices.Sorted(maps.Keys(f.Tensors))
	end := 0
	for _, name := range names {
		t := f.Tensors[name]
		shape := []int(t.Shape)
		if shape == nil {
			shape = []int{}
		}
		header[name] = entry{dtype, shape, [2]int{end, end + size*len(t.Data)}}
		end += size * len(t.Data)
	}
	text, err := json.Marshal(header)
	if err != nil {
		return nil, err
	}
	for len(text)%8 != 0 {
		text = append(text, ' ')
	}
	out := binary.LittleEndian.AppendUint64(make([]byte, 0, 8+len(text)+end), uint64(len(text)))
	out = append(out, text...)
	for _, name := range names {
		for _, v := range f.Tensors[name].Data {
			if dtype == F32 {
				out = binary.LittleEndian.AppendUint32(out, math.Float32bits(v))
			} else {
				out = binary.LittleEndian.AppendUint16(out, float16.Fromfloat32(v).Bits())
			}
		}
	}
	return out, nil
}
