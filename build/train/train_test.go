package train

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"os"
	"path/filepath"
	"testing"

	"segfault/core"
	"segfault/core/lab"
	"segfault/core/phantom"
	"segfault/core/safetensors"
	"segfault/core/unet"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var brain = []Class{{Mark: "gl", Name: "glioma"}, {Mark: "me", Name: "meningioma"}, {Mark: "pi", Name: "pituitary"}}

// folder writes simulated slices as a data folder.
func folder(t *testing.T) string {
	t.Helper()
	root := t.TempDir()
	for part, n := range map[string]int{"train": 12, "val": 3, "test": 6} {
		for _, dir := range []string{"images", "masks"} {
			require.NoError(t, os.MkdirAll(filepath.Join(root, part, dir), 0o755))
		}
		for i := range n {
			s := phantom.Brain(phantom.BrainOptions{Seed: uint64(i), Size: 64, Kind: phantom.Kind(i % 3)})
			name := fmt.Sprintf("%s_%03d_%s_ax_t1.png", part, i, brain[i%3].Mark)
			save(t, filepath.Join(root, part, "images", name), s.Image, 64)
			save(t, filepath.Join(root, part, "masks", name), s.Masks[i%3], 64)
		}
	}
	return root
}

func save(t *testing.T, path string, values []float32, size int) {
	t.Helper()
	img := image.NewGray(image.Rect(0, 0, size, size))
	for i, v := range values {
		img.SetGray(i%size, i/size, color.Gray{uint8(v * 255)})
	}
	var out bytes.Buffer
	require.NoError(t, png.Encode(&out, img))
	require.NoError(t, os.WriteFile(path, out.Bytes(), 0o644))
}

func config(t *testing.T, data string) Config {
	t.Helper()
	spec, err := unet.New("vgg11_bn", 3, 3, 16)
	require.NoError(t, err)
	return Config{Data: data, Classes: brain, Spec: spec, InputSize: 64, Stages: []Stage{{32, 4, 4}, {64, 2, 4}},
		Rate: 1e-3, Seed: 1, Every: 2, Log: &bytes.Buffer{}}
}

func TestResumedTrainingIsTheUninterruptedOne(t *testing.T) {
	data := folder(t)
	whole, err := Run(context.Background(), config(t, data))
	require.NoError(t, err)

	c := config(t, data)
	c.Checkpoint = filepath.Join(t.TempDir(), "checkpoint")
	ctx, cancel := context.WithCancel(context.Background())
	c.Log = stopAfter{"step 6/", cancel}
	_, err = Run(ctx, c)
	require.ErrorIs(t, err, context.Canceled)
	c.Log = &bytes.Buffer{}
	resumed, err := Run(context.Background(), c)
	require.NoError(t, err)

	assert.Equal(t, whole.Step, resumed.Step)
	for name, v := range whole.Tensors {
		require.Equal(t, v.Data, resumed.Tensors[name].Data, name)
	}
}

func TestTransferBeginsWithAnothersWeights(t *testing.T) {
	c := config(t, folder(t))
	c.Checkpoint = filepath.Join(t.TempDir(), "first")
	_, err := Run(context.Background(), c)
	require.NoError(t, err)

	var log bytes.Buffer
	next := c
	next.Classes, next.Spec.Classes = brain[:1], 1
	next.From, next.Checkpoint, next.Log = c.Checkpoint, "", &log
	next.Stages = []Stage{{32, 4, 1}}
	next.Every, next.Rate = 1, 0
	moved, err := Run(context.Background(), next)
	require.NoError(t, err)
	assert.Contains(t, log.String(), "tensors begin as in")
	f, err := safetensors.Read(read(t, c.Checkpoint))
	require.NoError(t, err)
	const inner = "decoder.blocks.4.conv2.1.weight" // of a batch-norm, which a checkpoint holds as it is
	assert.InDeltaSlice(t, f.Tensors[meanPrefix+inner].Data, moved.Tensors[inner].Data, 1e-6, "a rate of 0 changes nothing")

	next.Spec, err = unet.New("resnet18", 3, 1, 8)
	require.NoError(t, err)
	next.Spec.Decoder = []int{9, 9, 9, 9, 9}
	_, err = Run(context.Background(), next)
	assert.ErrorContains(t, err, "expected the checkpoint of a training with the same encoder")
}

