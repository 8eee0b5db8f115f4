package formats

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestDICOMFilesOfTheTrialHoldTheirRightValues(t *testing.T) {
	answers, files := trialFiles(t, ".dcm")
	read := 0
	for name, answer := range answers {
		if want := answer.numbers(t); want != nil {
			read++
			assert.Equal(t, want, decode(t, files[name]).Values, name)
		}
	}
	assert.Equal(t, 8, read)
	_, err := Decode("", files["slope-comma.dcm"])
	assert.EqualError(t, err, `scan: the DICOM's rescale slope (0028,1053) should be a number and is "0,5"; export it again`)
	dose := decode(t, files["dose.dcm"])
	assert.Equal(t, [3]float64{0.25, 0.5, 3}, dose.Spacing)
	assert.Equal(t, 3.0, dose.Affine[2][2], "the frames' offsets give an affine")
	projection := decode(t, files["projection-spacing.dcm"])
	assert.Equal(t, [3]float64{0.2, 0.1, 0}, projection.Spacing)
	assert.True(t, projection.Detector)
}

// undefined gives an element's head, explicit or not, an undefined length in place of its value's.
func undefined(explicit bool, t tag, vr string, content ...byte) []byte {
	head := dicomBytes(le, explicit, dicomElement{t, vr, nil})
	copy(head[len(head)-4:], []byte{255, 255, 255, 255})
	return append(head, content...)
}

// item and end are an item of known length, and what ends a sequence.
func item(content ...byte) []byte {
	return dicomBytes(le, true, dicomElement{tagItem, "", content})
}

var (
	endItem     = dicomBytes(le, true, dicomElement{tagItemEnd, "", nil})
	endSequence = dicomBytes(le, true, dicomElement{tagSequenceEnd, "", nil})
)

func join(parts ...[]byte) (whole []byte) {
	for _, p := range parts {
		whole = append(whole, p...)
	}
	return whole
}

// manyOdd is many elements without a value, of a type that is none.
func manyOdd(n int) (out []byte) {
	for i := range tag(n) {
		out = append(out, dicomBytes(le, true, dicomElement{0x0019_0000 + i, "??", nil})...)
	}
	return out
}

func TestWhatIsNotReadIsPassedOverHoweverItIsWritten(t *testing.T) {
	explicit := dicomBytes(le, true, dicomElement{0x0029_1011, "LO", "hello "}, dicomElement{0x0029_1012, "OB", []byte{1, 2}})
	implicit := dicomBytes(le, false, dicomElement{0x0029_1011, "LO", "hello "}, dicomElement{0x0029_1012, "OB", []byte{1, 2}})
	pieces := join(item(), item(1, 2, 3, 4, 5, 6), item([]byte("\xfe\xff\xdd\xe0 anything")...), endSequence)
	open := undefined(true, tagItem, "")
	for name, odd := range map[string][]byte{
		"fragments, OB":                      undefined(true, 0x0029_1010, "OB", pieces...),
		"fragments, OW":                      undefined(true, 0x0029_1010, "OW", pieces...),
		"fragments, UN":                      undefined(true, 0x0029_1010, "UN", pieces...),
		"an icon of fragments":               undefined(true, 0x0088_0200, "SQ", join(open, dicomBytes(le, true, greyDICOM(9, 9, 8)...), undefined(true, tagPixelData, "OB", pieces...), endItem, endSequence)...),
		"an icon of fragments, known length": dicomBytes(le, true, dicomElement{0x0088_0200, "SQ", item(undefined(true, tagPixelData, "OB", pieces...)...)}),
		"explicit in UN":                     undefined(true, 0x0029_1010, "UN", join(item(explicit...), endSequence)...),
		"explicit in UN, items open":         undefined(true, 0x0029_1010, "UN", join(open, explicit, endItem, endSequence)...),
		"implicit in UN, items open":         undefined(true, 0x0029_1010, "UN", join(open, implicit, endItem, endSequence)...),
		"empty items in UN":                  undefined(true, 0x0029_1010, "UN", join(open, endItem, item(), endSequence)...),
		"type ??":                            dicomBytes(le, true, dicomElement{0x0019_1001, "??", "ab"}),
		"two of type ??":                     dicomBytes(le, true, dicomElement{0x0019_1001, "??", "ab"}, dicomElement{0x0019_1002, "??", "abcd"}),
		"very many of type ??":               manyOdd(40000),
		"type of two zeros":                  dicomBytes(le, true, dicomElement{0x0019_1001, "\x00\x00", "abcd"}),
		"empty, type ??":                     dicomBytes(le, true, dicomElement{0x0019_1001, "??", nil}),
		"a type to come, long":               join([]byte{0x19, 0, 1, 0x10, 'Z', 'Z', 0, 0, 3, 0, 0, 0}, []byte("abc")),
		"a type to come, short":              dicomBytes(le, true, dicomElement{0x0019_1001, "ZZ", "ab"}),
		"a type to come, open":               join([]byte{0x19, 0, 1, 0x10, 'Z', 'Z', 0, 0, 255, 255, 255, 255}, pieces),
		"no type at all":                     dicomBytes(le, false, dicomElement{0x0019_1001, "", "abcdefgh"}),
	} {
		t.Run(name, func(t *testing.T) {
			class := dicomBytes(le, true, dicomElement{tagClass, "UI", storage + "7"})
			file := join(dicomFileOf(explicitLE), class, odd, dicomBytes(le, true, greyDICOM(2, 1, 8, dicomElement{tagPixelData, "OB", []byte{3, 4}})...))
			s := decode(t, file)
			assert.Equal(t, []float32{3, 4}, s.Values)
			for _, identity := range []bool{true, false} {
				saved, err := Encode(s, []float32{5, 6}, Saving{Identity: identity})
				require.NoError(t, err)
				assert.Equal(t, []float32{5, 6}, again(t, saved).Values)
			}
		})
	}
}

