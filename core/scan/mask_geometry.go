package scan

import (
	"fmt"
	"math"
)

// On lays a mask on a scan's own footing: where both say where they lie, its axes are exchanged and reversed until its voxels are those of the
// scan, whichever way either file stores or shows them. It says in words why a mask does not belong to a scan: it has another size, or lies
// elsewhere in the patient, by more than half a voxel at a corner. One whose voxels are the scan's may be of a part of it, or reach beyond. Where either does not know where it lies, sizes alone count, as they do where
// the scan's slices are unequally spaced, which few masks can say of themselves.
func (m *Mask) On(s *Scan) (*Mask, error) {
	if m.Space == nil || s.Space == nil {
		if m.Width != s.Width || m.Height != s.Height || m.Slices != s.Slices {
			return nil, m.misfit(s)
		}
		return m, nil
	}
	best, far := footing{}, math.Inf(1)
	for _, f := range footings {
		if !f.fits(m, s) {
			continue
		}
		if off := f.off(m, s); off < far {
			best, far = f, off
		}
	}
	if math.IsInf(far, 1) {
		if laid, err := m.cut(s); laid != nil || err != nil {
			return laid, err
		}
		return nil, m.misfit(s)
	}
	voxel := math.Inf(1)
	for _, mm := range s.Spacing {
		if mm > 0 {
			voxel = min(voxel, mm)
		}
	}
	if far > voxel/2 && s.Space.Origins == nil {
		return nil, fmt.Errorf("scan: the mask lies elsewhere in the patient than the scan, by up to %.3g mm: the mask %s, the scan %s; resample it to the scan",
			far, m.Space, s.Space)
	}
	return best.lay(m, s), nil
}

func (m *Mask) misfit(s *Scan) error {
	return fmt.Errorf("scan: the mask is %s, but the scan is %s; choose the mask that belongs to it", grid3(m.Width, m.Height, m.Slices), grid3(s.Width, s.Height, s.Slices))
}

// footing is how a mask's axes lie along a scan's x, y and slices: which of the mask's it is, and whether it runs the other way.
type footing struct {
	axis [3]int
	back [3]bool
}

// footings are all that there are, as they are first.
var footings = func() (all []footing) {
	for _, axis := range [6][3]int{{0, 1, 2}, {1, 0, 2}, {0, 2, 1}, {2, 1, 0}, {1, 2, 0}, {2, 0, 1}} {
		for back := range 8 {
			all = append(all, footing{axis, [3]bool{back&1 > 0, back&2 > 0, back&4 > 0}})
		}
	}
	return all
}()

func (f footing) fits(m *Mask, s *Scan) bool {
	size := [3]int{m.Width, m.Height, m.Slices}
	return size[f.axis[0]] == s.Width && size[f.axis[1]] == s.Height && size[f.axis[2]] == s.Slices
}

// of is the mask's voxel that lies on a scan's.
func (f footing) of(s *Scan, voxel [3]int) (mask [3]int) {
	for i, last := range [3]int{s.Width - 1, s.Height - 1, s.Slices - 1} {
		if mask[f.axis[i]] = voxel[i]; f.back[i] {
			mask[f.axis[i]] = last - voxel[i]
		}
	}
	return mask
}

// off is how far the corners of the mask are from the scan's at most, in mm.
func (f footing) off(m *Mask, s *Scan) (far float64) {
	for corner := range 8 {
		voxel := [3]int{corner & 1 * (s.Width - 1), corner >> 1 & 1 * (s.Height - 1), corner >> 2 * (s.Slices - 1)}
		a, b := m.Space.At(f.of(s, voxel)), s.Space.At(voxel)
		far = max(far, length([3]float64{a[0] - b[0], a[1] - b[1], a[2] - b[2]}))
	}
	return far
}

// lay copies the mask's labels to where the scan has them.
func (f footing) lay(m *Mask, s *Scan) *Mask {
	if f == footings[0] {
		return m
	}
	laid := &Mask{Width: s.Width, Height: s.Height, Slices: s.Slices, Classes: m.Classes, Space: s.Space, LeftOut: m.LeftOut}
	for _, layer := range m.Layers {
		to := make([]uint8, len(layer))
		for i := range to {
			at := f.of(s, [3]int{i % s.Width, i / s.Width % s.Height, i / (s.Width * s.Height)})
			to[i] = layer[(at[2]*m.Height+at[1])*m.Width+at[0]]
		}
		laid.Layers = append(laid.Layers, to)
	}
	return laid
}

func grid3(width, height, slices int) string {
	if slices == 1 {
		return fmt.Sprintf("%d×%d pixels", width, height)
	}
	return fmt.Sprintf("%d×%d pixels in %d slices", width, height, slices)
}
