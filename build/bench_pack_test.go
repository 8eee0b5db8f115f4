package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"segfault/build/bench"
)

// TestABundleRunsWhereThereIsNothing unpacks one into an empty folder and runs it in its shortest form, with no program on the
// PATH.
func TestABundleRunsWhereThereIsNothing(t *testing.T) {
	_, missing := exec.LookPath("node")
	if (missing != nil || !anyFile(vulkanLoaders)) && os.Getenv("CI") == "" {
		t.Skip("skipped without Node or libvulkan.so.1")
	}
	file, folder := filepath.Join(t.TempDir(), "bench.tar.gz"), t.TempDir()
	require.NoError(t, benchVerb([]string{"-pack", file, "-weights", "brain-unet-vgg13-w10@32", "-on", "dawn,native", "-tasks", bench.Forward, "-runs", "1", "-tests", "wasm/wire"}))
	out, err := exec.Command("tar", "-xzf", file, "-C", folder).CombinedOutput()
	require.NoError(t, err, string(out))
	run := exec.Command(filepath.Join(folder, "run"), "-limit", "1m")
	run.Env = []string{"PATH=" + t.TempDir(), "HOME=" + t.TempDir()}
	run.Dir = t.TempDir()
	out, err = run.CombinedOutput()
	require.NoError(t, err, string(out))
	report := filepath.Join(t.TempDir(), "BENCH.md")
	require.NoError(t, benchMerge([]string{"-report", report, filepath.Join(folder, "bench.json")}))
	measured, err := bench.ReadRun(filepath.Join(folder, "bench.json"))
	require.NoError(t, err)
	require.Len(t, measured.Results, 2)
	for _, r := range measured.Results {
		assert.Empty(t, r.Error, r.Runs)
		assert.Equal(t, 32, r.Size)
		assert.True(t, r.Check.Right(), r.Runs)
		assert.Positive(t, r.Times[bench.Forward].Median, r.Runs)
	}
	require.Len(t, measured.Tests, 1)
	assert.Equal(t, "wasm/wire", measured.Tests[0].Package)
	assert.Positive(t, measured.Tests[0].Passed)
	assert.Empty(t, measured.Tests[0].Failed)
	page, err := os.ReadFile(report)
	require.NoError(t, err)
	assert.Contains(t, string(page), "- wasm/wire: ")
}
