package scan

import (
	"encoding/binary"
	"math"
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
	case "float32":
		return func(b []byte) float64 { return float64(math.Float32frombits(order.Uint32(b))) }
	case "float64":
		return func(b []byte) float64 { return math.Float64frombits(order.Uint64(b)) }
	case "rgb8", "rgba8":
		return func(b []byte) float64 { return luma(float64(b[0]), float64(b[1]), float64(b[2])) }
	}
	panic("scan: no reader for samples of type " + t.name)
}

// finite rounds v to float32; what is not a number or does not fit becomes 0 and is counted.
func finite(v float64, nonFinite *int) float32 {
	f := float32(v)
	if math.IsNaN(v) || math.IsInf(float64(f), 0) {
		*nonFinite++
		return 0
	}
	return f
}

// luma is the grey of a colour after ITU-R BT.601, in the units of its arguments.
func luma(r, g, b float64) float64 { return 0.299*r + 0.587*g + 0.114*b }
