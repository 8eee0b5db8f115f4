package kernels

import (
	"cmp"
	"slices"
	"time"
)

// Profile is what a GPU is reckoned to do, for the choice of shaders and for
// predictions: what has been measured says more.
type Profile struct {
	Name             string
	Cores, Lanes     int     // of a core
	Hertz            float64 // of the clock
	Registers        int     // of a core
	Memory           int     // of a core, shared by its workgroups, in bytes
	Bandwidth, Cache float64 // bytes a second from memory, and from the cache before it
	CacheSize        float64 // bytes
	Dispatch         time.Duration

	// What a step of a tile costs, in cycles, see tileTime.
	Multiply, Share, Load float64
	Alone, AlonePerRow    float64
}

// H200 is fitted on measured products of matrices (fourteen shapes; five more
// contradict them, and count for nothing). Integrated is a guess: the same on
// eight small cores, with a laptop's memory.
var (
	H200 = Profile{Name: "H200", Cores: 132, Lanes: 128, Hertz: 1.949e9, Registers: 65536, Memory: 228 << 10,
		Bandwidth: 1.174e12, Cache: 2.274e12, CacheSize: 50e6, Dispatch: 4 * time.Microsecond,
		Multiply: 1.491, Share: 0.01, Load: 0.2, Alone: 1308, AlonePerRow: 160}
	Integrated = Profile{Name: "integrated", Cores: 8, Lanes: 64, Hertz: 0.977e9, Registers: 65536, Memory: 64 << 10,
		Bandwidth: 50e9, Cache: 400e9, CacheSize: 2e6, Dispatch: 10 * time.Microsecond,
		Multiply: 1.491, Share: 0.01, Load: 0.2, Alone: 1308, AlonePerRow: 160}
)

// seconds of floating-point additions and multiplications at their fastest.
func (p Profile) peak() float64 { return 2 * float64(p.Cores*p.Lanes) * p.Hertz }

// Time is what a shader of a kernel should take. moved is how many bytes its
// buffers have.
func (p Profile) Time(k Kernel, s Shader, moved float64) time.Duration {
	if s.tile != nil {
		return p.tileTime(s)
	}
	// What is no tile computes from memory: at some twelfth of the peak, or as fast as that goes, on as many cores as it has workgroups.
	share := min(1, float64(s.Groups[0]*s.Groups[1]*s.Groups[2])/float64(p.Cores))
	took := max(float64(FLOPs(k))*12/p.peak(), p.moving(moved)) / share
	if s.Next != nil {
		took += p.moving(4*float64(s.Scratch)) + p.Dispatch.Seconds()
	}
	return p.Dispatch + time.Duration(took*1e9)
}

// moving is how long bytes take.
func (p Profile) moving(bytes float64) float64 {
	if bytes < p.CacheSize {
		return bytes / p.Cache
	}
	return bytes / p.Bandwidth
}

