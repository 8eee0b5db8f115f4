package formats

import "fmt"

// tag names an element: group in the upper 16 bits, element in the lower.
type tag uint32

// The elements that are read. All others are passed over unseen, among them everything about the patient.
const (
	tagTransferSyntax      tag = 0x0002_0010
	tagImageType           tag = 0x0008_0008
	tagClass               tag = 0x0008_0016
	tagInstance            tag = 0x0008_0018 // only compared, never kept or told, as is the series
	tagModality            tag = 0x0008_0060
	tagAcquisitionTime     tag = 0x0008_0032 // only compared
	tagSliceThickness      tag = 0x0018_0050
	tagInversionTime       tag = 0x0018_0082
	tagEchoNumber          tag = 0x0018_0086
	tagTriggerTime         tag = 0x0018_1060
	tagAcquisitionMatrix   tag = 0x0018_1310
	tagFlipAngle           tag = 0x0018_1314
	tagDiffusionWeight     tag = 0x0018_9087 // the b-value
	tagSliceSpacing        tag = 0x0018_0088
	tagEchoTime            tag = 0x0018_0081
	tagDetectorSpacing     tag = 0x0018_1164
	tagSeries              tag = 0x0020_000E
	tagAcquisition         tag = 0x0020_0012
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
	tagWindowFunction      tag = 0x0028_1056
	tagRedDescriptor       tag = 0x0028_1101 // of the palette; green and blue follow
	tagRedTable            tag = 0x0028_1201
	tagRedSegments         tag = 0x0028_1221 // the same, packed
	tagFrameOfRef          tag = 0x0020_0052 // only compared
	tagTemporalPosition    tag = 0x0020_0100
	tagDimensionValues     tag = 0x0020_9157 // of a frame, in each of the file's dimensions
	tagVolumePosition      tag = 0x0020_9301 // of ultrasound, in a space of its own, as is the orientation
	tagVolumeOrientation   tag = 0x0020_9302
	tagPadding             tag = 0x0028_0120
	tagSliceVector         tag = 0x0054_0080 // of nuclear medicine: the number of the slice that each frame is
	tagFrameReference      tag = 0x0054_1300 // time of PET
	tagSegmentation        tag = 0x0062_0001 // the kind of a segmentation
	tagSegmentNumber       tag = 0x0062_000B // of a frame
	tagMostFraction        tag = 0x0062_000E
	tagFrameOffsets        tag = 0x3004_000C
	tagDoseScaling         tag = 0x3004_000E
	tagFloatPixels         tag = 0x7FE0_0008
	tagDoublePixels        tag = 0x7FE0_0009
	tagPixelData           tag = 0x7FE0_0010

	// Sequences in which multi-frame files keep what may differ from frame to frame.
	tagPlanePosition    tag = 0x0020_9113
	tagPlaneOrientation tag = 0x0020_9116
	tagVolumePlace      tag = 0x0020_930E
	tagVolumeDirections tag = 0x0020_930F
	tagPixelMeasures    tag = 0x0028_9110
	tagFrameVOILUT      tag = 0x0028_9132
	tagPixelTransform   tag = 0x0028_9145
	tagSegmentOfFrame   tag = 0x0062_000A
	tagFrameContent     tag = 0x0020_9111
	tagSharedGroups     tag = 0x5200_9229
	tagPerFrameGroups   tag = 0x5200_9230
	tagDetectors        tag = 0x0054_0022 // of nuclear medicine, which says there where a reconstruction lies
	tagItem             tag = 0xFFFE_E000
	tagItemEnd          tag = 0xFFFE_E00D
	tagSequenceEnd      tag = 0xFFFE_E0DD
	undefinedLength         = 0xFFFF_FFFF
)

// String names an element for an error.
func (t tag) String() string {
	name := "element"
	switch t {
	case tagInstanceNumber:
		name = "instance number"
	case tagNumberOfFrames:
		name = "number of frames"
	case tagPosition:
		name = "position"
	case tagOrientation:
		name = "orientation"
	case tagPixelSpacing, tagDetectorSpacing, tagSliceThickness, tagSliceSpacing:
		name = "spacing"
	case tagRescaleSlope, tagDoseScaling:
		name = "rescale slope"
	case tagRescaleIntercept:
		name = "rescale intercept"
	case tagWindowCenter, tagWindowWidth:
		name = "display window"
	case tagFrameOffsets:
		name = "list of frame offsets"
	}
	return fmt.Sprintf("%s (%04X,%04X)", name, uint32(t)>>16, uint32(t)&0xFFFF)
}

