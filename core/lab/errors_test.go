package lab

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"segfault/core"

	"github.com/stretchr/testify/assert"
)

func TestEveryFailureHasACode(t *testing.T) {
	_, misfit := core.Try(func() *core.Node { return core.Reshape(core.NewInput("x", 2), 3) })
	for want, err := range map[Code]error{
		Cancelled: context.Canceled, NoRoom: core.NoRoom("full"), BadFile: misfit, BadDevice: Coded(BadDevice, errors.New("lost")), Bug: errors.New("odd"),
	} {
		assert.Equal(t, want, CodeOf(fmt.Errorf("in a sentence: %w", err)), "%v", err)
	}
}
