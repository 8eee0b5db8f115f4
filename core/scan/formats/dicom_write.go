package formats

import (
	"encoding/binary"
	"math/rand/v2"
	"slices"
	"strings"
)

// The elements that a copy gets anew, beside the pixels.
const (
	tagMetaLength    tag = 0x0002_0000
	tagMetaInstance  tag = 0x0002_0003
	tagDerivation    tag = 0x0008_2111
	tagStudy         tag = 0x0020_000D // which a mask of the series has, too
	tagSmallestPixel tag = 0x0028_0106 // and the largest, which the attack may exceed
	tagLargestPixel  tag = 0x0028_0107
)

// What a copy says of itself: how it came to be, and its type where the file has none that could be kept in part.
const (
	derivation = "Adversarial perturbation added by Segfault, for research and teaching only"
	noType     = `DERIVED\SECONDARY`
)

// identifiers are those that the copies of a series share.
type identifiers struct{ study, series, frameOfReference string }

func newIdentifiers() identifiers { return identifiers{newUID(), newUID(), newUID()} }

// newUID makes an identifier of 128 random bits, as PS3.5 B.2 allows anyone to: their number after 2.25.
func newUID() string {
	high, low := rand.Uint64(), rand.Uint64()
	var digits []byte
	for high|low != 0 { // divide by ten, 32 bits at a time
		rest := uint64(0)
		words := [4]uint64{high >> 32, high & 0xffffffff, low >> 32, low & 0xffffffff}
		for i, w := range words {
			rest = rest<<32 | w
			words[i], rest = rest/10, rest%10
		}
		high, low = words[0]<<32|words[1], words[2]<<32|words[3]
		digits = append(digits, byte('0'+rest))
	}
	slices.Reverse(digits)
	return "2.25." + string(digits)
}

// part is an element of a data set, its head with it.
type part struct {
	tag   tag
	bytes []byte
	head  int // how long that is
}

// split lists a data set's elements up to end without looking into them.
func split(data []byte, from, end int, syntax transferSyntax) (parts []part, err error) {
	r := dicomReader{data: data, at: from, order: syntax.order(), explicit: !syntax.implicit}
	for r.at < end {
		head := r.at
		e, err := r.head(end)
		if err != nil {
			return nil, err
		}
		value := r.at
		if e.length == undefinedLength {
			err = r.sequence(e, end, astray, 1)
		} else {
			err = r.value(e, end, astray)
		}
		if err != nil {
			return nil, err
		}
		parts = append(parts, part{e.tag, data[head:r.at], value - head})
	}
	return parts, nil
}

// dicomWriter edits a list of elements.
type dicomWriter struct {
	syntax transferSyntax
	parts  []part
}

// set replaces an element, or adds it.
func (w *dicomWriter) set(t tag, vr string, value []byte) {
	w.drop(t)
	bytes := element{t, vr, uint32(len(value) + len(value)%2)}.bytes(w.syntax, value)
	w.parts = append(w.parts, part{t, bytes, len(bytes) - len(value) - len(value)%2})
}

func (w *dicomWriter) drop(t tag) {
	w.parts = slices.DeleteFunc(w.parts, func(p part) bool { return p.tag == t })
}

// bytes joins the elements in the order of their tags, as the standard asks.
func (w *dicomWriter) bytes() []byte {
	slices.SortStableFunc(w.parts, func(a, b part) int { return int(int64(a.tag) - int64(b.tag)) })
	var out []byte
	for _, p := range w.parts {
		out = append(out, p.bytes...)
	}
	return out
}

// bytes writes an element. A value of odd length is padded: text with a space, all else with zero.
func (e element) bytes(syntax transferSyntax, value []byte) []byte {
	order := syntax.order().(binary.AppendByteOrder)
	out := order.AppendUint16(order.AppendUint16(nil, uint16(e.tag>>16)), uint16(e.tag))
	switch {
	case syntax.implicit || e.vr == "":
		out = order.AppendUint32(out, e.length)
	case longLength(e.vr):
		out = order.AppendUint32(append(append(out, e.vr...), 0, 0), e.length)
	default:
		out = order.AppendUint16(append(out, e.vr...), uint16(e.length))
	}
	if out = append(out, value...); len(value)%2 == 1 {
		pad := byte(' ')
		if e.vr[0] == 'O' || e.vr == "UI" {
			pad = 0
		}
		out = append(out, pad)
	}
	return out
}

// rewrite makes a file of other pixels, uncompressed, with the header of this one. What follows the pixels, such as signatures,
// is not valid for them and left out.
func (f *dicomFile) rewrite(p *dicomPixels, ids identifiers, how Saving) ([]byte, error) {
	plain := f.syntax.plain()
	parts, err := split(f.data, 0, f.pixelHead, plain)
	if err != nil {
		return nil, err
	}
	w := &dicomWriter{plain, parts}
	instance := newUID()
	kind := strings.Split(f.text(tagImageType), `\`)
	if !how.Identity {
		w.anonymise(f, p, ids)
		p.blank()
		kind = strings.Split(string(cleaned(tagImageType, "CS", f.fields.of(tagImageType))), `\`)
	}
	if kind[0] = "DERIVED"; len(kind) == 1 {
		kind = []string{noType}
	}
	w.set(tagImageType, "CS", []byte(strings.Join(kind, `\`)))
	w.set(tagInstance, "UI", []byte(instance))
	w.set(tagSeries, "UI", []byte(ids.series))
	w.set(tagDerivation, "ST", []byte(derivation))
	w.drop(tagSmallestPixel)
	w.drop(tagLargestPixel)
	if p.samples > 1 && (f.syntax.packing != native || p.photometric != f.text(tagPhotometric)) {
		w.set(tagPhotometric, "CS", []byte(p.photometric))
		w.set(tagPlanarConfiguration, "US", plain.order().(binary.AppendByteOrder).AppendUint16(nil, 0))
	}
	vr := f.pixels.vr
	if vr != "OB" || p.allocated > 8 {
		vr = "OW"
	}
	pixels := p.data[:p.pictures()*p.frameBytes()]
	if p.swapped {
		pixels = p.data[:(len(pixels)+1)/2*2]
	}
	if p.float {
		vr = map[int]string{32: "OF", 64: "OD"}[p.allocated]
	}
	if p.table != nil && !how.Identity {
		w.keepTable(f, p.table)
	}
	w.set(f.pixels.tag, vr, pixels)

	meta := plainMeta(f.publicClass(), instance, plain.uid)
	preamble := make([]byte, 128) // which may hold anything
	if how.Identity && len(f.meta) > f.start {
		meta.parts, err = split(f.meta, f.start, len(f.meta), transferSyntax{})
		if err != nil {
			return nil, err
		}
		meta.drop(tagMetaLength)
		meta.set(tagMetaInstance, "UI", []byte(instance))
		meta.set(tagTransferSyntax, "UI", []byte(plain.uid))
		copy(preamble, f.meta[:f.start])
	}
	group := meta.bytes()
	length := binary.LittleEndian.AppendUint32(nil, uint32(len(group)))
	out := append(preamble, "DICM"...)
	out = append(out, element{tagMetaLength, "UL", 4}.bytes(transferSyntax{}, length)...)
	return append(append(out, group...), w.bytes()...), nil
}
