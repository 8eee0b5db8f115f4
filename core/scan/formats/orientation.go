package formats

import (
	"slices"

	"segfault/core/scan"
)

// numberedOrientations are those that TIFF and EXIF count from 1.
var numberedOrientations = [8]scan.Orientation{
	{}, {FlipX: true}, {FlipX: true, FlipY: true}, {FlipY: true},
	{Transpose: true}, {Transpose: true, FlipX: true}, {Transpose: true, FlipX: true, FlipY: true}, {Transpose: true, FlipY: true},
}

// numberedOrientation is that of a number; one that there is not turns nothing.
func numberedOrientation(number int64) scan.Orientation {
	if number < 1 || number > 8 {
		return scan.Orientation{}
	}
	return numberedOrientations[number-1]
}

// orientationNumber is that by which TIFF and EXIF know an orientation.
func orientationNumber(o scan.Orientation) uint64 {
	return uint64(slices.Index(numberedOrientations[:], o) + 1)
}

// turn makes a scan as it is stored upright.
func turn(s *scan.Scan, o scan.Orientation) {
	if o == (scan.Orientation{}) {
		return
	}
	if s.Orientation = o; o.Transpose {
		s.Width, s.Height = s.Height, s.Width
	}
	s.Values = scan.Turned(s.Values, s.Width, s.Height, o)
}

// stored is where the file holds a scan's i-th value, if it holds slice after slice and row after row.
func stored(s *scan.Scan, i int) int {
	n := s.Width * s.Height
	return i/n*n + s.Orientation.StoredAt(i%n, s.Width, s.Height)
}
