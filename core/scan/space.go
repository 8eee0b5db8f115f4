package scan

import (
	"fmt"
	"math"
	"strings"
)

// Space is where the voxels lie of slices as they are shown.
type Space struct {
	Affine        [4][4]float64 // of stored voxels, to mm toward right, front and head
	Turn          Orientation
	Width, Height int
	Origins       [][3]float64 // of stored slices that are unequally spaced, in place of the affine's: where the first voxel of each lies
}

// At is the position of a shown voxel in mm.
func (p *Space) At(voxel [3]int) (mm [3]float64) {
	i, j := p.Turn.Stored(voxel[0], voxel[1], p.Width, p.Height)
	for row := range mm {
		a := p.Affine[row]
		origin := a[2]*float64(voxel[2]) + a[3]
		if p.Origins != nil {
			origin = p.Origins[voxel[2]][row]
		}
		mm[row] = a[0]*float64(i) + a[1]*float64(j) + origin
	}
	return mm
}

// String says where the stored axes lead, how far voxels are apart and where the first lies.
func (p *Space) String() string {
	letters := [3]string{"LR", "PA", "IS"}
	world, positive := nearestAxes(p.Affine)
	var axes string
	var sizes []string
	for i, w := range world {
		axes += map[bool]string{false: letters[w][:1], true: letters[w][1:]}[positive[i]]
		sizes = append(sizes, fmt.Sprintf("%.3g", length([3]float64{p.Affine[0][i], p.Affine[1][i], p.Affine[2][i]})))
	}
	return fmt.Sprintf("has axes %s, %s mm, and begins at (%.1f, %.1f, %.1f) mm", axes, strings.Join(sizes, "×"), p.Affine[0][3], p.Affine[1][3], p.Affine[2][3])
}

// Sides says what lies at the left, right, top and bottom of a shown slice: the patient's R or L, A or P, S or I. Oblique axes count as
// the nearest straight one. It is empty of nil.
func (p *Space) Sides() string {
	if p == nil {
		return ""
	}
	origin, sides := p.At([3]int{}), ""
	for _, voxel := range [2][3]int{{1, 0, 0}, {0, 1, 0}} {
		along, nearest := p.At(voxel), 0
		for i := range along {
			if along[i] -= origin[i]; math.Abs(along[i]) > math.Abs(along[nearest]) {
				nearest = i
			}
		}
		letters := [3]string{"LR", "PA", "IS"}[nearest] // of less and of more
		if along[nearest] < 0 {
			letters = string([]byte{letters[1], letters[0]})
		}
		sides += letters
	}
	return sides
}

// length is that of a vector.
func length(v [3]float64) float64 { return math.Sqrt(v[0]*v[0] + v[1]*v[1] + v[2]*v[2]) }
