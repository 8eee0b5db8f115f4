package formats

import (
	"bytes"
	"encoding/binary"
	"strings"
)

// technical are the elements that a copy without identity keeps, by type: how the image was made, where it lies and what its pixels mean.
// They are written anew from what they may hold, which is numbers, and words that are known; everything else goes, also what
// nobody has thought of: all text that is free, all sequences, all dates, all that is private. It follows PS3.15's Basic Application Level
// Confidentiality Profile with the option to clean descriptors.
var technical = []struct {
	vr   string
	tags []tag
}{
	{"CS", []tag{
		tagImageType, tagModality,
		0x0018_0015, 0x0018_0020, 0x0018_0021, 0x0018_0022, 0x0018_0023, // body part, sequence, variant, options, 2D or 3D
		0x0018_0025, 0x0018_1140, 0x0018_1312, 0x0018_5100, 0x0018_5101, // angiography, rotation, phase, patient's position, view
		0x0020_0020, 0x0020_0060, 0x0020_0062, // orientation, laterality
		tagPhotometric, 0x0028_0301, 0x0028_1040, tagWindowFunction, 0x0028_2110, 0x0028_2114, // burned in, intensities, lossy
		0x0054_1001, 0x0054_1102, // units, decay
		0x3004_0002, 0x3004_0004, 0x3004_000A, // of a dose: units, type, sum
	}},
	{"LO", []tag{0x0028_1054}}, // units of the rescale
	{"DS", []tag{
		tagSliceThickness, 0x0018_0060, 0x0018_0080, tagEchoTime, 0x0018_0082, 0x0018_0083, 0x0018_0084, // kV, times, averages, frequency
		0x0018_0087, tagSliceSpacing, 0x0018_0090, 0x0018_0093, 0x0018_0094, 0x0018_0095, // field, view, bandwidth
		0x0018_1100, 0x0018_1110, 0x0018_1111, 0x0018_1114, 0x0018_1120, 0x0018_1130, // diameters, distances, gantry, table
		tagDetectorSpacing, 0x0018_1190, 0x0018_1314, // focal spots, flip angle
		tagPosition, tagOrientation, 0x0020_1041, // location
		tagPixelSpacing, tagWindowCenter, tagWindowWidth, tagRescaleIntercept, tagRescaleSlope, 0x0028_2112, // compression
		tagFrameOffsets, tagDoseScaling,
	}},
	{"IS", []tag{
		0x0018_0086, 0x0018_0089, 0x0018_0091, 0x0018_1150, 0x0018_1151, 0x0018_1152, 0x0018_1170, // echo, exposure, power
		0x0020_0011, tagAcquisition, tagInstanceNumber, tagTemporalPosition, 0x0020_0105, 0x0020_1002, tagNumberOfFrames, 0x0028_0034, // aspect
	}},
	{"US", []tag{
		tagSamplesPerPixel, tagPlanarConfiguration, tagRows, tagColumns, tagBitsAllocated, tagBitsStored, tagHighBit, tagPixelRepresentation,
		0x0028_0120, 0x0028_0121, // padding
	}},
}

