package formats

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// hidden asks that a file saved without identity holds no mark and says so, in a group of its own, and that the copy with identity keeps it.
func hidden(t *testing.T, file []byte, marks string) *dicomFile {
	t.Helper()
	s := decode(t, file)
	values := moved(s)
	saved, err := Encode(s, values, Saving{})
	require.NoError(t, err)
	assert.Empty(t, regexp.MustCompile(".{0,40}"+marks+".{0,20}").FindString(string(saved[0].Data)))
	assert.Equal(t, values, again(t, saved).Values)
	f, err := parseDICOM(saved[0].Data)
	require.NoError(t, err)
	all := map[tag]string{}
	parts, err := split(f.data, 0, f.pixelHead, f.syntax)
	require.NoError(t, err)
	for _, p := range parts {
		all[p.tag] = string(bytes.TrimRight(p.bytes[p.head:], " \x00"))
		assert.False(t, p.tag>>16&1 == 1, "%s is private", p.tag)
		assert.False(t, p.tag>>16 == 0x0008 && bytes.Contains(p.bytes[:p.head], []byte("SQ")), "%s is a sequence", p.tag)
	}
	assert.Equal(t, "YES", all[tagIdentityRemoved])
	assert.Equal(t, removalMethod, all[tagRemovalMethod])
	for _, uid := range []tag{tagInstance, tagStudy, tagSeries, tagFrameOfRef} {
		assert.Regexp(t, `^2\.25\.[1-9][0-9]{20,38}$`, all[uid])
	}
	return f
}

func TestMarkedDICOMOfTheTrialNamesNobody(t *testing.T) {
	file, err := os.ReadFile(filepath.Join(shared(t, "formats-3"), "identity", "marks.dcm"))
	require.NoError(t, err)
	hidden(t, file, "SECRETPATIENT|19700101|1\\.2\\.3")
}

// readNumbers are elements that are read, with what they say.
var readNumbers = map[tag]string{
	tagNumberOfFrames: "1", tagInstanceNumber: "1", tagPosition: `0\0\0`, tagOrientation: `1\0\0\0\1\0`, tagPixelSpacing: `0.5\0.25`, tagSliceThickness: "3",
	tagSliceSpacing: "3", tagDetectorSpacing: `1\1`, tagWindowCenter: "40", tagWindowWidth: "400", tagRescaleSlope: "2", tagRescaleIntercept: "-1024",
	tagDoseScaling: "2", tagFrameOffsets: "0",
}

