package formats

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"slices"
	"testing"

	"segfault/core/scan"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var le, be = binary.LittleEndian, binary.BigEndian

// replaced returns the elements with those of the same tag exchanged, in order of tags as the standard asks.
func replaced(elements []dicomElement, with ...dicomElement) []dicomElement {
	result := append([]dicomElement(nil), elements...)
	for _, w := range with {
		for i := range result {
			if result[i].tag == w.tag {
				result[i] = w
			}
		}
	}
	return result
}

func TestDICOMReadsSignedPartOfBits(t *testing.T) {
	// Twelve signed bits from bit 2 on, overlays around them.
	pixels := encode(le, []uint16{0x7ff<<2 | 3, 0x800<<2 | 0xc000, 0xfff << 2, 1})
	elements := append(replaced(greyDICOM(2, 2, 16),
		dicomElement{tagBitsStored, "US", uint16(12)}, dicomElement{tagHighBit, "US", uint16(13)},
		dicomElement{tagPixelRepresentation, "US", uint16(1)}),
		dicomElement{tagRescaleIntercept, "DS", "-10 "}, dicomElement{tagRescaleSlope, "DS", "0.5"},
		dicomElement{tagPixelData, "OW", pixels})
	for _, uid := range []string{explicitLE, implicitLE} {
		s := decode(t, dicomFileOf(uid, elements...))
		assert.Equal(t, []float32{2047*0.5 - 10, -2048*0.5 - 10, -10.5, -10}, s.Values, uid)
		assert.Equal(t, []any{"int16", 12, 0.5, -10.0}, []any{s.Type, s.Bits, s.Slope, s.Intercept}, uid)
	}
}

func TestDICOMReadsSpacingAndWindow(t *testing.T) {
	s := decode(t, dicomFileOf(explicitLE,
		dicomElement{tagSliceThickness, "DS", "5"}, dicomElement{tagSliceSpacing, "DS", "6.5"},
		dicomElement{tagRows, "US", uint16(1)}, dicomElement{tagColumns, "US", uint16(2)},
		dicomElement{tagPixelSpacing, "DS", `0.5\0.25`}, dicomElement{tagBitsAllocated, "US", uint16(8)},
		dicomElement{tagWindowCenter, "DS", `100\7`}, dicomElement{tagWindowWidth, "DS", `51\9`},
		dicomElement{tagPixelData, "OB", []byte{1, 2}}))
	assert.Equal(t, [3]float64{0.25, 0.5, 6.5}, s.Spacing, "columns, rows, slices")
	assert.Equal(t, [2]float64{74.5, 124.5}, s.Window)
}

func TestDICOMTurnsMonochrome1Over(t *testing.T) {
	elements := append(replaced(greyDICOM(2, 1, 16), dicomElement{tagBitsStored, "US", uint16(12)},
		dicomElement{tagHighBit, "US", uint16(11)}, dicomElement{tagPhotometric, "CS", "MONOCHROME1"}),
		dicomElement{tagWindowCenter, "DS", "1000.5"}, dicomElement{tagWindowWidth, "DS", "101"},
		dicomElement{tagPixelData, "OW", encode(le, []uint16{0, 4000})})
	s := decode(t, dicomFileOf(explicitLE, elements...))
	assert.Equal(t, []float32{4095, 95}, s.Values)
	assert.Equal(t, [2]float64{3045, 3145}, s.Window)
	assert.True(t, s.Inverted)
}

func TestDICOMTurnsMonochrome1OfATableOver(t *testing.T) {
	table := sequence(le, true, false, tagModalityLUT, dicomElement{tagLUTDescriptor, "US", encode(le, []uint16{4, 1, 16})},
		dicomElement{tagLUTData, "OW", encode(le, []uint16{10, 20, 40, 80})})
	elements := append(replaced(greyDICOM(4, 1, 16), dicomElement{tagPhotometric, "CS", "MONOCHROME1"}),
		dicomElement{tagWindowCenter, "DS", "30.5"}, dicomElement{tagWindowWidth, "DS", "21"})
	file := append(append(dicomFileOf(explicitLE, elements...), table...), dicomBytes(le, true, dicomElement{tagPixelData, "OW", encode(le, []uint16{1, 2, 3, 4})})...)
	s := decode(t, file)
	assert.Equal(t, []float32{80, 70, 50, 10}, s.Values, "between the table's least and greatest entries")
	assert.Equal(t, [2]float64{50, 70}, s.Window)
	assert.True(t, s.Inverted)
	for _, identity := range []bool{true, false} {
		changed := []float32{66, 9, 81, 52}
		s.Round(0, changed)
		assert.Equal(t, []float32{70, 10, 80, 50}, changed)
		saved, err := Encode(s, changed, Saving{Identity: identity})
		require.NoError(t, err)
		assert.Equal(t, changed, again(t, saved).Values)
	}
}

