package formats

import (
	"encoding/binary"
	"fmt"
	"math"

	"segfault/core/scan"
)

func mghFormat() format {
	return format{
		name: "mgh", title: "MGH", about: "FreeSurfer’s, also gzipped.",
		endings: []string{".mgh", ".mgz"}, volumes: true, sniff: isMGH,
		read: func(r Reader, files []File) (*scan.Scan, error) {
			v, err := parseMGH(files[0].Data)
			if err != nil {
				return nil, err
			}
			return v.scan(r.Volume)
		},
		readMask: func(_ Reader, files []File, on *scan.Scan) (*scan.Mask, error) {
			v, err := parseMGH(files[0].Data)
			if err != nil {
				return nil, err
			}
			return v.mask(on)
		},
	}
}

// mghHeader is how many bytes stand before the values, of which the first mghFields say something.
const mghHeader, mghFields = 284, 90

// mghSamples are the types that are read, by their number.
var mghSamples = map[uint32]sample{0: {"uint8", 1}, 1: {"int32", 4}, 3: {"float32", 4}, 4: {"int16", 2}, 10: {"uint16", 2}}

// isMGH knows a file, perhaps gzipped, by its version, the only one there is, and sizes and a type that can be.
func isMGH(data []byte) bool {
	if isGzip(data) {
		file, err := newInflater(data)
		if err != nil {
			return false
		}
		if data, err = file.next(mghFields); err != nil {
			return false
		}
	}
	if len(data) < mghFields || binary.BigEndian.Uint32(data) != 1 {
		return false
	}
	for at := 4; at < 20; at += 4 {
		if n := binary.BigEndian.Uint32(data[at:]); n < 1 || n > 1<<20 {
			return false
		}
	}
	return binary.BigEndian.Uint32(data[20:]) < 16
}

// parseMGH reads FreeSurfer's file, gzipped or not.
func parseMGH(data []byte) (*voxels, error) {
	v := &voxels{format: "mgh", title: "MGH", order: binary.BigEndian}
	head := data
	packing := ""
	if isGzip(data) {
		packing = "gzip"
		file, err := newInflater(data)
		if err != nil {
			return nil, err
		}
		if head, err = file.next(mghHeader); err != nil {
			return nil, err
		}
	}
	if len(head) < mghHeader {
		return nil, truncated("MGH file", mghHeader, int64(len(head)))
	}
	word := func(at int) uint32 { return binary.BigEndian.Uint32(head[at:]) }
	v.size, v.volumes = [3]int64{int64(word(4)), int64(word(8)), int64(word(12))}, int64(word(16))
	var known bool
	if v.sample, known = mghSamples[word(20)]; !known {
		return nil, fmt.Errorf("scan: the MGH file stores values of type %d, which is not read; convert it to whole or floating-point numbers", word(20))
	}
	if err := v.check(); err != nil {
		return nil, err
	}
	v.placeMGH(head)
	var err error
	if v.data, err = v.unpacked(data, packing, mghHeader, v.bytes()); err != nil {
		return nil, err
	}
	kept := append([]byte(nil), head[:mghFields]...)
	clear(kept[24:28])    // degrees of freedom
	if !mghPlaced(kept) { // what would say where may be anything
		clear(kept[30:])
	}
	v.write = func(data []byte) Saved {
		out := make([]byte, mghHeader, mghHeader+len(data))
		copy(out, kept)
		saved := Saved{Name: "adversarial.mgh", Data: append(out, data...)}
		if packing != "" {
			saved.Name, saved.Gzip = "adversarial.mgz", true
		}
		return saved
	}
	return v, nil
}

// mghPlaced tells whether a header's words on where the voxels lie count.
func mghPlaced(head []byte) bool { return binary.BigEndian.Uint16(head[28:]) != 0 }

// placeMGH reads where the voxels lie: spacing, directions and where the middle is, of which the header says whether they count.
func (v *voxels) placeMGH(head []byte) {
	if !mghPlaced(head) {
		return
	}
	number := func(i int) float64 { return float64(math.Float32frombits(binary.BigEndian.Uint32(head[30+4*i:]))) }
	for row := range 3 {
		v.affine[row][3] = number(12 + row)
		for axis := range 3 {
			v.affine[row][axis] = number(3+3*axis+row) * number(axis)
			v.affine[row][3] -= v.affine[row][axis] * float64(v.size[axis]) / 2
		}
	}
	v.affine[3][3], v.placed = 1, true
	v.settle()
}
