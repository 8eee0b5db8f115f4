package formats

import (
	"fmt"
	"slices"

	"segfault/core/scan"
)

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

// Change is in what a copy's values differ from a scan's.
type Change struct {
	In    func(slice int) bool                    // whether any of a slice does
	Slice func(slice int) (old, values []float32) // a slice's, Channels×Height×Width: the scan's, and those that the copy is to have
}

// each goes over the values that change, by their place in the slice.
func (c Change) each(slice int, set func(i int, v float32)) {
	if !c.In(slice) {
		return
	}
	old, values := c.Slice(slice)
	for i, v := range values {
		if v != old[i] {
			set(i, v)
		}
	}
}

// writer is the store of a scan of which copies are written. What does not change is kept to the bit.
type writer interface {
	scan.Store
	save(s *scan.Scan, change Change, how Saving) ([]Saved, error)
}

// Encode writes a copy of a scan that holds other values, Slices×Height×Width; see [Copy].
func Encode(s *scan.Scan, values []float32, how Saving) ([]Saved, error) {
	if len(values) != len(s.Values) {
		return nil, fmt.Errorf("scan: %d values were given to be saved, but the scan has %d", len(values), len(s.Values))
	}
	n := len(values) / s.Slices
	both := func(slice int) (old, changed []float32) {
		return s.Values[slice*n : (slice+1)*n], values[slice*n : (slice+1)*n]
	}
	differ := func(slice int) bool {
		old, changed := both(slice)
		return !slices.Equal(old, changed)
	}
	return Copy(s, Change{differ, both}, how)
}

// Copy writes a copy of a scan that was read here, whose own values it does not ask for, in the kind of file that it came in and with
// its header; a JPEG, which would blur them, becomes a PNG. A DICOM series becomes as many files, with new identifiers and
// marked as derived.
func Copy(s *scan.Scan, change Change, how Saving) ([]Saved, error) {
	w, ok := s.Store.(writer)
	if !ok {
		return nil, fmt.Errorf("scan: a changed copy of this %s cannot be written, because its colours are coded; convert it to grey first", s.Format)
	}
	return w.save(s, change, how)
}
