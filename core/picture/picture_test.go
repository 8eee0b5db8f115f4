package picture

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestSignedIsMiddleGreyWhereNothingChanged(t *testing.T) {
	assert.Equal(t, []uint8{128, 128, 128, 255}, Signed([]float32{0}, 0))
}

func TestSignedSpansItsScaleInOneGreyForAllChannels(t *testing.T) {
	change := Change([]float32{0.5, 0.5, 0.5, 0.5}, []float32{0.4, 0.6, 0.4, 0.7}, 2)
	assert.InDeltaSlice(t, []float32{-0.1, 0.15}, change, 1e-6)
	assert.Equal(t, []uint8{43, 43, 43, 255, 255, 255, 255, 255}, Signed(change, 0.15))
}

func TestInputOfOneChannelIsGrey(t *testing.T) {
	assert.Equal(t, []uint8{255, 255, 255, 255, 0, 0, 0, 255}, Input([]float32{2, -1}, 1))
}

func TestProbabilityTakesTheLikeliestClass(t *testing.T) {
	assert.Equal(t, []uint8{128, 128, 128, 255}, Probability([]float32{-3, 0, -9}, 3))
}

func TestOutlineOfOnePixelIsADiamondAroundItsCentre(t *testing.T) {
	field := []float32{0, 0, 0, 0, 1, 0, 0, 0, 0}
	path := Outline(field, 3, 3, 0.5)
	for _, corner := range []string{"1 1.5", "1.5 1", "2 1.5", "1.5 2"} {
		assert.Contains(t, path, corner)
	}
	assert.Equal(t, 1, strings.Count(path, "M"))
}

func TestOutlineInterpolates(t *testing.T) {
	// Between −1 and 3 the level 0 is crossed a quarter of the way.
	path := Outline([]float32{-1, 3}, 2, 1, 0)
	assert.Contains(t, path, "0.75 0.5")
}

func TestOutlineOfNothingIsEmpty(t *testing.T) {
	assert.Empty(t, Outline(make([]float32, 12), 4, 3, 0.5))
}

func TestOutlineOfEverythingIsTheRim(t *testing.T) {
	path := Outline([]float32{1, 1, 1, 1}, 2, 2, 0)
	assert.Contains(t, path, "0 0.5")
	assert.Contains(t, path, "2 1.5")
	assert.Equal(t, 1, strings.Count(path, "Z"))
}

func TestRegionOfARectangleHasFourCorners(t *testing.T) {
	mask := []bool{
		false, false, false, false,
		false, true, true, false,
		false, false, false, false,
	}
	path := Region(mask, 4, 3)
	assert.Equal(t, 4, strings.Count(path, "M")+strings.Count(path, "L"))
	for _, corner := range []string{"1 1", "3 1", "3 2", "1 2"} {
		assert.Contains(t, path, corner)
	}
}

func TestRegionHasALoopForItsHole(t *testing.T) {
	mask := []bool{
		true, true, true,
		true, false, true,
		true, true, true,
	}
	assert.Equal(t, 2, strings.Count(Region(mask, 3, 3), "Z"))
}

func TestRegionsThatTouchByACornerStayApart(t *testing.T) {
	mask := []bool{
		true, false,
		false, true,
	}
	assert.Equal(t, 2, strings.Count(Region(mask, 2, 2), "Z"))
}

func TestAroundIsThreeTimesAsWide(t *testing.T) {
	values := make([]float32, 12*12)
	values[5*12+4], values[6*12+5] = 1, 1 // columns 4 and 5, rows 5 and 6
	assert.Equal(t, []int{2, 3, 6, 6}, Around(values, 12, 12))
}

func TestAroundStaysInThePicture(t *testing.T) {
	values := make([]float32, 12*12)
	values[0], values[13] = 1, 1
	assert.Equal(t, []int{0, 0, 6, 6}, Around(values, 12, 12))
}

func TestAroundNothingIsEverything(t *testing.T) {
	assert.Equal(t, []int{0, 0, 4, 3}, Around(make([]float32, 12), 4, 3))
}

func TestWindowSpreadsItsRange(t *testing.T) {
	assert.InDeltaSlice(t, []float32{-0.5, 0, 0.5, 1}, Window([]float32{0.1, 0.2, 0.3, 0.4}, 0.2, 0.4), 1e-6)
}

func TestExaggerationMultipliesTheDifference(t *testing.T) {
	assert.InDeltaSlice(t, []float32{0.5, 0.3}, Exaggerate([]float32{0.4, 0.4}, []float32{0.41, 0.39}, 10), 1e-6)
}
