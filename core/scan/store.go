package scan

import (
	"encoding/binary"
	"fmt"
	"math"
)

// store is how a scan's file holds its values, and how a copy with other values is written.
type store interface {
	// round returns what is read again where v is stored for a pixel, y·Width+x, of an upright slice.
	round(slice, pixel int, v float32) float32
	// step is the distance between the values that can be stored in a slice; 0 where they are as dense as float32.
	step(slice int) float64
	// save writes a copy that holds the given values. What they do not change is kept to the bit.
	save(s *Scan, values []float32, how Saving) ([]Saved, error)
}

// Saving is what may be chosen about a copy.
type Saving struct {
	Identity bool // keep what the file says of people, places and times, and its free texts; else they are left out
}

// Saved is a file to be.
type Saved struct {
	Name string // says nothing of the file that the scan came from
	Data []byte
	Gzip bool // Data are to be compressed with gzip, as the name says
}

// Saveable tells whether a copy of the scan with other values can be written in the kind of its file.
func (s *Scan) Saveable() bool { return s.store != nil }

// Identifiable tells whether files of the scan's kind can say who was scanned, and where and when. A copy leaves that out unless it is asked for
// by [Saving].
func (s *Scan) Identifiable() bool {
	switch s.Format {
	case "dicom", "nifti", "tiff", "png", "jpeg":
		return true
	}
	return false
}

// Round replaces values of a slice, Height×Width, in the scan's own units, by those that will be read again once they are
// saved: rounded to what the file's type can hold, and clamped to its range, but never moved further from the scan's own than
// they were. Without a file they stay as they are.
func (s *Scan) Round(slice int, values []float32) {
	if s.store == nil {
		return
	}
	old := s.Values[slice*s.Width*s.Height:]
	for i, v := range values {
		if v != old[i] {
			values[i] = s.held(slice, i, old[i], v)
		}
	}
}

// Step is the distance between neighbouring values that the scan's file can hold of a slice, in the scan's own units. It is 0 where
// they are as dense as float32, or there is no file.
func (s *Scan) Step(slice int) float64 {
	if s.store == nil {
		return 0
	}
	return s.store.step(slice)
}

// held is what the file holds of a pixel that moves from old to v: the nearest value it can hold, or the one before where that
// lies further off. A hundredth more is the rounding of float32.
func (s *Scan) held(slice, pixel int, old, v float32) float32 {
	nearest := s.store.round(slice, pixel, v)
	far := math.Abs(float64(nearest) - float64(old))
	if far <= 1.01*math.Abs(float64(v)-float64(old)) {
		return nearest
	}
	for back := 2 * (float64(nearest) - float64(v)); math.Abs(back) < far; back *= 2 { // the file's step is not known here
		if before := s.store.round(slice, pixel, float32(float64(nearest)-back)); before != nearest {
			return before
		}
	}
	return old
}

// Encode writes a copy of the scan that holds other values, Slices×Height×Width, in the kind of file that it came in and with
// its header; a JPEG, which would blur them, becomes a PNG. A DICOM series becomes as many files, with new identifiers and
// marked as derived.
func (s *Scan) Encode(values []float32, how Saving) ([]Saved, error) {
	if s.store == nil {
		return nil, fmt.Errorf("scan: a changed copy of this %s cannot be written, because its colours are coded; convert it to grey first", s.Format)
	}
	if len(values) != len(s.Values) {
		return nil, fmt.Errorf("scan: %d values were given to be saved, but the scan has %d", len(values), len(s.Values))
	}
	return s.store.save(s, values, how)
}

// cell is how one value is stored: value = stored·slope + intercept.
type cell struct {
	sample           sample
	order            binary.ByteOrder
	slope, intercept float64
}

// put stores a value.
func (c cell) put(b []byte, v float32) {
	c.sample.write(c.order, b, (float64(v)-c.intercept)/c.slope)
}

// round is what put and reading make of a value.
func (c cell) round(_, _ int, v float32) float32 {
	var b [8]byte
	c.put(b[:], v)
	return finite(c.sample.read(c.order)(b[:])*c.slope+c.intercept, new(int))
}

// step is the distance between the values of neighbouring whole numbers.
func (c cell) step(int) float64 {
	if c.sample.name[0] == 'f' {
		return 0
	}
	return math.Abs(c.slope)
}
