package picture

import "strconv"

// Outline traces where a field of width×height values, one at each pixel's centre, crosses a level: marching squares
// with linear interpolation. The result is SVG path data of closed loops in pixels, empty where nothing is above the level.
//
// Of logits at level 0 this is the border of the thresholded prediction, between the pixels rather than along them.
func Outline(field []float32, width, height int, at float32) string {
	o := outliner{field, width, height, at}
	above := newBitmap(width, height)
	for i, v := range field {
		if v > at {
			above.set(i%width, i/width)
		}
	}
	links := newLinks[crossing]()
	for y := -1; y < height; y++ {
		for x := -1; x < width; x++ {
			if corners := above.corners(x, y); corners != 0 && corners != 15 {
				cell(x, y, corners, links)
			}
		}
	}
	var path path
	links.loops(func(loop []crossing) {
		for i, c := range loop {
			px, py := o.place(c)
			path.point(i == 0, px, py)
		}
		path.close()
	})
	return string(path)
}

// crossing names the place where the outline crosses the line between two pixel centres: from (x, y) to the right, or
// down.
type crossing struct {
	x, y int
	down bool
}

type outliner struct {
	field         []float32
	width, height int
	level         float32
}

// value outside the picture is below every level.
func (o outliner) value(x, y int) (v float32, inside bool) {
	if x < 0 || y < 0 || x >= o.width || y >= o.height {
		return o.level, false
	}
	return o.field[y*o.width+x], true
}

// cell adds the pieces of the outline within the square of four pixel centres whose top left is (x, y), directed so
// that what is above the level lies to the right. corners tells which of the four are.
func cell(x, y, corners int, links *links[crossing]) {
	top, left := crossing{x, y, false}, crossing{x, y, true}
	bottom, right := crossing{x, y + 1, false}, crossing{x + 1, y, true}
	join := func(pieces ...crossing) {
		for i := 0; i < len(pieces); i += 2 {
			links.add(pieces[i], pieces[i+1])
		}
	}
	switch corners {
	case 1:
		join(left, top)
	case 2:
		join(top, right)
	case 3:
		join(left, right)
	case 4:
		join(right, bottom)
	case 5: // a saddle: two corners that stay apart
		join(left, top, right, bottom)
	case 6:
		join(top, bottom)
	case 7:
		join(left, bottom)
	case 8:
		join(bottom, left)
	case 9:
		join(bottom, top)
	case 10:
		join(top, right, bottom, left)
	case 11:
		join(bottom, right)
	case 12:
		join(right, left)
	case 13:
		join(right, top)
	case 14:
		join(top, left)
	}
}

// place interpolates a crossing's position; at the picture's rim it lies on the rim.
func (o outliner) place(c crossing) (x, y float32) {
	x1, y1 := c.x+1, c.y
	if c.down {
		x1, y1 = c.x, c.y+1
	}
	a, insideA := o.value(c.x, c.y)
	b, insideB := o.value(x1, y1)
	t := float32(0.5)
	if insideA && insideB && a != b {
		t = (o.level - a) / (b - a)
	}
	x, y = float32(c.x)+0.5, float32(c.y)+0.5
	if c.down {
		return x, y + t
	}
	return x + t, y
}

// Region traces the borders of a mask's pixels: SVG path data of closed loops along pixel edges, so that regions which
// share a border meet without gap or overlap.
func Region(mask []bool, width, height int) string {
	bits := newBitmap(width, height)
	for i, v := range mask {
		if v {
			bits.set(i%width, i/width)
		}
	}
	// An edge is named by the vertex it starts from and its direction, the set pixel on its right.
	links := newLinks[edge]()
	for y := range height {
		for x := range width {
			if bits.at(x, y) == 0 {
				continue
			}
			for d := range directions {
				dx, dy := directions[d][1][0], directions[d][1][1]
				if bits.at(x+dx, y+dy) == 1 {
					continue
				}
				e := edge{x + directions[d][0][0], y + directions[d][0][1], d}
				links.add(e, bits.follow(e))
			}
		}
	}
	var path path
	links.loops(func(loop []edge) {
		start := true
		for i, e := range loop {
			if before := loop[(i+len(loop)-1)%len(loop)]; before.direction != e.direction { // a corner
				path.point(start, float32(e.x), float32(e.y))
				start = false
			}
		}
		path.close()
	})
	return string(path)
}