// place is where in the tree of sequences the reader is.
type place int

const (
	atTop      place = iota
	forAll           // among the functional groups that all frames share
	forEach          // among those of one frame
	ofDetector       // in the description of one
	astray           // anywhere else: nothing is kept
)

// kept tells whether an element is wanted at a place.
func (t tag) kept(at place) bool {
	switch t {
	case tagPosition, tagOrientation:
		return at != astray
	case tagPixelSpacing, tagSliceThickness, tagSliceSpacing, tagWindowCenter, tagWindowWidth, tagRescaleIntercept, tagRescaleSlope,
		tagSegmentNumber, tagWindowFunction:
		return at != astray && at != ofDetector
	case tagVolumePosition, tagVolumeOrientation:
		return at == forAll || at == forEach
	case tagDimensionValues:
		return at == forEach
	case tagTransferSyntax, tagImageType, tagClass, tagInstance, tagModality, tagDetectorSpacing, tagSeries, tagInstanceNumber, tagEchoTime, tagAcquisition, tagTemporalPosition,
		tagAcquisitionTime, tagInversionTime, tagEchoNumber, tagTriggerTime, tagFlipAngle, tagDiffusionWeight, tagFrameReference, tagAcquisitionMatrix,
		tagSamplesPerPixel, tagPhotometric, tagPlanarConfiguration, tagNumberOfFrames, tagRows, tagColumns,
		tagBitsAllocated, tagBitsStored, tagHighBit, tagPixelRepresentation, tagFrameOffsets, tagDoseScaling, tagFrameOfRef, tagSliceVector, tagStudy, tagPadding, tagSegmentation, tagMostFraction,
		tagRedDescriptor, tagRedDescriptor + 1, tagRedDescriptor + 2, tagRedTable, tagRedTable + 1, tagRedTable + 2,
		tagRedSegments, tagRedSegments + 1, tagRedSegments + 2:
		return at == atTop
	}
	return false
}

// functionalGroups are the sequences that are looked into, within those of all frames or of each, and what is read there.
var functionalGroups = []struct {
	sequence tag
	elements []tag
}{
	{tagPlanePosition, []tag{tagPosition}},
	{tagPlaneOrientation, []tag{tagOrientation}},
	{tagVolumePlace, []tag{tagVolumePosition}},
	{tagVolumeDirections, []tag{tagVolumeOrientation}},
	{tagPixelMeasures, []tag{tagSliceThickness, tagSliceSpacing, tagPixelSpacing}},
	{tagFrameVOILUT, []tag{tagWindowCenter, tagWindowWidth, tagWindowFunction}},
	{tagPixelTransform, []tag{tagRescaleIntercept, tagRescaleSlope}},
	{tagSegmentOfFrame, []tag{tagSegmentNumber}},
	{tagFrameContent, []tag{tagDimensionValues}},
}

// inside tells where the items of a sequence are.
func (t tag) inside(at place) place {
	switch {
	case t == tagSharedGroups && at == atTop:
		return forAll
	case t == tagPerFrameGroups && at == atTop:
		return forEach
	case t == tagDetectors && at == atTop:
		return ofDetector
	case at == forAll || at == forEach:
		for _, g := range functionalGroups {
			if t == g.sequence {
				return at
			}
		}
	}
	return astray
}

// fields are the elements that were kept at one place, each once. They are few.
type fields []field

type field struct {
	tag   tag
	value []byte
}

// of returns an element's value, nil where it is absent.
func (f fields) of(t tag) []byte {
	for _, e := range f {
		if e.tag == t {
			return e.value
		}
	}
	return nil
}

// add keeps an element, unless it is there: the first counts.
func (f *fields) add(t tag, value []byte) {
	if f.of(t) == nil {
		*f = append(*f, field{t, value})
	}
}
