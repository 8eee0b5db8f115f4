package kernels

// MostParts is how many arrays a Concat joins: with its output, as many buffers
// as every WebGPU device can bind.
const MostParts = 7

// Concat joins arrays row by row: row n of y is row n of the first, then of the
// second, and so on. With a row for every image it concatenates along the
// channels.
//
// Bindings: a part N×Width for every width above 0, y N×(all widths).
type Concat struct {
	N      int
	Widths [MostParts]int
}

// Name implements Kernel.
func (k Concat) Name() string { return "concat" }

// parts is how many there are, and how wide a row of y is.
func (k Concat) parts() (count, width int) {
	for _, w := range k.Widths {
		if w > 0 {
			count++
		}
		width += w
	}
	return count, width
}

// Workgroups implements Kernel: an invocation an output.
func (k Concat) Workgroups() [3]int {
	_, width := k.parts()
	return grid(k.N * width)
}

// concatSizes are the Sizes of concat.wgsl: where in a row each part ends.
type concatSizes struct {
	N, Width            int32
	A, B, C, D, E, F, G int32
}

// Sizes implements Sized.
func (k Concat) Sizes() any {
	var ends [MostParts]int32
	end := 0
	for i, w := range k.Widths {
		end += w
		ends[i] = int32(end)
	}
	return &concatSizes{int32(k.N), int32(end), ends[0], ends[1], ends[2], ends[3], ends[4], ends[5], ends[6]}
}

// Order implements Padded: where there are fewer parts than the shader binds, the
// last one takes their places.
func (k Concat) Order() (bind []int, writes int) {
	count, _ := k.parts()
	order := make([]int, MostParts+1)
	for i := range MostParts {
		order[i] = min(i, count-1)
	}
	order[MostParts] = count
	return order, 1
}

// Bind implements Kernel.
func (k Concat) Bind(_ *Workers, b [][]float32) []Stage {
	count, width := k.parts()
	var starts [MostParts]int
	for i := 1; i < count; i++ {
		starts[i] = starts[i-1] + k.Widths[i-1]
	}
	return inParts(k.N*count, func(_, i int) {
		n, part := i/count, i%count
		w := k.Widths[part]
		copy(b[count][n*width+starts[part]:][:w], b[part][n*w:])
	})
}
