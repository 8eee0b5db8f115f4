package scan

import "math"

// geometry reads spacing and affine. The affine is the sform's if there is one, else the qform's, else what NIfTI's
// forebear Analyze meant: columns toward the patient's left, rows toward the front, slices toward the head.
func (h *niftiHeader) geometry() {
	unit, at := h.spatialUnit(), h.layout
	h.placed = h.code(0) > 0 || h.code(1) > 0
	for i := range h.spacing {
		if d := math.Abs(h.real(at.pixdim, 1+i)); isFinite(d) {
			h.spacing[i] = d * unit
		}
	}
	switch {
	case h.code(1) > 0:
		for i := range 12 {
			h.affine[i/4][i%4] = unit * h.real(at.srow, i)
		}
	case h.code(0) > 0:
		h.affine = quaternionAffine(h.real(at.quatern, 0), h.real(at.quatern, 1), h.real(at.quatern, 2), h.spacing, h.real(at.pixdim, 0) < 0)
		for row := range 3 {
			h.affine[row][3] = unit * h.real(at.quatern, 3+row)
		}
	default:
		size := [3]int64{h.ni, h.nj, h.nk}
		for i, sign := range [3]float64{-1, 1, 1} {
			h.affine[i][i] = sign * h.spacing[i]
			h.affine[i][3] = -sign * h.spacing[i] * float64(size[i]-1) / 2
		}
	}
	h.affine[3] = [4]float64{0, 0, 0, 1}
	for _, row := range h.affine {
		for _, v := range row {
			if !isFinite(v) { // no orientation is better than a wrong one
				h.affine = [4][4]float64{}
				return
			}
		}
	}
}

// quaternionAffine is the rotation of the unit quaternion with vector part (b, c, d), its columns scaled by the
// spacing and, if mirrored, the third one reversed (NIfTI-1's method 2).
func quaternionAffine(b, c, d float64, spacing [3]float64, mirrored bool) (m [4][4]float64) {
	a := math.Sqrt(max(0, 1-b*b-c*c-d*d))
	rotation := [3][3]float64{
		{a*a + b*b - c*c - d*d, 2 * (b*c - a*d), 2 * (b*d + a*c)},
		{2 * (b*c + a*d), a*a + c*c - b*b - d*d, 2 * (c*d - a*b)},
		{2 * (b*d - a*c), 2 * (c*d + a*b), a*a + d*d - b*b - c*c},
	}
	if mirrored {
		spacing[2] = -spacing[2]
	}
	for row := range 3 {
		for column := range 3 {
			m[row][column] = rotation[row][column] * spacing[column]
		}
	}
	return m
}