func TestDICOMMakesGreyOfColours(t *testing.T) {
	colour := func(photometric string, planar uint16, pixels ...byte) *scan.Scan {
		return decode(t, dicomFileOf(explicitLE,
			dicomElement{tagSamplesPerPixel, "US", uint16(3)}, dicomElement{tagPhotometric, "CS", photometric},
			dicomElement{tagPlanarConfiguration, "US", planar},
			dicomElement{tagRows, "US", uint16(1)}, dicomElement{tagColumns, "US", uint16(2)},
			dicomElement{tagBitsAllocated, "US", uint16(8)}, dicomElement{tagPixelData, "OB", pixels}))
	}
	want := []float32{0.299 * 200, 9}
	assert.InDeltaSlice(t, want, colour("RGB", 0, 200, 0, 0, 9, 9, 9).Values, 1e-4)
	assert.InDeltaSlice(t, want, colour("RGB", 1, 200, 9, 0, 9, 0, 9).Values, 1e-4)
	assert.Equal(t, []float32{200, 9}, colour("YBR_FULL", 0, 200, 1, 2, 9, 3, 4).Values)
}

func TestDICOMTablesAndWindowsOfGreyAreNoneOfColours(t *testing.T) {
	of := func(kind tag) []byte {
		return sequence(le, true, false, kind, dicomElement{tagLUTDescriptor, "US", encode(le, []uint16{4, 1, 16})}, dicomElement{tagLUTData, "OW", encode(le, []uint16{10, 20, 40, 80})})
	}
	tables := append(of(tagModalityLUT), of(tagVOILUT)...)
	window := []dicomElement{{tagWindowCenter, "DS", "40"}, {tagWindowWidth, "DS", "400"}}
	size := []dicomElement{{tagRows, "US", uint16(1)}, {tagColumns, "US", uint16(2)}, {tagBitsAllocated, "US", uint16(8)}}
	file := func(colours []dicomElement, more []byte, pixels ...byte) []byte {
		return slices.Concat(dicomFileOf(explicitLE, slices.Concat(colours, size)...), more, dicomBytes(le, true, dicomElement{tagPixelData, "OB", pixels}))
	}
	entries := encode(le, []uint16{0, 1, 2, 3 << 8, 4 << 8, 5 << 8})
	palette := []dicomElement{{tagSamplesPerPixel, "US", uint16(1)}, {tagPhotometric, "CS", "PALETTE COLOR"}}
	for c := range tag(3) {
		palette = append(palette, dicomElement{tagRedDescriptor + c, "US", encode(le, []uint16{6, 0, 16})}, dicomElement{tagRedTable + c, "OW", entries})
	}
	rgb := []dicomElement{{tagSamplesPerPixel, "US", uint16(3)}, {tagPhotometric, "CS", "RGB"}}
	for name, c := range map[string]struct {
		colours []dicomElement
		pixels  []byte
	}{"samples": {rgb, []byte{3, 2, 1, 4, 4, 4}}, "palette": {palette, []byte{3, 5}}} {
		plain := decode(t, file(c.colours, nil, c.pixels...))
		for what, more := range map[string][]byte{"tables": tables, "a window": dicomBytes(le, true, window...)} {
			s := decode(t, file(c.colours, more, c.pixels...))
			assert.Equal(t, plain.Values, s.Values, "%s with %s", name, what)
			assert.Equal(t, plain.Window, s.Window, "%s with %s", name, what)
			assert.Equal(t, plain.Slope, s.Slope)
		}
	}
	s := decode(t, file(rgb, tables, 3, 2, 1, 4, 4, 4))
	changed := []float32{s.Values[0] + 2, s.Values[1] - 1}
	s.Round(0, changed)
	saved, err := Encode(s, changed, Saving{})
	require.NoError(t, err)
	assert.True(t, bytes.HasSuffix(saved[0].Data, []byte{5, 4, 3, 3, 3, 3}), "every sample is moved")
}

