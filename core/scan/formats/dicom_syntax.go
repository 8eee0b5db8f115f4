package formats

import (
	"encoding/binary"
	"fmt"
)

// packing is how a transfer syntax packs pixels.
type packing int

const (
	native   packing = iota // one after another
	runs                    // run lengths, which are unpacked here
	coded                   // by a code that a Codec reads
	deflated                // frame by frame, by Deflate
	unread                  // by one that nobody here reads
)

// transferSyntax says how a DICOM file writes its elements and pixels.
type transferSyntax struct {
	uid, name string
	packing   packing
	implicit  bool // elements do not name their type
	big       bool // big endian
	deflated  bool // the data set is compressed as a whole
	contrary  bool // pixels are in the other order of bytes than elements
}

func (s transferSyntax) order() binary.ByteOrder {
	if s.big {
		return binary.BigEndian
	}
	return binary.LittleEndian
}

// explicitLE is the uid of the plainest syntax.
const explicitLE = "1.2.840.10008.1.2.1"

var transferSyntaxes = []transferSyntax{
	{uid: "1.2.840.10008.1.2", name: "Implicit VR Little Endian", implicit: true},
	{uid: explicitLE, name: "Explicit VR Little Endian"},
	{uid: "1.2.840.10008.1.2.2", name: "Explicit VR Big Endian", big: true},
	{uid: "1.2.840.113619.5.2", name: "Implicit VR Big Endian of GE", implicit: true, contrary: true},
	{uid: "1.2.840.10008.1.2.1.99", name: "Deflate", deflated: true},
	{uid: "1.2.840.10008.1.2.8.1", name: "Deflated Image Frame Compression", packing: deflated},
	{uid: "1.2.840.10008.1.2.5", name: "RLE Lossless", packing: runs},
	{uid: "1.2.840.10008.1.2.4.50", name: "JPEG Baseline", packing: coded},
	{uid: "1.2.840.10008.1.2.4.51", name: "JPEG Extended", packing: coded},
	{uid: "1.2.840.10008.1.2.4.57", name: "JPEG Lossless", packing: coded},
	{uid: "1.2.840.10008.1.2.4.70", name: "JPEG Lossless", packing: coded},
	{uid: "1.2.840.10008.1.2.4.80", name: "JPEG-LS Lossless", packing: coded},
	{uid: "1.2.840.10008.1.2.4.81", name: "JPEG-LS Near-Lossless", packing: coded},
	{uid: "1.2.840.10008.1.2.4.90", name: "JPEG 2000 Lossless", packing: coded},
	{uid: "1.2.840.10008.1.2.4.91", name: "JPEG 2000", packing: coded},
	{uid: "1.2.840.10008.1.2.4.201", name: "High-Throughput JPEG 2000 Lossless", packing: coded},
	{uid: "1.2.840.10008.1.2.4.202", name: "High-Throughput JPEG 2000 Lossless", packing: coded},
	{uid: "1.2.840.10008.1.2.4.203", name: "High-Throughput JPEG 2000", packing: coded},
	{uid: "1.2.840.10008.1.2.4.100", name: "MPEG-2 video", packing: unread},
	{uid: "1.2.840.10008.1.2.4.102", name: "MPEG-4 video", packing: unread},
	{uid: "1.2.840.10008.1.2.4.110", name: "JPEG XL", packing: unread},
}

// plain is the syntax that writes elements in the same way and compresses nothing.
func (s transferSyntax) plain() transferSyntax {
	for _, t := range transferSyntaxes {
		if t.packing == native && !t.deflated && t.implicit == s.implicit && t.big == s.big {
			return t
		}
	}
	return s
}

// syntax finds a transfer syntax by its uid; a file without one is implicit.
func syntax(uid string) (transferSyntax, error) {
	if uid == "" {
		return transferSyntaxes[0], nil
	}
	for _, t := range transferSyntaxes {
		if t.uid == uid && t.packing != unread {
			return t, nil
		}
		if t.uid == uid {
			return t, fmt.Errorf("scan: this DICOM file is compressed with %s, which is not read; export it as Explicit VR Little Endian", t.name)
		}
	}
	return transferSyntax{}, fmt.Errorf("scan: this DICOM file has the unknown transfer syntax %.64q; export it as Explicit VR Little Endian", uid)
}
