package lab

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestAMaskIsPaintedAnewAsARecipeKeepsItAndThatIsTakenBackAsOneStroke(t *testing.T) {
	l, _ := opened(t)
	id := loaded(t, l, 1)
	paint(t, l, id, "truth", 0, 1)
	s := l.things.Get(id).(*Subject)
	kept, err := l.painted(s, 0)
	require.NoError(t, err)
	again := &PaintParams{loaded(t, l, 1), PaintOptions{Runs: kept.Truth.Runs, Named: kept.Truth.Named}}
	info, err := l.Paint(background, again)
	require.NoError(t, err)
	assert.Equal(t, describeMask(s.Truth), info)
	other := l.things.Get(again.Scan).(*Subject)
	assert.Equal(t, s.Named, other.Named)
	twice, err := l.painted(other, 0)
	require.NoError(t, err)
	assert.Equal(t, kept, twice, "its own recipe has it too")
	info, err = l.Unpaint(background, &UnpaintParams{Scan: again.Scan})
	require.NoError(t, err)
	assert.Nil(t, info)
	for want, runs := range map[string][]int{
		"label 9 cannot be painted":     {40 * 36, 9},
		"the painted mask has 3 labels": {3, 1},
		"are no part of a mask of":      {40*36 + 1, 1},
	} {
		again.Runs = runs
		_, err := l.Paint(background, again)
		assert.ErrorContains(t, err, want)
		assert.Nil(t, other.Truth, "nothing is changed")
	}
}
