package study

import (
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"
)

// shell runs a command from the checkout as an engine would.
func shell(t *testing.T, env map[string]string, args ...string) {
	t.Helper()
	c := exec.Command(args[0], args[1:]...)
	c.Dir = filepath.Join("..", "..")
	c.Env = os.Environ()
	for name, v := range env {
		c.Env = append(c.Env, name+"="+v)
	}
	out, err := c.CombinedOutput()
	require.NoError(t, err, "%s", out)
}

// example is a study that the engines' jobs do; models are files.
func example(t *testing.T) (c Config, env map[string]string) {
	c = config(t, 2)
	a, b := filepath.Join(filepath.Dir(c.Data), "weights", "brain-a.safetensors"), filepath.Join(filepath.Dir(c.Data), "weights", "brain-b.safetensors")
	return c, map[string]string{"DATA": c.Data, "OUT": c.Out, "MODELS": a + "," + b}
}

// merged checks that a folder holds all rows of the example.
func merged(t *testing.T, dir string) {
	t.Helper()
	shell(t, nil, "go", "run", "./build", "study", "merge", dir)
	results, err := Gather(dir)
	require.NoError(t, err)
	assert.Len(t, results[0].Rows, 2*2*(64+4), "with as much noise at each ε")
	assert.FileExists(t, filepath.Join(dir, "STUDY.md"))
}

func TestSlurmArrayIsAStudy(t *testing.T) {
	c, env := example(t)
	for task := range 2 {
		env["SLURM_ARRAY_TASK_ID"], env["SLURM_ARRAY_TASK_COUNT"], env["SLURM_CPUS_PER_TASK"] = strconv.Itoa(task+1), "2", "1"
		shell(t, env, "sh", filepath.Join("build", "study", "examples", "slurm.sh"))
	}
	merged(t, c.Out)
}

// indexedJob is what matters here of a Kubernetes Job.
type indexedJob struct {
	Spec struct {
		Mode        string `yaml:"completionMode"`
		Completions int    `yaml:"completions"`
		Template    struct {
			Spec struct {
				Containers []struct {
					Command []string                       `yaml:"command"`
					Env     []struct{ Name, Value string } `yaml:"env"`
				} `yaml:"containers"`
			} `yaml:"spec"`
		} `yaml:"template"`
	} `yaml:"spec"`
}

func TestKubernetesIndexedJobIsAStudy(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("examples", "kubernetes.yaml"))
	require.NoError(t, err)
	var job indexedJob
	require.NoError(t, yaml.Unmarshal(text, &job))
	require.Equal(t, "Indexed", job.Spec.Mode)
	shard := job.Spec.Template.Spec.Containers[0]
	env := map[string]string{}
	for _, e := range shard.Env {
		env[e.Name] = e.Value
	}
	require.Equal(t, strconv.Itoa(job.Spec.Completions), env["SHARDS"], "as many shards as pods")

	c, ours := example(t)
	maps.Copy(env, ours)
	env["SHARDS"], env["CORES"] = "2", "1"
	for index := range 2 {
		env["JOB_COMPLETION_INDEX"] = strconv.Itoa(index)
		shell(t, env, shard.Command...)
	}
	merged(t, c.Out)
}
