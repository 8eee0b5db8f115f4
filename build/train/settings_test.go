package train

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"segfault/core"
	"segfault/core/safetensors"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// fromBefore takes the settings out of a checkpoint, as it was when they were not in it, and returns it.
func fromBefore(t *testing.T, path string) []byte {
	t.Helper()
	f, err := safetensors.Read(read(t, path))
	require.NoError(t, err)
	for key := range f.Metadata {
		if strings.HasPrefix(key, settingPrefix) {
			delete(f.Metadata, key)
		}
	}
	data, err := safetensors.Write(f, safetensors.F32)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(path, data, 0o644))
	return data
}

func TestACheckpointIsNotResumedWithOtherSettings(t *testing.T) {
	first := config(t, folder(t))
	first.Checkpoint = filepath.Join(t.TempDir(), "checkpoint")
	_, err := Run(context.Background(), first)
	require.NoError(t, err)
	for says, change := range map[string]func(c *Config){
		"other settings: classes ([{gl glioma}": func(c *Config) { c.Classes = []Class{brain[1], brain[0], brain[2]} },
		"other settings: stages ([32x4:4 64x2:4] there, [32x4:4 64x2:9] here); give it the same, or move it away": func(c *Config) {
			c.Stages = []Stage{{32, 4, 4}, {64, 2, 9}}
		},
		"other settings: size (64 there, 32 here), seed (1 there, 2 here)": func(c *Config) { c.InputSize, c.Seed = 32, 2 },
		"other settings: rate (0.001 there, 0.002 here)":                   func(c *Config) { c.Rate = 0.002 },
		"other settings: decay (0 there, 0.5 here)":                        func(c *Config) { c.Decay = 0.5 },
		"other settings: loss (none there, dice_focal here)":               func(c *Config) { c.Loss = core.DiceFocal },
		"other settings: phantoms (0 there, 0.1 here)":                     func(c *Config) { c.Phantoms = 0.1 },
		"other settings: strong (false there, true here)":                  func(c *Config) { c.Strong = true },
		"adversarial (0 there, 0.03 here), from (none there, checkpoint here)": func(c *Config) {
			c.Adversarial, c.From = 0.03, c.Checkpoint
		},
		"other settings: narrow (0 there, 4 here)": func(c *Config) { c.Narrow = 4 },
		"other settings: data (15 images": func(c *Config) {
			c.Data = folder(t)
			require.NoError(t, os.Remove(filepath.Join(c.Data, "train", "images", "train_000_gl_ax_t1.png")))
		},
		"other settings: contents (": func(c *Config) { // of the same names
			c.Data = folder(t)
			from, to := filepath.Join(c.Data, "train", "masks", "train_003_gl_ax_t1.png"), filepath.Join(c.Data, "train", "masks", "train_000_gl_ax_t1.png")
			require.NoError(t, os.WriteFile(to, read(t, from), 0o644))
		},
	} {
		c := first
		change(&c)
		_, err := Run(context.Background(), c)
		assert.ErrorContains(t, err, says)
	}
}

func TestACheckpointIsResumedWhereverTheSameDataLiesAndFromBefore(t *testing.T) {
	c := config(t, folder(t))
	c.Checkpoint = filepath.Join(t.TempDir(), "checkpoint")
	_, err := Run(context.Background(), c)
	require.NoError(t, err)
	resumes := func(why string) {
		var log bytes.Buffer
		c.Log = &log
		_, err = Run(context.Background(), c)
		require.NoError(t, err)
		assert.Contains(t, log.String(), "resuming at step", why)
	}
	c.Data, c.Every = folder(t), 3
	resumes("the same data elsewhere, and validated at other steps")
	fromBefore(t, c.Checkpoint)
	c.Seed = 2
	resumes("without any settings to compare")
}
