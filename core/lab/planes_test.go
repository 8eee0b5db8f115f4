package lab

import (
	"testing"

	"segfault/core/scan"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestPlanesLieAcrossTheSlicesWithTheFirstBelow(t *testing.T) {
	l, _ := opened(t)
	s := &scan.Scan{Width: 3, Height: 2, Slices: 2, Channels: 1, Spacing: [3]float64{1, 1, 3}, Window: [2]float64{0, 255}}
	for v := range 12 {
		s.Values = append(s.Values, float32(v))
	}
	id := l.place(0, &Subject{Scan: s})
	drawn, err := l.Planes(background, &PlanesParams{Scan: id, PlanesOptions: PlanesOptions{Across: 2, Down: 1}})
	require.NoError(t, err)
	red := func(p RGBA) (values []int) {
		for i := 0; i < len(p); i += 4 {
			values = append(values, int(p[i]))
		}
		return values
	}
	assert.Equal(t, []int{9, 10, 11, 3, 4, 5}, red(drawn.Pictures["row"]))
	assert.Equal(t, []int{8, 11, 2, 5}, red(drawn.Pictures["column"]))
	assert.Equal(t, [2]int{3, 2}, [2]int{drawn.Row.Width, drawn.Row.Height})
	assert.Equal(t, 0.5, drawn.Row.Aspect)
	assert.InDelta(t, 1./3, drawn.Column.Aspect, 1e-12)

	_, err = l.Planes(background, &PlanesParams{Scan: id, PlanesOptions: PlanesOptions{Across: 3}})
	assert.EqualError(t, err, "segfault: planes through pixel 3, 0 were asked for, but the slices have 3×2, counted from 0")
}
