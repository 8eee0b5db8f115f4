package metrics

// Grid is where the voxels of masks lie: how many, and how far apart, along slices, rows and columns. A plane has one slice.
type Grid struct {
	Size [3]int
	// Spacing is in mm, of a plane's slice its thickness; 1 where it is not known: then the unit is a voxel.
	Spacing [3]float64
}

// voxel is the volume of one, in the cube of the spacing's unit.
func (g Grid) voxel() float64 { return g.Spacing[0] * g.Spacing[1] * g.Spacing[2] }

// strides are how far apart in memory neighbours along each axis are.
func (g Grid) strides() [3]int { return [3]int{g.Size[1] * g.Size[2], g.Size[2], 1} }

// at is the place of a voxel.
func (g Grid) at(i int) [3]int {
	return [3]int{i / g.Size[2] / g.Size[1], i / g.Size[2] % g.Size[1], i % g.Size[2]}
}

// crop is the smallest part of the grid in which two masks have all their voxels, and the masks there.
func (g Grid) crop(a, b []uint8) (part Grid, ca, cb []uint8) {
	lo, hi := g.Size, [3]int{-1, -1, -1}
	for i := range a {
		if a[i]|b[i] != 0 {
			for axis, p := range g.at(i) {
				lo[axis], hi[axis] = min(lo[axis], p), max(hi[axis], p)
			}
		}
	}
	part.Spacing = g.Spacing
	if hi[0] < 0 {
		return part, nil, nil
	}
	for axis := range part.Size {
		part.Size[axis] = hi[axis] - lo[axis] + 1
	}
	for z := range part.Size[0] {
		for y := range part.Size[1] {
			from := ((z+lo[0])*g.Size[1]+y+lo[1])*g.Size[2] + lo[2]
			ca, cb = append(ca, a[from:][:part.Size[2]]...), append(cb, b[from:][:part.Size[2]]...)
		}
	}
	return part, ca, cb
}
