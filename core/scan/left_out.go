package scan

import (
	"fmt"
	"strings"
)

// LeftOut counts, of several files, those that a scan was made without, by why.
type LeftOut struct {
	Apart      int // pictures of another size or direction than most, such as localizers
	Copies     int // of a file that is there
	NoPictures int // reports, segmentations, contours, and what is no scan at all
	Others     int // scans or pictures that are no DICOM: perhaps masks
	Unread     int // damaged, or written in a way that is not read
}

// Total is how many files were left out.
func (l LeftOut) Total() int { return l.Apart + l.Copies + l.NoPictures + l.Others + l.Unread }

// String says what was left out, and is empty where nothing was.
func (l LeftOut) String() string {
	var parts []string
	for _, part := range []struct {
		n        int
		one, all string
	}{
		{l.Apart, "of another size or direction", ""},
		{l.Copies, "copy", "copies"},
		{l.NoPictures, "without a picture", ""},
		{l.Others, "that is no DICOM (a mask is chosen by itself)", "that are no DICOM (a mask is chosen by itself)"},
		{l.Unread, "that cannot be read", ""},
	} {
		if words := part.one; part.n > 0 {
			if part.n > 1 && part.all != "" {
				words = part.all
			}
			parts = append(parts, fmt.Sprintf("%d %s", part.n, words))
		}
	}
	return strings.Join(parts, ", ")
}
