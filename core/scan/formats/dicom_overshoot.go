package formats

import (
	"bytes"
	"slices"
)

// lossy are the syntaxes whose codes need not give back what was coded: near an edge they may give more than the brightest, or less than the darkest.
var lossy = []string{
	"1.2.840.10008.1.2.4.50", "1.2.840.10008.1.2.4.51", "1.2.840.10008.1.2.4.81", "1.2.840.10008.1.2.4.91", "1.2.840.10008.1.2.4.203",
}

// hold keeps the values of a decoded frame within the stored bits, where its code has more and is lossy. Cut to these bits, white would become black.
func (p *dicomPixels) hold(pixels, code []byte, syntax string) {
	bits, signed := codedDepth(code)
	if bits <= p.stored || signed != p.signed || p.shift != 0 || !slices.Contains(lossy, syntax) {
		return
	}
	of := sample{map[bool]string{true: "int", false: "uint"}[signed] + map[int]string{8: "8", 16: "16"}[p.allocated], p.allocated / 8}
	low, high := p.storedRange()
	for read := of.read(p.order); len(pixels) > 0; pixels = pixels[of.bytes:] {
		of.write(p.order, pixels, min(max(read(pixels), low), high))
	}
}

// codedDepth is how many bits a sample of a JPEG, JPEG-LS or JPEG 2000 stream has, 0 where it does not say, and whether one of them is its sign.
func codedDepth(data []byte) (bits int, signed bool) {
	if bytes.HasPrefix(data, []byte{0xff, 0x4f, 0xff, 0x51}) && len(data) > 42 {
		return int(data[42]&0x7f) + 1, data[42] > 0x7f
	}
	if head := frameHead(data); head != nil {
		return int(head[4]), false
	}
	return 0, false
}
