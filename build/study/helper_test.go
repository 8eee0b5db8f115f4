package study

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

	"segfault/build/data"
	"segfault/core"
	"segfault/core/attack"
	"segfault/core/coretest"
	"segfault/core/phantom"
	"segfault/core/safetensors"
	"segfault/core/unet"

	"github.com/stretchr/testify/require"
)

var marks = []data.Class{{Mark: "gl", Name: "glioma"}, {Mark: "me", Name: "meningioma"}, {Mark: "pi", Name: "pituitary"}}

// side of the phantoms, and of the models' input.
const side = 32

// writeModel writes a tiny network with random weights.
func writeModel(t *testing.T, path string, seed uint64, task, classes string) {
	t.Helper()
	n := bytes.Count([]byte(classes), []byte(",")) + 1
	spec, err := unet.New("vgg11_bn", 3, n, 16)
	require.NoError(t, err)
	o, tensors := coretest.Oracle{Seed: seed, HeadGain: 1}, map[string]*core.Tensor{}
	for _, n := range spec.Tensors() {
		tensors[n.Name] = o.Weight(n.Name, n.Shape)
	}
	content, err := safetensors.Write(&safetensors.File{Tensors: tensors, Metadata: map[string]string{
		"title": "A network", "task": task, "classes": classes, "size": fmt.Sprint(side)}}, safetensors.F32)
	require.NoError(t, err)
	require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
	require.NoError(t, os.WriteFile(path, content, 0o644))
}

// writeGrey writes values in [0, 1] as a picture.
func writeGrey(t *testing.T, path string, values []float32, width int) {
	t.Helper()
	img := image.NewGray(image.Rect(0, 0, width, len(values)/width))
	for i, v := range values {
		img.Pix[i] = color.Gray{uint8(v * 255)}.Y
	}
	var out bytes.Buffer
	require.NoError(t, png.Encode(&out, img))
	require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
	require.NoError(t, os.WriteFile(path, out.Bytes(), 0o644))
}

// writeBrains makes a folder of n phantoms with masks.
func writeBrains(t *testing.T, dir string, n int) {
	t.Helper()
	for i := range n {
		s := phantom.Brain(phantom.BrainOptions{Seed: uint64(i), Size: side, Kind: phantom.Kind(i % 3)})
		name := fmt.Sprintf("test_%02d_%s_ax.png", i, marks[i%3].Mark)
		writeGrey(t, filepath.Join(dir, "images", name), s.Image, side)
		writeGrey(t, filepath.Join(dir, "masks", name), s.Masks[i%3], side)
	}
}

// small is a design of eight attacks.
func small() Design {
	return Design{Epsilons: []float32{0.02, 0.05}, Losses: []core.Loss{core.BCE, core.DiceFocal}, Swapped: []bool{false, true},
		Schemes: []attack.Rule{attack.Additive}, Labels: []attack.Target{attack.Truth}}
}

// config is a study of two models on n phantoms.
func config(t *testing.T, n int) Config {
	t.Helper()
	dir := t.TempDir()
	writeBrains(t, filepath.Join(dir, "brain"), n)
	c := Config{Data: filepath.Join(dir, "brain"), Classes: marks, Design: small(), Shard: Shard{1, 1}, Out: filepath.Join(dir, "out"),
		Cores: 2, Command: "go run ./build study", Log: &bytes.Buffer{}}
	for i, name := range []string{"brain-a", "brain-b"} {
		writeModel(t, filepath.Join(dir, "weights", name+".safetensors"), uint64(i), "brain", "glioma,meningioma,pituitary")
	}
	require.NoError(t, c.Choose("all", filepath.Join(dir, "weights")))
	return c
}

// finish runs a study and publishes it, and returns every file that it made
// but those of single shards.
func finish(t *testing.T, c Config) map[string]string {
	t.Helper()
	require.NoError(t, Run(context.Background(), c))
	return published(t, c.Out)
}

func published(t *testing.T, dirs ...string) map[string]string {
	t.Helper()
	results, err := Gather(dirs...)
	require.NoError(t, err)
	require.NoError(t, Publish(filepath.Join(dirs[0], "STUDY.md"), results))
	files := map[string]string{}
	for _, pattern := range []string{"rows.csv", "STUDY.md", "study/*"} {
		paths, err := filepath.Glob(filepath.Join(dirs[0], pattern))
		require.NoError(t, err)
		require.NotEmpty(t, paths, pattern)
		for _, p := range paths {
			content, err := os.ReadFile(p)
			require.NoError(t, err)
			name, err := filepath.Rel(dirs[0], p)
			require.NoError(t, err)
			files[name] = string(content)
		}
	}
	return files
}
