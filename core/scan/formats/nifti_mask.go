package formats

import (
	"encoding/binary"
	"fmt"
	"math"

	"segfault/core/scan"
)

// niftiMasks takes the labels of a file whose first volume was read. Of as many volumes as the scan's file has, it is the one of the scan's; else each
// is a class.
func niftiMasks(s, on *scan.Scan) (*scan.Mask, error) {
	file, ok := s.Store.(niftiStore)
	if s.Volumes == 1 || !ok { // or of colours
		return labelMap(s)
	}
	content, err := file.content() // unpacked once
	if err != nil {
		return nil, err
	}
	of := func(volume int) (*scan.Scan, error) { return decodeNIfTI(content, volume) }
	if s.Volumes != on.Volumes {
		return labelMaps("NIfTI", s.Volumes, of)
	}
	if s, err = of(on.Volume); err != nil {
		return nil, err
	}
	return labelMap(s)
}

// writeNIfTIMask writes a label map of the scan's own geometry, as NIfTI-1. Slices that the mask has not are empty.
func writeNIfTIMask(mask *scan.Mask, first int, on *scan.Scan) (Saved, error) {
	if on.Slices > math.MaxInt16 {
		return Saved{}, fmt.Errorf("scan: the scan has %d slices, but a NIfTI mask counts up to %d; cut the scan into parts", on.Slices, math.MaxInt16)
	}
	n := on.Width * on.Height
	labels := make([]uint8, on.Slices*n)
	for k := range mask.Slices {
		flat, err := mask.Flat(k)
		if err != nil {
			return Saved{}, err
		}
		copy(labels[(first+k)*n:], flat)
	}
	return Saved{Name: "mask.nii.gz", Data: niftiMask(on, labels), Gzip: true}, nil
}

// niftiMask writes labels where the scan's file stores the voxels, with its affine. A scan that does not know where it lies gets
// one that leaves its slices upright.
func niftiMask(s *scan.Scan, labels []uint8) []byte {
	affine, turn := s.Affine, s.Orientation
	if affine[3][3] == 0 {
		turn = scan.Orientation{}
		for i, toward := range [3]float64{-1, -1, 1} {
			affine[i][i] = toward
			if s.Spacing[i] > 0 {
				affine[i][i] *= s.Spacing[i]
			}
		}
	}
	ni, nj := s.Width, s.Height
	if turn.Transpose {
		ni, nj = nj, ni
	}
	le, at := binary.LittleEndian, nifti1
	out := make([]byte, int(at.size)+4+len(labels))
	real := func(field int, v float64) { le.PutUint32(out[field:], math.Float32bits(float32(v))) }
	le.PutUint32(out, uint32(at.size))
	for i, n := range []int{3, ni, nj, s.Slices, 1, 1, 1, 1} {
		le.PutUint16(out[at.dim+2*i:], uint16(n))
	}
	le.PutUint16(out[at.datatype:], 2) // unsigned bytes
	le.PutUint16(out[at.datatype+2:], 8)
	real(at.pixdim, 1)
	for i := range 3 {
		real(at.pixdim+4*(i+1), norm([3]float64{affine[0][i], affine[1][i], affine[2][i]}))
	}
	real(at.offset, float64(at.size+4))
	real(at.slope, 1)
	out[at.units] = 2                 // mm
	le.PutUint16(out[at.qform+2:], 1) // the sform is scanner coordinates
	for i := range 12 {
		real(at.srow+4*i, affine[i/4][i%4])
	}
	copy(out[at.magic:], "n+1\x00")
	voxels := out[at.size+4:]
	for i, label := range labels {
		voxels[i/(ni*nj)*ni*nj+turn.StoredAt(i%(ni*nj), s.Width, s.Height)] = label
	}
	return out
}
