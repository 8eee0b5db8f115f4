package scan

// Store is how a scan's file holds its values. The file may be in another program than the scan, so of the values a store knows those only
// that it is given.
type Store interface {
	// Round replaces values of a slice by those that will be read again once they are stored. None is moved further from old, the scan's own.
	Round(slice int, old, values []float32)
	// Step is the distance between the values that can be stored in a slice; 0 where they are as dense as float32.
	Step(slice int) float64
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