// words are what a coded text may say: the defined terms of image types, modalities, parts of the body, sequences, orientations, units and the like.
const words = " ORIGINAL DERIVED PRIMARY SECONDARY OTHER AXIAL LOCALIZER VOLUME REFORMATTED RESAMPLED PROJECTION MPR MIP MINIP AVERAGE SUM NONE M P R I" +
	" MAGNITUDE PHASE REAL IMAGINARY MIXED DIFFUSION ADC FA TRACE SUB PERFUSION WATER FAT T1 T2 NORM DIS2D DIS3D FM ND MFSPLIT HELIX DYNAMIC" +
	" MOSAIC STATIC GATED WHOLE BODY TOMO RECON EMISSION TRANSMISSION MR CT PT NM CR DX DR MG US XA RF OT SC RTDOSE RTIMAGE ES OP OPT OCT IO PX XC GM SM" +
	" BI IVUS IVOCT EPS TG HEAD BRAIN SKULL FACE ORBIT EYE EAR IAC SINUS NOSE JAW MANDIBLE MAXILLA TMJ TOOTH NECK THYROID LARYNX CSPINE TSPINE" +
	" LSPINE SSPINE SPINE COCCYX SACRUM CHEST THORAX LUNG HEART AORTA BREAST RIB STERNUM CLAVICLE SCAPULA SHOULDER HUMERUS ARM ELBOW FOREARM" +
	" WRIST HAND FINGER THUMB ABDOMEN LIVER SPLEEN PANCREAS KIDNEY STOMACH COLON RECTUM ABDOMENPELVIS CHESTABDOMEN CHESTABDPELVIS PELVIS BLADDER" +
	" PROSTATE UTERUS OVARY HIP LEG THIGH FEMUR KNEE PATELLA CALF ANKLE FOOT TOE HEEL EXTREMITY WHOLEBODY HIPPOCAMPUS SE IR GR EP RM SK MTC SS" +
	" TRSS SP MP OSP PER RG CG PPG FC PFF PFP FS SFS FATSAT 2D 3D ROW COL COLUMN Y N YES NO HFS HFP HFDR HFDL FFS FFP FFDR FFDL AP PA LL RL RLD" +
	" LLD RLO LLO CC MLO L A F H RA RP LA LP RH RF LH LF AH AF PH PF B U MONOCHROME1 MONOCHROME2 RGB YBR_FULL CW LIN LOG DISP HU OD US MGML" +
	" LINEAR LINEAR_EXACT SIGMOID 00 01 ISO_10918_1 ISO_14495_1 ISO_15444_1 ISO_13818_2 BQML CNTS PROPCNTS CPS GML CM2ML PCNT START ADMIN GY" +
	" RELATIVE PHYSICAL EFFECTIVE ERROR PLAN MULTI_PLAN FRACTION BEAM BRACHY CONTROL_POINT "

// emptied are elements that the standard wants to be there, if only without a value.
var emptied = []element{
	{0x0008_0020, "DA", 0}, {0x0008_0030, "TM", 0}, {0x0008_0050, "SH", 0}, {0x0008_0070, "LO", 0}, {0x0008_0090, "PN", 0},
	{0x0010_0010, "PN", 0}, {0x0010_0020, "LO", 0}, {0x0010_0030, "DA", 0}, {0x0010_0040, "CS", 0}, {0x0020_0010, "SH", 0},
}

// The elements that say that an identity was removed, and how.
const (
	tagIdentityRemoved tag = 0x0012_0062
	tagRemovalMethod   tag = 0x0012_0063
	tagDatesRemoved    tag = 0x0028_0303

	removalMethod = `Basic Application Confidentiality Profile\Clean Descriptors Option`
)

// anonymise keeps only what is technical, and of functional groups only what is read here. The study gets a new identifier.
func (w *dicomWriter) anonymise(f *dicomFile, p *dicomPixels, ids identifiers) {
	told := map[tag][]byte{}
	for _, part := range w.parts {
		if told[part.tag] == nil { // of two the first counts
			told[part.tag] = part.bytes[part.head:]
		}
	}
	w.parts = nil
	for _, e := range emptied {
		w.set(e.tag, e.vr, nil)
	}
	for _, kind := range technical {
		for _, t := range kind.tags {
			if value := cleaned(t, kind.vr, told[t]); len(value) > 0 {
				w.set(t, kind.vr, value)
			}
		}
	}
	if f.gap() != 0 { // then these say where a reconstruction lies
		place, slices := &dicomWriter{syntax: w.syntax}, f.fields.of(tagSliceVector)
		for _, t := range []tag{tagPosition, tagOrientation} {
			place.set(t, "DS", cleaned(t, "DS", f.detector.of(t)))
		}
		w.set(tagDetectors, "SQ", w.item(place.bytes()))
		w.set(tagSliceVector, "US", slices[:min(len(slices), 2*p.frames)])
	}
	w.keepTissue(f)
	w.keepMosaic(f, p)
	if len(f.shared) > 0 {
		w.set(tagSharedGroups, "SQ", w.item(w.groups(f.shared)))
	}
	if len(f.frames) > 0 {
		var items []byte
		for _, frame := range f.frames[:min(len(f.frames), p.frames)] {
			items = append(items, w.item(w.groups(frame))...)
		}
		w.set(tagPerFrameGroups, "SQ", items)
	}
	w.set(tagClass, "UI", []byte(f.publicClass()))
	w.set(tagStudy, "UI", []byte(ids.study))
	w.set(tagFrameOfRef, "UI", []byte(ids.frameOfReference))
	w.set(tagIdentityRemoved, "CS", []byte("YES"))
	w.set(tagRemovalMethod, "LO", []byte(removalMethod))
	w.set(tagDatesRemoved, "CS", []byte("REMOVED"))
}