type edge struct{ x, y, direction int }

// directions are clockwise around a pixel: where the edge starts relative to the pixel, which neighbour it borders, and
// which way it goes.
var directions = [4][3][2]int{
	{{0, 0}, {0, -1}, {1, 0}},  // along the top, to the right
	{{1, 0}, {1, 0}, {0, 1}},   // along the right side, down
	{{1, 1}, {0, 1}, {-1, 0}},  // along the bottom, to the left
	{{0, 1}, {-1, 0}, {0, -1}}, // along the left side, up
}

// follow finds the edge after e. At a vertex where two set pixels touch only by their corners it keeps to its own pixel.
func (b bitmap) follow(e edge) edge {
	way := directions[e.direction][2]
	x, y := e.x+way[0], e.y+way[1]
	for _, turn := range [3]int{1, 0, 3} { // right, straight on, left
		d := (e.direction + turn) % 4
		// The pixel on the right of the candidate edge, and the one on its left.
		px, py := x-directions[d][0][0], y-directions[d][0][1]
		if b.at(px, py) == 1 && b.at(px+directions[d][1][0], py+directions[d][1][1]) == 0 {
			return edge{x, y, d}
		}
	}
	panic("picture: an edge without continuation")
}

// bitmap holds a 0 or 1 for each pixel, and zeros all around.
type bitmap struct {
	stride int
	bits   []uint8
}

func newBitmap(width, height int) bitmap {
	return bitmap{width + 2, make([]uint8, (width+2)*(height+2))}
}

func (b bitmap) at(x, y int) uint8 { return b.bits[(y+1)*b.stride+x+1] }
func (b bitmap) set(x, y int)      { b.bits[(y+1)*b.stride+x+1] = 1 }

// corners are the four pixels around (x+1, y+1) as bits: top left 1, top right 2, bottom right 4, bottom left 8.
func (b bitmap) corners(x, y int) int {
	upper := b.bits[(y+1)*b.stride+x+1:]
	lower := upper[b.stride:]
	return int(upper[0] | upper[1]<<1 | lower[1]<<2 | lower[0]<<3)
}

// links are pieces of closed loops, each naming the one after it.
type links[T comparable] struct {
	next  map[T]T
	order []T // in which they were added, so that equal masks give equal paths
}

func newLinks[T comparable]() *links[T] { return &links[T]{next: map[T]T{}} }

func (l *links[T]) add(from, to T) {
	l.next[from] = to
	l.order = append(l.order, from)
}

// loops hands over one closed loop after another.
func (l *links[T]) loops(loop func([]T)) {
	for _, start := range l.order {
		var members []T
		for at := start; ; {
			to, left := l.next[at]
			if !left {
				break
			}
			delete(l.next, at)
			members = append(members, at)
			at = to
		}
		if len(members) > 0 {
			loop(members)
		}
	}
}

// path is SVG path data under construction.
type path []byte

func (p *path) point(first bool, x, y float32) {
	letter := byte('L')
	if first {
		letter = 'M'
	}
	*p = append(*p, letter)
	*p = strconv.AppendFloat(*p, round(x), 'f', -1, 64)
	*p = append(*p, ' ')
	*p = strconv.AppendFloat(*p, round(y), 'f', -1, 64)
}

func (p *path) close() { *p = append(*p, 'Z') }

// round keeps a hundredth of a pixel.
func round(v float32) float64 {
	return float64(int(v*100+0.5)) / 100
}
