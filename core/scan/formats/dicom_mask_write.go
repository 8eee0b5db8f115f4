package formats

import (
	"encoding/binary"
	"fmt"
	"strconv"
	"strings"
	"time"

	"segfault/core/scan"
)

// The elements of a segmentation, beside those that are read.
const (
	tagReferencedClass    tag = 0x0008_1150
	tagReferencedInstance tag = 0x0008_1155
	tagReferencedFrame    tag = 0x0008_1160
	tagDimension          tag = 0x0020_9164
	tagDimensionIndex     tag = 0x0020_9165
	tagDimensionGroup     tag = 0x0020_9167
	tagSegmentIdentity    tag = 0x0062_0004
)

// A code of SNOMED or DICOM, as its value, its scheme and its meaning.
var (
	codeTissue = [3]string{"85756007", "SCT", "Tissue"}
	codeSource = [3]string{"121322", "DCM", "Source image for image processing operation"}
	codeMaking = [3]string{"113076", "DCM", "Segmentation"}
)

// object writes an element of a segmentation: its values are texts, numbers of 16 bits, or items.
type object struct{ dicomWriter }

func (o *object) text(t tag, vr, value string) *object {
	o.set(t, vr, []byte(value))
	return o
}

func (o *object) short(t tag, v int) *object {
	o.set(t, "US", binary.LittleEndian.AppendUint16(nil, uint16(v)))
	return o
}

func (o *object) items(t tag, items ...*object) *object {
	var all []byte
	for _, i := range items {
		all = append(all, o.item(i.bytes())...)
	}
	o.set(t, "SQ", all)
	return o
}