func TestSoupIsTheMeanOfTrainings(t *testing.T) {
	file := func(name string, values ...float32) string {
		data, err := safetensors.Write(&safetensors.File{Tensors: map[string]*core.Tensor{
			meanPrefix + name: {Shape: core.Shape{len(values)}, Data: values}}}, safetensors.F32)
		require.NoError(t, err)
		path := filepath.Join(t.TempDir(), "checkpoint")
		require.NoError(t, os.WriteFile(path, data, 0o644))
		return path
	}
	mean, err := soup([]string{file("w", 1, 2), file("w", 3, 4), file("w", 8, -3)})
	require.NoError(t, err)
	assert.Equal(t, []float32{4, 1}, mean["w"].Data)

	_, err = soup([]string{file("w", 1, 2), file("w", 1)})
	assert.ErrorContains(t, err, "expected trainings of one network")
}

func read(t *testing.T, path string) []byte {
	t.Helper()
	data, err := os.ReadFile(path)
	require.NoError(t, err)
	return data
}

// stopAfter cancels when a line is logged.
type stopAfter struct {
	text string
	stop func()
}

func (s stopAfter) Write(p []byte) (int, error) {
	if bytes.Contains(p, []byte(s.text)) {
		s.stop()
	}
	return len(p), nil
}

func TestTrainingLowersTheLoss(t *testing.T) {
	c := config(t, folder(t))
	c.Stages = []Stage{{64, 4, 40}}
	c.Rate, c.Every = 4e-3, 1
	var log bytes.Buffer
	c.Log = &log
	_, err := Run(context.Background(), c)
	require.NoError(t, err)
	var first, last float64
	for line := range bytes.Lines(log.Bytes()) {
		var step, steps int
		var loss float64
		if n, _ := fmt.Sscanf(string(line), "step %d/%d loss %f", &step, &steps, &loss); n == 3 {
			if step <= 5 {
				first += loss / 5
			}
			if step > 35 {
				last += loss / 5
			}
		}
	}
	assert.Less(t, last, first-0.02, "the mean loss of five steps; the network begins undecided at about 1")
}

func TestPublishedWeightsAreReadBackWithTheirCard(t *testing.T) {
	c := config(t, folder(t))
	r, err := Run(context.Background(), c)
	require.NoError(t, err)
	path := filepath.Join(t.TempDir(), "model.safetensors")
	require.NoError(t, Publish(context.Background(), c, r, path, About{Title: "A test", Task: "brain", Data: "phantoms", Licence: "none"}))
	data, err := os.ReadFile(path)
	require.NoError(t, err)
	m, err := lab.ReadModel(data)
	require.NoError(t, err)
	assert.Equal(t, []string{"glioma", "meningioma", "pituitary"}, m.Classes)
	assert.Equal(t, 64, m.Size)
	assert.Equal(t, "unet-vgg11", m.Architecture)
	card, err := os.ReadFile(filepath.Join(filepath.Dir(path), "model.md"))
	require.NoError(t, err)
	for _, says := range []string{"# A test", "seed 1", "| test, glioma | 2 |", "| test, axial | 6 |", "| simulated slices |", "licence none"} {
		assert.Contains(t, string(card), says)
	}
}

func TestAugmentationMovesMaskAndImageTogether(t *testing.T) {
	const size = 64
	item := Item{Image: make([]float32, size*size), Mask: make([]uint8, size*size)}
	for y := 20; y < 34; y++ {
		for x := 30; x < 48; x++ {
			item.Image[y*size+x], item.Mask[y*size+x] = 1, 1
		}
	}
	img, mask := make([]float32, size*size), make([]float32, size*size)
	for step := range 50 {
		augment(random(1, step), item, size, img, mask)
		both, sum := 0.0, 0.0
		for i, m := range mask {
			if img[i] > 0.4 {
				sum++
				both += float64(m)
			}
			sum += float64(m)
		}
		require.Greater(t, 2*both/sum, 0.85, "draw %d: the bright square is the mask", step)
	}
}

func TestBadFoldersAreNamed(t *testing.T) {
	_, err := LoadFolder(t.TempDir(), 64, brain)
	assert.ErrorContains(t, err, "expected a folder with images/ and masks/")
	data := folder(t)
	require.NoError(t, os.Remove(filepath.Join(data, "val", "masks", "val_001_me_ax_t1.png")))
	_, err = LoadFolder(filepath.Join(data, "val"), 64, brain)
	assert.ErrorContains(t, err, "val_001_me_ax_t1.png")
	_, err = LoadFolder(filepath.Join(data, "train"), 64, []Class{{Mark: "xx", Name: "a"}, {Mark: "yy", Name: "b"}})
	assert.ErrorContains(t, err, "carries none of the classes' marks")
}

func TestUnionDice(t *testing.T) {
	logits := []float32{1, -1, -1, -1, -1, 1, -1, -1} // two channels of four pixels
	assert.InDelta(t, 0.8, unionDice(logits, []uint8{1, 1, 1, 0}), 1e-9)
	assert.Equal(t, 1.0, unionDice([]float32{-1, -1}, []uint8{0, 0}))
}
