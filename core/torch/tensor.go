package torch

import (
	"encoding/binary"
	"fmt"
	"io"
	"math"

	"segfault/core"

	"github.com/x448/float16"
)

// dtype is a type of numbers as PyTorch names its storages.
type dtype struct {
	name  string
	bytes int
	float func(bits uint64) float32
}

// dtypes are those of storages, by their classes.
var dtypes = map[string]dtype{
	"FloatStorage":    {"float32", 4, func(b uint64) float32 { return math.Float32frombits(uint32(b)) }},
	"DoubleStorage":   {"float64", 8, func(b uint64) float32 { return float32(math.Float64frombits(b)) }},
	"HalfStorage":     {"float16", 2, func(b uint64) float32 { return float16.Frombits(uint16(b)).Float32() }},
	"BFloat16Storage": {"bfloat16", 2, func(b uint64) float32 { return math.Float32frombits(uint32(b) << 16) }},
	"LongStorage":     {"int64", 8, func(b uint64) float32 { return float32(int64(b)) }},
	"IntStorage":      {"int32", 4, func(b uint64) float32 { return float32(int32(b)) }},
	"ShortStorage":    {"int16", 2, func(b uint64) float32 { return float32(int16(b)) }},
	"CharStorage":     {"int8", 1, func(b uint64) float32 { return float32(int8(b)) }},
	"ByteStorage":     {"uint8", 1, func(b uint64) float32 { return float32(b) }},
	"BoolStorage":     {"bool", 1, func(b uint64) float32 { return float32(min(b, 1)) }},
	"UntypedStorage":  {"untyped", 1, nil},
}

// storage is where a file has the numbers of tensors.
type storage struct {
	key   string
	dtype dtype
	count int // of numbers
	at    int64
	order binary.ByteOrder
	body  io.ReaderAt
}

// tensor is a view of a storage.
type tensor struct {
	of      *storage
	dtype   dtype
	offset  int // of the first number
	shape   []int
	strides []int
}

// mostAxes bounds a tensor's axes.
const mostAxes = 16

// rebuilt is a tensor of a storage, an offset, sizes and strides; of version 3 with a type at the end.
func rebuilt(m *machine, args []any) any {
	if len(args) < 4 {
		m.damaged()
	}
	s, ok := args[0].(*storage)
	offset, also := args[1].(int64)
	shape, strides := m.sizes(args[2]), m.sizes(args[3])
	if !ok || !also || len(shape) != len(strides) || len(shape) > mostAxes {
		m.damaged()
	}
	t := &tensor{of: s, dtype: s.dtype, shape: shape, strides: strides}
	if g, typed := args[len(args)-1].(global); len(args) >= 7 && typed && g.module == "torch" {
		t.dtype = dtype{name: g.name}
		for _, d := range dtypes {
			if d.name == g.name {
				t.dtype = d
			}
		}
	}
	if t.dtype.bytes == 0 || t.dtype.float == nil {
		return opaque{"tensor of " + t.dtype.name}
	}
	count := s.count * s.dtype.bytes / t.dtype.bytes
	last, n := uint64(offset), 1
	for i, d := range shape {
		if d < 0 || d > math.MaxInt32 || strides[i] < 0 || strides[i] > math.MaxInt32 || d > 0 && n > math.MaxInt32/d {
			m.damaged()
		}
		n *= d
		last += uint64(max(d-1, 0)) * uint64(strides[i])
	}
	if offset < 0 || n > 0 && last >= uint64(count) {
		fail("a tensor of %v numbers does not lie in its storage of %d: the file is damaged", core.Shape(shape), count)
	}
	if n > count {
		fail("a tensor of %v numbers repeats the %d of its storage, which no weights do", core.Shape(shape), count)
	}
	t.offset = int(offset)
	return t
}

// sizes are whole numbers of a tuple or torch.Size.
func (m *machine) sizes(v any) []int {
	var items []any
	switch v := v.(type) {
	case tuple:
		items = v
	case *list:
		items = v.items
	default:
		m.damaged()
	}
	sizes := make([]int, len(items))
	for i, item := range items {
		n, ok := item.(int64)
		if !ok || int64(int(n)) != n {
			m.damaged()
		}
		sizes[i] = int(n)
	}
	return sizes
}

// read gives a tensor's values in the order of its axes.
func (t *tensor) read(name string) (*core.Tensor, error) {
	y := core.NewTensor(t.shape...)
	if len(y.Data) == 0 {
		return y, nil
	}
	first, last := t.offset, t.offset
	for i, d := range t.shape {
		last += (d - 1) * t.strides[i]
	}
	size := t.dtype.bytes
	raw := make([]byte, (last-first+1)*size)
	if n, err := t.of.body.ReadAt(raw, t.of.at+int64(first*size)); n < len(raw) {
		return nil, fmt.Errorf("torch: the values of tensor %q cannot be read (%w): the file is truncated or damaged", name, err)
	}
	at := make([]int, len(t.shape))
	place := 0
	for i := range y.Data {
		y.Data[i] = t.dtype.float(bits(raw[place*size:], size, t.of.order))
		for axis := len(at) - 1; axis >= 0; axis-- {
			place += t.strides[axis]
			if at[axis]++; at[axis] < t.shape[axis] {
				break
			}
			place -= t.strides[axis] * t.shape[axis]
			at[axis] = 0
		}
	}
	return y, nil
}

// bits is a number's bits.
func bits(data []byte, size int, order binary.ByteOrder) uint64 {
	switch size {
	case 1:
		return uint64(data[0])
	case 2:
		return uint64(order.Uint16(data))
	case 4:
		return uint64(order.Uint32(data))
	}
	return order.Uint64(data)
}