// tileTime is of rounds of workgroups. A step of one takes a core what it has to
// multiply and to load; those that are on a core together hide each other's
// waiting, and one alone takes the whole of it.
func (p Profile) tileTime(s Shader) time.Duration {
	t, sizes := s.tile, s.Sizes.(*tileSizes)
	rows, seen, perStep := t.k, float64(t.tn)/4*max(1, float64(min(32, t.n/t.tn))/8), float64(4*t.k*t.n)
	if t.layout == patch {
		rows, seen, perStep = 9*t.k, float64(t.tn+2)/3, float64(4*t.k*t.patchRows()*(patchWidth+2))
	}
	weight := 4.0
	if t.half {
		weight = 2
	}
	perStep += weight * 4 * float64(t.panel())
	groups := s.Groups[0] * s.Groups[1] * s.Groups[2]
	steps := float64(sizes.Per)
	output := 4 * float64(sizes.N*sizes.Groups*sizes.M*sizes.Ho*sizes.Wo)
	written := float64(sizes.Split) * output
	loaded := float64(groups)*steps*perStep + written
	input := 4 * float64(sizes.N*sizes.Groups) * (float64(sizes.A)*float64(sizes.H>>sizes.Up)*float64(sizes.W>>sizes.Up) + float64(sizes.B)*float64(sizes.H*sizes.W))
	once := input + weight*float64(s.Packing.Count) + written

	threads := t.threads()
	multiply := float64(t.m*t.n*rows) / float64(p.Lanes)
	share := float64(threads) / 32 * float64(rows) * (seen + float64(t.tm)/4)
	busy := multiply*p.Multiply + share*p.Share + loaded/(float64(groups)*steps)/128*p.Load
	alone := p.Alone + float64(rows)*p.AlonePerRow
	together := p.together(t)
	per := (groups + p.Cores - 1) / p.Cores
	together = min(together, per)
	cycles := float64(per/together) * max(float64(together)*busy, alone)
	if rest := per % together; rest > 0 {
		cycles += max(float64(rest)*busy, alone)
	}
	compute := cycles * steps / p.Hertz
	if once < p.CacheSize {
		once *= 0.3 // most is still there from the step before
	}
	moving := max(loaded/p.Cache, once/p.Bandwidth)
	took := p.Dispatch.Seconds() + max(compute, moving) + 0.2*min(compute, moving)
	if s.Next != nil {
		took += p.Dispatch.Seconds() + max(2e-6, p.moving(written+output))
	}
	return time.Duration(took * 1e9)
}

// together is how many workgroups a core holds at once.
func (p Profile) together(t *tile) int {
	sums := t.tm * t.tn
	registers := sums + 40
	if sums >= 64 {
		registers += 24
	}
	threads := t.threads()
	return max(1, min(32, 2048/threads, p.Registers/(threads*registers), p.Memory/(t.memory()+1024)))
}

// splits are among how many workgroups the inner side of a tile may be shared.
var splits = []int{1, 2, 4, 8, 16}

// mostScratch is how many floats the parts of a result may take: less than the
// images of layers that are large.
const mostScratch = 4 << 20

// Tiles are all ways in which tiles compute a kernel.
func Tiles(k Kernel) (list []Shader) {
	var c convolution
	ok := false
	switch k := k.(type) {
	case Conv2D:
		c, ok = k.convolution()
	case Conv2DGradInput:
		c, ok = k.convolution()
	}
	if !ok || c.Groups > 1 && c.A == 1 && c.M == 1 {
		return nil
	}
	c = c.joined()
	for _, t := range c.tilings() {
		for _, split := range splits {
			steps, _ := c.steps(t)
			s := c.shader(t, split)
			if split > 1 && (split > steps || s.Scratch > mostScratch) {
				break
			}
			s.kernel = k
			list = append(list, s)
		}
	}
	return list
}

// Propose picks the shaders of a kernel that a race should be between: for each
// profile the one that should be the fastest and, where it is not alone, one that
// might be as well.
func Propose(k Kernel, list []Shader, profiles ...Profile) (best []Shader) {
	if len(list) == 0 {
		return nil
	}
	for i, p := range profiles {
		times := make([]time.Duration, len(list))
		order := make([]int, len(list))
		for j, s := range list {
			order[j], times[j] = j, p.Time(k, s, 0)
		}
		slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(times[a], times[b]) })
		order = order[:min(2, len(order))]
		if i > 0 || len(order) == 2 && float64(times[order[1]]) > unsure*float64(times[order[0]]) {
			order = order[:1]
		}
		for _, j := range order {
			if s := list[j]; !slices.ContainsFunc(best, func(b Shader) bool { return b.Name == s.Name && b.Groups == s.Groups }) {
				best = append(best, s)
			}
		}
	}
	return best
}

// unsure is how many times longer a shader may be reckoned to take than the best
// and yet be faster.
const unsure = 1.5