func (o *object) decimals(t tag, values ...float64) *object {
	var list []string
	for _, v := range values {
		list = append(list, decimal(v))
	}
	return o.text(t, "DS", strings.Join(list, `\`))
}

// decimal is a number in the 16 characters that DICOM gives it.
func decimal(v float64) string {
	for digits := 15; ; digits-- {
		if text := strconv.FormatFloat(v, 'g', digits, 64); len(text) <= 16 {
			return text
		}
	}
}

func code(c [3]string) *object {
	return new(object).text(0x0008_0100, "SH", c[0]).text(0x0008_0102, "SH", c[1]).text(0x0008_0104, "LO", c[2])
}

// pointer is an element's tag as a value.
func pointer(t tag) []byte {
	return binary.LittleEndian.AppendUint16(binary.LittleEndian.AppendUint16(nil, uint16(t>>16)), uint16(t))
}

// writeDICOMMask writes a segmentation of one bit a pixel, a frame for each class of each slice that has any. It refers to the images that the
// scan was made of, as it must to be found with them; of who was scanned it says nothing.
func writeDICOMMask(mask *scan.Mask, first int, on *scan.Scan) (Saved, error) {
	series, ok := on.Store.(*dicomSeries)
	if !ok {
		return Saved{}, fmt.Errorf("scan: a DICOM segmentation refers to the DICOM images that it is of, and this scan is none; save the mask as NIfTI")
	}
	if !series.parallel || on.Spacing[0] <= 0 || on.Detector {
		return Saved{}, fmt.Errorf("scan: the DICOM images do not say where their slices lie in the patient, which a segmentation has to; save the mask as NIfTI")
	}
	names, frames, bits := make([]string, max(len(mask.Names), int(mask.Highest()), 1)), []*object(nil), &bitPacker{}
	for i := range names {
		if copy(names[i:i+1], mask.Names[min(i, len(mask.Names)):]); names[i] == "" {
			names[i] = fmt.Sprintf("class %d", i+1)
		}
	}
	n := mask.Width * mask.Height
	most := min(maxFrames, mostBits/n) // that are read again
	for class := 1; class <= len(names); class++ {
		for k := range mask.Slices {
			plane, there := make([]bool, n), false
			for _, layer := range mask.Layers {
				for i, label := range layer[k*n : (k+1)*n] {
					plane[i] = plane[i] || int(label) == class
					there = there || plane[i]
				}
			}
			if there || class == len(names) && k == mask.Slices-1 && len(frames) == 0 { // a file has one frame at least
				if len(frames) == most {
					return Saved{}, fmt.Errorf("scan: a DICOM segmentation has a frame for each class of each slice, here more than %d, which is more than are read; save the mask as NIfTI", most)
				}
				frames = append(frames, segmentFrame(series.slices[first+k], class, first+k))
				bits.add(plane)
			}
		}
	}
	data := segmentationOf(series, on, names)
	data.text(tagNumberOfFrames, "IS", strconv.Itoa(len(frames))).short(tagRows, mask.Height).short(tagColumns, mask.Width)
	data.items(tagPerFrameGroups, frames...)
	data.set(tagPixelData, "OB", bits.bytes)

	const class = storage + "66.4"
	instance := newUID()
	data.text(tagClass, "UI", class).text(tagInstance, "UI", instance)
	group := plainMeta(class, instance, "1.2.840.10008.1.2.1").bytes()
	out := append(make([]byte, 128), "DICM"...)
	out = append(out, element{tagMetaLength, "UL", 4}.bytes(transferSyntax{}, binary.LittleEndian.AppendUint32(nil, uint32(len(group))))...)
	return Saved{Name: "mask.dcm", Data: append(append(out, group...), data.bytes()...)}, nil
}

// segmentationOf is what a segmentation says beside its frames.
func segmentationOf(series *dicomSeries, on *scan.Scan, names []string) *object {
	source, now := series.slices[0].file, time.Now()
	o := &object{}
	for _, e := range emptied {
		o.set(e.tag, e.vr, nil)
	}
	for _, e := range []struct {
		tag   tag
		vr    string
		value string
	}{
		{0x0008_0005, "CS", "ISO_IR 192"}, {tagImageType, "CS", `DERIVED\PRIMARY`}, {0x0008_0023, "DA", now.Format("20060102")}, {0x0008_0033, "TM", now.Format("150405")},
		{tagModality, "CS", "SEG"}, {0x0008_0070, "LO", "Segfault"}, {0x0008_1090, "LO", "Segfault"}, {0x0018_1000, "LO", "0"}, {0x0018_1020, "LO", "Segfault"},
		{tagStudy, "UI", source.text(tagStudy)}, {tagSeries, "UI", newUID()}, {0x0020_0011, "IS", "1"}, {tagInstanceNumber, "IS", "1"},
		{tagFrameOfRef, "UI", source.text(tagFrameOfRef)}, {0x0020_1040, "LO", ""}, {tagPhotometric, "CS", "MONOCHROME2"}, {0x0028_2110, "CS", "00"},
		{tagSegmentation, "CS", "BINARY"}, {0x0070_0080, "CS", "SEGMENTATION"}, {0x0070_0081, "LO", "Found by a network under an adversarial attack, for research only"},
		{0x0070_0084, "PN", "Segfault"},
	} {
		o.text(e.tag, e.vr, e.value)
	}
	o.short(tagSamplesPerPixel, 1).short(tagBitsAllocated, 1).short(tagBitsStored, 1).short(tagHighBit, 0).short(tagPixelRepresentation, 0)
	var segments []*object
	for i, name := range names {
		segments = append(segments, new(object).items(0x0062_0003, code(codeTissue)).short(tagSegmentIdentity, i+1).text(0x0062_0005, "LO", label(name)).
			text(0x0062_0008, "CS", "AUTOMATIC").text(0x0062_0009, "LO", "Segfault").items(0x0062_000F, code(codeTissue)))
	}
	o.items(0x0062_0002, segments...)

	var images []*object
	known := map[*dicomFile]bool{}
	for _, s := range series.slices {
		if !known[s.file] && s.file.text(tagInstance) != "" {
			images = append(images, new(object).text(tagReferencedClass, "UI", s.file.publicClass()).text(tagReferencedInstance, "UI", s.file.text(tagInstance)))
		}
		known[s.file] = true
	}
	if len(images) > 0 {
		o.items(0x0008_1115, new(object).items(0x0008_114A, images...).text(tagSeries, "UI", source.text(tagSeries)))
	}
	organisation := newUID()
	index := func(element, group tag) *object {
		i := new(object).text(tagDimension, "UI", organisation)
		i.set(tagDimensionIndex, "AT", pointer(element))
		i.set(tagDimensionGroup, "AT", pointer(group))
		return i
	}
	o.items(0x0020_9221, new(object).text(tagDimension, "UI", organisation))
	o.items(0x0020_9222, index(tagSegmentNumber, tagSegmentOfFrame), index(tagPosition, tagPlanePosition))

	at := series.slices[0]
	measures := new(object).decimals(tagPixelSpacing, on.Spacing[1], on.Spacing[0])
	if on.Spacing[2] > 0 {
		measures.decimals(tagSliceThickness, on.Spacing[2]).decimals(tagSliceSpacing, on.Spacing[2])
	}
	turn := new(object).decimals(tagOrientation, at.rows[0], at.rows[1], at.rows[2], at.columns[0], at.columns[1], at.columns[2])
	return o.items(tagSharedGroups, new(object).items(tagPlaneOrientation, turn).items(tagPixelMeasures, measures))
}

// segmentFrame is what is said of a frame: which class, where, and of which image.
func segmentFrame(at dicomSlice, class, slice int) *object {
	frame := &object{}
	if instance := at.file.text(tagInstance); instance != "" {
		source := new(object).text(tagReferencedClass, "UI", at.file.publicClass()).text(tagReferencedInstance, "UI", instance).items(0x0040_A170, code(codeSource))
		if len(at.file.frames) > 0 {
			source.text(tagReferencedFrame, "IS", strconv.Itoa(at.frame+1))
		}
		frame.items(0x0008_9124, new(object).items(0x0008_2112, source).items(0x0008_9215, code(codeMaking)))
	}
	content := &object{}
	content.set(tagDimensionValues, "UL", binary.LittleEndian.AppendUint32(binary.LittleEndian.AppendUint32(nil, uint32(class)), uint32(slice+1)))
	return frame.items(tagFrameContent, content).items(tagPlanePosition, new(object).decimals(tagPosition, at.position[:]...)).
		items(tagSegmentOfFrame, new(object).short(tagSegmentNumber, class))
}

// label is a name in the 64 characters that DICOM gives it, none of which separates values or controls.
func label(name string) string {
	kept := strings.TrimSpace(strings.Map(func(r rune) rune {
		if r < ' ' || r == '\\' {
			return ' '
		}
		return r
	}, name))
	runes := []rune(kept)
	return string(runes[:min(len(runes), 64)])
}

// bitPacker packs planes, one behind another without a gap.
type bitPacker struct {
	bytes []byte
	count int
}

func (b *bitPacker) add(plane []bool) {
	for _, set := range plane {
		if b.count%8 == 0 {
			b.bytes = append(b.bytes, 0)
		}
		if set {
			b.bytes[b.count/8] |= 1 << (b.count % 8)
		}
		b.count++
	}
}
