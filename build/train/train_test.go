package train

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"math"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"segfault/build/data"
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
	require.NoError(t, PublishResult(context.Background(), c, r, path, About{Title: "A test", Task: "brain", Data: "phantoms", Licence: "none"}))
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

	require.NoError(t, PublishResult(context.Background(), c, r, path, About{}))
	card, err = os.ReadFile(filepath.Join(filepath.Dir(path), "model.md"))
	require.NoError(t, err)
	assert.Contains(t, string(card), "# unet-vgg11\n")
	assert.Contains(t, string(card), "| data | not told; licence not told |", "it names no data set that it was not trained on")
	data, err = os.ReadFile(path)
	require.NoError(t, err)
	m, err = lab.ReadModel(data)
	require.NoError(t, err)
	assert.Equal(t, filepath.Base(c.Data), m.Task)
}

func TestAugmentationMovesMaskAndImageTogether(t *testing.T) {
	const size = 64
	item := Item{Image: make([]float32, size*size), Labels: make([]uint8, size*size)}
	for y := 20; y < 34; y++ {
		for x := 30; x < 48; x++ {
			item.Image[y*size+x], item.Labels[y*size+x] = 1, 2
		}
	}
	img, labels := make([]float32, size*size), make([]uint8, size*size)
	for step := range 100 {
		augment(random(1, step), item, size, step >= 50, img, labels)
		both, sum := 0.0, 0.0
		for i, l := range labels {
			if img[i] > 0.4 {
				sum++
			}
			if l > 0 {
				require.EqualValues(t, 2, l, "the square's own label")
				sum++
				if img[i] > 0.4 {
					both++
				}
			}
		}
		require.Greater(t, 2*both/sum, 0.85, "draw %d: the bright square is the mask", step)
	}
}

func TestWarpIsSmoothAndSometimesThere(t *testing.T) {
	w := newWarp(random(1, 1), 1)
	x0, y0 := w.at(0, 0)
	most := 0.0
	for i := range 1000 {
		x, y := w.at(float64(i)/1000, float64(i)/1000)
		assert.Less(t, math.Hypot(x-x0, y-y0), 0.05, "a thousandth of the way")
		x0, y0 = x, y
		most = max(most, math.Hypot(x, y))
	}
	assert.Greater(t, most, 0.2)
	for _, at := range []float64{0, 0.3, 1} {
		sum := 0.0
		for _, v := range spline(at) {
			sum += v
		}
		assert.InDelta(t, 1, sum, 1e-12, "where all nodes agree, so does what is between them")
	}
}

// TestDivergedTrainingKeepsItsLastGoodCheckpoint has a learning rate with which the weights overflow.
func TestDivergedTrainingKeepsItsLastGoodCheckpoint(t *testing.T) {
	c := config(t, folder(t))
	c.Checkpoint = filepath.Join(t.TempDir(), "checkpoint")
	c.Stages = []Stage{{32, 4, 2}}
	_, err := Run(context.Background(), c)
	require.NoError(t, err)
	good := fromBefore(t, c.Checkpoint)

	c.Stages, c.Rate = []Stage{{32, 4, 40}}, 1e37
	_, err = Run(context.Background(), c)
	require.ErrorContains(t, err, "the loss is no number any more at step")
	assert.ErrorContains(t, err, c.Checkpoint+" keeps step 2")
	assert.Equal(t, good, read(t, c.Checkpoint))
}

// TestVolumesAreReadSliceBySliceWithTheirLabels reads a volume whose labels are its classes, in the Decathlon's folders.
func TestVolumesAreReadSliceBySliceWithTheirLabels(t *testing.T) {
	root := t.TempDir()
	volume := func(dir string, of func(x, y, z int) byte) {
		var out bytes.Buffer
		header := make([]byte, 352)
		binary.LittleEndian.PutUint32(header, 348)
		for i, v := range []int16{3, 6, 4, 3, 1, 1, 1, 1} {
			binary.LittleEndian.PutUint16(header[40+2*i:], uint16(v))
		}
		binary.LittleEndian.PutUint16(header[70:], 2)
		binary.LittleEndian.PutUint16(header[72:], 8)
		for i := range 4 {
			binary.LittleEndian.PutUint32(header[76+4*i:], math.Float32bits(1))
		}
		binary.LittleEndian.PutUint32(header[108:], math.Float32bits(352))
		copy(header[344:], "n+1\x00")
		out.Write(header)
		for z := range 3 {
			for y := range 4 {
				for x := range 6 {
					out.WriteByte(of(x, y, z))
				}
			}
		}
		require.NoError(t, os.MkdirAll(filepath.Join(root, dir), 0o755))
		require.NoError(t, os.WriteFile(filepath.Join(root, dir, "a.nii"), out.Bytes(), 0o644))
	}
	volume("images", func(x, y, z int) byte { return byte(1 + x + y + z) })
	volume("labels", func(x, y, z int) byte { return byte(z % 3) })
	classes := []Class{{Mark: "2", Name: "posterior"}, {Mark: "1", Name: "anterior"}}
	items, err := LoadFolder(root, 32, classes)
	require.NoError(t, err)
	require.Len(t, items, 3)
	for z, want := range []uint8{0, 2, 1} { // label 1 is the second channel
		assert.Equal(t, "a", items[z].Case)
		assert.Equal(t, want, slices.Max(items[z].Labels), z)
	}
	assert.Nil(t, data.Labelled(brain), "marks of names are no labels")
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

func TestTallyOfACase(t *testing.T) {
	count := newTally(2)
	count.add([]float32{1, -1, -1, -1, -1, 1, -1, -1}, []uint8{1, 1, 1, 0}) // two channels of four pixels: one right, one as the other class
	c := count.of("a")
	assert.InDelta(t, 0.8, c.Union, 1e-9)
	assert.InDelta(t, 0.5, c.True, 1e-9, "what is found as another class is not found")
	assert.Equal(t, -1.0, c.Class[1], "a class that the truth lacks is not averaged")
	count.add([]float32{-1, -1, -1, -1, 1, 1, 1, 1}, []uint8{2, 2, 2, 2}) // the next slice of the volume
	c = count.of("a")
	assert.InDelta(t, 0.5, c.Class[0], 1e-9)
	assert.InDelta(t, 2*4./(5+4), c.Class[1], 1e-9)
	assert.InDelta(t, (c.Class[0]+c.Class[1])/2, c.True, 1e-9)
	empty := newTally(1)
	empty.add([]float32{-1}, []uint8{0})
	assert.Equal(t, 1.0, empty.of("b").Union)
}
