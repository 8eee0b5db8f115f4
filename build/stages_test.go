//go:build unix

package main

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestStagesRunBesideOneAnother has a stage that cannot end before the one after it has begun.
func TestStagesRunBesideOneAnother(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, syscall.Mkfifo(filepath.Join(dir, "pipe"), 0o600))
	shell := func(name, script string, beside bool) stage {
		return stage{name: name, args: []string{"sh", "-c", script}, beside: beside}
	}
	failed, left := runStages(dir, []stage{
		shell("writer", "echo written > pipe", true),
		shell("reader", "cat pipe > read; exit 1", true),
		shell("after both", "grep -q written read", false),
	})
	assert.Equal(t, []string{"reader"}, failed)
	assert.Empty(t, left)
	assert.FileExists(t, filepath.Join(dir, "read"))
}

// TestAStageThatLacksSomethingIsLeftOut has one that no machine can run.
func TestAStageThatLacksSomethingIsLeftOut(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	failed, left := runStages(os.TempDir(), []stage{{name: "in a browser", args: []string{"false"}, needs: []string{"chromium"}}})
	assert.Empty(t, failed)
	assert.Equal(t, []string{"in a browser"}, left)
}
