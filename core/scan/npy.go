package scan

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"strconv"
	"strings"
)

// maxChannels is how many planes a three-dimensional array may have to count as channels rather than as slices.
const maxChannels = 4

// npyHeader is what an NPY file declares, after numpy.lib.format (versions 1 to 3).
type npyHeader struct {
	sample  sample
	order   binary.ByteOrder
	fortran bool // the first index varies fastest
	shape   []int64
	offset  int // where the data begin
}

// npySamples are the types that are read, by NumPy's code without byte order.
var npySamples = map[string]sample{
	"b1": {"bool", 1}, "u1": {"uint8", 1}, "i1": {"int8", 1}, "u2": {"uint16", 2}, "i2": {"int16", 2},
	"u4": {"uint32", 4}, "i4": {"int32", 4}, "u8": {"uint64", 8}, "i8": {"int64", 8},
	"f4": {"float32", 4}, "f8": {"float64", 8},
}

// decodeNPY reads an array of H×W, of slices×H×W or of C×H×W; leading axes of length 1 before those are dropped.
// A three-dimensional array of float32 within [0, 1] with at most four planes counts as channels, ready for a model
// (Normalised); any other as slices.
func decodeNPY(data []byte) (*Scan, error) {
	h, err := parseNPY(data)
	if err != nil {
		return nil, err
	}
	shape := h.shape
	for len(shape) > 3 && shape[0] == 1 {
		shape = shape[1:]
	}
	switch len(shape) {
	case 2:
		shape = []int64{1, shape[0], shape[1]}
	case 3:
		if shape[2] <= maxChannels && shape[0] > maxChannels && shape[1] > maxChannels {
			return nil, fmt.Errorf("scan: the NPY has shape %s, which looks like H×W×C; transpose it to C×H×W", npyShape(h.shape))
		}
	default:
		return nil, fmt.Errorf("scan: the NPY has shape %s, but H×W, slices×H×W or C×H×W is needed; select one image first", npyShape(h.shape))
	}
	planes, height, width := shape[0], shape[1], shape[2]
	if err := checkSize("NPY", width, height, planes); err != nil {
		return nil, err
	}
	body := data[h.offset:]
	size := int64(h.sample.bytes)
	if need := planes * height * width * size; need > int64(len(body)) {
		return nil, truncated("NPY", need, int64(len(body)))
	}

	s := picture("npy", h.sample.name, 8*h.sample.bytes, int(width), int(height))
	s.Slices = int(planes)
	s.Values = make([]float32, planes*height*width)
	alongP, alongY, alongX := height*width*size, width*size, size
	if h.fortran {
		alongP, alongY, alongX = size, planes*size, planes*height*size
	}
	store := npyStore{cell{h.sample, h.order, 1, 0}, data, h.offset, [3]int64{alongP, alongY, alongX}}
	s.store = store
	read := h.sample.read(h.order)
	for i := range s.Values {
		s.Values[i] = finite(read(data[store.at(s, i):]), &s.NonFinite)
	}
	if len(h.shape) > 2 && planes <= maxChannels && h.sample.name == "float32" && s.NonFinite == 0 && within01(s.Values) {
		s.Normalised, s.Channels, s.Slices = true, int(planes), 1
		s.Window = [2]float64{0, 1}
	} else {
		s.Window = robustWindow(s.Values)
	}
	return s, nil
}

// npyStore is an array and where its values are: the strides of plane, row and column.
type npyStore struct {
	cell
	file    []byte
	offset  int
	strides [3]int64
}

// at is the position of the scan's i-th value.
func (n npyStore) at(s *Scan, i int) int64 {
	plane, y, x := i/(s.Width*s.Height), i/s.Width%s.Height, i%s.Width
	return int64(n.offset) + int64(plane)*n.strides[0] + int64(y)*n.strides[1] + int64(x)*n.strides[2]
}

func (n npyStore) save(s *Scan, values []float32, _ Saving) ([]Saved, error) {
	out := bytes.Clone(n.file)
	for i, v := range values {
		if v != s.Values[i] {
			n.put(out[n.at(s, i):], v)
		}
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

// parseNPY reads the header: a magic string, the version, the length of a text and the text, which is a Python
// dictionary with the keys descr, fortran_order and shape.
func parseNPY(data []byte) (h npyHeader, err error) {
	if len(data) < 12 {
		return h, truncated("NPY", 12, int64(len(data)))
	}
	start, length := 10, int64(binary.LittleEndian.Uint16(data[8:]))
	if data[6] >= 2 {
		start, length = 12, int64(binary.LittleEndian.Uint32(data[8:]))
	}
	if data[6] < 1 || data[6] > 3 {
		return h, fmt.Errorf("scan: the NPY has version %d, but 1, 2 or 3 is read; save it again with numpy.save", data[6])
	}
	if length > int64(len(data)-start) {
		return h, truncated("NPY", length, int64(len(data)-start))
	}
	h.offset = start + int(length)
	text := string(data[start:h.offset])

	descr := strings.Trim(npyField(text, "descr", ","), "'\"")
	h.order = binary.LittleEndian
	if strings.HasPrefix(descr, ">") {
		h.order = binary.BigEndian
	}
	sample, ok := npySamples[strings.TrimLeft(descr, "<>=|")]
	if !ok {
		return h, fmt.Errorf("scan: the NPY has dtype %.20q, but bool, integers, float32 and float64 are read; convert it with astype(\"float32\")", descr)
	}
	h.sample = sample
	h.fortran = npyField(text, "fortran_order", ",") == "True"

	for _, n := range strings.Split(strings.TrimLeft(npyField(text, "shape", ")"), "("), ",") {
		if n = strings.TrimSpace(n); n == "" {
			continue
		}
		side, err := strconv.ParseInt(n, 10, 64)
		if err != nil || side < 0 {
			return h, fmt.Errorf("scan: the NPY's shape cannot be read; save it again with numpy.save")
		}
		h.shape = append(h.shape, side)
	}
	return h, nil
}

// npyField returns the text between a key of the header's dictionary and the given end.
func npyField(text, key, end string) string {
	_, after, _ := strings.Cut(text, "'"+key+"':")
	value, _, _ := strings.Cut(after, end)
	return strings.TrimSpace(value)
}

// npyShape writes a shape as 3×64×64.
func npyShape(shape []int64) string {
	if len(shape) > 8 {
		return fmt.Sprintf("with %d axes", len(shape))
	}
	sides := make([]string, len(shape))
	for i, n := range shape {
		sides[i] = strconv.FormatInt(n, 10)
	}
	return "(" + strings.Join(sides, "×") + ")"
}
