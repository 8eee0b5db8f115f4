package formats

import (
	"encoding/binary"
	"math"
)

// niftiLayout is where a version of NIfTI keeps its fields, as byte offsets (nifti1.h, nifti2.h). Version 2 has the same
// fields in another order, and wider numbers.
type niftiLayout struct {
	size     int64 // of the header, which is its own first field
	wide     bool  // extents are 64 bits, codes 32, and reals 64, in place of 16, 16 and 32
	magic    int
	dim      int
	datatype int
	pixdim   int
	offset   int // of the values: a real in version 1, whole in version 2
	slope    int // and intercept
	display  int // largest and smallest value to show
	units    int
	qform    int // its code, and that of the sform
	quatern  int // three, then the three offsets
	srow     int // three rows of four
}

var (
	nifti1 = niftiLayout{size: 348, magic: 344, dim: 40, datatype: 70, pixdim: 76, offset: 108, slope: 112, display: 124,
		units: 123, qform: 252, quatern: 256, srow: 280}
	nifti2 = niftiLayout{size: 540, wide: true, magic: 4, dim: 16, datatype: 12, pixdim: 104, offset: 168, slope: 176, display: 192,
		units: 500, qform: 344, quatern: 352, srow: 400}
)

// niftiKind tells version and byte order of a NIfTI or Analyze header by its first field, or nil where data are neither.
func niftiKind(data []byte) (*niftiLayout, binary.ByteOrder) {
	if len(data) >= 8 {
		for _, order := range []binary.ByteOrder{binary.LittleEndian, binary.BigEndian} {
			for _, layout := range []*niftiLayout{&nifti1, &nifti2} {
				if int64(order.Uint32(data)) == layout.size {
					return layout, order
				}
			}
		}
	}
	return nil, nil
}

// niftiFields reads the fields of a header.
type niftiFields struct {
	header []byte
	layout *niftiLayout
	order  binary.ByteOrder
}

// extent is the i-th of the array dim: the number of axes, then the extent of each.
func (f niftiFields) extent(i int) int64 {
	if f.layout.wide {
		return int64(f.order.Uint64(f.header[f.layout.dim+8*i:]))
	}
	return int64(int16(f.order.Uint16(f.header[f.layout.dim+2*i:])))
}

func (f niftiFields) datatype() int16 { return int16(f.order.Uint16(f.header[f.layout.datatype:])) }

// start is where the values begin.
func (f niftiFields) start() float64 {
	if f.layout.wide {
		return float64(int64(f.order.Uint64(f.header[f.layout.offset:])))
	}
	return f.real(f.layout.offset, 0)
}

// code is the i-th of two codes: the qform's and the sform's.
func (f niftiFields) code(i int) int {
	if f.layout.wide {
		return int(int32(f.order.Uint32(f.header[f.layout.qform+4*i:])))
	}
	return int(int16(f.order.Uint16(f.header[f.layout.qform+2*i:])))
}

// spatialUnit is the length in mm that spacing and affine count in.
func (f niftiFields) spatialUnit() float64 {
	code := f.header[f.layout.units]
	if f.layout.wide {
		code = byte(f.order.Uint32(f.header[f.layout.units:]))
	}
	switch code & 7 { // metres, millimetres (or unsaid), micrometres
	case 1:
		return 1000
	case 3:
		return 0.001
	}
	return 1
}

// real is the i-th real number from a field on.
func (f niftiFields) real(field, i int) float64 {
	if f.layout.wide {
		return math.Float64frombits(f.order.Uint64(f.header[field+8*i:]))
	}
	return float64(math.Float32frombits(f.order.Uint32(f.header[field+4*i:])))
}

// anonymous returns a header with the fields that describe the image, and without those that hold free text, what follows them
// and what is no field at all. The values follow it at once.
func (f niftiFields) anonymous() []byte {
	technical := [][2]int{{0, 4}, {38, 148}, {252, 328}, {344, 348}}
	if f.layout.wide {
		technical = [][2]int{{0, 240}, {344, 508}, {524, 525}}
	}
	out := make([]byte, f.layout.size+4) // the last four say that no extension follows
	for _, r := range technical {
		copy(out[r[0]:r[1]], f.header[r[0]:])
	}
	copied := niftiFields{out, f.layout, f.order}
	copied.forget()
	copied.begin(len(out))
	return out
}

// forget clears the numbers of which the header says that they do not count, so that they may be anything.
func (f niftiFields) forget() {
	number, real := 2, 4 // bytes
	if f.layout.wide {
		number, real = 8, 8
	}
	for axis := int(f.extent(0)) + 1; axis < 8; axis++ {
		if f.extent(axis) != 1 { // as some write
			clear(f.header[f.layout.dim+axis*number:][:number])
		}
		if f.real(f.layout.pixdim, axis) != 1 {
			clear(f.header[f.layout.pixdim+axis*real:][:real])
		}
	}
	if f.code(0) <= 0 {
		clear(f.header[f.layout.quatern:][:6*real])
	}
	if f.code(1) <= 0 {
		clear(f.header[f.layout.srow:][:12*real])
	}
	if f.layout.wide {
		if f.order.Uint32(f.header[504:]) == 0 { // no intent, which has parameters
			clear(f.header[80:104])
		}
		return
	}
	if f.order.Uint16(f.header[68:]) == 0 {
		clear(f.header[56:68])
	}
	clear(f.header[140:148]) // unused since Analyze
}

// begin says at which byte the values begin.
func (f niftiFields) begin(at int) {
	if f.layout.wide {
		f.order.PutUint64(f.header[f.layout.offset:], uint64(at))
	} else {
		f.order.PutUint32(f.header[f.layout.offset:], math.Float32bits(float32(at)))
	}
}
