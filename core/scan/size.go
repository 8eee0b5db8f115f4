package scan

import (
	"fmt"

	"segfault/core/names"
)

// What a scan holds at most.
const (
	MaxSide   = 8192    // pixels per side of a slice
	MaxValues = 1 << 28 // values in all, which as float32 take 1 GiB
)

// CheckSize refuses what is empty or too large to hold. planes are slices or channels. It is asked before anything
// is allocated, with the sizes as a file claims them; what is the name of that in the error.
func CheckSize(what string, width, height, planes int64) error {
	if width < 1 || height < 1 || planes < 1 {
		return fmt.Errorf("scan: the %s declares %d×%d pixels in %s, but each must be at least 1; export it again", what, width, height, names.Counted(int(planes), "slice"))
	}
	if width > MaxSide || height > MaxSide {
		return fmt.Errorf("scan: the %s is %d×%d pixels, but at most %d per side are read; scale it down first", what, width, height, MaxSide)
	}
	if planes > MaxValues/(width*height) {
		return fmt.Errorf("scan: the %s has %s of %d×%d pixels, but at most %d values are read; cut it into parts", what, names.Counted(int(planes), "slice"), width, height, MaxValues)
	}
	return nil
}

// mostLayers bounds the bytes of a mask's layers, of which a short file could make very many.
const mostLayers = 4 * MaxValues

// CheckLayers refuses a mask whose classes lie over each other in more layers than can be held.
func CheckLayers(n, width, height, slices int) error {
	if n > 1 && int64(n)*int64(width)*int64(height)*int64(slices) > mostLayers {
		return fmt.Errorf("scan: the mask's classes lie over each other in %d layers of %s, but at most %d bytes are held; save fewer of them", n, grid3(width, height, slices), mostLayers)
	}
	return nil
}
