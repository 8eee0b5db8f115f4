package scan

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestBrushPaintsADiscErasesAndUndoes(t *testing.T) {
	m := (&Scan{Width: 5, Height: 4, Slices: 2}).NewMask()
	first := m.Paint(1, 2, [][2]float64{{2.5, 1.5}}, 1)
	assert.Equal(t, []uint8{
		0, 0, 2, 0, 0,
		0, 2, 2, 2, 0,
		0, 0, 2, 0, 0,
		0, 0, 0, 0, 0,
	}, m.Layers[0][20:])
	second := m.Paint(1, 0, [][2]float64{{2.5, 0}, {2.5, 3}}, 0.4)
	assert.Equal(t, []uint8{0, 2, 0, 2, 0}, m.Layers[0][25:30])
	second.Undo()
	assert.Equal(t, []uint8{0, 2, 2, 2, 0}, m.Layers[0][25:30])
	first.Undo()
	assert.Equal(t, make([]uint8, 40), m.Layers[0])
}

func TestBrushFollowsItsLineAndStopsAtTheBorder(t *testing.T) {
	m := (&Scan{Width: 4, Height: 2, Slices: 1}).NewMask()
	m.Paint(0, 1, [][2]float64{{-9, 0.5}, {1.6, 0.5}}, 0.5)
	assert.Equal(t, []uint8{1, 1, 0, 0, 0, 0, 0, 0}, m.Layers[0])
	m.Paint(0, 3, [][2]float64{{3.9, 1.1}}, 0.01)
	assert.Equal(t, uint8(3), m.Layers[0][7], "the pixel under the point, however thin the brush")
}

func TestRunsKeepAPaintedSlice(t *testing.T) {
	s := &Scan{Width: 5, Height: 4, Slices: 2}
	m := s.NewMask()
	m.Paint(1, 2, [][2]float64{{2.5, 1.5}}, 1)
	runs, err := m.Runs(1)
	require.NoError(t, err)
	assert.Equal(t, []int{2, 0, 1, 2, 3, 0, 3, 2, 3, 0, 1, 2, 7, 0}, runs)
	again := s.NewMask()
	require.NoError(t, again.SetRuns(1, runs))
	assert.Equal(t, m.Layers[0], again.Layers[0])

	for _, wrong := range [][]int{nil, {19, 0}, {20}, {21, 0}, {20, 256}, {-1, 0, 21, 0}, {10, 1, 1 << 40, 0}} {
		assert.Error(t, again.SetRuns(0, wrong), "%v", wrong)
	}
	assert.Equal(t, m.Layers[0], again.Layers[0], "nothing was changed")
}