func TestElementsAreReadAsTheyAreCodedNotAsTheirSyntaxSays(t *testing.T) {
	elements := greyDICOM(2, 1, 16, dicomElement{tagPixelData, "OW", encode(le, []uint16{300, 4})})
	big := greyDICOM(2, 1, 16, dicomElement{tagPixelData, "OW", encode(be, []uint16{300, 4})})
	for _, uid := range []string{implicitLE, explicitLE, explicitBE} {
		for name, dataset := range map[string][]byte{
			"explicit": dicomBytes(le, true, elements...), "implicit": dicomBytes(le, false, elements...), "big endian": dicomBytes(be, true, big...),
		} {
			assert.Equal(t, []float32{300, 4}, decode(t, append(dicomFileOf(uid), dataset...)).Values, "%s, said to be %s", name, uid)
		}
	}
}

func TestPixelsOfGEsOwnSyntaxAreInTheOtherOrderThanElements(t *testing.T) {
	s := decode(t, dicomFileOf("1.2.840.113619.5.2", greyDICOM(2, 2, 16, dicomElement{tagPixelData, "OW", encode(be, []uint16{1, 2, 3, 400})})...))
	assert.Equal(t, []float32{1, 2, 3, 400}, s.Values)
	for _, identity := range []bool{true, false} {
		saved, err := Encode(s, moved(s), Saving{Identity: identity})
		require.NoError(t, err)
		assert.Equal(t, moved(s), again(t, saved).Values)
	}
}

func TestGroupsInUNAreReadExplicitOrNot(t *testing.T) {
	for _, explicit := range []bool{true, false} {
		transform := sequence(le, explicit, true, tagPixelTransform, dicomElement{tagRescaleSlope, "DS", "2"})
		file := join(dicomFileOf(explicitLE, greyDICOM(2, 1, 8)...), undefined(true, tagSharedGroups, "UN", join(item(transform...), endSequence)...),
			dicomBytes(le, true, dicomElement{tagPixelData, "OB", []byte{3, 4}}))
		assert.Equal(t, []float32{6, 8}, decode(t, file).Values, "explicit: %t", explicit)
	}
}

func TestPixelLengthPastTheEndIsNoMatterWhereAllPixelsAreThere(t *testing.T) {
	for _, uid := range []string{implicitLE, explicitLE, explicitBE} {
		file := tinyFiles()[map[string]string{implicitLE: "implicit.dcm", explicitLE: "plain.dcm", explicitBE: "big.dcm"}[uid]]
		want := decode(t, file).Values
		long := append([]byte(nil), file...)
		at := len(long) - 12 // the length, before eight bytes of pixels
		syntax, _ := syntax(uid)
		syntax.order().PutUint32(long[at:], 800)
		assert.Equal(t, want, decode(t, long).Values, uid)
		_, err := Decode("", long[:len(long)-1])
		assert.EqualError(t, err, "scan: the DICOM is truncated: it needs 8 bytes of data and holds 7; copy or export it again")
	}
}

