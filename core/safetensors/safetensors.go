// Package safetensors reads and writes the safetensors format: named tensors
// behind a JSON header. Values are float32 in memory; files hold floats of 16 to
// 64 bits. Files are parsed as hostile: every size is checked before it is used.
package safetensors

import (
	"bytes"
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
	F64  DType = "F64"
)

var sizes = map[DType]int{F64: 8, F32: 4, F16: 2, BF16: 2}

// integers are counters such as num_batches_tracked, which are left out.
var integers = map[DType]int{"I64": 8, "I32": 4, "I16": 2, "I8": 1, "U64": 8, "U32": 4, "U16": 2, "U8": 1, "BOOL": 1}

// Read parses a file. Integer tensors are left out.
func Read(data []byte) (*File, error) {
	a, err := Open(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return nil, err
	}
	f := &File{Metadata: a.Metadata, Tensors: map[string]*core.Tensor{}}
	for _, name := range slices.Sorted(maps.Keys(a.entries)) {
		if f.Tensors[name], err = a.Tensor(name); err != nil {
			return nil, err
		}
	}
	return f, nil
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
