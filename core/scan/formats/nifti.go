package formats

import (
	"encoding/binary"
	"fmt"
	"math"

	"segfault/core/scan"
)

// niftiSamples are the types that are read, by the header's datatype code.
var niftiSamples = map[int16]sample{
	2: {"uint8", 1}, 4: {"int16", 2}, 8: {"int32", 4}, 16: {"float32", 4}, 64: {"float64", 8}, 128: {"rgb8", 3},
	256: {"int8", 1}, 512: {"uint16", 2}, 768: {"uint32", 4}, 1024: {"int64", 8}, 1280: {"uint64", 8}, 2304: {"rgba8", 4},
}

func niftiFormat() format {
	read := func(files []File, volume int) (*scan.Scan, error) {
		data, err := oneNIfTI(files)
		if err != nil {
			return nil, err
		}
		return decodeNIfTI(data, volume)
	}
	return format{
		name: "nifti", title: "NIfTI",
		about:   "Also gzipped, a pair of .hdr and .img, and Analyze; a 4-D one is several volumes.",
		endings: []string{".nii", ".nii.gz"}, several: headsPair, volumes: true, identifiable: true,
		sniff: isNIfTI, writeMask: writeNIfTIMask,
		read: func(r Reader, files []File) (*scan.Scan, error) { return read(files, r.Volume) },
		readMask: func(_ Reader, files []File, on *scan.Scan) (*scan.Mask, error) {
			s, err := read(files, 0)
			if err != nil {
				return nil, err
			}
			return niftiMasks(s, on)
		},
	}
}

// isNIfTI knows NIfTI and Analyze, and takes whatever is gzipped for such.
func isNIfTI(data []byte) bool {
	layout, _ := niftiKind(data)
	return layout != nil || isGzip(data)
}

// niftiHeader is the part of a header that says where the values are and what they mean.
type niftiHeader struct {
	niftiFields
	ni, nj, nk       int64 // stored columns, rows and slices
	volumes          int64
	sample           sample
	offset           int64 // where the values begin
	slope, intercept float64
	spacing          [3]float64 // mm along i, j and k
	affine           [4][4]float64
	placed           bool       // the file itself says where the voxels lie
	window           [2]float64 // cal_min and cal_max
}

func (h *niftiHeader) volumeBytes() int64 { return h.ni * h.nj * h.nk * int64(h.sample.bytes) }
func (h *niftiHeader) fileBytes() int64   { return h.volumes * h.volumeBytes() }

// decodeNIfTI reads one volume of a single-file NIfTI-1 or -2, gzipped or not. The whole file must be there, also where
// only the first volume is wanted: a truncated copy should not look like a good one.
func decodeNIfTI(data []byte, volume int) (*scan.Scan, error) {
	if !isGzip(data) {
		h, err := parseNIfTI(data, volume)
		if err != nil {
			return nil, err
		}
		if have := int64(len(data)) - h.offset; h.fileBytes() > have {
			return nil, truncated("NIfTI file", h.fileBytes(), max(have, 0))
		}
		return h.keep(h.scan(data[h.offset+int64(volume)*h.volumeBytes():], volume), data), nil
	}

	file, err := newInflater(data)
	if err != nil {
		return nil, err
	}
	head, err := nextHead(file)
	if err != nil {
		return nil, err
	}
	h, err := parseNIfTI(head, volume)
	if err != nil {
		return nil, err
	}
	if most := int64(len(data)) * maxDeflate; h.fileBytes() > most {
		return nil, fmt.Errorf("scan: the gzip file is truncated: it needs %d bytes of data and cannot hold more than %d; copy or export it again", h.fileBytes(), most)
	}
	work := newBudget("gzip file", h.volumeBytes())
	gap := h.offset - h.layout.size
	if err := work.spend(gap); err != nil {
		return nil, err
	}
	if err := file.skip(gap + int64(volume)*h.volumeBytes()); err != nil {
		return nil, err
	}
	stored, err := file.next(h.volumeBytes())
	if err != nil {
		return nil, err
	}
	if err := h.finish(file, (h.volumes-1-int64(volume))*h.volumeBytes(), work); err != nil {
		return nil, err
	}
	return h.keep(h.scan(stored, volume), data), nil
}

// nextHead is the header that a gzip file begins with, as long as its version's is.
func nextHead(file *inflater) ([]byte, error) {
	head, err := file.next(nifti1.size)
	if err != nil {
		return nil, err
	}
	if layout, _ := niftiKind(head); layout != nil && layout.size > nifti1.size {
		rest, err := file.next(layout.size - nifti1.size)
		if err != nil {
			return nil, err
		}
		head = append(head, rest...)
	}
	return head, nil
}

// worthReading is how many times as long as a gzip file its later volumes may be to be looked through: images shrink by less.
const worthReading = 32

// finish sees to it that the rest of a gzip file is there, of so many bytes. Where it would take long to unpack, as of hundreds of
// almost empty volumes, the length is compared that the file ends with.
func (h *niftiHeader) finish(file *inflater, rest int64, work *budget) error {
	if rest > max(work.left, worthReading*int64(len(file.data))) {
		if uint32(h.offset+h.fileBytes()) == binary.LittleEndian.Uint32(file.data[len(file.data)-4:]) {
			return nil
		}
		return work.spend(rest)
	}
	if err := file.skip(rest); err != nil {
		return err
	}
	return file.end()
}

