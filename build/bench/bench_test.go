package bench

import (
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// smallJob is the shipped model's at its smallest size.
func smallJob(t *testing.T) (j *Job, folder string) {
	model, err := os.ReadFile("../../weights/brain-unet-vgg13-w4.safetensors")
	require.NoError(t, err)
	j, err = NewJob("small", model, 32)
	require.NoError(t, err)
	folder = t.TempDir()
	require.NoError(t, j.Save(folder, model))
	return j, folder
}

func TestOpenJobReadsWhatSaveWrote(t *testing.T) {
	j, folder := smallJob(t)
	got, err := OpenJob(folder)
	require.NoError(t, err)
	assert.Equal(t, []int{j.Size, j.In, j.Out}, []int{got.Size, got.In, got.Out})
	assert.Equal(t, j.arrays(), got.arrays())
}

func TestStepsReadWhatEarlierStepsWrote(t *testing.T) {
	j, _ := smallJob(t)
	for i, s := range j.Steps {
		for _, from := range s.Inputs {
			assert.LessOrEqual(t, from, i, "step %d (%s)", i, s.Kernel)
		}
		for _, p := range s.Parameters {
			n := 1
			for _, d := range p.Shape {
				n *= d
			}
			assert.LessOrEqual(t, p.Offset+n, len(j.Weights), "step %d (%s)", i, s.Kernel)
		}
	}
}

func TestCompareCatchesWrongNumbers(t *testing.T) {
	j := &Job{Logits: []float32{1, -2}, Gradient: []float32{3, -4}}
	assert.True(t, Compare(j, j.Logits, j.Gradient).Right())
	assert.False(t, Compare(j, []float32{1, -1.9}, j.Gradient).Right(), "logits")
	assert.False(t, Compare(j, j.Logits, []float32{3, 4}).Right(), "gradient")
	assert.Equal(t, 0.5, Compare(j, j.Logits, []float32{3, 4}).Signs)
}

// TestMeasure runs the engine natively, beside a contender that cannot start.
func TestMeasure(t *testing.T) {
	j, folder := smallJob(t)
	engine := filepath.Join(folder, "engine")
	out, err := exec.Command("go", "build", "-o", engine, "./engine").CombinedOutput()
	require.NoError(t, err, string(out))
	contenders := []Contender{
		{Name: "Segfault", Runs: "native", Backend: "CPU", Command: []string{engine, "-job", folder}, Tasks: Tasks},
		{Name: "Segfault", Runs: "native", Backend: "none", Command: []string{engine, "-job", folder, "-backend", "none"}, Tasks: Tasks},
	}
	results := Measure(j, folder, contenders, Effort{Tasks: []string{Forward, Gradient, Iterate}, Runs: 2, Budget: time.Hour, Limit: time.Hour}, io.Discard)
	good, bad := results[0], results[1]
	require.Empty(t, good.Error)
	assert.True(t, good.Check.Right())
	for _, task := range []string{Forward, Iterate} {
		took := good.Times[task]
		assert.True(t, 0 < took.Min && took.Min <= took.Median && took.Median <= took.Max, "%s: %+v", task, took)
		assert.Equal(t, 2, took.Runs, task)
	}
	assert.Positive(t, good.Peaks.MatMul)
	assert.Positive(t, good.Convolutions)
	assert.True(t, 0 < good.Outside && good.Outside < 1, "%v", good.Outside)
	assert.Greater(t, good.Held, 1.0)
	assert.Contains(t, bad.Error, `backend "none"`)

	var table strings.Builder
	Write(&table, results)
	assert.Contains(t, table.String(), "### small, 32×32\n")
	assert.Contains(t, table.String(), "| 10 steps | Segfault, CPU, native")
	assert.Contains(t, table.String(), `failed: bench: a native program has no backend "none"`)
}

// TestAContenderThatNeverAnswersIsEnded has one that waits for ever, and says so in its result; nothing else waits for it.
func TestAContenderThatNeverAnswersIsEnded(t *testing.T) {
	j, folder := smallJob(t)
	silent := Contender{Name: "silent", Command: []string{"tail", "-f", "/dev/null"}, Tasks: Tasks}
	results := Measure(j, folder, []Contender{silent}, Effort{Tasks: []string{Forward}, Runs: 1, Limit: time.Millisecond}, io.Discard)
	assert.Equal(t, `bench: silent did not answer "forward" within 3ms and was ended; a longer -limit waits longer`, results[0].Error)
}

func TestRatiosLeaveOutWrongPeers(t *testing.T) {
	result := func(name, backend string, ms float64, c Comparison) Result {
		return Result{Contender: name, Runs: Chromium, Backend: backend, Model: "m", Size: 8, Check: &c, Times: map[string]Time{Forward: {Median: ms}}}
	}
	right, wrong := Comparison{Signs: 1}, Comparison{Gradient: 1, Signs: 0.5}
	var text strings.Builder
	WriteRatios(&text, []Result{
		result(Ours, WebGPU, 10, right), result("quick", WebGPU, 5, wrong), result("slow", WebGPU, 40, right),
		result("fast", WebGPU, 30, right), result("other", Wasm, 1, right),
	})
	assert.Equal(t, "m, 8×8, forward on WebGPU: fast takes 3.00× as long as Segfault\n"+
		"m, 8×8: quick, WebGPU, Chromium computes wrong numbers and is left out: WRONG: logits 0e+00, gradient 1e+00, signs 50.00 %\n", text.String())
}
