package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"segfault/core/attack"
	"segfault/core/coretest"
	"segfault/core/scan"
	"segfault/core/scan/formats"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestRecipeOfAVolumeIsReplayedSliceBySlice(t *testing.T) {
	dir, recipe := cooked(t)
	s := &scan.Scan{Width: 64, Height: 64, Slices: 3}
	grey := s.NewMask()
	for i, v := range (coretest.Oracle{Seed: 2}).Input(3, 64, 64).Data {
		grey.Layers[0][i] = uint8(255 * v)
	}
	volume, err := formats.WriteMask("nifti", grey, 0, s)
	require.NoError(t, err)
	path := filepath.Join(dir, "x.npy") // the content decides what it is
	require.NoError(t, os.WriteFile(path, volume.Data, 0o644))

	var rows []map[string]any
	for k := range 3 {
		out := filepath.Join(dir, fmt.Sprint("slice", k))
		require.NoError(t, attackVerb([]string{"-weights", filepath.Join(dir, "w.safetensors"), "-scan", path, "-slice", fmt.Sprint(k), "-epsilon", "0.02", "-loss", "bce", "-alone", "-out", out}))
		var one struct {
			Dice struct {
				Union attack.Pair
			}
			LInf float64
		}
		text, err := os.ReadFile(filepath.Join(out, "metrics.json"))
		require.NoError(t, err)
		require.NoError(t, json.Unmarshal(text, &one))
		rows = append(rows, map[string]any{"slice": k, "before": one.Dice.Union.Before, "after": one.Dice.Union.After, "linf": one.LInf})
	}
	recipe["scan"] = map[string]any{"sha256": []string{hashOf(volume.Data)}, "slice": "all"}
	recipe["attack"].(map[string]any)["on"] = "scan"
	recipe["metrics"] = map[string]any{"slices": rows}

	assert.EqualError(t, follow(t, dir, recipe), "recipe: the replay disagrees in: Dice after", "every slice agrees, and the whole is not told yet")
	var found map[string]any
	text, err := os.ReadFile(filepath.Join(dir, "again", "metrics.json"))
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(text, &found))
	recipe["metrics"].(map[string]any)["dice"] = found["dice"]
	require.NoError(t, follow(t, dir, recipe))

	rows[1]["linf"] = 0.5
	assert.EqualError(t, follow(t, dir, recipe), "recipe: the replay disagrees in: slice 1, largest change")
	recipe["region"] = map[string]any{"slices": [][]int{{64 * 64, 1}}}
	assert.EqualError(t, follow(t, dir, recipe), "recipe: the painted mask has 1 slice, but the scan has 3")
	nowhere := []int{64 * 64, 0}
	recipe["region"] = map[string]any{"slices": [][]int{nowhere, nowhere, {64 * 64, 1}}}
	recipe["attack"].(map[string]any)["where"] = "region"
	assert.ErrorContains(t, follow(t, dir, recipe), "in: slice 0, ")
	recipe["metrics"] = map[string]any{"slices": rows[:2]}
	assert.ErrorContains(t, follow(t, dir, recipe), "has numbers of 2 slices, but the scan has 3")
}
