package main

import (
	"encoding/json"
	"image"
	"image/png"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"segfault/core/coretest"
	"segfault/core/scan"
	"segfault/core/unet"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// cooked writes a small model, a scan and a recipe for them, with the numbers that the command line itself finds.
func cooked(t *testing.T) (dir string, recipe map[string]any) {
	t.Helper()
	dir = t.TempDir()
	weights, image := filepath.Join(dir, "w.safetensors"), filepath.Join(dir, "x.npy")
	spec, err := unet.New("vgg11", 3, 2, 16)
	require.NoError(t, err)
	o := coretest.Oracle{Seed: 1, HeadGain: 1}
	writeWeights(t, weights, spec, o, nil)
	writeNPY(t, image, o.Input(3, 64, 64))
	require.NoError(t, attackVerb([]string{"-weights", weights, "-scan", image, "-epsilon", "0.02", "-loss", "bce", "-out", filepath.Join(dir, "first")}))
	var metrics map[string]any
	text, err := os.ReadFile(filepath.Join(dir, "first", "metrics.json"))
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(text, &metrics))
	digest := func(path string) string {
		data, err := os.ReadFile(path)
		require.NoError(t, err)
		return hashOf(data)
	}
	return dir, map[string]any{
		"recipe": 1, "version": "0.1.0",
		"model":   map[string]any{"name": "w", "sha256": digest(weights)},
		"scan":    map[string]any{"sha256": []string{digest(image)}, "slice": 0},
		"attack":  map[string]any{"epsilon": 0.02, "loss": "bce", "scheme": "additive", "label": "prediction", "gradient": "channel", "on": "input"},
		"metrics": metrics,
	}
}

// follow replays a recipe with the files of its folder.
func follow(t *testing.T, dir string, recipe map[string]any, flags ...string) error {
	t.Helper()
	text, err := json.Marshal(recipe)
	require.NoError(t, err)
	path := filepath.Join(dir, "recipe.json")
	require.NoError(t, os.WriteFile(path, text, 0o644))
	return attackVerb(append([]string{"-recipe", path, "-weights", filepath.Join(dir, "w.safetensors"), "-scan", filepath.Join(dir, "x.npy"), "-out", filepath.Join(dir, "again")}, flags...))
}

func TestRecipeIsReplayedToTheSameNumbers(t *testing.T) {
	dir, recipe := cooked(t)
	require.NoError(t, follow(t, dir, recipe))
	read := func(name string) []byte {
		data, err := os.ReadFile(filepath.Join(dir, name, "result.safetensors"))
		require.NoError(t, err)
		return data
	}
	assert.Equal(t, read("first"), read("again"))
}

// What stands beside an attack is written, and compared where a recipe has it.
func TestRecipeHoldsWhatStandsBesideAnAttack(t *testing.T) {
	dir, recipe := cooked(t)
	metrics := recipe["metrics"].(map[string]any)
	beside := metrics["beside"].([]any)
	require.Len(t, beside, 2)
	for k, method := range []string{"noise", "square"} {
		assert.Equal(t, method, beside[k].(map[string]any)["method"])
	}
	recipe["beside"] = beside
	require.NoError(t, follow(t, dir, recipe))
	union := beside[0].(map[string]any)["metrics"].(map[string]any)["dice"].(map[string]any)["union"].(map[string]any)
	union["after"] = union["after"].(float64) - 0.3
	assert.EqualError(t, follow(t, dir, recipe), "recipe: the replay disagrees in: noise, Dice after")
	require.NoError(t, follow(t, dir, recipe, "-alone"), "what is left out is not compared")
	beside[0].(map[string]any)["method"] = "blur"
	assert.EqualError(t, follow(t, dir, recipe), "recipe: the replay disagrees in: blur, which does not stand beside such an attack")
}

