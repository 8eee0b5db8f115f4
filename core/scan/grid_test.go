package scan

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func grid(t *testing.T, width, height, size int) Grid {
	t.Helper()
	g, err := NewGrid(width, height, size)
	require.NoError(t, err)
	return g
}

func random(n int) []float32 {
	r := rand.New(rand.NewPCG(1, 2))
	values := make([]float32, n)
	for i := range values {
		values[i] = r.Float32()
	}
	return values
}

func TestGridCentresAndKeepsTheAspectRatio(t *testing.T) {
	assert.Equal(t, Grid{200, 100, 64, 0, 16, 64, 32}, grid(t, 200, 100, 64))
	assert.Equal(t, Grid{3, 7, 14, 4, 0, 6, 14}, grid(t, 3, 7, 14))
	assert.Equal(t, Grid{8192, 1, 4, 0, 1, 4, 1}, grid(t, 8192, 1, 4), "never less than a pixel")
}

func TestPointsOfTheSquareAreFoundInTheSlice(t *testing.T) {
	g := grid(t, 200, 100, 64) // fills rows 16 to 48
	assert.Equal(t, [2]float64{0, 0}, g.Own([2]float64{0, 16}))
	assert.Equal(t, [2]float64{200, 100}, g.Own([2]float64{64, 48}))
	assert.Equal(t, [2]float64{100, 50}, g.Own([2]float64{32, 32}))
}

func TestResampleOfEqualSizeIsTheSame(t *testing.T) {
	src := random(30 * 30)
	dst, back := make([]float32, 30*30), make([]float32, 30*30)
	g := grid(t, 30, 30, 30)
	g.Resample(dst, src)
	assert.Equal(t, src, dst)
	g.Back(back, dst)
	assert.Equal(t, src, back)
}

func TestResampleShrinksByAreaAveraging(t *testing.T) {
	g := grid(t, 4, 2, 2) // each result is the mean of 2×2; the rows below are padding
	dst := []float32{9, 9, 9, 9}
	g.Resample(dst, []float32{1, 2, 3, 4, 5, 6, 7, 8})
	assert.Equal(t, []float32{3.5, 5.5, 0, 0}, dst)

	// By a fraction: of three pixels each of two covers one and a half.
	dst = make([]float32, 4)
	grid(t, 3, 3, 2).Resample(dst, []float32{0, 3, 6, 0, 3, 6, 0, 3, 6})
	assert.InDeltaSlice(t, []float32{1, 5, 1, 5}, dst, 1e-6)
}

func TestResampleGrowsBilinearly(t *testing.T) {
	dst := make([]float32, 16)
	grid(t, 2, 2, 4).Resample(dst, []float32{0, 4, 8, 12})
	assert.Equal(t, []float32{0, 1, 3, 4, 2, 3, 5, 6, 6, 7, 9, 10, 8, 9, 11, 12}, dst)
}

func TestResampleKeepsTheRangeAndTheMean(t *testing.T) {
	for _, size := range []int{17, 64, 224} {
		g := grid(t, 90, 60, size)
		ones := make([]float32, 90*60)
		for i := range ones {
			ones[i] = 1
		}
		dst := make([]float32, size*size)
		g.Resample(dst, ones)
		inside := 0
		for _, v := range dst {
			require.True(t, v == 0 || v == 1, "a constant stays exactly so")
			inside += int(v)
		}
		assert.Equal(t, g.W*g.H, inside)
	}
	src := random(90 * 60)
	dst := make([]float32, 30*30)
	grid(t, 90, 60, 30).Resample(dst, src)
	var before, after float64
	for _, v := range src {
		before += float64(v) / (90 * 60)
	}
	for _, v := range dst {
		after += float64(v) / (30 * 20)
	}
	assert.InDelta(t, before, after, 1e-6)
}

func TestRowsAreResample(t *testing.T) {
	for _, c := range [][3]int{{64, 64, 64}, {90, 60, 224}, {256, 256, 224}, {35, 51, 96}, {512, 300, 64}} {
		g := grid(t, c[0], c[1], c[2])
		src, want := random(c[0]*c[1]), make([]float32, c[2]*c[2])
		g.Resample(want, src)
		across, down := g.Rows()
		for _, at := range [][2]int{{0, 0}, {c[2] / 2, c[2] / 3}, {g.X, g.Y}, {g.X + g.W - 1, g.Y + g.H - 1}, {c[2] - 1, c[2] - 1}} {
			sum := 0.0
			first, weights := across(at[0])
			top, heights := down(at[1])
			for j, h := range heights {
				for i, w := range weights {
					sum += h * w * float64(src[(top+j)*c[0]+first+i])
				}
			}
			assert.InDelta(t, want[at[1]*c[2]+at[0]], sum, 1e-6, "%v at %v", c, at)
		}
	}
}

func TestBackReturnsASmoothSlice(t *testing.T) {
	for _, size := range []int{40, 150} {
		g := grid(t, 100, 80, size)
		src, square, back := make([]float32, 8000), make([]float32, size*size), make([]float32, 8000)
		for i := range src {
			src[i] = float32(i%100)/100 + float32(i/100)/80
		}
		g.Resample(square, src)
		g.Back(back, square)
		for y := 3; y < 77; y++ { // at the border the ramp is cut off
			// A pixel counts as constant within itself, which shifts an average by at most an eighth of a pixel.
			require.InDeltaSlice(t, src[y*100+3:y*100+97], back[y*100+3:y*100+97], (1/100.0+1/80.0)/8, "size %d, row %d", size, y)
		}
	}
}

func TestLabelsGoToWhatCoversMost(t *testing.T) {
	dst := make([]uint8, 4)
	grid(t, 4, 4, 2).ResampleLabels(dst, []uint8{
		1, 1, 0, 0,
		1, 0, 0, 3,
		2, 2, 9, 8,
		5, 5, 7, 7,
	})
	assert.Equal(t, []uint8{1, 0, 5, 7}, dst)

	dst = make([]uint8, 36)
	grid(t, 2, 1, 6).ResampleLabels(dst, []uint8{4, 200})
	assert.Equal(t, []uint8{4, 4, 4, 200, 200, 200}, dst[12:18])
	assert.Equal(t, make([]uint8, 6), dst[:6], "padding")

	labels := []uint8{0, 1, 2, 3, 4, 5, 6, 7, 8}
	dst = make([]uint8, 9)
	grid(t, 3, 3, 3).ResampleLabels(dst, labels)
	assert.Equal(t, labels, dst)
}

func TestGridErrorsSayWhatIsWrong(t *testing.T) {
	_, err := NewGrid(0, 5, 5)
	assert.EqualError(t, err, "scan: the slice declares 0×5 pixels in 1 slice, but each must be at least 1; export it again")
	_, err = NewGrid(5, 5, 0)
	assert.EqualError(t, err, "scan: the grid has a side of 0, but 1 to 8192 is needed")
	assert.PanicsWithValue(t, "scan: Grid.Resample needs 4 values to write and 1 to read, not 3 and 1", func() {
		grid(t, 1, 1, 2).Resample(make([]float32, 3), make([]float32, 1))
	})
}
