package scan

import (
	"encoding/binary"
	"fmt"
	"strings"
)

// tag names an element: group in the upper 16 bits, element in the lower.
type tag uint32

// The elements that are read. All others are passed over unseen, among them everything about the patient.
const (
	tagTransferSyntax      tag = 0x0002_0010
	tagSliceThickness      tag = 0x0018_0050
	tagSliceSpacing        tag = 0x0018_0088
	tagImageType           tag = 0x0008_0008
	tagSeries              tag = 0x0020_000E // only compared, never kept or told
	tagInstanceNumber      tag = 0x0020_0013
	tagPosition            tag = 0x0020_0032
	tagOrientation         tag = 0x0020_0037
	tagSamplesPerPixel     tag = 0x0028_0002
	tagPhotometric         tag = 0x0028_0004
	tagPlanarConfiguration tag = 0x0028_0006
	tagNumberOfFrames      tag = 0x0028_0008
	tagRows                tag = 0x0028_0010
	tagColumns             tag = 0x0028_0011
	tagPixelSpacing        tag = 0x0028_0030
	tagBitsAllocated       tag = 0x0028_0100
	tagBitsStored          tag = 0x0028_0101
	tagHighBit             tag = 0x0028_0102
	tagPixelRepresentation tag = 0x0028_0103
	tagWindowCenter        tag = 0x0028_1050
	tagWindowWidth         tag = 0x0028_1051
	tagRescaleIntercept    tag = 0x0028_1052
	tagRescaleSlope        tag = 0x0028_1053
	tagRedDescriptor       tag = 0x0028_1101 // of the palette; green and blue follow
	tagRedTable            tag = 0x0028_1201
	tagPixelData           tag = 0x7FE0_0010

	// Sequences in which multi-frame files keep what may differ from frame to frame.
	tagPlanePosition    tag = 0x0020_9113
	tagPlaneOrientation tag = 0x0020_9116
	tagPixelMeasures    tag = 0x0028_9110
	tagFrameVOILUT      tag = 0x0028_9132
	tagPixelTransform   tag = 0x0028_9145
	tagSharedGroups     tag = 0x5200_9229
	tagPerFrameGroups   tag = 0x5200_9230
	tagItem             tag = 0xFFFE_E000
	tagItemEnd          tag = 0xFFFE_E00D
	tagSequenceEnd      tag = 0xFFFE_E0DD
	undefinedLength         = 0xFFFF_FFFF
	maxNesting              = 32 // sequences within sequences
)

// place is where in the tree of sequences the reader is.
type place int

const (
	atTop   place = iota
	forAll        // among the functional groups that all frames share
	forEach       // among those of one frame
	astray        // anywhere else: nothing is kept
)

// kept tells whether an element is wanted at a place.
func (t tag) kept(at place) bool {
	switch t {
	case tagPixelSpacing, tagSliceThickness, tagSliceSpacing, tagWindowCenter, tagWindowWidth, tagRescaleIntercept, tagRescaleSlope,
		tagPosition, tagOrientation:
		return at != astray
	case tagTransferSyntax, tagImageType, tagSeries, tagInstanceNumber, tagSamplesPerPixel, tagPhotometric, tagPlanarConfiguration, tagNumberOfFrames,
		tagRows, tagColumns, tagBitsAllocated, tagBitsStored, tagHighBit, tagPixelRepresentation,
		tagRedDescriptor, tagRedDescriptor + 1, tagRedDescriptor + 2, tagRedTable, tagRedTable + 1, tagRedTable + 2:
		return at == atTop
	}
	return false
}

// inside tells where the items of a sequence are.
func (t tag) inside(at place) place {
	switch t {
	case tagSharedGroups:
		if at == atTop {
			return forAll
		}
	case tagPerFrameGroups:
		if at == atTop {
			return forEach
		}
	case tagPixelMeasures, tagFrameVOILUT, tagPixelTransform, tagPlanePosition, tagPlaneOrientation:
		if at == forAll || at == forEach {
			return at
		}
	}
	return astray
}