func TestImpossibleHighBitIsTheHighestOfThoseStored(t *testing.T) {
	for _, high := range []uint16{0, 10, 12, 15, 16, 200, 65535} {
		elements := append(replaced(greyDICOM(2, 1, 16), dicomElement{tagBitsStored, "US", uint16(12)}, dicomElement{tagHighBit, "US", high}),
			dicomElement{tagPixelData, "OW", encode(le, []uint16{0x0100, 0x0ff0})})
		want := []float32{0x100, 0xff0}
		if shift := int(high) - 11; shift > 0 && high < 16 {
			want = []float32{float32(uint(0x100) >> shift), float32(uint(0xff0) >> shift)}
		}
		assert.Equal(t, want, decode(t, dicomFileOf(explicitLE, elements...)).Values, "high bit %d", high)
	}
}

func TestEmptyFragmentsAreNoFrames(t *testing.T) {
	one, other := runLengths([]byte{1, 2, 3, 4}, make([]byte, 4)), runLengths([]byte{5, 6, 7, 8}, make([]byte, 4))
	for name, frames := range map[string][][]byte{"last": {one, other, nil}, "two last": {one, other, nil, nil}, "between": {one, nil, other}} {
		file := append(dicomFileOf(rleUID, append([]dicomElement{{tagNumberOfFrames, "IS", "2"}}, greyDICOM(2, 2, 16)...)...), fragments(frames...)...)
		assert.Equal(t, []float32{1, 2, 3, 4, 5, 6, 7, 8}, decode(t, file).Values, name)
	}
	table := encode(le, []uint32{0, uint32(len(one)+1)/2*2 + 8 + 8}) // an empty fragment lies between the frames
	file := append(dicomFileOf(rleUID, append([]dicomElement{{tagNumberOfFrames, "IS", "2"}}, greyDICOM(2, 2, 16)...)...),
		undefined(true, tagPixelData, "OB", join(item(table...), item(one...), item(), item(other[:70]...), item(other[70:]...), endSequence)...)...)
	assert.Equal(t, []float32{1, 2, 3, 4, 5, 6, 7, 8}, decode(t, file).Values, "with offsets")
}

func TestNumberThatCannotBeReadIsRefusedAndNotTakenAsAbsent(t *testing.T) {
	for tag, text := range map[tag]string{
		tagRescaleSlope: "0,5", tagRescaleIntercept: "-1024 HU", tagPixelSpacing: `0,5\0,5`, tagWindowCenter: "x", tagWindowWidth: "1e999", tagPosition: `0\NaN\0`,
		tagOrientation: `1\0\0\0\1\?`, tagSliceThickness: "0x10", tagSliceSpacing: "1_0", tagNumberOfFrames: "one", tagInstanceNumber: "#7",
		tagDoseScaling: "Inf", tagDetectorSpacing: `1\a`,
	} {
		file := dicomFileOf(explicitLE, append([]dicomElement{{tag, "DS", text}}, greyDICOM(1, 1, 8, dicomElement{tagPixelData, "OB", []byte{3}})...)...)
		_, err := Decode("", file)
		checkError(t, err, tag.String())
		assert.ErrorContains(t, err, tag.String()+" should be a number and is", "%q", text)
	}
}

func TestNumberThatIsAbsentOrPaddedIsAsItWas(t *testing.T) {
	for text, want := range map[string]float32{"": 3, "  ": 3, "\x00\x00": 3, "2 ": 6, " +2.0E0\x00": 6, `2\junk`: 6} {
		file := dicomFileOf(explicitLE, append([]dicomElement{{tagRescaleSlope, "DS", text}}, greyDICOM(1, 1, 8, dicomElement{tagPixelData, "OB", []byte{3}})...)...)
		assert.Equal(t, []float32{want}, decode(t, file).Values, "%q", text)
	}
}

// dose is a dose of three frames of a pixel, whose offsets are given.
func dose(offsets, position, orientation string) []byte {
	return dicomFileOf(explicitLE, append([]dicomElement{
		{tagClass, "UI", storage + "481.2"}, {tagModality, "CS", "RTDOSE"}, {tagPosition, "DS", position}, {tagOrientation, "DS", orientation}, {tagPixelSpacing, "DS", `2\2`},
		{tagNumberOfFrames, "IS", "3"}, {tagFrameOffsets, "DS", offsets}, {tagDoseScaling, "DS", "0.5"}},
		greyDICOM(1, 1, 32, dicomElement{tagPixelData, "OW", encode(le, []uint32{10, 20, 30})})...)...)
}

