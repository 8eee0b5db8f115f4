package bench

import (
	"io"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestTasksAreKnownByTheirSteps(t *testing.T) {
	for task, steps := range map[string]int{Forward: 0, Gradient: 0, FGSM: 1, Iterate: 10, "100 steps": 100, "1 steps": 0, "1001 steps": 0, "x steps": 0, "10": 0} {
		assert.Equal(t, steps, StepsOf(task), task)
		assert.Equal(t, steps > 0 || task == Forward || task == Gradient, Known(task), task)
	}
	assert.Equal(t, 100, Attack("100 steps").Steps)
}

// at is a measurement whose attack of one step takes ms, and one of ten and a
// hundred ten and a hundred times as long.
func at(size int, ms float64) Result {
	plans := Memory{Inputs: int64(size * size), Parameters: 7, Computed: int64(3 * size * size)}
	times := map[string]Time{}
	for task, steps := range map[string]float64{FGSM: 1, Iterate: 10, "100 steps": 100} {
		times[task] = Time{Median: steps * ms, CPU: steps * ms, Runs: 1, Plans: plans, Peak: 1000}
	}
	return Result{Contender: Ours, Runs: Natively, Backend: Native, Model: "m", Size: size, Times: times}
}

func TestScaleClaims(t *testing.T) {
	for name, c := range map[string]struct {
		spoil func(small, large Result)
		fails string // the claim; none where it is empty
	}{
		"linear": {func(_, _ Result) {}, ""},
		"slow pixels": {func(_, large Result) {
			large.Times[FGSM] = Time{Median: 10.5, Runs: 1, Plans: large.Times[FGSM].Plans}
		}, "CPU, native: FGSM, time a pixel at 16×16 over 8×8"},
		"greedy pixels": {func(_, large Result) {
			large.Times[FGSM] = Time{Median: 8, Runs: 1, Plans: Memory{Computed: 4*16*16 + 100}}
		}, "CPU, native: FGSM, memory of the plans without parameters a pixel at 16×16 over 8×8"},
		"slow steps": {func(small, _ Result) {
			small.Times["100 steps"] = Time{Median: 250, Runs: 1, Plans: small.Times[FGSM].Plans, Peak: 1000}
		}, "CPU, native: time a step, of 100 steps over 10 steps"},
		"a plan that keeps its steps": {func(small, _ Result) {
			small.Times["100 steps"] = Time{Median: 200, Runs: 1, Plans: Memory{Computed: 1 << 20}, Peak: 1000}
		}, "CPU, native: memory of the plans, of 100 steps over 10 steps"},
		"a process that grows": {func(small, _ Result) {
			small.Times["100 steps"] = Time{Median: 200, Runs: 1, Plans: small.Times[FGSM].Plans, Peak: 2100}
		}, "CPU, native: peak memory of the process, of 100 steps over 10 steps"},
	} {
		t.Run(name, func(t *testing.T) {
			small, large := at(8, 2), at(16, 8)
			c.spoil(small, large)
			claims := scaleClaims([]Result{small, large})
			require.Len(t, claims, 8)
			var fails []string
			for _, claim := range claims {
				if !claim.Holds() {
					fails = append(fails, claim.What)
				}
			}
			assert.Equal(t, c.fails, strings.Join(fails, "; "))
		})
	}
}

func TestOneSizeAndTheUsualTasksTellNothingOfScale(t *testing.T) {
	r := at(8, 2)
	delete(r.Times, "100 steps")
	var table strings.Builder
	WriteScale(&table, []Result{r})
	assert.Empty(t, table.String())
	assert.Empty(t, scaleClaims([]Result{r}))
}

// TestMemoryIsOfPixelsNotOfSteps goes through the attacks that are measured.
func TestMemoryIsOfPixelsNotOfSteps(t *testing.T) {
	j, _ := smallJob(t)
	memory := func(size int, task string) Memory {
		k := *j
		k.Size, k.Image, k.Target = size, make([]float32, j.In*size*size), make([]float32, j.Out*size*size)
		m, err := k.memory(task)
		require.NoError(t, err)
		return m
	}
	once, ten := memory(32, FGSM), memory(32, Iterate)
	assert.Equal(t, ten, memory(32, "100 steps"))
	large := memory(64, FGSM)
	assert.Equal(t, once.Parameters, large.Parameters)
	assert.InEpsilon(t, 4*once.Computed, large.Computed, memoryPerPixel-1)
}

func TestMeasureLeavesOutWhatWouldTakeTooLong(t *testing.T) {
	j, folder := smallJob(t)
	engine := filepath.Join(folder, "engine")
	out, err := exec.Command("go", "build", "-o", engine, "./engine").CombinedOutput()
	require.NoError(t, err, string(out))
	c := Contender{Name: Ours, Runs: Natively, Backend: Native, Command: []string{engine, "-job", folder}, Tasks: []string{"100 steps"}}
	r := Measure(j, folder, []Contender{c}, Effort{Tasks: c.Tasks, Runs: 1, Limit: 1}, io.Discard)[0]
	require.Empty(t, r.Error)
	assert.Empty(t, r.Times)
	assert.Positive(t, r.LeftOut["100 steps"])
	var table strings.Builder
	WriteScale(&table, []Result{r})
	assert.Contains(t, table.String(), "| 100 steps | left out: some")
}
