package core

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestShareNeverGivesTwoLiveValuesOneBuffer(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	for range 50 {
		values := make([]lifetime, 40)
		for i := range values {
			values[i] = lifetime{1 + r.IntN(100), i, i + r.IntN(10)}
		}
		sizes, buffer := share(values)
		total := 0
		for _, n := range sizes {
			total += n
		}
		assert.GreaterOrEqual(t, total, mostAlive(values))
		for i, v := range values {
			assert.LessOrEqual(t, v.count, sizes[buffer[i]])
			for j, w := range values[:i] {
				if buffer[i] == buffer[j] {
					assert.False(t, v.overlaps(w), "%+v and %+v share a buffer", v, w)
				}
			}
		}
	}
}

func TestMostAliveIsThePeak(t *testing.T) {
	assert.Equal(t, 12, mostAlive([]lifetime{{5, 0, 2}, {3, 1, 1}, {7, 2, 3}, {4, 4, 4}}))
}
