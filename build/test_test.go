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
	files := func(env ...string) map[string][]string {
		c := exec.Command("go", "list", "-f", "{{.ImportPath}}{{range .GoFiles}} {{.}}{{end}}{{range .TestGoFiles}} {{.}}{{end}}{{range .XTestGoFiles}} {{.}}{{end}}", "segfault/...")
		c.Env = append(os.Environ(), env...)
		out, err := c.Output()
		require.NoError(t, err)
		list := map[string][]string{}
		for line := range strings.Lines(string(out)) {
			fields := strings.Fields(line)
			list[fields[0]] = fields[1:]
		}
		return list
	}
	here := files()
	for name, of := range files("GOOS=js", "GOARCH=wasm") {
		vetted := !slices.ContainsFunc(of, func(file string) bool { return !slices.Contains(here[name], file) })
		for _, pattern := range ofWebAssembly {
			folder, below := strings.CutSuffix(strings.Replace(pattern, ".", "segfault", 1), "/...")
			vetted = vetted || name == folder || below && strings.HasPrefix(name, folder+"/")
		}
		assert.True(t, vetted, "%s has files for WebAssembly alone, and is not in ofWebAssembly", name)
	}
}
