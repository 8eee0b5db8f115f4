package scan

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestSidesAreTheNearestOfThePatients(t *testing.T) {
	var nowhere *Space
	assert.Empty(t, nowhere.Sides())
	for want, s := range map[string]Space{
		"LRPA": {Affine: [4][4]float64{{1, 0, 0, 0}, {0, 1, 0, 0}, {0, 0, 1, 0}}, Width: 4, Height: 3},
		"RLAP": {Affine: [4][4]float64{{1, 0, 0, 0}, {0, 1, 0, 0}, {0, 0, 1, 0}}, Turn: Orientation{FlipX: true, FlipY: true}, Width: 4, Height: 3},
		"APSI": {Affine: [4][4]float64{{0, 0, 1, 0}, {-2, 0.3, 0, 0}, {-0.3, -2, 0, 0}}, Width: 4, Height: 3},
		"SIAP": {Affine: [4][4]float64{{0, 0, 1, 0}, {-2, 0.3, 0, 0}, {-0.3, -2, 0, 0}}, Turn: Orientation{Transpose: true}, Width: 3, Height: 4},
	} {
		assert.Equal(t, want, s.Sides())
	}
}
