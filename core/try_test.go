package core_test

import (
	"errors"
	"testing"

	"segfault/core"

	"github.com/stretchr/testify/assert"
)

func TestTryTurnsAShapeErrorIntoAnError(t *testing.T) {
	y, err := core.Try(func() *core.Node { return core.Sub(core.NewInput("a", 2), core.NewInput("b", 3)) })
	assert.Nil(t, y)
	var wrong *core.ShapeError
	assert.True(t, errors.As(err, &wrong))
	assert.EqualError(t, err, "core: Sub: shapes 2 and 3")
}

func TestTryLetsEveryOtherPanicGoOn(t *testing.T) {
	assert.PanicsWithValue(t, "a bug", func() { _, _ = core.Try(func() *core.Node { panic("a bug") }) })
}

func TestTryGivesWhatWasBuilt(t *testing.T) {
	x := core.NewInput("x", 2)
	y, err := core.Try(func() *core.Node { return x })
	assert.NoError(t, err)
	assert.Same(t, x, y)
}

func TestShapesThatNothingCouldHoldAreRefused(t *testing.T) {
	for _, shape := range [][]int{{2, 0}, {-1}, {1 << 16, 1 << 16}, {1 << 40, 1 << 40}} {
		_, err := core.Try(func() *core.Node { return core.NewInput("x", shape...) })
		assert.ErrorContains(t, err, "a value cannot be "+core.Shape(shape).String())
	}
}
