package scan

import "fmt"

const (
	maxSide   = 8192    // pixels per side of a slice
	maxValues = 1 << 28 // values in all, which as float32 take 1 GiB
)

// checkSize refuses what is empty or too large to hold. planes are slices or channels. It is asked before anything
// is allocated, with the sizes as the file claims them.
func checkSize(format string, width, height, planes int64) error {
	if width < 1 || height < 1 || planes < 1 {
		return fmt.Errorf("scan: the %s declares %d×%d pixels in %d slices, but each must be at least 1; export it again", format, width, height, planes)
	}
	if width > maxSide || height > maxSide {
		return fmt.Errorf("scan: the %s is %d×%d pixels, but at most %d per side are read; scale it down first", format, width, height, maxSide)
	}
	if planes > maxValues/(width*height) {
		return fmt.Errorf("scan: the %s has %d slices of %d×%d pixels, but at most %d values are read; cut it into parts", format, planes, width, height, maxValues)
	}
	return nil
}

// truncated says that a file ends before its data do.
func truncated(format string, need, have int64) error {
	return fmt.Errorf("scan: the %s is truncated: it needs %d bytes of data and holds %d; copy or export it again", format, need, have)
}