func TestDoseIsScaledAndItsFramesLieWhereTheirOffsetsSay(t *testing.T) {
	for name, c := range map[string]struct {
		offsets, orientation string
		values               []float32
		first, step          float64 // toward the head
	}{
		"relative":                  {`0\3\6`, `1\0\0\0\1\0`, []float32{5, 10, 15}, 7, 3},
		"relative, toward the feet": {`0\3\6`, `1\0\0\0\-1\0`, []float32{5, 10, 15}, 7, -3},
		"relative, counting down":   {`0\-3\-6`, `1\0\0\0\1\0`, []float32{15, 10, 5}, 1, 3},
		"positions themselves":      {`7\10\13`, `1\0\0\0\1\0`, []float32{5, 10, 15}, 7, 3},
		"positions, feet first":     {`13\10\7`, `1\0\0\0\-1\0`, []float32{5, 10, 15}, 13, -3},
	} {
		file := dose(c.offsets, `0\0\7`, c.orientation)
		s := decode(t, file)
		assert.Equal(t, c.values, s.Values, name)
		assert.Equal(t, 3.0, s.Spacing[2], name)
		assert.InDelta(t, c.first, s.Affine[2][3], 1e-9, name)
		assert.InDelta(t, c.step, s.Affine[2][2], 1e-9, name)
		saved, err := Encode(s, s.Values, Saving{})
		require.NoError(t, err)
		back := again(t, saved)
		assert.Equal(t, []any{s.Values, s.Affine, s.Slope}, []any{back.Values, back.Affine, back.Slope}, "%s, saved without identity", name)
	}
	for _, offsets := range []string{`0\3`, `0\3\x`, `0\\6`} {
		_, err := Decode("", dose(offsets, `0\0\7`, `1\0\0\0\1\0`))
		checkError(t, err, offsets)
		assert.ErrorContains(t, err, "list of frame offsets (3004,000C) should be a number")
	}
}

func TestDetectorSpacingCountsWhereThereIsNoOther(t *testing.T) {
	grey := greyDICOM(1, 1, 8, dicomElement{tagPixelData, "OB", []byte{3}})
	s := decode(t, dicomFileOf(explicitLE, append([]dicomElement{{tagDetectorSpacing, "DS", `0.1\0.2`}, {tagPixelSpacing, "DS", `0.3\0.4`}}, grey...)...))
	assert.Equal(t, [3]float64{0.4, 0.3, 0}, s.Spacing)
	assert.False(t, s.Detector)
	s = decode(t, dicomFileOf(explicitLE, append([]dicomElement{{tagDetectorSpacing, "DS", `0.1\0.2`}, {tagPixelSpacing, "DS", ""}}, grey...)...))
	assert.Equal(t, [3]float64{0.2, 0.1, 0}, s.Spacing)
	assert.True(t, s.Detector)
}

func TestObjectWithoutAPictureIsNamedAndNoScan(t *testing.T) {
	pixels := greyDICOM(2, 2, 8, dicomElement{tagPixelData, "OB", []byte{0, 1, 1, 0}})
	for want, elements := range map[string][]dicomElement{
		"scan: this DICOM file is a segmentation, not a scan; choose the images that it belongs to":          append([]dicomElement{{tagClass, "UI", storage + "66.4"}}, pixels...),
		"scan: this DICOM file is a segmentation, not a scan; choose the images that it belongs to ":         append([]dicomElement{{tagClass, "UI", storage + "66.7"}}, pixels...),
		"scan: this DICOM file is a segmentation, not a scan; choose the images that it belongs to  ":        append([]dicomElement{{tagModality, "CS", "SEG "}}, pixels...),
		"scan: this DICOM file is a set of contours, not a scan; choose the images that it belongs to":       {{tagClass, "UI", storage + "481.3"}},
		"scan: this DICOM file is a report, not a scan; choose the images that it belongs to":                {{tagClass, "UI", storage + "88.33"}},
		"scan: this DICOM file is a list of chosen images, not a scan; choose the images that it belongs to": {{tagClass, "UI", storage + "88.59"}},
		"scan: this DICOM file is a document, not a scan; choose the images that it belongs to":              {{tagClass, "UI", storage + "104.1"}},
		"scan: the DICOM file has no pixel data; choose one that holds an image":                             {{tagClass, "UI", storage + "7"}},
		"scan: the DICOM file has no pixel data; choose one that holds an image ":                            append(greyDICOM(2, 2, 8), dicomElement{tagPixelData, "OB", []byte{}}),
	} {
		_, err := Decode("", dicomFileOf(explicitLE, elements...))
		assert.EqualError(t, err, strings.TrimRight(want, " "))
	}
	for _, class := range []string{"2", "4", "4.1", "7", "1.1", "481.1", "481.2", "6.1", "128", "20", "77.1.6"} {
		decode(t, dicomFileOf(explicitLE, append([]dicomElement{{tagClass, "UI", storage + class}}, pixels...)...))
	}
}
