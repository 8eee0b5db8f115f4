package formats

import (
	"fmt"
	"strings"
)

// knownVRs are the types of elements, and longVRs those that have two bytes of nothing and then a long length.
const (
	knownVRs = "AE AS AT CS DA DS DT FD FL IS LO LT PN SH SL SS ST TM UI UL US " + longVRs
	longVRs  = "OB OD OF OL OV OW SQ SV UC UN UR UT UV"
)

func knownVR(vr string) bool    { return vr[0] > ' ' && vr[1] > ' ' && strings.Contains(knownVRs, vr) }
func longLength(vr string) bool { return strings.Contains(longVRs, vr) }

// coding is how a data set's elements are written, which its first tells better than its syntax.
func (s transferSyntax) coding(data []byte) transferSyntax {
	if len(data) < 8 {
		return s
	}
	if knownVR(string(data[4:6])) {
		s.implicit, s.big = false, data[0] == 0 && data[1] != 0 // the group is a small number
	} else if length := uint32(data[4]) | uint32(data[5])<<8 | uint32(data[6])<<16 | uint32(data[7])<<24; length <= uint32(len(data)-8) {
		s.implicit, s.big = true, false
	}
	return s
}

// oddHead reads the head of an element whose type is none that is known. Types to come have a long length, older inventions a short
// one, and some elements none at all: what the next element follows upon is taken.
func (r *dicomReader) oddHead(t tag, b []byte) (element, error) {
	type reading struct {
		head   int
		length uint32
	}
	readings := []reading{{8, uint32(r.order.Uint16(b[6:]))}, {8, r.order.Uint32(b[4:])}}
	if len(b) >= 12 && b[6] == 0 && b[7] == 0 {
		readings = append([]reading{{12, r.order.Uint32(b[8:])}}, readings...)
	}
	for _, strict := range []bool{true, false} {
		for _, one := range readings {
			if r.follows(t, b, one.head, one.length, strict) {
				r.at += one.head
				return element{t, "UN", one.length}, nil
			}
		}
	}
	return element{}, fmt.Errorf("scan: the DICOM is damaged: at byte %d a data element was expected and none was found; copy or export it again", r.at)
}

// follows tells whether after a value of some length there is an end or a later element; strictly, one of a known type or of the same odd one.
func (r *dicomReader) follows(t tag, b []byte, head int, length uint32, strict bool) bool {
	odd, b := string(b[4:6]), b[head:]
	if length == undefinedLength {
		return len(b) >= 8 && r.tag(b) == tagItem
	}
	if int64(length) >= int64(len(b)) {
		return int64(length) == int64(len(b))
	}
	if b = b[length:]; len(b) < 8 {
		return false
	}
	next, vr := r.tag(b), string(b[4:6])
	return next > t && (!strict || next>>16 == 0xFFFE || vr == odd || knownVR(vr))
}
