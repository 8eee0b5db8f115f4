package main

import (
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"segfault/core"
	"segfault/core/attack"
	"segfault/core/lab"
	"segfault/core/safetensors"
	"segfault/core/unet"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestReleaseDigestFollowsTheContent(t *testing.T) {
	write := func(folder, text string) release {
		require.NoError(t, os.MkdirAll(filepath.Join(folder, "engine"), 0o755))
		for name := range programs {
			require.NoError(t, os.WriteFile(filepath.Join(folder, "engine", name), []byte(text), 0o644))
		}
		r, err := describeRelease(folder, nil)
		require.NoError(t, err)
		return r
	}
	one := write(t.TempDir(), "one")
	assert.Equal(t, one, write(t.TempDir(), "one"), "equal sites in different folders have equal versions")
	assert.NotEqual(t, one.Version, write(t.TempDir(), "two").Version)
	assert.Equal(t, shippedFile{3, fmt.Sprintf("%x", sha256.Sum256([]byte("one")))}, one.Files)
}

func TestTreesAreCopiedOverWhatIsThere(t *testing.T) {
	from, to := t.TempDir(), t.TempDir()
	require.NoError(t, os.MkdirAll(filepath.Join(from, "page"), 0o755))
	require.NoError(t, os.WriteFile(filepath.Join(from, "page", "main.js"), []byte("new"), 0o644))
	require.NoError(t, os.MkdirAll(filepath.Join(to, "page"), 0o755))
	require.NoError(t, os.WriteFile(filepath.Join(to, "page", "main.js"), []byte("much older"), 0o644))
	require.NoError(t, copyTree(from, to))
	text, err := os.ReadFile(filepath.Join(to, "page", "main.js"))
	require.NoError(t, err)
	assert.Equal(t, "new", string(text))
}

func TestBrokenWeightsAreNamed(t *testing.T) {
	folder := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(folder, "broken.safetensors"), []byte("no weights"), 0o644))
	_, err := copyWeights(folder, t.TempDir())
	assert.ErrorContains(t, err, "weights/broken.safetensors")
}

func TestModelsAreListedByTaskTheSmallestFirst(t *testing.T) {
	folder := t.TempDir()
	for _, m := range []struct {
		name, task string
		divide     int
	}{{"a", "heart", 8}, {"b", "brain", 8}, {"c", "brain", 16}} {
		spec, err := unet.New("vgg11", 3, 1, m.divide)
		require.NoError(t, err)
		f := &safetensors.File{Metadata: map[string]string{"task": m.task}, Tensors: map[string]*core.Tensor{}}
		for _, s := range spec.Tensors() {
			f.Tensors[s.Name] = core.NewTensor(s.Shape...)
		}
		data, err := safetensors.Write(f, safetensors.F16)
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(filepath.Join(folder, m.name+".safetensors"), data, 0o644))
	}
	models, err := copyWeights(folder, t.TempDir())
	require.NoError(t, err)
	names := []string{}
	for _, m := range models {
		names = append(names, m.Name)
	}
	assert.Equal(t, []string{"c", "b", "a"}, names)
}

func TestWhatTheStudySaysOfAModelIsReleased(t *testing.T) {
	folder := t.TempDir()
	write := func(name, text string) {
		require.NoError(t, os.WriteFile(filepath.Join(folder, name), []byte(text), 0o644))
	}
	write("brain-models.csv", "model,digest\na,0123456789abcdef\n")
	write("brain-attacks.csv", "model,epsilon,loss,swapped,scheme,label,shared,slices,dice_before,dice_after,lost\n"+
		"a,0.009,dice_focal,false,additive,truth,false,430,0.8,0.6,0.25\na,0.009,bce,false,additive,truth,false,430,0.8,0.7,0.5\na,0.003,dice_focal,false,additive,truth,false,430,0.8,0.75,0.1\n")
	write("brain-methods.csv", "model,method,epsilon,image,slice,before,after,true_before,true_after,loss,ending\n"+
		"a,noise,0.009,x,0,0.7,0.7,0,0,0,held\na,apgd,0.009,x,0,0.7,0.1,0,0,0,vanished\na,apgd,0.009,y,0,0.5,0.3,0,0,0,held\na,apgd,0.003,x,0,0.7,0.5,0,0,0,held\n")
	write("other-methods.csv", "of weights that no table of models names")
	for _, name := range []string{"attacks", "models"} { // published twice, the second time with others
		write("brain-2-"+name+".csv", content(t, folder, "brain-"+name+".csv"))
	}
	found, err := studies(folder)
	require.NoError(t, err)
	shown := found[studied{"a", "0123456789abcdef"}]
	of := shown.means
	assert.Equal(t, 0.25, *shown.lost)
	require.Len(t, found, 1, "of these weights, and of no others of the name")
	require.Len(t, of, 3)
	assert.Equal(t, lab.Studied{By: "step", Slices: 430, Before: 0.8, After: 0.6}, of[0])
	assert.Equal(t, lab.Studied{By: attack.Noise, Slices: 1, Before: 0.7, After: 0.7}, of[2])
	assert.Equal(t, "strong 2", fmt.Sprint(of[1].By, " ", of[1].Slices))
	assert.InDelta(t, 0.6, of[1].Before, 1e-9)
	assert.InDelta(t, 0.2, of[1].After, 1e-9)
	write("heart-models.csv", "model,digest\nb,01\n")
	write("heart-attacks.csv", "model,dice_after\nb,\"\n")
	_, err = studies(folder)
	assert.ErrorContains(t, err, "heart-attacks.csv is no table of model")
	none, err := studies(t.TempDir())
	require.NoError(t, err)
	assert.Empty(t, none)
}

func TestScriptsAreLightenedAndExamplesAreNot(t *testing.T) {
	out := t.TempDir()
	text := "// Says why.\nexport function doubled(number) {\n  return 2 * number\n}\n"
	for _, name := range []string{"page", "examples"} {
		require.NoError(t, os.Mkdir(filepath.Join(out, name), 0o755))
		require.NoError(t, os.WriteFile(filepath.Join(out, name, "a.js"), []byte(text), 0o644))
	}
	_, err := lighten(out)
	require.NoError(t, err)
	assert.NotContains(t, content(t, out, "page", "a.js"), "Says why")
	assert.Contains(t, content(t, out, "page", "a.js"), "export function doubled(")
	assert.Equal(t, text, content(t, out, "examples", "a.js"))

	require.NoError(t, os.WriteFile(filepath.Join(out, "page", "a.js"), []byte("function {"), 0o644))
	_, err = lighten(out)
	assert.EqualError(t, err, `site: page/a.js cannot be bundled: Expected identifier but found "{"`)
}
