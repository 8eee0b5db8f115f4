package metrics

// Volume is how much space a prediction and a reference take, in the cube of the grid's unit: 1000 mm³ are a millilitre.
type Volume struct{ Found, Wanted float64 }

// Volumes measures them.
func Volumes(mask, reference []uint8, g Grid) Volume {
	a := count(mask, reference)
	return Volume{float64(a.mask) * g.voxel(), float64(a.reference) * g.voxel()}
}

// Change is the prediction's volume over the reference's, less 1; false where the reference is empty.
func (v Volume) Change() (relative float64, ok bool) {
	if v.Wanted == 0 {
		return 0, false
	}
	return v.Found/v.Wanted - 1, true
}

// Lesions counts a reference's lesions that a prediction found and missed, and what it invented. A lesion is a connected part, also over
// corners: of a plane with 8 neighbours, of a volume with 26; it is found where any of its voxels is, and a part of the prediction
// that meets none is invented.
type Lesions struct{ Found, Missed, Invented int }

// Detect counts them.
func Detect(mask, reference []uint8, g Grid) (l Lesions) {
	g, mask, reference = g.crop(mask, reference)
	for _, met := range g.parts(reference, mask) {
		if met {
			l.Found++
		} else {
			l.Missed++
		}
	}
	for _, met := range g.parts(mask, reference) {
		if !met {
			l.Invented++
		}
	}
	return l
}

// parts says of each connected part of a mask whether it meets another.
func (g Grid) parts(mask, other []uint8) (met []bool) {
	seen := make([]bool, len(mask))
	var todo []int
	for i, v := range mask {
		if v == 0 || seen[i] {
			continue
		}
		meets := false
		for todo, seen[i] = append(todo, i), true; len(todo) > 0; {
			at := todo[len(todo)-1]
			todo = todo[:len(todo)-1]
			meets = meets || other[at] != 0
			p := g.at(at)
			for z := max(p[0]-1, 0); z <= min(p[0]+1, g.Size[0]-1); z++ {
				for y := max(p[1]-1, 0); y <= min(p[1]+1, g.Size[1]-1); y++ {
					for x := max(p[2]-1, 0); x <= min(p[2]+1, g.Size[2]-1); x++ {
						if n := (z*g.Size[1]+y)*g.Size[2] + x; mask[n] != 0 && !seen[n] {
							seen[n] = true
							todo = append(todo, n)
						}
					}
				}
			}
		}
		met = append(met, meets)
	}
	return met
}