// What the command writes of a method is what a recipe keeps of it.
func TestRecipeOfAnIterationIsReplayedToTheSameNumbers(t *testing.T) {
	dir, recipe := cooked(t)
	first := filepath.Join(dir, "first")
	require.NoError(t, attackVerb([]string{"-weights", filepath.Join(dir, "w.safetensors"), "-scan", filepath.Join(dir, "x.npy"), "-out", first,
		"-norm", "l2", "-epsilon", "1.5", "-steps", "4", "-schedule", "halving", "-start", "random", "-seed", "9", "-restarts", "1", "-loss", "dice"}))
	var metrics map[string]any
	text, err := os.ReadFile(filepath.Join(first, "metrics.json"))
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(text, &metrics))
	assert.Len(t, metrics["steps"], 5, "the clean image and what came of every step")
	recipe["attack"] = metrics["attack"]
	recipe["metrics"] = metrics
	require.NoError(t, follow(t, dir, recipe))
	for _, name := range []string{"metrics.json", "result.safetensors"} {
		one, err := os.ReadFile(filepath.Join(first, name))
		require.NoError(t, err)
		again, err := os.ReadFile(filepath.Join(dir, "again", name))
		require.NoError(t, err)
		took := regexp.MustCompile(`(?s)"milliseconds": \{.*?\}`)
		assert.Equal(t, took.ReplaceAll(one, nil), took.ReplaceAll(again, nil), name)
	}
}

// A class that became another of the same shape is seen; earlier recipes do not tell the true class's Dice, nor what steps left of it.
func TestRecipeComparesTheTrueClassWhereItHasIt(t *testing.T) {
	dir, recipe := cooked(t)
	recipe["attack"].(map[string]any)["steps"] = 2
	require.ErrorContains(t, follow(t, dir, recipe), "the replay disagrees")
	text, err := os.ReadFile(filepath.Join(dir, "again", "metrics.json"))
	require.NoError(t, err)
	var metrics map[string]any
	require.NoError(t, json.Unmarshal(text, &metrics))
	recipe["metrics"] = metrics
	require.NoError(t, follow(t, dir, recipe))
	dice, steps := metrics["dice"].(map[string]any), metrics["steps"].([]any)
	own := dice["true"].(map[string]any)
	require.Equal(t, own["after"], steps[2].(map[string]any)["true"], "the last step's is the result's")
	own["after"] = own["after"].(float64) - 0.3
	assert.EqualError(t, follow(t, dir, recipe), "recipe: the replay disagrees in: true class, Dice after")
	delete(dice, "true")
	for _, step := range steps {
		delete(step.(map[string]any), "true")
	}
	assert.NoError(t, follow(t, dir, recipe))
}

func TestFlagsThatARecipeDecidesAreRefusedByName(t *testing.T) {
	dir, recipe := cooked(t)
	assert.EqualError(t, follow(t, dir, recipe, "-epsilon", "0.5"), "attack: -epsilon is the recipe's to say; leave it out, or attack without -recipe")
	assert.EqualError(t, follow(t, dir, recipe, "-alone", "-method", "bim"), "attack: -method is the recipe's to say; leave it out, or attack without -recipe")
}

func TestRecipeOfAnotherModelScanOrResultIsRefused(t *testing.T) {
	dir, recipe := cooked(t)
	with := func(section, field string, value any) map[string]any {
		changed := map[string]any{}
		for key, v := range recipe {
			changed[key] = v
		}
		inner := map[string]any{}
		for key, v := range recipe[section].(map[string]any) {
			inner[key] = v
		}
		inner[field] = value
		changed[section] = inner
		return changed
	}
	for want, changed := range map[string]map[string]any{
		"recipe: the model is not the one that it was written for": with("model", "sha256", strings.Repeat("0", 64)),
		"recipe: the scan is not the one that it was written for":  with("scan", "sha256", []string{strings.Repeat("0", 64)}),
		"recipe: the replay disagrees in: largest change":          with("metrics", "linf", 0.5),
		"lab: there is no sample \"nobody\"":                       with("scan", "sample", map[string]any{"name": "nobody"}),
		"lab: a seed of -1; expected a whole number from 0":        with("scan", "sample", map[string]any{"name": "heart", "seed": -1}),
		"lab: a seed of 1.5; expected a whole number from 0":       with("scan", "sample", map[string]any{"name": "heart", "seed": 1.5}),
		"out of range": with("attack", "epsilon", 7),
		"recipe: segfault: there is no option \"stepz\"; did you mean step": with("attack", "stepz", 3),
		"0 steps; expected 1 to 1000":                                       with("attack", "steps", 0),
		"too small for the norm l2":                                         with("attack", "norm", "l2"),
		"this is of kind 2, but 1 is read":                                  {"recipe": 2},
	} {
		assert.ErrorContains(t, follow(t, dir, changed), want)
	}
}

