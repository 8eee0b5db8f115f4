package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
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

func TestPackagesWithFilesForWebAssemblyAreVettedForIt(t *testing.T) {
	const files = `{{join .GoFiles " "}} {{join .TestGoFiles " "}} {{join .XTestGoFiles " "}}`
	here := packageWords(t, files)
	for name, of := range packageWords(t, files, "GOOS=js", "GOARCH=wasm") {
		vetted := !slices.ContainsFunc(of, func(file string) bool { return !slices.Contains(here[name], file) })
		for _, pattern := range ofWebAssembly {
			folder, below := strings.CutSuffix(strings.TrimPrefix(pattern, "./"), "/...")
			vetted = vetted || name == folder || below && strings.HasPrefix(name, folder+"/")
		}
		assert.True(t, vetted, "%s has files for WebAssembly alone, and is not in ofWebAssembly", name)
	}
}

// TestARunnerIsFoundInAFolderWithASpace has go start one as the tests' stages do.
func TestARunnerIsFoundInAFolderWithASpace(t *testing.T) {
	runner := filepath.Join(t.TempDir(), "my runner")
	require.NoError(t, os.WriteFile(runner, []byte("#!/bin/sh\n"), 0o755))
	text, err := exec.Command("go", "test", "-run=none", "-exec", runnerOf(runner), "segfault/core/names").CombinedOutput()
	assert.NoError(t, err, "%s", text)
}

func TestCommandsThatWantTheSamePackagesInstallThemOnce(t *testing.T) {
	root, bin := t.TempDir(), t.TempDir()
	require.NoError(t, os.Mkdir(filepath.Join(root, "tool"), 0o755))
	require.NoError(t, os.WriteFile(filepath.Join(root, "tool", "package-lock.json"), []byte("{}"), 0o644))
	const npm = "#!/bin/sh\necho installed >>log\nmkdir node_modules && echo {} >node_modules/.package-lock.json\n"
	require.NoError(t, os.WriteFile(filepath.Join(bin, "npm"), []byte(npm), 0o755))
	t.Setenv("PATH", bin+string(os.PathListSeparator)+os.Getenv("PATH"))
	ends := make(chan error)
	for range 4 {
		go func() { ends <- installPackages(root, "tool") }()
	}
	for range 4 {
		assert.NoError(t, <-ends)
	}
	log, err := os.ReadFile(filepath.Join(root, "tool", "log"))
	require.NoError(t, err)
	assert.Equal(t, "installed\n", string(log))
}