// cleaned is what of an element's value is known words, or numbers up to whatever is none; nil where nothing is.
func cleaned(t tag, vr string, value []byte) []byte {
	switch vr {
	case "US":
		if len(value) < 2 {
			return nil
		}
		return value[:2]
	case "DS", "IS":
		end := 0
		for rest := value; len(rest) > 0; {
			part, after, err := nextNumber(t, rest)
			if err == nil && len(part) > 0 {
				_, err = parseNumber(t, part)
			}
			if err != nil {
				break
			}
			rest = after
			end = len(value) - len(rest)
		}
		return bytes.TrimRight(value[:end], "\\ \x00")
	}
	var kept []string
	for _, part := range strings.Split(string(value[:min(len(value), maxText)]), `\`) {
		if part = strings.Trim(part, " \x00"); part != "" && !strings.Contains(part, " ") && strings.Contains(words, " "+part+" ") {
			kept = append(kept, part)
		}
	}
	return []byte(strings.Join(kept, `\`))
}

// publicClass is the kind of object that a file says it is, if that is one of the standard's.
func (f *dicomFile) publicClass() string {
	const secondaryCapture = storage + "7"
	class := f.text(tagClass)
	numbers, standard := strings.CutPrefix(class, storage)
	if !standard || len(numbers) > len("481.23.1") || strings.Trim(numbers, "0123456789.") != "" {
		return secondaryCapture
	}
	return class
}

// groups writes the functional groups of a frame, or of all, with what is read of them.
func (w *dicomWriter) groups(told fields) []byte {
	inner := &dicomWriter{syntax: w.syntax}
	for _, g := range functionalGroups {
		group := &dicomWriter{syntax: w.syntax}
		for _, t := range g.elements {
			if vr, value := ofGroup(t, told.of(t), w.syntax.order()); len(value) > 0 {
				group.set(t, vr, value)
			}
		}
		if len(group.parts) > 0 {
			inner.set(g.sequence, "SQ", w.item(group.bytes()))
		}
	}
	return inner.bytes()
}

// ofGroup is what is kept of an element of a functional group, and its type.
func ofGroup(t tag, value []byte, order binary.ByteOrder) (vr string, kept []byte) {
	switch t {
	case tagDimensionValues:
		return "UL", value[:4*len(indicesOf(value, order))]
	case tagVolumePosition, tagVolumeOrientation:
		return "FD", value[:8*len(realsOf(value, order))]
	case tagWindowFunction:
		return "CS", cleaned(t, "CS", value)
	}
	return "DS", cleaned(t, "DS", value)
}

// item wraps elements as an item of a sequence.
func (w *dicomWriter) item(content []byte) []byte {
	return element{tagItem, "", uint32(len(content))}.bytes(w.syntax, content)
}

// blank clears the bits around the values, which may hold overlays; above signed ones it repeats the sign, as some readers expect.
func (p *dicomPixels) blank() {
	n := p.pictures() * p.width * p.height * p.samples
	if p.swapped && n%2 == 1 {
		p.data[n-1] = 0 // beside the last pixel
	}
	if p.stored == p.allocated {
		return
	}
	for i := range n {
		p.set(i, uint32(int64(p.value(i)))<<p.shift)
	}
}

// plainMeta is the group of a file that says how the rest is written, which says nothing else.
func plainMeta(class, instance, syntax string) *dicomWriter {
	w := &dicomWriter{}
	for _, e := range []struct {
		tag   tag
		vr    string
		value string
	}{
		{0x0002_0001, "OB", "\x00\x01"}, {0x0002_0002, "UI", class}, {tagMetaInstance, "UI", instance}, {tagTransferSyntax, "UI", syntax},
		{0x0002_0012, "UI", "2.25.219187340961553402361730174920446870537"}, {0x0002_0013, "SH", "SEGFAULT"},
	} {
		w.set(e.tag, e.vr, []byte(e.value))
	}
	return w
}
