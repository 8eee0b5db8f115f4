package scan

import "math"

// Orientation says how a stored slice became the upright one in [Scan.Values]: columns and rows were exchanged if
// Transpose, then the picture was reversed left to right if FlipX and top to bottom if FlipY.
type Orientation struct{ Transpose, FlipX, FlipY bool }

// Stored returns the column and row at which the file holds the pixel (x, y) of an upright slice of width×height.
func (o Orientation) Stored(x, y, width, height int) (column, row int) {
	if o.FlipX {
		x = width - 1 - x
	}
	if o.FlipY {
		y = height - 1 - y
	}
	if o.Transpose {
		return y, x
	}
	return x, y
}

// Turned makes upright slices of stored ones, whose size was given the other way round if o transposes. Width and height are those
// of an upright one.
func Turned[T uint8 | float32](stored []T, width, height int, o Orientation) []T {
	upright := make([]T, 0, len(stored))
	for n := width * height; len(stored) > 0; stored = stored[n:] {
		o.Walk(width, height, func(at int) { upright = append(upright, stored[at]) })
	}
	return upright
}

// Walk goes over the pixels of an upright slice, row by row, and tells where the file holds them.
func (o Orientation) Walk(width, height int, each func(at int)) {
	first := o.StoredAt(0, width, height)
	right, down := o.StoredAt(min(1, width-1), width, height)-first, o.StoredAt(width*min(1, height-1), width, height)-first
	for y := range height {
		at := first + y*down
		for range width {
			each(at)
			at += right
		}
	}
}

// StoredAt is where the file holds the i-th pixel of an upright slice, row by row.
func (o Orientation) StoredAt(i, width, height int) int {
	column, row := o.Stored(i%width, i/width, width, height)
	if o.Transpose {
		width = height
	}
	return row*width + column
}

// Upright finds the Orientation in which slices through the third stored axis stand as a radiologist expects
// them, from the affine that maps stored indices to mm toward the patient's right, front and head.
//
// Of the slice's two axes the one nearer to head-foot, or else to front-back, becomes the vertical; and both
// must run toward left, back and feet, so an axis toward right, front or head is reversed.
func Upright(affine [4][4]float64) (o Orientation) {
	world, positive := nearestAxes(affine)
	horizontal, vertical := 0, 1
	if o.Transpose = world[0] > world[1]; o.Transpose {
		horizontal, vertical = 1, 0
	}
	o.FlipX, o.FlipY = positive[horizontal], positive[vertical]
	return o
}

// nearestAxes assigns to each stored axis the nearest free one of right (0), front (1) and head (2), the clearest
// first, and tells whether it runs that way (positive) or the other. An affine that is zero leaves the axes as
// they are, and none reversed.
func nearestAxes(affine [4][4]float64) (world [3]int, positive [3]bool) {
	var stored, taken [3]bool
	for range 3 {
		best, at, to := -1.0, 0, 0
		for i := range 3 {
			length := math.Hypot(math.Hypot(affine[0][i], affine[1][i]), affine[2][i])
			for w := range 3 {
				if stored[i] || taken[w] {
					continue
				}
				share := 0.0
				if length > 0 {
					share = math.Abs(affine[w][i]) / length
				}
				if share > best {
					best, at, to = share, i, w
				}
			}
		}
		stored[at], taken[to] = true, true
		world[at], positive[at] = to, affine[to][at] > 0
	}
	return world, positive
}
