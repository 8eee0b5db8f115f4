package study

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
)

// edition is under which name a task was published with most of these weights, and
// with which digests: TASK or, where its weights were replaced and attacked anew,
// TASK-2, TASK-3 and so on.
func edition(published, task string, models []About) (name string, digests map[string]string, err error) {
	if digests, err = Digests(filepath.Join(published, fileOf(task, modelsFile))); err != nil {
		return "", nil, err
	}
	name = task
	for i := 2; task != ""; i++ {
		later := fmt.Sprintf("%s-%d", task, i)
		of, err := Digests(filepath.Join(published, fileOf(later, modelsFile)))
		if errors.Is(err, fs.ErrNotExist) {
			break
		}
		if err != nil {
			return "", nil, err
		}
		if shared(models, of) > shared(models, digests) {
			name, digests = later, of
		}
	}
	return name, digests, nil
}

// shared is how many models have the weights of these digests.
func shared(models []About, digests map[string]string) (n int) {
	for _, m := range models {
		if digests[m.Name] == m.Digest {
			n++
		}
	}
	return n
}