func TestDICOMOfNoFramesHasOne(t *testing.T) {
	for _, frames := range []string{"0", "", "-1"} {
		s := decode(t, dicomFileOf(explicitLE, append([]dicomElement{{tagNumberOfFrames, "IS", frames}}, greyDICOM(2, 1, 8, dicomElement{tagPixelData, "OB", []byte{1, 2}})...)...))
		assert.Equal(t, []float32{1, 2}, s.Values, "%q frames", frames)
	}
}

func TestDICOMFramesAreSlices(t *testing.T) {
	s := decode(t, dicomFileOf(explicitLE, append([]dicomElement{{tagNumberOfFrames, "IS", "3 "}},
		greyDICOM(2, 1, 8, dicomElement{tagPixelData, "OB", []byte{1, 2, 3, 4, 5, 6}})...)...))
	assert.Equal(t, 3, s.Slices)
	slice, err := s.Slice(2)
	assert.NoError(t, err)
	assert.Equal(t, []float32{5, 6}, slice)
	_, err = s.Slice(3)
	assert.EqualError(t, err, "scan: slice 3 was asked for, but the scan has 3, counted from 0")
}

func TestDICOMBigEndianBytesInWordsAreExchanged(t *testing.T) {
	for vr, want := range map[string][]float32{"OW": {2, 1, 4}, "OB": {1, 2, 3}} {
		s := decode(t, dicomFileOf(explicitBE, greyDICOM(3, 1, 8, dicomElement{tagPixelData, vr, []byte{1, 2, 3, 4}})...))
		assert.Equal(t, want, s.Values, vr)
	}
}

// item and sequence nest elements, with lengths or with delimiters.
func sequence(order binary.ByteOrder, explicit, delimited bool, t tag, elements ...dicomElement) []byte {
	content := dicomBytes(order, explicit, elements...)
	if !delimited {
		return dicomBytes(order, explicit, dicomElement{t, "SQ", dicomBytes(order, explicit, dicomElement{tagItem, "", content})})
	}
	head := dicomBytes(order, explicit, dicomElement{t, "SQ", nil})
	copy(head[len(head)-4:], []byte{255, 255, 255, 255})
	item := dicomBytes(order, explicit, dicomElement{tagItem, "", nil})
	copy(item[4:], []byte{255, 255, 255, 255})
	out := append(append(head, item...), content...)
	return append(out, dicomBytes(order, explicit, dicomElement{tagItemEnd, "", nil}, dicomElement{tagSequenceEnd, "", nil})...)
}

// grouped is a multi-frame file with the given rescale slopes among its per-frame groups.
func grouped(uid string, delimited bool, slopes ...string) []byte {
	syntax, _ := syntax(uid)
	order, explicit := syntax.order(), !syntax.implicit
	var items []byte
	for _, slope := range slopes {
		inner := sequence(order, explicit, delimited, tagPixelTransform, dicomElement{tagRescaleSlope, "DS", slope})
		items = append(items, dicomBytes(order, explicit, dicomElement{tagItem, "", inner})...)
	}
	icon := sequence(order, explicit, delimited, 0x0088_0200, greyDICOM(9, 9, 16, dicomElement{tagPixelData, "OW", []byte{0, 0}})...)
	file := dicomFileOf(uid, append([]dicomElement{{tagNumberOfFrames, "IS", "2"}}, greyDICOM(1, 1, 8)...)...)
	file = append(file, icon...)
	file = append(file, dicomBytes(order, explicit, dicomElement{tagPerFrameGroups, "SQ", items})...)
	return append(file, dicomBytes(order, explicit, dicomElement{tagPixelData, "OB", []byte{3, 4}})...)
}

func TestDICOMReadsFunctionalGroupsAndNotIcons(t *testing.T) {
	for _, uid := range []string{explicitLE, implicitLE, explicitBE} {
		for _, delimited := range []bool{false, true} {
			s := decode(t, grouped(uid, delimited, "2", "2"))
			assert.Equal(t, []float32{6, 8}, s.Values, "%s, delimited %t", uid, delimited)
			assert.Equal(t, 1, s.Width)
		}
	}
}

func TestDICOMFramesMayHaveRescalesOfTheirOwn(t *testing.T) {
	assert.Equal(t, []float32{6, 12}, decode(t, grouped(explicitLE, false, "2", "3")).Values)
}

