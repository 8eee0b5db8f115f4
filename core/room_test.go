package core

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestPlansWithoutRoomAreRefused(t *testing.T) {
	p := &Plan{Buffers: []Buffer{{Count: 250e6, Role: Input}, {Count: 500e6}, {Count: 1e9, Role: Parameter}}}
	assert.NoError(t, fit(p, 3e9+used()+64<<20))
	assert.EqualError(t, fit(p, 2e9), "core: this plan needs 3.0 GB of memory, but 2.0 GB are left: use a smaller image or model")
	assert.ErrorIs(t, fit(p, 2e9), ErrNoRoom)
	assert.ErrorContains(t, fit(p, 3e9), "this plan needs 3.0 GB of memory, but ")
}
