package command

import (
	"path/filepath"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestALockIsWaitedForUntilItIsClosed(t *testing.T) {
	path := filepath.Join(t.TempDir(), "folder", "lock")
	first, err := Lock(path, func() { t.Error("nobody has it") })
	require.NoError(t, err)
	waiting, closed := make(chan bool), atomic.Bool{}
	done := make(chan error)
	go func() {
		second, err := Lock(path, func() { waiting <- true })
		if err == nil && !closed.Load() {
			t.Error("both have it")
		}
		if err == nil {
			err = second.Close()
		}
		done <- err
	}()
	<-waiting
	closed.Store(true)
	require.NoError(t, first.Close())
	assert.NoError(t, <-done)
}
