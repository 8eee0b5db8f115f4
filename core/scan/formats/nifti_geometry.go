package formats

import "math"

// geometry reads spacing and affine. The affine is the sform's if there is one, else the qform's, else what NIfTI's
// forebear Analyze meant: columns toward the patient's left, rows toward the front, slices toward the head. An sform of nothing but
// zeros is none. The spacing is the length of the affine's columns, or what the file says beside it where that is 0.
func (h *niftiHeader) geometry() {
	unit, at := h.spatialUnit(), h.layout
	var beside [3]float64
	for i := range beside {
		if d := math.Abs(h.real(at.pixdim, 1+i)); isPlace(d * unit) {
			beside[i] = d * unit
		}
	}
	sform, ok := h.sform(unit)
	switch {
	case h.code(1) > 0 && ok:
		h.affine, h.placed = sform, true
	case h.code(0) > 0:
		h.affine, h.placed = h.qform(unit, beside), true
	default:
		size := [3]int64{h.ni, h.nj, h.nk}
		for i, sign := range [3]float64{-1, 1, 1} {
			h.affine[i][i] = sign * beside[i]
			h.affine[i][3] = -sign * beside[i] * float64(size[i]-1) / 2
		}
	}
	h.affine[3] = [4]float64{0, 0, 0, 1}
	for _, row := range h.affine {
		for _, v := range row {
			if !isPlace(v) { // no orientation is better than a wrong one
				h.affine, h.spacing = [4][4]float64{}, beside
				return
			}
		}
	}
	for i := range h.spacing {
		h.spacing[i] = norm([3]float64{h.affine[0][i], h.affine[1][i], h.affine[2][i]})
		if h.spacing[i] == 0 {
			h.spacing[i] = beside[i]
		}
	}
}

// sform reads the affine that the file states as such, and tells whether its axes lead anywhere.
func (h *niftiHeader) sform(unit float64) (m [4][4]float64, ok bool) {
	for i := range 12 {
		v := unit * h.real(h.layout.srow, i)
		m[i/4][i%4] = v
		ok = ok || v != 0 && i%4 != 3
	}
	return m, ok
}

// qform makes the affine of a rotation and the spacing, which is 1 where the file has none, as NIfTI's own library does.
func (h *niftiHeader) qform(unit float64, spacing [3]float64) [4][4]float64 {
	at := h.layout
	for i := range spacing {
		if spacing[i] == 0 {
			spacing[i] = unit
		}
	}
	m := quaternionAffine(h.real(at.quatern, 0), h.real(at.quatern, 1), h.real(at.quatern, 2), spacing, h.real(at.pixdim, 0) < 0)
	for row := range 3 {
		m[row][3] = unit * h.real(at.quatern, 3+row)
	}
	return m
}

// quaternionAffine is the rotation of the unit quaternion with vector part (b, c, d), its columns scaled by the
// spacing and, if mirrored, the third one reversed (NIfTI-1's method 2). A vector longer than 1, which is no part of such
// a quaternion, is a half turn about it.
func quaternionAffine(b, c, d float64, spacing [3]float64, mirrored bool) (m [4][4]float64) {
	a := 0.0
	if length := norm([3]float64{b, c, d}); length > 1 {
		b, c, d = b/length, c/length, d/length
	} else {
		a = math.Sqrt(1 - length*length)
	}
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
