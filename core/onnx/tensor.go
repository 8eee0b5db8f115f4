package onnx

import (
	"encoding/binary"
	"fmt"
	"io"
	"math"
	"strconv"

	"segfault/core"

	"github.com/x448/float16"
)

// count is how many elements a shape has.
func count(dims []int) int { return core.Shape(dims).Count() }

// read reads a tensor's values.
func (f *File) read(t *tensor) (value, error) {
	v := value{kind: t.kind, shape: t.dims, fixed: true}
	size, n := t.kind.bytes(), count(t.dims)
	if size == 0 {
		return v, fmt.Errorf("onnx: tensor %q holds elements of type %d of onnx.proto, which is not supported; expected numbers of 8 to 64 bits", t.name, t.kind)
	}
	bits, err := f.elements(t, n, size)
	if err != nil || n == 0 {
		return v, err
	}
	if !t.kind.real() {
		v.ints = make([]int64, n)
		for i := range v.ints {
			v.ints[i] = t.kind.whole(bits(i))
		}
		return v, nil
	}
	values := core.NewTensor(t.dims...)
	for i := range values.Data {
		x := t.kind.float(bits(i))
		if x != x {
			return v, fmt.Errorf("onnx: tensor %q holds NaN at position %d; expected finite weights", t.name, i)
		}
		values.Data[i] = x
	}
	v.node = core.NewParameter(t.name, values)
	return v, nil
}

// elements finds a tensor's n elements, of size bytes in raw data, in one of the
// places where a file may have them: each as its bits.
func (f *File) elements(t *tensor, n, size int) (bits func(i int) uint64, err error) {
	if t.external != nil {
		raw, err := f.fetch(t, n*size)
		return fixed(raw, size), err
	}
	var raw []byte
	var numbers []uint64
	given := 0
	for e := range f.wire.fields(t.at) {
		switch e.number {
		case 9:
			given = int(e.at.size()) / size
			if e.at.size() == int64(n*size) {
				raw = f.wire.bytes(e.at)
			}
		case 4, 10: // float_data and double_data
			width := 4
			if e.number == 10 {
				width = 8
			}
			if e.wire == wireFixed32 {
				numbers = append(numbers, e.value)
				continue
			}
			data := f.wire.bytes(e.at)
			for ; len(data) >= width; data = data[width:] {
				numbers = append(numbers, fixed(data, width)(0))
			}
		case 5, 7, 11: // int32_data, int64_data and uint64_data
			for _, v := range f.wire.numbers(e) {
				numbers = append(numbers, uint64(v))
			}
		}
	}
	if raw == nil && given == 0 && len(numbers) == n {
		return func(i int) uint64 { return numbers[i] }, f.wire.err
	}
	if raw == nil && n > 0 && f.wire.err == nil {
		return nil, fmt.Errorf("onnx: tensor %q of shape %v should have %d elements, but the file holds %d: it is truncated or damaged",
			t.name, core.Shape(t.dims), n, max(given, len(numbers)))
	}
	return fixed(raw, size), f.wire.err
}

// fixed reads numbers of a size from bytes.
func fixed(data []byte, size int) func(i int) uint64 {
	return func(i int) uint64 {
		switch at := data[i*size:]; size {
		case 1:
			return uint64(at[0])
		case 2:
			return uint64(binary.LittleEndian.Uint16(at))
		case 4:
			return uint64(binary.LittleEndian.Uint32(at))
		default:
			return binary.LittleEndian.Uint64(at)
		}
	}
}

// float is the number of a real kind that bits stand for.
func (k kind) float(bits uint64) float32 {
	switch k {
	case float16s:
		return float16.Frombits(uint16(bits)).Float32()
	case bfloat16s:
		return math.Float32frombits(uint32(bits) << 16)
	case float64s:
		return float32(math.Float64frombits(bits))
	}
	return math.Float32frombits(uint32(bits))
}

// whole is the number of another kind that bits stand for.
func (k kind) whole(bits uint64) int64 {
	switch k {
	case int8s:
		return int64(int8(bits))
	case int16s:
		return int64(int16(bits))
	case int32s:
		return int64(int32(bits))
	case uint8s, bools:
		return int64(uint8(bits))
	case uint16s:
		return int64(uint16(bits))
	case uint32s:
		return int64(uint32(bits))
	}
	return int64(bits)
}

// fetch reads a tensor's bytes from the file beside this one that holds them.
func (f *File) fetch(t *tensor, size int) ([]byte, error) {
	name := t.external["location"]
	r, length, err := f.beside(name)
	if err != nil {
		return nil, err
	}
	number := func(key string, otherwise int64) int64 {
		if text := t.external[key]; text != "" {
			v, err := strconv.ParseInt(text, 10, 64)
			if err != nil {
				return -1
			}
			return v
		}
		return otherwise
	}
	offset := number("offset", 0)
	if stored := number("length", int64(size)); offset < 0 || stored != int64(size) || offset > length-stored {
		return nil, fmt.Errorf("onnx: tensor %q should lie in %d bytes from byte %d of %q on, which has %d: it is not this network's, truncated or damaged",
			t.name, size, offset, name, length)
	}
	data := make([]byte, size)
	if n, err := r.ReadAt(data, offset); n < size && err != nil && err != io.EOF {
		return nil, fmt.Errorf("onnx: %q cannot be read: %w", name, err)
	}
	return data, nil
}