// markedDICOM plants a mark in every element that there might be, of any type: in those that are technical, behind what is read of them, and
// in many that are not.
func markedDICOM(uid string) []byte {
	syntax, _ := syntax(uid)
	order, explicit := syntax.order(), !syntax.implicit
	elements := append(greyDICOM(2, 2, 16), dicomElement{tagImageType, "CS", `ORIGINAL\PRIMARY\` + mark + `\M`})
	there := map[tag]bool{tagPixelData: true}
	for _, e := range elements {
		there[e.tag] = true
	}
	add := func(t tag, vr string, value any) {
		if !there[t] {
			there[t], elements = true, append(elements, dicomElement{t, vr, value})
		}
	}
	for t, value := range readNumbers {
		add(t, "DS", value+`\`+mark+`\7`)
	}
	for _, kind := range technical {
		for _, t := range kind.tags {
			add(t, kind.vr, mark+`\1`)
		}
	}
	name := dicomBytes(order, explicit, dicomElement{0x0010_0010, "PN", mark})
	nested := dicomBytes(order, explicit, dicomElement{tagItem, "", name})
	add(tagSharedGroups, "SQ", dicomBytes(order, explicit, dicomElement{tagItem, "", append(
		sequence(order, explicit, true, tagPixelMeasures, dicomElement{tagPixelSpacing, "DS", `0.5\0.25\` + mark}, dicomElement{0x0028_0A04, "LO", mark}), name...)}))
	for _, group := range []tag{0x0008, 0x0009, 0x0010, 0x0012, 0x0018, 0x0020, 0x0028, 0x0029, 0x0032, 0x0040, 0x0054, 0x0088, 0x3004, 0x3006, 0x5000, 0x5400, 0x6000, 0x6002} {
		for at := range tag(100) {
			switch t := group<<16 | at*0x7B; at % 4 {
			case 0:
				add(t, "SQ", nested)
			case 1:
				add(t, "UN", nested)
			case 2:
				add(t, "OB", mark+mark)
			case 3:
				add(t, []string{"LO", "PN", "CS", "UI", "DS"}[at%5], mark+`\`+mark)
			}
		}
	}
	file := append(make([]byte, 128), "DICM"...)
	copy(file, mark+" in the preamble")
	file = append(file, dicomBytes(le, true, dicomElement{tagTransferSyntax, "UI", uid}, dicomElement{0x0002_0016, "AE", mark}, dicomElement{0x0002_0102, "OB", mark})...)
	elements = append(elements, dicomElement{tagPixelData, "OW", append(encode(order, []uint16{1, 2, 3, 4}), mark+" behind the pixels"...)})
	file = append(file, dicomBytes(order, explicit, elements...)...)
	return append(file, dicomBytes(order, explicit, dicomElement{0xFFFA_FFFA, "SQ", nested}, dicomElement{0xFFFC_FFFC, "OB", mark})...)
}

func TestDICOMCopyNamesNobodyWhereverAMarkIsPlanted(t *testing.T) {
	for _, uid := range []string{implicitLE, explicitLE, explicitBE} {
		t.Run(uid, func(t *testing.T) {
			file := markedDICOM(uid)
			require.Greater(t, bytes.Count(file, []byte(mark)), 1000)
			hidden(t, file, mark)
			s := decode(t, file)
			saved, err := Encode(s, s.Values, Saving{})
			require.NoError(t, err)
			back := again(t, saved)
			assert.Equal(t, []any{s.Spacing, s.Affine, s.Window, s.Slope}, []any{back.Spacing, back.Affine, back.Window, back.Slope})
		})
	}
}

func TestDICOMCopyKeepsWhatIsTechnical(t *testing.T) {
	technical := []dicomElement{
		{tagImageType, "CS", `ORIGINAL\PRIMARY\M`}, {tagClass, "UI", storage + "4"}, {tagModality, "CS", "MR"}, {0x0018_0015, "CS", "BRAIN"},
		{0x0018_0021, "CS", `SK\SP`}, {0x0018_0081, "DS", "2.5"}, {0x0018_1314, "DS", "90"}, {0x0018_5100, "CS", "HFS"}, {0x0020_0011, "IS", "4"},
		{0x0028_1054, "LO", "HU"}, {0x0028_0120, "US", uint16(7)},
	}
	file := dicomFileOf(explicitLE, append(technical, greyDICOM(1, 1, 8, dicomElement{tagPixelData, "OB", []byte{1}})...)...)
	f := hidden(t, file, mark)
	parts, err := split(f.data, 0, f.pixelHead, f.syntax)
	require.NoError(t, err)
	kept := map[tag]string{}
	for _, p := range parts {
		kept[p.tag] = string(bytes.TrimRight(p.bytes[p.head:], " \x00"))
	}
	for _, e := range technical[1:] {
		want := e.value
		if n, ok := want.(uint16); ok {
			want = string(rune(n))
		}
		assert.Equal(t, want, kept[e.tag], "%s", e.tag)
	}
	assert.Equal(t, `DERIVED\PRIMARY\M`, kept[tagImageType])
}

func TestClassThatIsNoneOfTheStandardsIsHidden(t *testing.T) {
	for class, want := range map[string]string{
		storage + "2.1": storage + "2.1", storage + "4.SECRET": storage + "7", "1.2.840.113619.4.30": storage + "7", storage + "19700101.1": storage + "7", "": storage + "7",
	} {
		f := hidden(t, dicomFileOf(explicitLE, append([]dicomElement{{tagClass, "UI", class}}, greyDICOM(1, 1, 8, dicomElement{tagPixelData, "OB", []byte{1}})...)...), mark)
		assert.Equal(t, want, f.text(tagClass))
		assert.Contains(t, string(f.meta), want)
	}
}

func TestOverlaysInTheBitsAroundPixelsAreCleared(t *testing.T) {
	pixels := encode(le, []uint16{0xf123, 0x5fff, 0xa000, 0x0800})
	for signed, want := range map[uint16][]uint16{0: {0x0123, 0x0fff, 0, 0x0800}, 1: {0x0123, 0xffff, 0, 0xf800}} {
		twelve := append(replaced(greyDICOM(2, 2, 16), dicomElement{tagBitsStored, "US", uint16(12)}, dicomElement{tagHighBit, "US", uint16(11)},
			dicomElement{tagPixelRepresentation, "US", signed}), dicomElement{tagPixelData, "OW", pixels})
		s := decode(t, dicomFileOf(explicitLE, twelve...))
		saved, err := Encode(s, s.Values, Saving{})
		require.NoError(t, err)
		assert.Equal(t, encode(le, want), saved[0].Data[len(saved[0].Data)-8:], "signed: %d", signed)
		saved, err = Encode(s, s.Values, Saving{Identity: true})
		require.NoError(t, err)
		assert.Equal(t, pixels, saved[0].Data[len(saved[0].Data)-8:], "with identity they stay")
	}
}

func TestATableOfUnitsIsKeptAsFarAsItIsRead(t *testing.T) {
	table := sequence(le, true, false, tagModalityLUT, dicomElement{tagLUTDescriptor, "US", append(encode(le, []uint16{4, 1, 16}), mark...)},
		dicomElement{tagLUTData, "OW", append(encode(le, []uint16{10, 20, 40, 80}), mark...)})
	file := append(append(dicomFileOf(explicitLE, greyDICOM(4, 1, 16)...), table...), dicomBytes(le, true, dicomElement{tagPixelData, "OW", encode(le, []uint16{1, 2, 3, 4})})...)
	s := decode(t, file)
	saved, err := Encode(s, s.Values, Saving{})
	require.NoError(t, err)
	assert.NotContains(t, string(saved[0].Data), mark)
	assert.Equal(t, []float32{10, 20, 40, 80}, again(t, saved).Values)
}

func TestMultiFrameCopyKeepsItsGeometryAndNothingElse(t *testing.T) {
	var items []byte
	for k := range 3 {
		frame := append(sequence(le, true, false, tagPlanePosition, dicomElement{tagPosition, "DS", fmt.Sprintf(`0\0\%d`, 4*k)}),
			sequence(le, true, false, 0x0020_9111, dicomElement{0x0020_9157, "LO", mark})...)
		items = append(items, dicomBytes(le, true, dicomElement{tagItem, "", frame})...)
	}
	all := append(sequence(le, true, false, tagPlaneOrientation, dicomElement{tagOrientation, "DS", `1\0\0\0\1\0`}),
		sequence(le, true, false, tagPixelMeasures, dicomElement{tagPixelSpacing, "DS", `0.5\0.25`})...)
	file := dicomFileOf(explicitLE, append([]dicomElement{{tagNumberOfFrames, "IS", "3"}}, greyDICOM(2, 1, 8,
		dicomElement{tagSharedGroups, "SQ", dicomBytes(le, true, dicomElement{tagItem, "", all})}, dicomElement{tagPerFrameGroups, "SQ", items},
		dicomElement{tagPixelData, "OB", []byte{1, 2, 3, 4, 5, 6}})...)...)
	hidden(t, file, mark)
	s := decode(t, file)
	saved, err := Encode(s, s.Values, Saving{})
	require.NoError(t, err)
	assert.Equal(t, s.Affine, again(t, saved).Affine)
}

func TestSavedDICOMIsCodedAsItsElementsAreAndSaysSo(t *testing.T) {
	grey := greyDICOM(2, 2, 16)
	implicitRuns := dicomBytes(le, false, append(grey, dicomElement{tagPixelData, "", nil})...)
	copy(implicitRuns[len(implicitRuns)-4:], []byte{255, 255, 255, 255})
	implicitRuns = append(implicitRuns, fragments(runLengths([]byte{1, 2, 3, 4}, make([]byte, 4)))[12:]...)
	for name, c := range map[string]struct {
		file []byte
		want string
	}{
		"implicit elements, compressed pixels":  {append(dicomFileOf(rleUID), implicitRuns...), implicitLE},
		"explicit elements said to be implicit": {append(dicomFileOf(implicitLE), dicomBytes(le, true, append(grey, dicomElement{tagPixelData, "OW", make([]byte, 8)})...)...), explicitLE},
	} {
		s := decode(t, c.file)
		for _, identity := range []bool{true, false} {
			saved, err := Encode(s, []float32{5, 6, 7, 8}, Saving{Identity: identity})
			require.NoError(t, err, name)
			f, err := parseDICOM(saved[0].Data)
			require.NoError(t, err, name)
			assert.Equal(t, c.want, string(bytes.TrimRight([]byte(f.syntax.uid), "\x00")), name)
			assert.Equal(t, []float32{5, 6, 7, 8}, again(t, saved).Values, name)
		}
	}
}
