package scan

import "fmt"

// Store is how a scan's file holds its values, and how a copy with other values is written. The file may be in another program than the
// scan, so of the values a store knows those only that it is given.
type Store interface {
	// Round replaces values of a slice by those that will be read again once they are stored. None is moved further from old, the scan's own.
	Round(slice int, old, values []float32)
	// Step is the distance between the values that can be stored in a slice; 0 where they are as dense as float32.
	Step(slice int) float64
	// Save writes a copy. What does not change is kept to the bit.
	Save(s *Scan, change Change, how Saving) ([]Saved, error)
}

// Change gives the values of a slice, Channels×Height×Width: those that the scan has, and those that a copy is to have.
type Change func(slice int) (old, values []float32)

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
func (s *Scan) Saveable() bool { return s.Store != nil }

// Round replaces values of a slice, Height×Width, in the scan's own units, by those that will be read again once they are
// saved: rounded to what the file's type can hold, and clamped to its range, but never moved further from the scan's own than
// they were. Without a file they stay as they are.
func (s *Scan) Round(slice int, values []float32) {
	if s.Store != nil {
		n := s.Width * s.Height
		s.Store.Round(slice, s.Values[slice*n:(slice+1)*n], values)
	}
}

// Step is the distance between neighbouring values that the scan's file can hold of a slice, in the scan's own units. It is 0 where
// they are as dense as float32, or there is no file.
func (s *Scan) Step(slice int) float64 {
	if s.Store == nil {
		return 0
	}
	return s.Store.Step(slice)
}

// Encode writes a copy of the scan that holds other values, Slices×Height×Width, in the kind of file that it came in and with
// its header; a JPEG, which would blur them, becomes a PNG. A DICOM series becomes as many files, with new identifiers and
// marked as derived.
func (s *Scan) Encode(values []float32, how Saving) ([]Saved, error) {
	if s.Store == nil {
		return nil, fmt.Errorf("scan: a changed copy of this %s cannot be written, because its colours are coded; convert it to grey first", s.Format)
	}
	if len(values) != len(s.Values) {
		return nil, fmt.Errorf("scan: %d values were given to be saved, but the scan has %d", len(values), len(s.Values))
	}
	n := len(values) / s.Slices
	return s.Store.Save(s, func(slice int) (old, changed []float32) {
		return s.Values[slice*n : (slice+1)*n], values[slice*n : (slice+1)*n]
	}, how)
}
