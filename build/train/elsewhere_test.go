package train

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"segfault/core"
	"segfault/core/coretest"
	"segfault/core/safetensors"
	"segfault/core/unet"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestWhatTheScriptWroteScoresTheSame publishes weights of train_gpu.py and scores them as the script did, on val. The script scores on
// the slices' own grid, the project on the input's.
func TestWhatTheScriptWroteScoresTheSame(t *testing.T) {
	path := coretest.Shared(t, "weights-gpu", "unet-vgg13-w10-at-128.safetensors")
	val, err := LoadFolder(coretest.Shared(t, "data", "brain", "val"), 128, brain)
	require.NoError(t, err)
	var p Publication
	require.NoError(t, Elsewhere(path, &p))
	assert.Equal(t, "vgg13", p.Spec.Encoder, "its batch-norm is folded")
	rounded, err := halve(p.Tensors)
	require.NoError(t, err)
	published, err := unet.NewModel(rounded)
	require.NoError(t, err)
	ours, err := Score(context.Background(), core.NewCPU(0), published, 128, val)
	require.NoError(t, err)
	file, err := safetensors.Read(read(t, path))
	require.NoError(t, err)
	theirs, err := strconv.ParseFloat(file.Metadata["val_dice"], 64)
	require.NoError(t, err)
	assert.InDelta(t, theirs, ours.Union, 0.01)

	written, err := unet.NewModel(file.Tensors)
	require.NoError(t, err)
	asWritten, err := Score(context.Background(), core.NewCPU(0), written, 128, val[:40])
	require.NoError(t, err)
	for i, c := range asWritten.Cases {
		assert.InDelta(t, c.Union, ours.Cases[i].Union, 0.01, c.Name)
	}
	bundled, err := safetensors.Read(read(t, filepath.Join("..", "..", "weights", "brain-unet-vgg13-w10.safetensors")))
	require.NoError(t, err)
	for name, v := range rounded {
		assert.Equal(t, v.Data, bundled.Tensors[name].Data, "%s of what is bundled", name)
	}
}

func TestACardSaysWhatTheScriptsTrainingBeganWith(t *testing.T) {
	file, err := safetensors.Read(read(t, coretest.Shared(t, "weights-gpu", "unet-vgg13-w10-at-128.safetensors")))
	require.NoError(t, err)
	file.Metadata["start"], file.Metadata["share"], file.Metadata["strength"] = "5 steps of 4 images at 32×32 on a GPU, then ", "0.03", "0.6"
	data, err := safetensors.Write(file, safetensors.F16)
	require.NoError(t, err)
	path := filepath.Join(t.TempDir(), "a.safetensors")
	require.NoError(t, os.WriteFile(path, data, 0o644))
	var p Publication
	require.NoError(t, Elsewhere(path, &p))
	told := fmt.Sprint(p.Recipe)
	assert.Contains(t, told, "5 steps of 4 images at 32×32 on a GPU, then "+file.Metadata["steps"]+" steps of ")
	assert.Contains(t, told, "rising over 50 steps")
	assert.Contains(t, told, "noise, all at 0.6 of their usual strength; 3 % simulated slices")
}

func TestWeightsOfAnotherTrainerAreRefused(t *testing.T) {
	var p Publication
	assert.ErrorContains(t, Elsewhere(filepath.Join("..", "..", "weights", "brain-unet-vgg13-w10.safetensors"), &p), `does not say "lr" of itself`)
	path := filepath.Join(t.TempDir(), "a.safetensors")
	require.NoError(t, os.WriteFile(path, []byte("no weights"), 0o644))
	assert.ErrorContains(t, Elsewhere(path, &p), path)
}

// TestEveryCardHasTheTrueClassBesideTheUnion holds the cards of all bundled weights.
func TestEveryCardHasTheTrueClassBesideTheUnion(t *testing.T) {
	files, err := filepath.Glob(filepath.Join("..", "..", "weights", "*.safetensors"))
	require.NoError(t, err)
	require.NotEmpty(t, files)
	row := regexp.MustCompile(`\| \*\*test\*\* \| \d+ \| \*\*(0\.\d{4})\*\* \| \*\*(0\.\d{4})\*\* \|`)
	total := 0
	for _, path := range files {
		data := read(t, path)
		total += len(data)
		f, err := safetensors.Read(data)
		require.NoError(t, err)
		found := row.FindSubmatch(read(t, path[:len(path)-len("safetensors")]+"md"))
		require.NotNil(t, found, path)
		assert.Equal(t, f.Metadata["dice"], string(found[1]), path)
		assert.LessOrEqual(t, string(found[2]), string(found[1]), "%s: what is found as another class counts for the union alone", path)
	}
	assert.Less(t, total, 80_000_000, "bytes of all bundled weights")
}

// TestCardsSayOnlyOfChosenSlicesThatAllHoldWhatIsLookedFor holds the cards of all bundled weights: of volumes every slice is learnt from.
func TestCardsSayOnlyOfChosenSlicesThatAllHoldWhatIsLookedFor(t *testing.T) {
	assert.Contains(t, limits(true), "only slices that hold what it looks for,\nand says nothing reliable about other scanners, sequences or slices without it.")
	assert.Contains(t, limits(false), "one data set,\nand says nothing reliable about other scanners or sequences.")
	cards, err := filepath.Glob(filepath.Join("..", "..", "weights", "*-unet*.md"))
	require.NoError(t, err)
	require.NotEmpty(t, cards)
	for _, path := range cards {
		card := string(read(t, path))
		assert.Contains(t, card, limits(!strings.Contains(card, "the mean over volumes")), path)
	}
	labels := func(of ...uint8) Item { return Item{Labels: of} }
	assert.True(t, held([]Item{labels(0, 1), labels(2, 0)}))
	assert.False(t, held([]Item{labels(0, 1), labels(0, 0)}))
}

func TestSimulatedSlicesAreAFolderOfData(t *testing.T) {
	root := t.TempDir()
	require.NoError(t, Simulate(root, 6, brain, 1))
	items, err := LoadFolder(root, 64, brain)
	require.NoError(t, err)
	require.Len(t, items, 6)
	for i, item := range items {
		found := map[uint8]bool{}
		for _, l := range item.Labels {
			found[l] = true
		}
		assert.Len(t, found, 2, "%d: background and one kind", i)
	}
}
