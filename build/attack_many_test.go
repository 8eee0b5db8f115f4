package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"segfault/core/coretest"
	"segfault/core/lab"
	"segfault/core/safetensors"
	"segfault/core/unet"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// two writes two small networks, and a folder of three scans with masks.
func two(t *testing.T) (dir, one, other string) {
	t.Helper()
	dir = t.TempDir()
	spec, err := unet.New("vgg11", 3, 2, 16)
	require.NoError(t, err)
	one, other = filepath.Join(dir, "one.safetensors"), filepath.Join(dir, "other.safetensors")
	writeWeights(t, one, spec, coretest.Oracle{Seed: 1, HeadGain: 1}, nil)
	writeWeights(t, other, spec, coretest.Oracle{Seed: 2, HeadGain: 1}, nil)
	for _, name := range []string{"a", "b", "c"} {
		for _, folder := range []string{"images", "masks"} {
			require.NoError(t, os.MkdirAll(filepath.Join(dir, folder), 0o755))
			writeGrey(t, filepath.Join(dir, folder, name+".png"), 64)
		}
	}
	return dir, one, other
}

// wrote reads what a command wrote.
func wrote(t *testing.T, dir string, into any) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(dir, "metrics.json"))
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(text, into))
}

func TestOneChangeIsMadeForAFolderWhoseBadScansAreLeftOut(t *testing.T) {
	dir, one, _ := two(t)
	require.NoError(t, os.WriteFile(filepath.Join(dir, "images", "bad.png"), []byte("no picture"), 0o644))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "masks", "bad.png"), []byte("no picture"), 0o644))
	out := filepath.Join(dir, "out")
	require.NoError(t, attackVerb([]string{"-weights", one, "-size", "32", "-scan", dir, "-universal", "-steps", "2", "-out", out}))
	var numbers lab.UniversalNumbers
	wrote(t, out, &numbers)
	assert.Equal(t, []int{2, 1}, []int{numbers.Made.Slices, numbers.Held.Slices})
	assert.Equal(t, "bim", numbers.Attack.Name)
	data, err := os.ReadFile(filepath.Join(out, "result.safetensors"))
	require.NoError(t, err)
	result, err := safetensors.Read(data)
	require.NoError(t, err)
	assert.Equal(t, []int{3, 32, 32}, []int(result.Tensors["change"].Shape))
}

func TestAnAttackOnEachOfSomeNetworksIsJudgedByAll(t *testing.T) {
	dir, one, other := two(t)
	out := filepath.Join(dir, "out")
	require.NoError(t, attackVerb([]string{"-weights", one, "-size", "32", "-scan", filepath.Join(dir, "images", "a.png"), "-transfer", other + "," + one + "+" + other, "-out", out}))
	var told lab.Transfers
	wrote(t, out, &told)
	require.Len(t, told.Rows, 9)
	assert.Equal(t, []string{"one", "other"}, []string{told.Rows[1].Crafted, told.Rows[1].Judged})
	assert.Equal(t, "one+other", told.Rows[8].Judged)
}

func TestARecipeOfAMeanOfNetworksIsReplayed(t *testing.T) {
	dir, one, other := two(t)
	scan, out := filepath.Join(dir, "images", "a.png"), filepath.Join(dir, "out")
	require.NoError(t, attackVerb([]string{"-weights", one + "+" + other, "-size", "32", "-scan", scan, "-alone", "-out", out}))
	var numbers map[string]any
	wrote(t, out, &numbers)
	hash := func(path string) string {
		data, err := os.ReadFile(path)
		require.NoError(t, err)
		return hashOf(data)
	}
	recipe := map[string]any{
		"recipe": 1,
		"model": map[string]any{"name": "one+other", "mean": []any{
			map[string]any{"name": "one", "size": 32, "sha256": hash(one)}, map[string]any{"name": "other", "size": 32, "sha256": hash(other)},
		}},
		"scan": map[string]any{"sha256": []string{hash(scan)}, "slice": 0}, "attack": numbers["attack"], "metrics": numbers,
	}
	text, err := json.Marshal(recipe)
	require.NoError(t, err)
	path := filepath.Join(dir, "recipe.json")
	require.NoError(t, os.WriteFile(path, text, 0o644))
	again := []string{"-recipe", path, "-scan", scan, "-alone", "-out", filepath.Join(dir, "again"), "-weights"}
	require.NoError(t, attackVerb(append(again, one+"+"+other)))
	assert.ErrorContains(t, attackVerb(append(again, other+"+"+one)), "the model is not the one that it was written for")
	assert.ErrorContains(t, attackVerb(append(again, one)), "it is of 2 networks, found 1")
}

func TestAttackRefusesFlagsThatItWouldIgnore(t *testing.T) {
	for args, want := range map[string]string{
		"-universal -slice 0":  "attack: -slice would do nothing here: it is for an attack on one slice, and -universal takes every one; leave it out",
		"-universal -alone":    "attack: -alone would do nothing here: it is for an attack of one network on one slice; leave it out",
		"-universal -identity": "attack: -identity would do nothing here: it is for an attack of one network on one slice; leave it out",
		"-transfer a -alone":   "attack: -alone would do nothing here: it is for an attack of one network on one slice; leave it out",
		"-on input -identity":  "attack: -identity would do nothing here: it is for the attacked copy of a scan, which -on input cannot make; leave it out",
	} {
		assert.EqualError(t, attackVerb(append([]string{"-scan", "x.nii", "-out", t.TempDir()}, strings.Fields(args)...)), want)
	}
}

func TestTasksOfTheirOwnAreAskedForOneAtATime(t *testing.T) {
	for _, flags := range [][]string{{"-universal", "-least", "3"}, {"-transfer", "a", "-report", "r.html"}, {"-recipe", "r.json", "-transfer", "a"}} {
		assert.EqualError(t, attackVerb(append([]string{"-scan", "x.png", "-out", t.TempDir()}, flags...)),
			"attack: give one of -recipe, -universal, -transfer and -least at a time; of these only -least has a -report")
	}
}
