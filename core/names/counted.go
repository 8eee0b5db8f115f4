package names

import (
	"strconv"
	"strings"
)

// Counted counts things as a sentence does: "1 slice", "2 slices".
func Counted(n int, thing string) string {
	switch {
	case n == 1:
		return "1 " + thing
	case strings.HasSuffix(thing, "s"):
		return strconv.Itoa(n) + " " + thing + "es"
	}
	return strconv.Itoa(n) + " " + thing + "s"
}