func TestRecipeOfPaintedMasksIsReplayedWithoutTheirFiles(t *testing.T) {
	dir, recipe := cooked(t)
	paint := func(labels func(x, y int) uint8) (path string, runs []int) {
		mask := (&scan.Scan{Width: 64, Height: 64, Slices: 1}).NewMask()
		img := image.NewGray(image.Rect(0, 0, 64, 64))
		for i := range mask.Layers[0] {
			mask.Layers[0][i] = labels(i%64, i/64)
			img.Pix[i] = mask.Layers[0][i]
		}
		runs, err := mask.Runs(0)
		require.NoError(t, err)
		file, err := os.CreateTemp(dir, "*.png")
		require.NoError(t, err)
		defer file.Close()
		require.NoError(t, png.Encode(file, img))
		return file.Name(), runs
	}
	truth, truthRuns := paint(func(x, y int) uint8 { return uint8(x / 22) })
	region, regionRuns := paint(func(x, y int) uint8 { return uint8(y / 40) })
	require.NoError(t, attackVerb([]string{"-weights", filepath.Join(dir, "w.safetensors"), "-scan", filepath.Join(dir, "x.npy"), "-truth", truth, "-region", region,
		"-epsilon", "0.02", "-loss", "bce", "-out", filepath.Join(dir, "painted")}))
	var metrics map[string]any
	text, err := os.ReadFile(filepath.Join(dir, "painted", "metrics.json"))
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(text, &metrics))

	recipe["metrics"] = metrics
	recipe["truth"] = map[string]any{"runs": truthRuns, "named": true}
	recipe["region"] = map[string]any{"runs": regionRuns}
	attack := recipe["attack"].(map[string]any)
	attack["label"], attack["where"] = "truth", "region"
	require.NoError(t, follow(t, dir, recipe))

	other, _ := paint(func(x, y int) uint8 { return uint8(x/22 + 3) })
	data, err := os.ReadFile(other)
	require.NoError(t, err)
	recipe["truth"] = map[string]any{"sha256": hashOf(data), "classes": []int{0, 0, 0, 1, 2}}
	require.NoError(t, follow(t, dir, recipe, "-truth", other), "values of a mask are the classes that they were said to be")

	attack["where"] = "everywhere"
	assert.ErrorContains(t, follow(t, dir, recipe, "-truth", other), "the replay disagrees in: ", "the region matters")
	recipe["region"] = map[string]any{"sha256": strings.Repeat("0", 64)}
	assert.ErrorContains(t, follow(t, dir, recipe, "-truth", other), "give this one's as -region FILE")
	recipe["region"] = map[string]any{"runs": []int{5, 1}}
	assert.ErrorContains(t, follow(t, dir, recipe, "-truth", other), "has 5 labels, but the slice has 64×64 pixels")
}

func TestWithoutATruthThereIsNoScoreBefore(t *testing.T) {
	_, recipe := cooked(t)
	metrics := recipe["metrics"].(map[string]any)
	assert.Nil(t, metrics["drop"])
	for _, name := range []string{"dice", "iou"} {
		scores := metrics[name].(map[string]any)
		assert.Equal(t, []any{nil, nil}, scores["before"], name)
		assert.Nil(t, scores["mean"].(map[string]any)["before"], name)
		assert.NotNil(t, scores["mean"].(map[string]any)["after"], name)
	}
	union := metrics["dice"].(map[string]any)["union"].(map[string]any)
	assert.Nil(t, union["before"])
	assert.NotNil(t, union["after"])
}

func TestRecipeFromBeforeScoresCouldBeMissingIsReplayed(t *testing.T) {
	dir, recipe := cooked(t)
	dice := recipe["metrics"].(map[string]any)["dice"].(map[string]any)
	dice["union"].(map[string]any)["before"] = 1
	require.NoError(t, follow(t, dir, recipe))
}
