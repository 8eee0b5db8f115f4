package formats

import (
	"encoding/binary"
	"fmt"
)

const (
	maxNesting = 32      // sequences within sequences
	maxFrames  = 1 << 16 // of one file
)

// dicomReader walks through a data set's elements.
type dicomReader struct {
	data     []byte
	at       int
	order    binary.ByteOrder
	explicit bool // elements name their type (VR)

	fields     fields
	shared     fields   // of multi-frame files, what they say of all frames
	frames     []fields // and of single ones
	detector   fields   // what is said of the first
	whole      []part   // sequences that are looked into where they are needed
	found      bool     // the pixel data element has been reached, and is described by the following
	pixelHead  int      // where it begins
	pixelValue int      // where its value begins
	pixels     element
}

// element is the head of a data element; its value begins at the reader's position.
type element struct {
	tag    tag
	vr     string // "" where the file does not say
	length uint32
}

// elements reads until end, an item's end or the head of the pixel data.
func (r *dicomReader) elements(end int, at place, depth int) error {
	for r.at < end {
		head := r.at
		e, err := r.head(end)
		if err != nil {
			return err
		}
		value := r.at
		switch {
		case e.tag == tagItemEnd:
			return nil
		case (e.tag == tagPixelData || e.tag == tagFloatPixels || e.tag == tagDoublePixels) && at == atTop:
			r.found, r.pixelHead, r.pixelValue, r.pixels = true, head, r.at, e
			return nil
		case e.length == undefinedLength, e.tag.inside(at) != astray:
			err = r.sequence(e, end, e.tag.inside(at), depth+1)
		default:
			err = r.value(e, end, at)
		}
		if err != nil {
			return err
		}
		if at == atTop && (e.tag == tagModalityLUT || e.tag == tagVOILUT || e.tag == tagRegions) {
			r.whole = append(r.whole, part{e.tag, r.data[head:r.at], value - head})
		}
	}
	return nil
}

// head reads an element's tag, type and length.
func (r *dicomReader) head(end int) (element, error) {
	if end-r.at < 8 {
		return element{}, truncated("DICOM", int64(r.at)+8, int64(end))
	}
	b := r.data[r.at:end]
	e := element{tag: r.tag(b)}
	if !r.explicit || e.tag>>16 == 0xFFFE { // items and delimiters have no type
		e.length = r.order.Uint32(b[4:])
		r.at += 8
		return e, nil
	}
	e.vr = string(b[4:6])
	switch {
	case !knownVR(e.vr):
		return r.oddHead(e.tag, b)
	case longLength(e.vr):
		if len(b) < 12 {
			return e, truncated("DICOM", int64(r.at)+12, int64(end))
		}
		e.length = r.order.Uint32(b[8:])
		r.at += 12
	default:
		e.length = uint32(r.order.Uint16(b[6:]))
		r.at += 8
	}
	return e, nil
}

func (r *dicomReader) tag(b []byte) tag {
	return tag(r.order.Uint16(b))<<16 | tag(r.order.Uint16(b[2:]))
}

// bound checks that a value lies before end, and returns where it ends.
func (r *dicomReader) bound(e element, end int) (int, error) {
	if int64(e.length) > int64(end-r.at) {
		return 0, truncated("DICOM", int64(r.at)+int64(e.length), int64(end))
	}
	return r.at + int(e.length), nil
}

// value keeps or passes over the value of an element.
func (r *dicomReader) value(e element, end int, at place) error {
	to, err := r.bound(e, end)
	if err != nil {
		return err
	}
	v := r.data[r.at:to]
	r.at = to
	if !e.tag.kept(at) {
		return nil
	}
	switch at {
	case forEach:
		r.frames[len(r.frames)-1].add(e.tag, v)
	case forAll:
		r.shared.add(e.tag, v)
	case ofDetector:
		r.detector.add(e.tag, v)
	default:
		r.fields.add(e.tag, v)
	}
	return nil
}

// sequence reads the items of a sequence, or passes over those of whatever else is of undefined length: compressed pixels of an
// icon, private data, elements of unknown type. There items of a known length are not looked into.
func (r *dicomReader) sequence(e element, end int, at place, depth int) (err error) {
	if depth > maxNesting {
		return fmt.Errorf("scan: the DICOM nests sequences more than %d deep; export it again", maxNesting)
	}
	defer func(explicit bool) { r.explicit = explicit }(r.explicit)
	if e.length != undefinedLength {
		if end, err = r.bound(e, end); err != nil {
			return err
		}
	}
	for r.at < end {
		item, err := r.head(end)
		if err != nil {
			return err
		}
		if item.tag == tagSequenceEnd {
			return nil
		}
		if item.tag != tagItem {
			return fmt.Errorf("scan: the DICOM is damaged: at byte %d an item was expected and none was found; copy or export it again", r.at)
		}
		if e.vr == "UN" { // whose items the standard wants implicit, and some write explicit
			r.explicit = r.at+8 <= end && knownVR(string(r.data[r.at+4:r.at+6]))
		}
		inside := at
		if e.tag == tagPerFrameGroups && at == forEach {
			if len(r.frames) == maxFrames {
				inside = astray
			} else {
				r.frames = append(r.frames, nil)
			}
		}
		itemEnd := end
		if item.length != undefinedLength {
			if itemEnd, err = r.bound(item, end); err != nil {
				return err
			}
			if inside == astray {
				r.at = itemEnd
				continue
			}
		}
		if err := r.elements(itemEnd, inside, depth); err != nil {
			return err
		}
	}
	return nil
}
