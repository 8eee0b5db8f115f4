package train

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"testing"

	"segfault/core"
	"segfault/core/unet"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// adversarial is a short training on attacks, which begins with weights of another.
func adversarial(t *testing.T) Config {
	t.Helper()
	c := config(t, folder(t))
	c.InputSize, c.Stages, c.Checkpoint = 32, []Stage{{32, 4, 2}}, filepath.Join(t.TempDir(), "first")
	_, err := Run(context.Background(), c)
	require.NoError(t, err)
	c.From, c.Checkpoint = c.Checkpoint, ""
	c.Adversarial, c.Stages, c.Every = 0.03, []Stage{{32, 4, 4}}, 2
	return c
}

func TestHalfOfABatchIsAttackedWithinTheBudget(t *testing.T) {
	c := adversarial(t)
	s := &state{config: c, trainer: unet.NewTrainer(c.Spec, 1), cpu: core.NewCPU(1)}
	s.trainer.Build(core.NewInput("x", 1, 3, 32, 32))
	require.NoError(t, s.transfer())
	items, err := LoadFolder(c.Data+"/train", 32, c.Classes)
	require.NoError(t, err)
	source := newSource(c, c.Stages[0], items)
	clean, moved := source.draw(0), source.draw(0)
	require.NoError(t, s.harden(context.Background(), moved, c.Stages[0]))

	const pixels = 32 * 32
	half := len(clean.images) / 2
	assert.Equal(t, clean.images[half:], moved.images[half:], "the other half stays clean")
	assert.Equal(t, clean.targets, moved.targets)
	farthest := float32(0)
	for i, v := range clean.images[:half] {
		d := moved.images[i] - v
		farthest = max(farthest, d, -d)
		assert.Equal(t, moved.images[i-i/pixels%3*pixels], moved.images[i], "all channels move alike")
	}
	assert.InDelta(t, c.Adversarial, farthest, 1e-6, "PGD goes to the edge of its budget, and not past it")
}

func TestResumedAdversarialTrainingIsTheUninterruptedOne(t *testing.T) {
	c := adversarial(t)
	whole, err := Run(context.Background(), c)
	require.NoError(t, err)
	assert.Regexp(t, `validation Dice of the true class 0\.\d+ \(clean 0\.\d+, attacked 0\.\d+\)`, c.Log.(*bytes.Buffer).String())

	c.Checkpoint = filepath.Join(t.TempDir(), "checkpoint")
	ctx, cancel := context.WithCancel(context.Background())
	c.Log = stopAfter{"step 2/", cancel}
	_, err = Run(ctx, c)
	require.ErrorIs(t, err, context.Canceled)
	c.Log = &bytes.Buffer{}
	resumed, err := Run(context.Background(), c)
	require.NoError(t, err)
	for name, v := range whole.Tensors {
		require.Equal(t, v.Data, resumed.Tensors[name].Data, name)
	}
}

func TestTrainingOnAttacksBeginsWithOthersWeights(t *testing.T) {
	c := config(t, t.TempDir())
	c.Adversarial = 0.009
	_, err := Run(context.Background(), c)
	assert.ErrorContains(t, err, "-from")
}

func TestTrainingBeginsAsPublishedWeights(t *testing.T) {
	c := config(t, folder(t))
	r, err := Run(context.Background(), c)
	require.NoError(t, err)
	path := filepath.Join(t.TempDir(), "model.safetensors")
	require.NoError(t, PublishResult(context.Background(), c, r, path, About{}))

	var log bytes.Buffer
	c.From, c.Rate, c.Stages, c.Every, c.Log = path, 0, []Stage{{32, 4, 1}}, 1, &log
	c.Spec = r.Spec // the encoder has taken up its batch-norm
	next, err := Run(context.Background(), c)
	require.NoError(t, err)
	rounded, err := halve(r.Tensors)
	require.NoError(t, err)
	for _, name := range []string{"encoder.features.0.weight", "encoder.features.0.bias", "segmentation_head.0.weight"} {
		assert.InDeltaSlice(t, rounded[name].Data, next.Tensors[name].Data, 1e-6, "a rate of 0 changes nothing: %s", name)
	}
	assert.Contains(t, log.String(), "begins as "+path)

	require.NoError(t, os.WriteFile(path, []byte("no weights"), 0o644))
	_, err = Run(context.Background(), c)
	assert.ErrorContains(t, err, path)
}

func TestTheRecipeTellsOfTheAttackAndTheLoss(t *testing.T) {
	c := config(t, "")
	c.Adversarial, c.Loss, c.From = 0.03, core.DiceFocal, "weights/model.safetensors"
	text := Publication{Spec: c.Spec, Recipe: c.recipe(&Result{Spec: c.Spec, Step: 4})}.card(Scores{}, Scores{}, 0, true)
	for _, says := range []string{"`dice_focal` of each image", "PGD of 3 steps with ε = 0.03", "of model, as it is published", "validation mean of clean and attacked Dice"} {
		assert.Contains(t, text, says)
	}
}