func TestDICOMPassesOverUnknownElementsOfUnknownLength(t *testing.T) {
	inner := dicomBytes(le, false, dicomElement{0x0009_1001, "", []byte{1, 2}}) // implicit, as the standard says
	un := dicomBytes(le, true, dicomElement{0x0009_1000, "UN", nil})
	copy(un[8:], []byte{255, 255, 255, 255})
	un = append(un, dicomBytes(le, false, dicomElement{tagItem, "", inner}, dicomElement{tagSequenceEnd, "", nil})...)
	file := append(dicomFileOf(explicitLE), un...)
	file = append(file, dicomBytes(le, true, greyDICOM(1, 1, 8, dicomElement{tagPixelData, "OB", []byte{3}})...)...)
	assert.Equal(t, []float32{3}, decode(t, file).Values)
}

func TestDICOMErrorsSayWhatIsWrong(t *testing.T) {
	grey := greyDICOM(2, 2, 16)
	pixels := dicomElement{tagPixelData, "OW", make([]byte, 8)}
	deep := []byte(nil)
	for range 40 {
		deep = sequence(le, true, true, 0x0009_1000, dicomElement{0x0009_1001, "UN", deep})
		deep = append(deep[:20:20], deep[32:]...) // the inner sequence itself in place of an element that holds it
	}
	for want, file := range map[string][]byte{
		"scan: the DICOM file has no pixel data; choose one that holds an image":            dicomFileOf(explicitLE, grey...),
		"scan: the DICOM is truncated: it needs 8 bytes of data and holds 6":                dicomFileOf(explicitLE, append(grey, dicomElement{tagPixelData, "OW", make([]byte, 6)})...),
		"scan: the DICOM stores 12 bits per value, but 8, 16 or 32":                         dicomFileOf(explicitLE, append(greyDICOM(2, 2, 12), pixels)...),
		"scan: the DICOM claims 17 bits within 16, which is impossible":                     dicomFileOf(explicitLE, append(replaced(grey, dicomElement{tagBitsStored, "US", uint16(17)}, dicomElement{tagHighBit, "US", uint16(16)}), pixels)...),
		`scan: the DICOM's colours are "HSV", but`:                                          dicomFileOf(explicitLE, append(replaced(grey, dicomElement{tagPhotometric, "CS", "HSV"}), pixels)...),
		"scan: the DICOM's colour palette is missing":                                       dicomFileOf(explicitLE, append(replaced(grey, dicomElement{tagPhotometric, "CS", "PALETTE COLOR"}), pixels)...),
		"scan: the DICOM has 1 sample per pixel, but RGB has 3":                             dicomFileOf(explicitLE, append(replaced(grey, dicomElement{tagPhotometric, "CS", "RGB"}), pixels)...),
		"scan: the DICOM declares 0×2 pixels in 1 slice":                                    dicomFileOf(explicitLE, append(replaced(grey, dicomElement{tagColumns, "US", uint16(0)}), pixels)...),
		"scan: the DICOM is 60000×2 pixels, but at most 8192":                               dicomFileOf(explicitLE, append(replaced(grey, dicomElement{tagColumns, "US", uint16(60000)}), pixels)...),
		"scan: the DICOM claims to be compressed with RLE Lossless, but its pixels are not": dicomFileOf(rleUID, append(grey, pixels)...),
		"scan: this DICOM file is compressed with MPEG-2 video, which is not read":          dicomFileOf("1.2.840.10008.1.2.4.100", grey...),
		`scan: this DICOM file has the unknown transfer syntax "1.2.3"; export it`:          dicomFileOf("1.2.3", grey...),
		"scan: the DICOM nests sequences more than 32 deep":                                 append(dicomFileOf(explicitLE), deep...),
		"a data element was expected and none was found":                                    append(dicomFileOf(explicitLE), 8, 0, 5, 0, '?', '?', 9, 9),
	} {
		_, err := Decode("", file)
		assert.ErrorContains(t, err, want)
	}
}

func TestNoPatientFieldIsKeptOrSaid(t *testing.T) {
	const secret = "DOE^JANE"
	patient := dicomElement{0x0010_0010, "PN", secret}
	good := dicomFileOf(explicitLE, append([]dicomElement{patient}, greyDICOM(1, 1, 8, dicomElement{tagPixelData, "OB", []byte{1}})...)...)
	for cut := 132; cut < len(good); cut++ {
		if s, err := Decode(secret+".dcm", good[:cut]); err != nil {
			assert.NotContains(t, err.Error(), "DOE")
		} else {
			assert.NotContains(t, fmt.Sprintf("%+v", *s), secret)
		}
	}
}
