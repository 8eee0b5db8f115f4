package formats

import (
	"fmt"
	"slices"
	"strings"

	"segfault/core/scan"
)

func npzFormat() format {
	return format{
		name: "npz", title: "NPZ",
		about:   "An archive of NumPy’s, of which the image is taken.",
		endings: []string{".npz"},
		sniff:   begins("PK\x03\x04", "PK\x05\x06"), read: alone(decodeNPZ), readMask: arrayMask(func(data []byte) (*scan.Scan, error) { return readNPZ(data, maskNames, imageNames) }),
	}
}

// What the arrays of an image and of its mask are called in one archive, as data sets have them.
var (
	imageNames = []string{"image", "images", "img", "imgs"}
	maskNames  = []string{"mask", "masks", "label", "labels", "seg", "segmentation", "gt", "gts"}
)

// decodeNPZ reads the image of a NumPy archive.
func decodeNPZ(data []byte) (*scan.Scan, error) { return readNPZ(data, imageNames, maskNames) }

// readNPZ reads the array that has the first of some names, or else the only one of two or more axes, beside which may be some of other names. Of the rest
// no more than the headers are unpacked.
func readNPZ(data []byte, names, others []string) (*scan.Scan, error) {
	z, err := openZip(data)
	if err != nil {
		return nil, err
	}
	image, err := z.image(names, others)
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

// image finds the member that is the image, or the mask.
func (z *zipArchive) image(names, others []string) (found zipMember, err error) {
	for _, name := range names {
		for _, m := range z.members {
			if m.name == name+".npy" {
				return m, nil
			}
		}
	}
	var these, beside []zipMember
	work := newBudget("NPZ", 0)
	unreadable := fmt.Errorf("scan: the ZIP archive holds no NumPy array that is an image; if it is packed files, unpack them and open those, else choose %s", readable())
	for _, m := range z.members {
		name, isArray := strings.CutSuffix(m.name, ".npy")
		if !isArray {
			continue
		}
		if err := work.spend(perPart); err != nil {
			return found, err
		}
		before := z.read
		h, err := z.npy(m)
		if err := work.spend(int64(h.offset) + z.read - before); err != nil { // members may share what is packed
			return found, err
		}
		if err != nil {
			unreadable = err
			continue
		}
		switch {
		case len(h.shape) < 2: // a number or a list beside the image
		case slices.Contains(others, name):
			beside = append(beside, m)
		default:
			these = append(these, m)
		}
	}
	if len(these) == 0 {
		these = beside
	}
	switch len(these) {
	case 0:
		return found, unreadable
	case 1:
		return these[0], nil
	}
	return found, fmt.Errorf("scan: the NPZ holds several images; name one of them %s, or save it alone with numpy.save", names[0])
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
