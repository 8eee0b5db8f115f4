package core

import "segfault/kernels"

// Band is a matrix whose rows have few weights, side by side: an interpolation
// along one axis.
type Band struct {
	in, out, taps int
	table         *Tensor // of every row the first column, then taps weights
	transposed    *Band
}

// NewBand makes a matrix of out rows and in columns. row tells which columns a
// row has weights for: those from first on. It may have none.
func NewBand(out, in int, row func(o int) (first int, weights []float64)) *Band {
	b := band(out, in, row)
	columns := make([][]float64, in) // from the row on in which each begins
	begins := make([]int, in)
	for o := range out {
		first, weights := row(o)
		for i, w := range weights {
			c := first + i
			if len(columns[c]) == 0 {
				begins[c] = o
			}
			columns[c] = append(append(columns[c], make([]float64, o-begins[c]-len(columns[c]))...), w)
		}
	}
	b.transposed = band(in, out, func(c int) (int, []float64) { return begins[c], columns[c] })
	b.transposed.transposed = b
	return b
}

func band(out, in int, row func(o int) (int, []float64)) *Band {
	b := &Band{in: in, out: out, taps: 1}
	for o := range out {
		_, weights := row(o)
		b.taps = max(b.taps, len(weights))
	}
	b.table = NewTensor(out, 1+b.taps)
	for o := range out {
		first, weights := row(o)
		start := min(first, in-b.taps) // so that all taps are columns
		line := b.table.Data[o*(1+b.taps):]
		line[0] = float32(start)
		for i, w := range weights {
			line[1+first-start+i] = float32(w)
		}
	}
	return b
}

// Resample multiplies every plane of x, N×C×H×W, with a matrix along its columns
// and with one along its rows.
func Resample(x *Node, down, across *Band) *Node {
	if len(x.Shape) != 4 || x.Shape[2] != down.in || x.Shape[3] != across.in {
		refuse("Resample", "%v; expected planes of %d×%d", x.Shape, down.in, across.in)
	}
	return Along(Along(x, across, 3), down, 2)
}

// Along multiplies with a matrix along one axis. Its gradient is the product with
// the transposed matrix.
func Along(x *Node, b *Band, axis int) *Node {
	axis = axisOf("Along", x.Shape, axis)
	if x.Shape[axis] != b.in {
		refuse("Along", "axis %d of %v for a matrix of %d columns", axis, x.Shape, b.in)
	}
	shape := append(Shape{}, x.Shape...)
	shape[axis] = b.out
	k := kernels.Band{Rows: x.Shape[:axis].Count(), In: b.in, Out: b.out, Inner: x.Shape[axis+1:].Count(), Taps: b.taps}
	return newNode(Node{Shape: shape, kernel: k, args: []*Node{x, NewParameter("", b.table)}, parents: []*Node{x},
		grad: func(dy *Node, _ int) *Node { return Along(dy, b.transposed, axis) }})
}
