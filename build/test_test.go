package main

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestPackagesAreInstalledAnewForAnotherLockFile has a checkout whose packages
// were installed before its lock file changed.
func TestPackagesAreInstalledAnewForAnotherLockFile(t *testing.T) {
	dir := t.TempDir()
	written := func(age time.Duration, path ...string) {
		name := filepath.Join(append([]string{dir}, path...)...)
		require.NoError(t, os.MkdirAll(filepath.Dir(name), 0o755))
		require.NoError(t, os.WriteFile(name, nil, 0o644))
		require.NoError(t, os.Chtimes(name, time.Time{}, time.Now().Add(-age)))
	}
	written(2*time.Hour, "package-lock.json")
	assert.False(t, installed(dir), "there are none")
	written(time.Hour, "node_modules", ".package-lock.json")
	assert.True(t, installed(dir))
	written(0, "package-lock.json")
	assert.False(t, installed(dir), "the lock file is newer")
}
