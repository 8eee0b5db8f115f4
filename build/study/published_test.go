package study

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"testing"

	"segfault/core/coretest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestPublishedStudyIsReproduced attacks two slices of each data set again with all bundled models, at the ε that the
// published tables compare, and compares every Dice coefficient (ImageTolerance).
func TestPublishedStudyIsReproduced(t *testing.T) {
	weights := filepath.Join("..", "..", "weights")
	for task, shard := range map[string]Shard{"brain": {1, 215}, "heart": {1, 75}} {
		t.Run(task, func(t *testing.T) {
			published := filepath.Join(weights, folder)
			if _, err := os.Stat(filepath.Join(published, task+"-"+imagesFile)); err != nil {
				t.Skipf("skipped: there is no published study of the %s models", task)
			}
			axes := DefaultAxes()
			axes.Epsilons, axes.Crossed = axes.Crossed, "none"
			design, err := axes.Design()
			require.NoError(t, err)
			c := Config{Data: coretest.Shared(t, "data", task, "test"), Task: task, Classes: marks, Design: design, Shard: shard, Out: t.TempDir(), Log: &bytes.Buffer{}}
			require.NoError(t, c.Choose("all", weights))
			require.NoError(t, Run(context.Background(), c))
			var log bytes.Buffer
			assert.NoError(t, Check(published, &log, c.Out), "retrained models need a new study")
			t.Log(log.String())
		})
	}
}
