package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"segfault/build/bench"
	"segfault/build/command"
)

func TestBenchChoices(t *testing.T) {
	good := bench.Effort{Tasks: []string{bench.Forward, "100 steps"}, Runs: 1, Limit: time.Minute}
	for sizes, want := range map[string][]int{"": {0}, "224": {224}, "224,512,1024": {224, 512, 1024}} {
		sides, err := benchChoices(good, sizes)
		require.NoError(t, err, sizes)
		assert.Equal(t, want, sides, sizes)
	}
	for _, sizes := range []string{"0", "-32", "224,", "big"} {
		_, err := benchChoices(good, sizes)
		assert.ErrorContains(t, err, "expected sides of the image in pixels", sizes)
	}
	_, err := benchChoices(bench.Effort{Tasks: []string{"backward"}, Runs: 1, Limit: time.Minute}, "")
	assert.ErrorContains(t, err, `unknown task "backward"`)
	_, err = benchChoices(bench.Effort{Tasks: good.Tasks}, "")
	assert.ErrorContains(t, err, "at least one run")
	_, err = benchChoices(bench.Effort{Tasks: good.Tasks, Runs: 1, Limit: -time.Minute}, "")
	assert.EqualError(t, err, "bench: -limit: expected the time that a run may take, such as 2m, found -1m0s")
}

func TestBenchMergeKeepsRatiosWithinRuns(t *testing.T) {
	result := func(contender, backend string, ms float64) bench.Result {
		return bench.Result{Contender: contender, Runs: bench.Chromium, Backend: backend, Model: "m", Size: 32,
			Check: &bench.Comparison{Signs: 1}, Times: map[string]bench.Time{bench.Forward: {Median: ms, Runs: 1}}}
	}
	ours, peer := filepath.Join(t.TempDir(), "ours.json"), filepath.Join(t.TempDir(), "peer.json")
	require.NoError(t, writeJSON(ours, bench.NewRun("first", []bench.Result{result(bench.Ours, bench.WebGPU, 10)})))
	require.NoError(t, writeJSON(peer, bench.NewRun("second", []bench.Result{
		result(bench.Ours, bench.WebGPU, 20), result("jax-js", bench.WebGPU, 80)})))
	report := filepath.Join(t.TempDir(), "new", "BENCH.md")
	require.NoError(t, benchMerge([]string{"-report", report, ours, peer}))
	page, err := os.ReadFile(report)
	require.NoError(t, err)
	assert.Contains(t, string(page), "- `first`")
	assert.Contains(t, string(page), "- `second`")
	assert.Contains(t, string(page), "jax-js takes 4.00× as long as Segfault")
	assert.NotContains(t, string(page), "8.00×", "a peer of another run")
}

func TestBenchMergeRefusesOtherFiles(t *testing.T) {
	file := filepath.Join(t.TempDir(), "other.json")
	require.NoError(t, os.WriteFile(file, []byte("[]"), 0o644))
	assert.ErrorContains(t, benchMerge([]string{file}), "no run that the bench wrote")
	require.NoError(t, os.WriteFile(file, []byte("{}"), 0o644))
	assert.ErrorContains(t, benchMerge([]string{file}), "holds no results")
	assert.ErrorContains(t, benchMerge(nil), "merge expects files")
}

func TestCommandLineCanBeRunAgain(t *testing.T) {
	assert.Equal(t, "-tasks 'FGSM,10 steps' -runs 3", commandLine([]string{"-tasks", "FGSM,10 steps", "-runs", "3"}))
}

// TestPyTorchIsLeftOutInOneSentenceWherePythonHasNone hides what this Python may have.
func TestPyTorchIsLeftOutInOneSentenceWherePythonHasNone(t *testing.T) {
	if _, err := exec.LookPath("python3"); err != nil && os.Getenv("CI") == "" {
		t.Skip("skipped without Python")
	}
	hidden := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(hidden, "numpy.py"), nil, 0o644))
	require.NoError(t, os.WriteFile(filepath.Join(hidden, "torch.py"), []byte("raise ModuleNotFoundError('none', name='torch')\n"), 0o644))
	t.Setenv("PYTHONPATH", hidden)
	t.Setenv("PYTHON", "python3")
	root, err := command.Root()
	require.NoError(t, err)
	peers, err := peerContenders(root, t.TempDir(), []string{"torch"})
	require.NoError(t, err)
	running, err := peers[0].Start(t.TempDir(), time.Minute)
	require.NoError(t, err)
	defer running.Close()
	for range 2 {
		_, err = running.Do(bench.Forward)
		assert.ErrorContains(t, err, "has no torch, so PyTorch is left out")
	}
}
