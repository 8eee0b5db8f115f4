package formats

import (
	"fmt"

	"segfault/core/scan"
)

// maxChannels is how many planes a three-dimensional array may have to count as channels rather than as slices.
const maxChannels = 4

func npyFormat() format {
	return format{
		name: "npy", title: "NPY",
		about:   "An array of NumPy’s: slices, or up to four planes of float32 in [0, 1], which a model then sees as they are.",
		endings: []string{".npy"},
		sniff:   isNPY, read: alone(decodeNPY), readMask: arrayMask(decodeNPY),
	}
}

var isNPY = begins("\x93NUMPY")

// arrayMask is how arrays are read as masks: as labels, but few planes of 0 and 1 for a single slice are classes, which may overlap.
func arrayMask(decode func(data []byte) (*scan.Scan, error)) func(Reader, []File, *scan.Scan) (*scan.Mask, error) {
	return func(r Reader, files []File, on *scan.Scan) (*scan.Mask, error) {
		planes, err := labelled(decode)(r, files, on)
		if err != nil || on.Slices > 1 || planes.Slices == 1 || planes.Slices > maxChannels || planes.Highest() > 1 {
			return planes, err
		}
		m := &scan.Mask{Width: planes.Width, Height: planes.Height, Slices: 1, Classes: planes.Slices, Layers: [][]uint8{make([]uint8, planes.Width*planes.Height)}}
		for k := range m.Classes {
			plane, err := planes.Flat(k)
			if err != nil {
				return nil, err
			}
			m.Add(uint8(k+1), 0, plane)
		}
		return m, nil
	}
}

// decodeNPY reads an array of H×W, of slices×H×W or of C×H×W; leading axes of length 1 before those are dropped, and one of one colour behind them.
// A three-dimensional array of float32 within [0, 1] with at most four planes counts as channels, ready for a model
// (Normalised); any other as slices.
func decodeNPY(data []byte) (*scan.Scan, error) {
	h, err := parseNPY(data)
	if err != nil {
		return nil, err
	}
	shape, err := h.image()
	if err != nil {
		return nil, err
	}
	planes, height, width := shape[0], shape[1], shape[2]
	body := data[h.offset:]
	size := int64(h.sample.bytes)
	need := planes * height * width * size
	if need > int64(len(body)) {
		return nil, truncated("NPY", need, int64(len(body)))
	}

	s := picture("npy", h.sample.name, 8*h.sample.bytes, int(width), int(height))
	s.Slices = int(planes)
	s.Values = make([]float32, 0, planes*height*width)
	alongP, alongY, alongX := height*width*size, width*size, size
	if h.fortran {
		alongP, alongY, alongX = size, planes*size, planes*height*size
	}
	store := npyStore{cell{h.sample, h.order, 1, 0}, data, h.offset, int64(h.offset) + need, [3]int64{alongP, alongY, alongX}, h}
	s.Store = store
	read := h.sample.read(h.order)
	for row := range planes * height {
		at := store.at(s, int(row*width))
		for range width {
			s.Values = append(s.Values, finite(read(data[at:]), &s.NonFinite))
			at += alongX
		}
	}
	if len(h.shape) > 2 && planes <= maxChannels && h.sample.name == "float32" && s.NonFinite == 0 && within01(s.Values) {
		s.Normalised, s.Channels, s.Slices = true, int(planes), 1
		s.Window = [2]float64{0, 1}
	} else {
		s.Window = scan.RobustWindow(s.Values)
	}
	return s, nil
}

// image is the array's shape as planes, rows and columns.
func (h npyHeader) image() (shape [3]int64, err error) {
	sides := h.shape
	for len(sides) > 3 && sides[0] == 1 {
		sides = sides[1:]
	}
	if last := len(sides) - 1; last > 2 && sides[last] == 1 {
		sides = sides[:last]
	}
	switch {
	case len(sides) == 2:
		shape = [3]int64{1, sides[0], sides[1]}
	case len(sides) != 3:
		return shape, fmt.Errorf("scan: the NPY has shape %s, but H×W, slices×H×W or C×H×W is needed; select one image first", npyShape(h.shape))
	case sides[2] == 1 && sides[0] > maxChannels && sides[1] > maxChannels:
		shape = [3]int64{1, sides[0], sides[1]}
	case sides[2] <= maxChannels && sides[0] > maxChannels && sides[1] > maxChannels:
		return shape, fmt.Errorf("scan: the NPY has shape %s, which looks like H×W×C; transpose it to C×H×W", npyShape(h.shape))
	default:
		shape = [3]int64(sides)
	}
	return shape, scan.CheckSize("NPY", shape[2], shape[1], shape[0])
}

// npyStore is an array and where its values are: the strides of plane, row and column.
type npyStore struct {
	cell
	file    []byte
	offset  int
	end     int64 // of the values
	strides [3]int64
	header  npyHeader
}

// at is the position of the scan's i-th value.
func (n npyStore) at(s *scan.Scan, i int) int64 {
	plane, y, x := i/(s.Width*s.Height), i/s.Width%s.Height, i%s.Width
	return int64(n.offset) + int64(plane)*n.strides[0] + int64(y)*n.strides[1] + int64(x)*n.strides[2]
}

// save implements writer.
func (n npyStore) save(s *scan.Scan, change Change, _ Saving) ([]Saved, error) {
	head := n.header.bytes()
	out := append(head, n.file[n.offset:n.end]...) // what follows is no part of the array
	for k := range s.Slices {
		change.each(k, func(i int, v float32) {
			n.put(out[len(head)+int(n.at(s, k*s.Width*s.Height+i))-n.offset:], v)
		})
	}
	return []Saved{{Name: "adversarial.npy", Data: out}}, nil
}

func within01(values []float32) bool {
	for _, v := range values {
		if v < 0 || v > 1 {
			return false
		}
	}
	return true
}
