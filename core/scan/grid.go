package scan

import (
	"fmt"
	"math"
)

// Grid letterboxes a Width×Height slice into a Size×Size square: the aspect ratio is kept, the slice is centred and
// the rest is 0.
type Grid struct {
	Width, Height int // of the slice
	Size          int // side of the square
	X, Y, W, H    int // the rectangle of the square that the slice fills
}

// NewGrid fits a slice of width×height into a square of side size.
func NewGrid(width, height, size int) (Grid, error) {
	if err := CheckSize("slice", int64(width), int64(height), 1); err != nil {
		return Grid{}, err
	}
	if size < 1 || size > MaxSide {
		return Grid{}, fmt.Errorf("scan: the grid has a side of %d, but 1 to %d is needed", size, MaxSide)
	}
	long := max(width, height)
	fit := func(side int) int { return max(1, (2*side*size+long)/(2*long)) } // rounded to nearest
	g := Grid{Width: width, Height: height, Size: size, W: fit(width), H: fit(height)}
	g.X, g.Y = (size-g.W)/2, (size-g.H)/2
	return g, nil
}

// Own is where a point of the square, x and y from its upper left corner, lies in the slice.
func (g Grid) Own(p [2]float64) [2]float64 {
	return [2]float64{(p[0] - float64(g.X)) * float64(g.Width) / float64(g.W), (p[1] - float64(g.Y)) * float64(g.Height) / float64(g.H)}
}

// Resample writes the slice src, Height×Width, to the square dst, Size×Size: by area averaging where it shrinks, bilinearly where
// it grows, unchanged where the sizes agree.
func (g Grid) Resample(dst, src []float32) {
	checkLengths("Resample", len(dst), g.Size*g.Size, len(src), g.Width*g.Height)
	clear(dst)
	resize(plane{dst[g.Y*g.Size+g.X:], g.W, g.H, g.Size}, plane{src, g.Width, g.Height, g.Width})
}

// Rows are Resample as two matrices, along the slice's rows and along its columns: which pixels of a line, from first on, make a pixel
// of the square's, and with which weights. Beside the slice there are none.
func (g Grid) Rows() (across, down func(o int) (first int, weights []float64)) {
	rows := func(spans []span, from int) func(int) (int, []float64) {
		return func(o int) (int, []float64) {
			if o < from || o >= from+len(spans) {
				return 0, nil
			}
			return spans[o-from].first, spans[o-from].weights
		}
	}
	return rows(spans(g.Width, g.W), g.X), rows(spans(g.Height, g.H), g.Y)
}

// Back writes the slice's part of the square src, Size×Size, to the slice dst, Height×Width, in the same manner as
// Resample: bilinearly where it grows, by area averaging where it shrinks.
func (g Grid) Back(dst, src []float32) {
	checkLengths("Back", len(dst), g.Width*g.Height, len(src), g.Size*g.Size)
	resize(plane{dst, g.Width, g.Height, g.Width}, plane{src[g.Y*g.Size+g.X:], g.W, g.H, g.Size})
}

// ResampleLabels writes the labels src, Height×Width, to the square dst, Size×Size. Each gets the label that covers
// most of it; of labels that cover equally much the highest, so that thin structures survive. Where the slice grows
// this is the nearest label.
func (g Grid) ResampleLabels(dst, src []uint8) {
	checkLengths("ResampleLabels", len(dst), g.Size*g.Size, len(src), g.Width*g.Height)
	clear(dst)
	columns, rows := covers(g.Width, g.W), covers(g.Height, g.H)
	for y, row := range rows {
		for x, column := range columns {
			var area [256]float64
			best := src[row.first*g.Width+column.first]
			for j, wy := range row.weights {
				for i, wx := range column.weights {
					label := src[(row.first+j)*g.Width+column.first+i]
					area[label] += wy * wx
					// Areas are sums of rounded products: what is equal but for rounding counts as equal.
					if a, b := area[label], area[best]; a > b+1e-9 || a > b-1e-9 && label > best {
						best = label
					}
				}
			}
			dst[(g.Y+y)*g.Size+g.X+x] = best
		}
	}
}

func checkLengths(name string, dst, wantDst, src, wantSrc int) {
	if dst != wantDst || src != wantSrc {
		panic(fmt.Sprintf("scan: Grid.%s needs %d values to write and %d to read, not %d and %d", name, wantDst, wantSrc, dst, src))
	}
}

// plane is a rectangle within rows that are stride apart.
type plane struct {
	values                []float32
	width, height, stride int
}

// span is how one output pixel is made along one axis: the weights, which add up to 1, of the pixels from first on.
type span struct {
	first   int
	weights []float64
}

// resize fills dst from src, first along rows and then along columns. Sums are in float64, so that an average of
// values within [0, 1] stays there.
func resize(dst, src plane) {
	columns, rows := spans(src.width, dst.width), spans(src.height, dst.height)
	wide := make([]float64, src.height*dst.width)
	for y := range src.height {
		line := src.values[y*src.stride:]
		for x, c := range columns {
			sum := 0.0
			for i, w := range c.weights {
				sum += w * float64(line[c.first+i])
			}
			wide[y*dst.width+x] = sum
		}
	}
	for y, r := range rows {
		for x := range dst.width {
			sum := 0.0
			for i, w := range r.weights {
				sum += w * wide[(r.first+i)*dst.width+x]
			}
			dst.values[y*dst.stride+x] = float32(sum)
		}
	}
}

// spans gives the weights for resizing from in to out pixels along one axis.
func spans(in, out int) []span {
	if out <= in {
		return covers(in, out)
	}
	result := make([]span, out)
	for o := range result {
		centre := (float64(o)+0.5)*float64(in)/float64(out) - 0.5 // pixel centres lie at halves
		centre = min(max(centre, 0), float64(in-1))
		whole, part := math.Modf(centre)
		result[o] = span{int(whole), []float64{1 - part, part}}
		if part == 0 {
			result[o].weights = []float64{1}
		}
	}
	return result
}

// covers gives the shares of the in pixels that lie under each of out pixels; for out ≥ in·2 mostly a single one.
func covers(in, out int) []span {
	result := make([]span, out)
	for o := range result {
		// Borders in units of 1/out pixel, exactly.
		from, to := o*in, (o+1)*in
		first, last := from/out, (to-1)/out
		weights := make([]float64, last-first+1)
		for i := range weights {
			left, right := max(from, (first+i)*out), min(to, (first+i+1)*out)
			weights[i] = float64(right-left) / float64(in)
		}
		result[o] = span{first, weights}
	}
	return result
}