// fields are elements' values by tag.
type fields map[tag][]byte

// dicomReader walks through a data set's elements.
type dicomReader struct {
	data     []byte
	at       int
	order    binary.ByteOrder
	explicit bool // elements name their type (VR)

	fields     fields
	frames     []fields // of multi-frame files, what they say of single frames
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
		switch {
		case e.tag == tagItemEnd:
			return nil
		case e.tag == tagPixelData && at == atTop:
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
	}
	return nil
}

// head reads an element's tag, type and length.
func (r *dicomReader) head(end int) (element, error) {
	if end-r.at < 8 {
		return element{}, truncated("DICOM", int64(r.at)+8, int64(end))
	}
	b := r.data[r.at:end]
	e := element{tag: tag(r.order.Uint16(b))<<16 | tag(r.order.Uint16(b[2:]))}
	if !r.explicit || e.tag>>16 == 0xFFFE { // items and delimiters have no type
		e.length = r.order.Uint32(b[4:])
		r.at += 8
		return e, nil
	}
	e.vr = string(b[4:6])
	if longLength(e.vr) {
		if len(b) < 12 {
			return e, truncated("DICOM", int64(r.at)+12, int64(end))
		}
		e.length = r.order.Uint32(b[8:])
		r.at += 12
		return e, nil
	}
	if strings.Trim(e.vr, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != "" {
		return e, fmt.Errorf("scan: the DICOM is damaged: at byte %d a data element was expected and none was found; copy or export it again", r.at)
	}
	e.length = uint32(r.order.Uint16(b[6:]))
	r.at += 8
	return e, nil
}

// longLength tells whether elements of a type have two bytes of nothing and then a long length.
func longLength(vr string) bool {
	switch vr {
	case "OB", "OD", "OF", "OL", "OV", "OW", "SQ", "SV", "UC", "UN", "UR", "UT", "UV":
		return true
	}
	return false
}

// value keeps or passes over the value of an element.
func (r *dicomReader) value(e element, end int, at place) error {
	if int64(e.length) > int64(end-r.at) {
		return truncated("DICOM", int64(r.at)+int64(e.length), int64(end))
	}
	v := r.data[r.at : r.at+int(e.length)]
	r.at += int(e.length)
	if !e.tag.kept(at) {
		return nil
	}
	to := r.fields
	if at == forEach {
		last := len(r.frames) - 1
		if r.frames[last] == nil {
			r.frames[last] = fields{}
		}
		to = r.frames[last]
	}
	if _, seen := to[e.tag]; !seen {
		to[e.tag] = v
	}
	return nil
}

// sequence reads the items of a sequence, or of an element of unknown type and length, which is written as one.
func (r *dicomReader) sequence(e element, end int, at place, depth int) error {
	if depth > maxNesting {
		return fmt.Errorf("scan: the DICOM nests sequences more than %d deep; export it again", maxNesting)
	}
	if e.vr == "UN" { // such content is written as implicit VR
		defer func(explicit bool) { r.explicit = explicit }(r.explicit)
		r.explicit = false
	}
	if e.length != undefinedLength {
		if int64(e.length) > int64(end-r.at) {
			return truncated("DICOM", int64(r.at)+int64(e.length), int64(end))
		}
		end = r.at + int(e.length)
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
		if e.tag == tagPerFrameGroups && at == forEach {
			r.frames = append(r.frames, nil)
		}
		itemEnd := end
		if item.length != undefinedLength {
			if int64(item.length) > int64(end-r.at) {
				return truncated("DICOM", int64(r.at)+int64(item.length), int64(end))
			}
			itemEnd = r.at + int(item.length)
		}
		if err := r.elements(itemEnd, at, depth); err != nil {
			return err
		}
	}
	return nil
}
