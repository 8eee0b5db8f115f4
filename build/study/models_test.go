package study

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestModelsAreThoseOfTheDatasTask(t *testing.T) {
	weights, unnamed := t.TempDir(), t.TempDir()
	writeModel(t, filepath.Join(weights, "brain-a.safetensors"), 1, "brain", "glioma,meningioma,pituitary")
	writeModel(t, filepath.Join(weights, "brain-b.safetensors"), 2, "brain", "glioma,meningioma,pituitary")
	writeModel(t, filepath.Join(weights, "heart-a.safetensors"), 3, "heart", "left ventricle")
	writeBrains(t, unnamed, 1)
	choose := func(folder, task, names string) ([]string, error) {
		c := Config{Data: folder, Task: task, Classes: marks}
		err := c.Choose(names, weights)
		var chosen []string
		for _, m := range c.Models {
			chosen = append(chosen, m.Name)
		}
		return chosen, err
	}
	for _, one := range []struct {
		folder, task, names string
		want                []string
	}{
		{"somewhere/heart/test", "", "all", []string{"heart-a"}},
		{"somewhere/brain/test", "", "all", []string{"brain-a", "brain-b"}},
		{unnamed, "", "all", []string{"brain-a", "brain-b"}}, // by the marks of the names
		{unnamed, "heart", "all", []string{"heart-a"}},
		{unnamed, "", "brain-b", []string{"brain-b"}},
		{unnamed, "heart", filepath.Join(weights, "heart-a.safetensors"), []string{"heart-a"}},
		{unnamed, "", filepath.Join(weights, "brain-a.safetensors") + ",brain-b", []string{"brain-a", "brain-b"}},
	} {
		got, err := choose(one.folder, one.task, one.names)
		require.NoError(t, err)
		assert.Equal(t, one.want, got, "%+v", one)
	}
	for _, one := range []struct{ task, names, says string }{
		{"", "brain-a,heart-a", "compare models of one task"},
		{"", "brain-a,brain-a", "two models are called brain-a"},
		{"", "absent", "the weights cannot be read"},
		{"", "brain-a,some/best.onnx", "best.onnx: a study takes networks that tell their classes, size and normalisation themselves (.safetensors)"},
		{"heart", "brain-a", `-task is "heart", but brain-a is for "brain"`},
		{"knee", "all", `no model in ` + weights + ` is for the task "knee"; there are models for brain, heart`},
	} {
		_, err := choose(unnamed, one.task, one.names)
		assert.ErrorContains(t, err, one.says)
	}
	require.NoError(t, os.Rename(filepath.Join(unnamed, "images", "test_00_gl_ax.png"), filepath.Join(unnamed, "images", "x.png")))
	require.NoError(t, os.Rename(filepath.Join(unnamed, "masks", "test_00_gl_ax.png"), filepath.Join(unnamed, "masks", "x.png")))
	_, err := choose(unnamed, "", "all")
	assert.ErrorContains(t, err, "cannot be told; say -task (there are brain, heart)")
}

func TestAxesAndShardsAreRead(t *testing.T) {
	axes := DefaultAxes()
	d, err := axes.Design()
	require.NoError(t, err)
	assert.Len(t, d.Attacks(), 64+4, "with as much noise at each ε")
	axes.Crossed = "all"
	d, err = axes.Design()
	require.NoError(t, err)
	assert.Len(t, d.Attacks(), 4*(4*2*2*2+8+1))
	axes.Noise = false
	d, err = axes.Design()
	require.NoError(t, err)
	assert.Len(t, d.Attacks(), 4*(4*2*2*2+8))
	for says, change := range map[string]func(*Axes){
		`found "0.1,x"`:           func(a *Axes) { a.Epsilons = "0.1,x" },
		`unknown loss "hinge"`:    func(a *Axes) { a.Losses = "bce,hinge" },
		`unknown order "left"`:    func(a *Axes) { a.Orders = "left" },
		`unknown scheme "x"`:      func(a *Axes) { a.Schemes = "additive,x" },
		`unknown label "y"`:       func(a *Axes) { a.Labels = "y" },
		"crossed ε 0.5 is none":   func(a *Axes) { a.Crossed = "0.5" },
		"; give some of these as": func(a *Axes) { a.Epsilons = "0.5" },
		"epsilon 7 is out of ra":  func(a *Axes) { a.Epsilons, a.Crossed = "7", "none" },
	} {
		axes := DefaultAxes()
		change(&axes)
		_, err := axes.Design()
		assert.ErrorContains(t, err, says)
	}
	s, err := ParseShard("3/8")
	require.NoError(t, err)
	assert.Equal(t, Shard{3, 8}, s)
	for _, text := range []string{"", "3", "0/8", "9/8", "3/8/2", "a/b", "1/0"} {
		_, err := ParseShard(text)
		assert.ErrorContains(t, err, "a shard is i/n")
	}
}

func TestACardSaysWhetherAModelWasTrainedWithBCE(t *testing.T) {
	bundled := filepath.Join("..", "..", "weights")
	for name, want := range map[string]bool{"brain-unet-vgg13-w10": true, "brain-unet-resnext50-w4": false} {
		m, err := ReadModel(filepath.Join(bundled, name+extension))
		require.NoError(t, err)
		assert.Equal(t, want, m.BCE, name)
		content, err := os.ReadFile(filepath.Join(bundled, name+extension))
		require.NoError(t, err)
		alone := filepath.Join(t.TempDir(), name+extension)
		require.NoError(t, os.WriteFile(alone, content, 0o644))
		m, err = ReadModel(alone)
		require.NoError(t, err, "a model without a card")
		assert.False(t, m.BCE, name)
	}
}
