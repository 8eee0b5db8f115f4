package formats

import (
	"fmt"
	"strings"

	"segfault/core/scan"
)

func npzFormat() format {
	return format{
		name: "npz", title: "NPZ",
		about:   "An archive of NumPy’s, of which the image is taken.",
		endings: []string{".npz"},
		sniff:   begins("PK\x03\x04", "PK\x05\x06"), read: alone(decodeNPZ), readMask: arrayMask(decodeNPZ),
	}
}

// decodeNPZ reads the image of a NumPy archive: the array named image, or else the only one of two or more axes. Of the others no more
// than the headers are unpacked.
func decodeNPZ(data []byte) (*scan.Scan, error) {
	z, err := openZip(data)
	if err != nil {
		return nil, err
	}
	image, err := z.image()
	if err != nil {
		return nil, err
	}
	h, err := z.npy(image)
	if err != nil {
		return nil, err
	}
	shape, err := h.image()
	if err != nil {
		return nil, err
	}
	array, err := z.unpack(image, int64(h.offset)+shape[0]*shape[1]*shape[2]*int64(h.sample.bytes))
	if err != nil {
		return nil, err
	}
	return decodeNPY(array)
}

// image finds the member that is the image.
func (z *zipArchive) image() (found zipMember, err error) {
	for _, m := range z.members {
		if m.name == "image.npy" {
			return m, nil
		}
	}
	work := newBudget("NPZ", 0)
	unreadable := fmt.Errorf("scan: the ZIP archive holds no NumPy array that is an image; if it is packed files, unpack them and open those, else choose %s", readable())
	for _, m := range z.members {
		if !strings.HasSuffix(m.name, ".npy") {
			continue
		}
		if err := work.spend(perPart); err != nil {
			return found, err
		}
		h, err := z.npy(m)
		if err != nil {
			unreadable = err
			continue
		}
		if err := work.spend(int64(h.offset)); err != nil {
			return found, err
		}
		switch {
		case len(h.shape) < 2: // a number or a list beside the image
		case found.name != "":
			return found, fmt.Errorf("scan: the NPZ holds several images; name one of them image, or save it alone with numpy.save")
		default:
			found = m
		}
	}
	if found.name == "" {
		return found, unreadable
	}
	return found, nil
}

// npy reads the header of an array.
func (z *zipArchive) npy(m zipMember) (h npyHeader, err error) {
	head, err := z.unpack(m, npyPrefix)
	if err != nil {
		return h, err
	}
	if !isNPY(head) {
		return h, fmt.Errorf("scan: the NPZ holds an array that is none; save it again with numpy.savez")
	}
	_, end, err := npyLength(head)
	if err != nil {
		return h, err
	}
	if head, err = z.unpack(m, int64(end)); err != nil {
		return h, err
	}
	return parseNPY(head)
}