// parseNIfTI reads and checks the header, and that the volume exists.
func parseNIfTI(data []byte, volume int) (*niftiHeader, error) {
	layout, order := niftiKind(data)
	if layout == nil {
		return nil, fmt.Errorf("scan: the gzip file does not contain a NIfTI scan; choose %s", readable())
	}
	if int64(len(data)) < layout.size {
		return nil, truncated("NIfTI header", layout.size, int64(len(data)))
	}
	switch string(data[layout.magic : layout.magic+4]) {
	case "n+1\x00", "n+2\x00":
	case "ni1\x00", "ni2\x00":
		return nil, fmt.Errorf("scan: this is the header of a NIfTI pair (.hdr and .img); choose both files together")
	default:
		return nil, fmt.Errorf("scan: this is an Analyze header without NIfTI's mark; choose it together with its .img, or save it as one .nii file")
	}
	h := &niftiHeader{niftiFields: niftiFields{data, layout, order}, slope: 1}
	axes := h.extent(0)
	if axes < 1 || axes > 7 {
		return nil, fmt.Errorf("scan: the NIfTI header declares %d axes, but 1 to 7 are possible; export the file again", axes)
	}
	dim := [8]int64{0, 1, 1, 1, 1, 1, 1, 1}
	for i := 1; i <= int(axes); i++ {
		if dim[i] = h.extent(i); dim[i] == 0 && i > 1 { // an axis that is counted and not used
			dim[i] = 1
		}
	}
	h.ni, h.nj, h.nk, h.volumes = dim[1], dim[2], dim[3], 1
	if err := scan.CheckSize("NIfTI file", h.ni, h.nj, h.nk); err != nil {
		return nil, err
	}
	for _, n := range dim[4:] {
		if n < 1 || h.volumes > math.MaxInt32/n {
			return nil, fmt.Errorf("scan: the NIfTI header declares an impossible number of volumes; export the file again")
		}
		h.volumes *= n
	}
	if volume < 0 || int64(volume) >= h.volumes {
		return nil, fmt.Errorf("scan: volume %d was asked for, but the NIfTI file has %d, counted from 0", volume, h.volumes)
	}
	var ok bool
	if h.sample, ok = niftiSamples[h.datatype()]; !ok {
		return nil, fmt.Errorf("scan: the NIfTI file stores values of datatype %d, but integers, float32, float64 and RGB are read; convert it to float32", h.datatype())
	}
	offset := h.start()
	if offset == 0 {
		offset = float64(layout.size + 4)
	}
	if !(offset >= float64(layout.size) && offset <= math.MaxInt32) {
		return nil, fmt.Errorf("scan: the NIfTI header puts the values at byte %g, which is impossible; export the file again", offset)
	}
	h.offset = int64(offset)

	if slope, intercept := h.real(layout.slope, 0), h.real(layout.slope, 1); slope != 0 && isFinite(slope) && isFinite(intercept) && h.sample.name[0] != 'r' {
		h.slope, h.intercept = slope, intercept
	}
	if high, low := h.real(layout.display, 0), h.real(layout.display, 1); low < high && isFinite(low) && isFinite(high) {
		h.window = [2]float64{low, high}
	}
	h.geometry()
	return h, nil
}

// scan turns the stored values of one volume into a Scan, its slices upright.
func (h *niftiHeader) scan(stored []byte, volume int) *scan.Scan {
	turn := scan.Upright(h.affine)
	ni, nj, nk := int(h.ni), int(h.nj), int(h.nk)
	s := picture("nifti", h.sample.name, 8*h.sample.bytes, ni, nj)
	colours := h.sample.name[0] == 'r'
	if colours {
		s.Type, s.Bits = "uint8", 8
	}
	s.Slices, s.Volumes, s.Volume = nk, int(h.volumes), volume
	s.Slope, s.Intercept = h.slope, h.intercept
	s.Spacing, s.Affine, s.Orientation = h.spacing, h.affine, turn
	if turn.Transpose {
		s.Width, s.Height = nj, ni
		s.Spacing[0], s.Spacing[1] = h.spacing[1], h.spacing[0]
	}
	s.Values = make([]float32, 0, ni*nj*nk)
	read, size := h.sample.read(h.order), h.sample.bytes
	for ; len(s.Values) < ni*nj*nk; stored = stored[ni*nj*size:] {
		turn.Walk(s.Width, s.Height, func(at int) {
			v := stored[at*size:]
			s.Values = append(s.Values, finite(read(v)*h.slope+h.intercept, &s.NonFinite))
			s.Coloured = s.Coloured || colours && (v[0] != v[1] || v[0] != v[2])
		})
	}
	if h.placed && h.affine[3][3] == 1 {
		s.Space = &scan.Space{Affine: h.affine, Turn: turn, Width: s.Width, Height: s.Height}
	}
	if s.Window = h.window; s.Window[0] == s.Window[1] {
		s.Window = scan.RobustWindow(s.Values)
	}
	return s
}

func isFinite(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }

// isPlace tells whether a number can be millimetres, of which none here reach as far as a thousand kilometres: volumes of more could be
// more than numbers reach.
func isPlace(v float64) bool { return math.Abs(v) < 1e9 }
