package formats

import (
	"encoding/binary"
	"math"
)

// cell is how one value is stored: value = stored·slope + intercept. It is the rounding of a [scan.Store] whose values are all stored alike.
type cell struct {
	sample           sample
	order            binary.ByteOrder
	slope, intercept float64
}

// put stores a value.
func (c cell) put(b []byte, v float32) {
	c.sample.write(c.order, b, (float64(v)-c.intercept)/c.slope)
}

// Round implements [scan.Store].
func (c cell) Round(_ int, old, values []float32) {
	read, slot := c.sample.read(c.order), make([]byte, 8)
	hold(old, values, func(_ int, v float32) float32 {
		c.put(slot, v)
		return finite(read(slot)*c.slope+c.intercept, new(int))
	})
}

// Step implements [scan.Store]: the distance between the values of neighbouring whole numbers.
func (c cell) Step(int) float64 {
	if c.sample.name[0] == 'f' {
		return 0
	}
	return math.Abs(c.slope)
}

// hold makes of values those that a file holds, where round is what it holds of a value of a pixel: the nearest, or the one before where that
// lies further from the old value than the new one does. A hundredth more is the rounding of float32.
func hold(old, values []float32, round func(pixel int, v float32) float32) {
	for i, v := range values {
		if v != old[i] {
			values[i] = held(old[i], v, func(v float32) float32 { return round(i, v) })
		}
	}
}

func held(old, v float32, round func(float32) float32) float32 {
	nearest := round(v)
	far := math.Abs(float64(nearest) - float64(old))
	if far <= 1.01*math.Abs(float64(v)-float64(old)) {
		return nearest
	}
	for back := 2 * (float64(nearest) - float64(v)); math.Abs(back) < far; back *= 2 { // the file's step is not known here
		if before := round(float32(float64(nearest) - back)); before != nearest {
			return before
		}
	}
	return old
}
