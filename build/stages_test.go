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
	shell := func(name, script string) stage {
		return stage{name: name, args: []string{"sh", "-c", script}}
	}
	failed, left := runStages(dir, []stage{
		shell("writer", "echo written > pipe"),
		shell("reader", "cat pipe > read; exit 1"),
	})
	assert.Equal(t, []string{"reader"}, failed)
	assert.Empty(t, left)
	text, err := os.ReadFile(filepath.Join(dir, "read"))
	require.NoError(t, err)
	assert.Equal(t, "written\n", string(text))
}

// TestAStageThatLacksSomethingIsLeftOut has one that no machine can run.
func TestAStageThatLacksSomethingIsLeftOut(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	failed, left := runStages(os.TempDir(), []stage{{name: "in a browser", args: []string{"false"}, needs: []string{"chromium"}}})
	assert.Empty(t, failed)
	assert.Equal(t, []string{"in a browser"}, left)
}
