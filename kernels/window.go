package kernels

// Window is how a filter or a pool moves over an image: its taps are Dilation
// apart, its neighbours Stride, and the image is padded on four sides.
type Window struct {
	KH, KW                   int // taps
	StrideH, StrideW         int
	DilationH, DilationW     int
	Top, Left, Bottom, Right int
}

// Reach is how many rows and columns the taps span.
func (w Window) Reach() (rows, columns int) {
	return (w.KH-1)*w.DilationH + 1, (w.KW-1)*w.DilationW + 1
}

// Over is how many windows, one below and one beside the other, an image has.
func (w Window) Over(height, width int) (rows, columns int) {
	rows, columns = w.Reach()
	return (height+w.Top+w.Bottom-rows)/w.StrideH + 1, (width+w.Left+w.Right-columns)/w.StrideW + 1
}

// taps is where a row or column of n taps lies.
func taps(n, apart int) []int {
	at := make([]int, n)
	for i := range at {
		at[i] = i * apart
	}
	return at
}

// onePixel is whether windows are the image's pixels, one by one.
func (w Window) onePixel() bool {
	w.DilationH, w.DilationW = 1, 1 // of one tap, which is apart from none
	return w == Window{KH: 1, KW: 1, StrideH: 1, StrideW: 1, DilationH: 1, DilationW: 1}
}
