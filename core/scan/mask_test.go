package scan

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// crossing is a mask of two slices on which classes 1 and 3 lie over each other at one pixel, and class 2 is nowhere.
func crossing() *Mask {
	m := (&Scan{Width: 3, Height: 1, Slices: 2}).NewMask()
	m.Classes = 3
	m.Add(1, 1, []uint8{1, 1, 0})
	m.Add(3, 1, []uint8{0, 1, 1})
	return m
}

func TestClassesMayOverlapInAnySlice(t *testing.T) {
	m := crossing()
	assert.True(t, m.Overlaps())
	assert.Len(t, m.Layers, 2, "one more, for the pixel that has two")
	planes, err := m.Planes(1, 3)
	require.NoError(t, err)
	assert.Equal(t, []uint8{1, 1, 0, 0, 0, 0, 0, 1, 1}, planes)
	planes, err = m.Planes(0, 3)
	require.NoError(t, err)
	assert.Equal(t, make([]uint8, 9), planes)
	flat, err := m.Flat(1)
	require.NoError(t, err)
	assert.Equal(t, []uint8{1, 3, 3}, flat, "where classes overlap, the last counts")
}

func TestClassesThatDoNotOverlapTakeOneLayer(t *testing.T) {
	m := (&Scan{Width: 3, Height: 1, Slices: 1}).NewMask()
	m.Add(1, 0, []uint8{1, 0, 0})
	m.Add(2, 0, []uint8{0, 1, 1})
	assert.False(t, m.Overlaps())
	assert.Equal(t, [][]uint8{{1, 2, 2}}, m.Layers)
}

func TestCountTellsClassesAndPixelsOfAllLayers(t *testing.T) {
	classes, pixels := crossing().Count()
	assert.Equal(t, []int{1, 3}, classes)
	assert.Equal(t, 3, pixels, "a pixel with two classes is one")
	classes, pixels = (&Scan{Width: 3, Height: 1, Slices: 2}).NewMask().Count()
	assert.Empty(t, classes)
	assert.Zero(t, pixels)
}

func TestMaskOfOtherClassesIsRefused(t *testing.T) {
	m := crossing()
	assert.NoError(t, m.Check(3))
	assert.EqualError(t, m.Check(4), "scan: the mask has 3 classes, but the model has 4; choose the mask that belongs to it")
	m.Classes = 0
	assert.NoError(t, m.Check(4), "labels may leave classes out")
	assert.EqualError(t, m.Check(2), "scan: the mask has label 3, but the model has 2 classes; choose the mask that belongs to it")
	assert.EqualError(t, m.Check(1), "scan: the mask has label 3, but the model has 1 class; choose the mask that belongs to it")
	_, err := m.Planes(0, 2)
	assert.NoError(t, err, "the slice has none beyond")
	_, err = m.Planes(2, 3)
	assert.EqualError(t, err, "scan: slice 2 of the mask was asked for, but it has 2, counted from 0")
}

func TestLayersAreLaidTogether(t *testing.T) {
	s := &Scan{Width: 3, Height: 1, Slices: 2, Spacing: [3]float64{1, 1, 1}}
	s.Space = &Space{Affine: [4][4]float64{{1, 0, 0, 0}, {0, 1, 0, 0}, {0, 0, 1, 0}, {0, 0, 0, 1}}, Width: 3, Height: 1}
	m := crossing()
	m.Space = &Space{Affine: [4][4]float64{{-1, 0, 0, 2}, {0, 1, 0, 0}, {0, 0, 1, 0}, {0, 0, 0, 1}}, Width: 3, Height: 1}
	laid, err := m.On(s)
	require.NoError(t, err)
	assert.Equal(t, 3, laid.Classes)
	planes, err := laid.Planes(1, 3)
	require.NoError(t, err)
	assert.Equal(t, []uint8{0, 1, 1, 0, 0, 0, 1, 1, 0}, planes)
}
