package scan

import (
	"fmt"
	"math"

	"segfault/core/names"
)

// cut lays a mask of another size whose voxels are nevertheless the scan's: one that was saved of a part of it, as segmentations are that were
// cropped to what they hold, or that reaches beyond. It is nil where the voxels are others, or none is within the scan.
func (m *Mask) cut(s *Scan) (*Mask, error) {
	from, ok := m.onto(s)
	if !ok {
		return nil, nil
	}
	if err := CheckLayers(len(m.Layers), s.Width, s.Height, s.Slices); err != nil {
		return nil, err
	}
	laid := s.NewMask()
	laid.Classes, laid.Names, laid.LeftOut, laid.Layers = m.Classes, m.Names, m.LeftOut, nil
	size := [3]int{s.Width, s.Height, s.Slices}
	common, beyond := false, make([]bool, m.Width*m.Height*m.Slices)
	for _, layer := range m.Layers {
		to := make([]uint8, s.Width*s.Height*s.Slices)
		for i, label := range layer {
			at := from.at([3]int{i % m.Width, i / m.Width % m.Height, i / (m.Width * m.Height)})
			if at[0] < 0 || at[1] < 0 || at[2] < 0 || at[0] >= size[0] || at[1] >= size[1] || at[2] >= size[2] {
				beyond[i] = beyond[i] || label > 0
				continue
			}
			common = true
			to[(at[2]*s.Height+at[1])*s.Width+at[0]] = label
		}
		laid.Layers = append(laid.Layers, to)
	}
	if !common {
		return nil, nil
	}
	outside := 0
	for _, there := range beyond {
		if there {
			outside++
		}
	}
	if outside > 0 {
		laid.LeftOut = append(laid.LeftOut, fmt.Sprintf("Left out, as beyond the scan: %s of the mask.", names.Counted(outside, "voxel")))
	}
	return laid, nil
}

// steps lead from a mask's voxels to a scan's: where the first lies, and one step along each of the mask's axes.
type steps struct {
	first [3]int
	along [3][3]int
}

// at is the scan's voxel of a mask's.
func (p steps) at(voxel [3]int) [3]int {
	at := p.first
	for axis, n := range voxel {
		for i := range at {
			at[i] += n * p.along[axis][i]
		}
	}
	return at
}

// onto finds the steps, and tells whether the mask's voxels are the scan's, to a quarter of one at every corner.
func (m *Mask) onto(s *Scan) (p steps, ok bool) {
	if m.Space.Origins != nil || s.Space.Origins != nil {
		return p, false
	}
	origin := s.Space.At([3]int{})
	var axes [3][3]float64
	for i := range axes {
		axes[i] = minus(s.Space.At(unit(i)), origin)
	}
	volume := dot(axes[0], cross(axes[1], axes[2]))
	if volume == 0 {
		return p, false
	}
	own := func(voxel [3]int) (at [3]float64) { // in the scan's voxels
		mm := minus(m.Space.At(voxel), origin)
		for i := range at {
			at[i] = dot(mm, cross(axes[(i+1)%3], axes[(i+2)%3])) / volume
		}
		return at
	}
	first, taken := own([3]int{}), [3]bool{}
	for i, v := range first {
		if !(math.Abs(v) < 1<<30) {
			return p, false
		}
		p.first[i] = int(math.Round(v))
	}
	for axis := range p.along {
		for i, v := range minus(own(unit(axis)), first) {
			if math.Abs(v) > 0.5 && math.Abs(v) < 1.5 && !taken[i] {
				p.along[axis][i], taken[i] = int(math.Copysign(1, v)), true
				break
			}
		}
	}
	if taken != [3]bool{true, true, true} {
		return p, false
	}
	for corner := range 8 {
		voxel := [3]int{corner & 1 * (m.Width - 1), corner >> 1 & 1 * (m.Height - 1), corner >> 2 * (m.Slices - 1)}
		exact, at := own(voxel), p.at(voxel)
		for i := range at {
			if !(math.Abs(exact[i]-float64(at[i])) < 0.25) {
				return p, false
			}
		}
	}
	return p, true
}

// unit is the voxel one step along an axis from the first.
func unit(axis int) (voxel [3]int) {
	voxel[axis] = 1
	return voxel
}

func minus(a, b [3]float64) [3]float64 { return [3]float64{a[0] - b[0], a[1] - b[1], a[2] - b[2]} }

func dot(a, b [3]float64) float64 { return a[0]*b[0] + a[1]*b[1] + a[2]*b[2] }

func cross(a, b [3]float64) [3]float64 {
	return [3]float64{a[1]*b[2] - a[2]*b[1], a[2]*b[0] - a[0]*b[2], a[0]*b[1] - a[1]*b[0]}
}
