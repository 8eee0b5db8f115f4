package formats

import (
	"encoding/binary"
	"math"

	"github.com/x448/float16"
)

// sample is a type of stored number. Its name is NumPy's.
type sample struct {
	name  string
	bytes int
}

// read returns the function that decodes one sample.
func (t sample) read(order binary.ByteOrder) func([]byte) float64 {
	switch t.name {
	case "bool":
		return func(b []byte) float64 {
			if b[0] != 0 {
				return 1
			}
			return 0
		}
	case "uint8":
		return func(b []byte) float64 { return float64(b[0]) }
	case "int8":
		return func(b []byte) float64 { return float64(int8(b[0])) }
	case "uint16":
		return func(b []byte) float64 { return float64(order.Uint16(b)) }
	case "int16":
		return func(b []byte) float64 { return float64(int16(order.Uint16(b))) }
	case "uint32":
		return func(b []byte) float64 { return float64(order.Uint32(b)) }
	case "int32":
		return func(b []byte) float64 { return float64(int32(order.Uint32(b))) }
	case "uint64":
		return func(b []byte) float64 { return float64(order.Uint64(b)) }
	case "int64":
		return func(b []byte) float64 { return float64(int64(order.Uint64(b))) }
	case "float16":
		return func(b []byte) float64 { return float64(float16.Frombits(order.Uint16(b)).Float32()) }
	case "float32":
		return func(b []byte) float64 { return float64(math.Float32frombits(order.Uint32(b))) }
	case "float64":
		return func(b []byte) float64 { return math.Float64frombits(order.Uint64(b)) }
	case "rgb8", "rgba8":
		return func(b []byte) float64 { return luma(float64(b[0]), float64(b[1]), float64(b[2])) }
	}
	panic("scan: no reader for samples of type " + t.name)
}

// maxFloat16 is the largest number that float16 holds.
const maxFloat16 = 65504

// write encodes one sample: rounded to the nearest, half to even, and clamped to the type's range.
func (t sample) write(order binary.ByteOrder, b []byte, v float64) {
	if t.name[0] != 'f' {
		low, high := t.limits()
		v = min(max(math.RoundToEven(v), low), high)
	}
	switch t.name {
	case "bool", "uint8", "int8":
		b[0] = byte(int64(v))
	case "uint16", "int16":
		order.PutUint16(b, uint16(int64(v)))
	case "uint32", "int32":
		order.PutUint32(b, uint32(int64(v)))
	case "int64":
		order.PutUint64(b, uint64(int64(v)))
	case "uint64":
		order.PutUint64(b, uint64(v))
	case "float16":
		order.PutUint16(b, float16.Fromfloat32(float32(min(max(v, -maxFloat16), maxFloat16))).Bits())
	case "float32":
		order.PutUint32(b, math.Float32bits(float32(v)))
	case "float64":
		order.PutUint64(b, math.Float64bits(v))
	}
}

// limits is the range of a type of whole numbers; of 64 bits, what float64 can tell apart from the next power of two.
func (t sample) limits() (low, high float64) {
	span := math.Ldexp(1, 8*t.bytes)
	switch {
	case t.name == "bool":
		return 0, 1
	case t.name[0] == 'u' && t.bytes < 8:
		return 0, span - 1
	case t.name[0] == 'u':
		return 0, span - 2048
	case t.bytes < 8:
		return -span / 2, span/2 - 1
	}
	return -span / 2, span/2 - 1024
}

// finite rounds v to float32; what is not a number or does not fit becomes 0 and is counted.
func finite(v float64, nonFinite *int) float32 {
	f := float32(v)
	if f-f != 0 {
		*nonFinite++
		return 0
	}
	return f
}

// luma is the grey of a colour after ITU-R BT.601, in the units of its arguments.
func luma(r, g, b float64) float64 { return 0.299*r + 0.587*g + 0.114*b }
