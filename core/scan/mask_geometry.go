package scan

import (
	"fmt"
	"math"
	"strings"
)

// Fits says in words why a mask does not belong to a scan: it has another size, or lies elsewhere in the patient, by more than half a
// voxel at a corner. Where either does not know where it lies, sizes alone count.
func (m *Mask) Fits(s *Scan) error {
	if m.Width != s.Width || m.Height != s.Height || m.Slices != s.Slices {
		return fmt.Errorf("scan: the mask is %s, but the scan is %s; choose the mask that belongs to it", grid3(m.Width, m.Height, m.Slices), grid3(s.Width, s.Height, s.Slices))
	}
	if m.space == nil || s.space == nil {
		return nil
	}
	voxel := math.Inf(1)
	for _, mm := range s.Spacing {
		if mm > 0 {
			voxel = min(voxel, mm)
		}
	}
	for corner := range 8 {
		x, y, k := corner&1*(s.Width-1), corner>>1&1*(s.Height-1), corner>>2*(s.Slices-1)
		a, b := m.space.at(x, y, k), s.space.at(x, y, k)
		if norm([3]float64{a[0] - b[0], a[1] - b[1], a[2] - b[2]}) > voxel/2 {
			return fmt.Errorf("scan: the mask lies elsewhere in the patient than the scan: the mask %s, the scan %s; resample it to the scan", m.space, s.space)
		}
	}
	return nil
}

func grid3(width, height, slices int) string {
	if slices == 1 {
		return fmt.Sprintf("%d×%d pixels", width, height)
	}
	return fmt.Sprintf("%d×%d pixels in %d slices", width, height, slices)
}

// space is where upright voxels lie.
type space struct {
	affine        [4][4]float64 // of stored voxels, to mm toward right, front and head
	turn          Orientation
	width, height int
}

// at is the position of an upright voxel in mm.
func (p *space) at(x, y, k int) (mm [3]float64) {
	i, j := p.turn.Stored(x, y, p.width, p.height)
	for row := range mm {
		a := p.affine[row]
		mm[row] = a[0]*float64(i) + a[1]*float64(j) + a[2]*float64(k) + a[3]
	}
	return mm
}

// String says where the stored axes lead, how far voxels are apart and where the first lies.
func (p *space) String() string {
	letters := [3]string{"LR", "PA", "IS"}
	world, positive := nearestAxes(p.affine)
	var axes string
	var sizes []string
	for i, w := range world {
		axes += map[bool]string{false: letters[w][:1], true: letters[w][1:]}[positive[i]]
		sizes = append(sizes, fmt.Sprintf("%.3g", norm([3]float64{p.affine[0][i], p.affine[1][i], p.affine[2][i]})))
	}
	return fmt.Sprintf("has axes %s, %s mm, and begins at (%.1f, %.1f, %.1f) mm", axes, strings.Join(sizes, "×"), p.affine[0][3], p.affine[1][3], p.affine[2][3])
}
