package metrics

import (
	"math"
	"slices"
)

// Surface is how far the surfaces of a prediction and of a reference are apart, in the grid's unit. Where both are empty it is NaN:
// there is no distance; where one is, +Inf. Neither can be part of a mean.
type Surface struct {
	// HD95 is the 95th-percentile Hausdorff distance as MONAI has it: the larger of the percentiles of both directions, interpolated
	// linearly. Others pool both directions first (medpy), or weigh surface elements by their area (surface-distance).
	HD95 float64
	// Mean is the average symmetric surface distance: the mean over the distances of both directions together. medpy takes the mean of
	// the directions' means.
	Mean float64
}

// Surfaces measures it. A mask's surface is its voxels that have a neighbour outside along an axis (of a plane four neighbours, of a
// volume six); beyond the grid is outside.
func Surfaces(mask, reference []uint8, g Grid) Surface {
	part, a, b := g.crop(g.edges(mask), g.edges(reference))
	switch hasA, hasB := slices.Contains(a, 1), slices.Contains(b, 1); {
	case !hasA && !hasB:
		return Surface{math.NaN(), math.NaN()}
	case !hasA || !hasB:
		return Surface{math.Inf(1), math.Inf(1)}
	}
	there, back := part.distances(a, b), part.distances(b, a)
	all := 0.0
	for _, list := range [][]float64{there, back} {
		for _, d := range list {
			all += d
		}
	}
	return Surface{HD95: max(percentile(there, 0.95), percentile(back, 0.95)), Mean: all / float64(len(there)+len(back))}
}

// percentile interpolates linearly between the two nearest values.
func percentile(list []float64, share float64) float64 {
	slices.Sort(list)
	rank := share * float64(len(list)-1)
	below := int(rank)
	above := min(below+1, len(list)-1)
	return list[below] + (rank-float64(below))*(list[above]-list[below])
}

// edges are a mask's voxels that have a neighbour outside.
func (g Grid) edges(mask []uint8) []uint8 {
	edges, strides := make([]uint8, len(mask)), g.strides()
	for i, v := range mask {
		if v == 0 {
			continue
		}
		for axis, p := range g.at(i) {
			n, step := g.Size[axis], strides[axis]
			if axis == 0 && n == 1 { // a plane has no neighbours there
				continue
			}
			if p == 0 || p == n-1 || mask[i-step] == 0 || mask[i+step] == 0 {
				edges[i] = 1
			}
		}
	}
	return edges
}

// distances are those of every voxel of one mask to the nearest of another.
func (g Grid) distances(from, to []uint8) (list []float64) {
	square := g.transform(to)
	for i, v := range from {
		if v != 0 {
			list = append(list, math.Sqrt(float64(square[i])))
		}
	}
	return list
}

// transform is the squared distance of every voxel to the nearest of a mask: exact, one axis after another (Felzenszwalb and
// Huttenlocher 2012).
func (g Grid) transform(mask []uint8) []float32 {
	square := make([]float32, len(mask))
	for i, v := range mask {
		if v == 0 {
			square[i] = float32(math.Inf(1))
		}
	}
	longest := max(g.Size[0], g.Size[1], g.Size[2])
	e := envelope{at: make([]int, longest), from: make([]float64, longest), line: make([]float64, longest)}
	for axis, step := range g.strides() {
		n := g.Size[axis]
		if n == 1 {
			continue
		}
		for i := range square {
			if g.at(i)[axis] == 0 {
				e.lower(square[i:], n, step, g.Spacing[axis])
			}
		}
	}
	return square
}

// envelope is the lower envelope of parabolas: where each stands that is part of it, and from where on.
type envelope struct {
	at         []int
	from, line []float64
}

// lower replaces n values f, step apart, by the minimum over q of f(q) + (spacing·(p−q))².
func (e envelope) lower(f []float32, n, step int, spacing float64) {
	k, w := -1, spacing*spacing
	for q := range n {
		e.line[q] = float64(f[q*step])
		if math.IsInf(e.line[q], 1) {
			continue
		}
		from := math.Inf(-1)
		for k >= 0 {
			v := e.at[k]
			from = (e.line[q] - e.line[v] + w*float64(q*q-v*v)) / (2 * w * float64(q-v))
			if from > e.from[k] {
				break
			}
			from = math.Inf(-1)
			k--
		}
		k++
		e.at[k], e.from[k] = q, from
	}
	if k < 0 {
		return
	}
	for p, i := 0, 0; p < n; p++ {
		for i < k && e.from[i+1] < float64(p) {
			i++
		}
		away := float64(p - e.at[i])
		f[p*step] = float32(e.line[e.at[i]] + w*away*away)
	}
}
