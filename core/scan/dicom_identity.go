package scan

// told are the elements, as ranges of tags, that a copy without identity keeps: how the image was made, where it lies and what its
// pixels mean. Everything else goes, also what nobody has thought of, such as private elements.
var told = [][2]tag{
	{0x0008_0005, 0x0008_0008}, // character set, image type
	{0x0008_0016, 0x0008_0016}, // kind of object
	{0x0008_0060, 0x0008_0070}, // modality, manufacturer
	{0x0008_1090, 0x0008_1090}, // its model
	{0x0018_0015, 0x0018_0095}, // body part, sequence, slice, echo, field
	{0x0018_1100, 0x0018_1160}, // reconstruction, exposure
	{0x0018_1210, 0x0018_1210}, // kernel
	{0x0018_1310, 0x0018_1316}, // matrix, flip angle
	{0x0018_5100, 0x0018_5100}, // patient's position on the table
	{0x0020_0011, 0x0020_0013}, // numbers of series, acquisition and instance
	{0x0020_0032, 0x0020_0037}, // position, orientation
	{0x0020_1002, 0x0020_1041}, // number of images, location of slice
	{0x0028_0002, 0x0028_3FFF}, // pixels
	{0x0028_9001, 0x0028_9FFF},
}

// emptied are elements that the standard wants to be there, if only without a value.
var emptied = []element{
	{0x0008_0020, "DA", 0}, {0x0008_0030, "TM", 0}, {0x0008_0050, "SH", 0}, {0x0008_0090, "PN", 0},
	{0x0010_0010, "PN", 0}, {0x0010_0020, "LO", 0}, {0x0010_0030, "DA", 0}, {0x0010_0040, "CS", 0}, {0x0020_0010, "SH", 0},
}

// The elements that say that an identity was removed, and how.
const (
	tagIdentityRemoved tag = 0x0012_0062
	tagRemovalMethod   tag = 0x0012_0063
)

// anonymise keeps only what is told, and of functional groups only what is read here. The study gets a new identifier.
func (w *dicomWriter) anonymise(ids identifiers) error {
	var kept []part
	for _, p := range w.parts {
		switch {
		case p.tag == tagSharedGroups || p.tag == tagPerFrameGroups:
			groups, err := w.geometryOnly(p.bytes)
			if err != nil {
				return err
			}
			kept = append(kept, part{p.tag, groups})
		case harmless(p.tag):
			kept = append(kept, p)
		}
	}
	w.parts = kept
	for _, e := range emptied {
		w.set(e.tag, e.vr, nil)
	}
	w.set(tagStudy, "UI", []byte(ids.study))
	w.set(tagFrameOfRef, "UI", []byte(ids.frameOfReference))
	w.set(tagIdentityRemoved, "CS", []byte("YES"))
	w.set(tagRemovalMethod, "LO", []byte("Segfault: only image, geometry and acquisition kept"))
	return nil
}

func harmless(t tag) bool {
	for _, r := range told {
		if t >= r[0] && t <= r[1] {
			return true
		}
	}
	return false
}

// geometryOnly copies a sequence of functional groups with the elements that this package reads.
func (w *dicomWriter) geometryOnly(sequence []byte) ([]byte, error) {
	r := &dicomReader{data: sequence, order: w.syntax.order(), explicit: !w.syntax.implicit, fields: fields{}}
	e, err := r.head(len(sequence))
	if err != nil {
		return nil, err
	}
	return w.copySequence(r, e, e.tag.inside(atTop))
}

// copySequence copies a sequence, at whose content the reader is, as one of undefined length.
func (w *dicomWriter) copySequence(r *dicomReader, e element, at place) ([]byte, error) {
	end := len(r.data)
	if e.length != undefinedLength {
		end = r.at + int(e.length)
	}
	open := func(t tag, vr string) []byte { return element{t, vr, undefinedLength}.bytes(w.syntax, nil) }
	shut := func(t tag) []byte { return element{t, "", 0}.bytes(w.syntax, nil) }
	out := open(e.tag, "SQ")
	for r.at < end {
		item, err := r.head(end)
		if err != nil {
			return nil, err
		}
		if item.tag == tagSequenceEnd {
			break
		}
		itemEnd := end
		if item.length != undefinedLength {
			itemEnd = r.at + int(item.length)
		}
		out = append(out, open(tagItem, "")...)
		for r.at < itemEnd {
			from := r.at
			inner, err := r.head(itemEnd)
			if err != nil {
				return nil, err
			}
			if inner.tag == tagItemEnd {
				break
			}
			if to := inner.tag.inside(at); to != astray {
				copied, err := w.copySequence(r, inner, to)
				if err != nil {
					return nil, err
				}
				out = append(out, copied...)
				continue
			}
			if inner.length == undefinedLength {
				err = r.sequence(inner, itemEnd, astray, 1)
			} else {
				err = r.value(inner, itemEnd, astray)
			}
			if err != nil {
				return nil, err
			}
			if inner.tag.kept(at) {
				out = append(out, r.data[from:r.at]...)
			}
		}
		out = append(out, shut(tagItemEnd)...)
	}
	return append(out, shut(tagSequenceEnd)...), nil
}
