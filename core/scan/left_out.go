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
	say := func(n int, words string) {
		if n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, words))
		}
	}
	say(l.Apart, "of another size or direction")
	say(l.Copies, "given twice")
	say(l.NoPictures, "without a picture")
	say(l.Others, "of another kind than DICOM (a mask is chosen by itself)")
	say(l.Unread, "that cannot be read")
	return strings.Join(parts, ", ")
}
