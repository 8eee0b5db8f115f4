package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"segfault/core/attack"
	"segfault/core/lab"
	"segfault/core/scan/formats"
)

// sliceRecipe says which slice was attacked: index from 0, or all of them.
type sliceRecipe struct {
	all   bool
	index int
}

// UnmarshalJSON reads a number or "all".
func (s *sliceRecipe) UnmarshalJSON(text []byte) error {
	if s.all = string(text) == `"all"`; s.all {
		return nil
	}
	return json.Unmarshal(text, &s.index)
}

// sliceNumbers is a row of volume.slices of the JavaScript module.
type sliceNumbers struct {
	Slice       int     `json:"slice"`
	attack.Pair         // of Dice
	Reference   int     `json:"reference"` // pixels of any class
	LInf        float64 `json:"linf"`
}

// replayVolume attacks every slice and compares the numbers of each, and of all as one volume.
func (r *recipe) replayVolume(model *lab.Model, subject *lab.Subject, a attack.Method, ground lab.Ground, within bool, how formats.Saving, out string) error {
	if have, want := subject.Scan.Slices, len(r.Metrics.Slices); have != want {
		return fmt.Errorf("attack: the recipe has numbers of %d slices, but the scan has %d; it is not the one that it was written for", want, have)
	}
	values, classes := slices.Clone(subject.Scan.Values), len(model.Classes)
	var whole attack.Volume
	var rows []sliceNumbers
	c := r.comparison()
	for k, there := range r.Metrics.Slices {
		one, err := attackSlice(context.Background(), model, subject, k, a, ground, within)
		if err != nil {
			return err
		}
		if one.own != nil {
			copy(values[k*len(one.own.Values):], one.own.Values)
		}
		before := attack.Mask(one.gradient.Logits)
		reference := one.truth
		if reference == nil {
			reference = before
		}
		whole.Add(reference, before, attack.Mask(one.fault.Logits), classes)
		here := sliceNumbers{k, one.metrics.Score().Union, marked(reference, classes), one.metrics.LInf}
		rows = append(rows, here)
		c.slice(there, here)
	}
	before, after := whole.Overlaps()
	reference := attack.Truth
	if subject.Truth == nil {
		reference = attack.Prediction
	}
	union := attack.Score(reference, before, after).Union
	c.score("Dice before", r.Metrics.Dice.Union.Before, union.Before, diceTolerance)
	c.score("Dice after", r.Metrics.Dice.Union.After, union.After, diceTolerance)
	numbers, err := json.MarshalIndent(map[string]any{
		"dice":   map[string]any{"union": union},
		"slices": rows,
	}, "", "  ")
	if err != nil {
		return err
	}
	if err := os.MkdirAll(out, 0o755); err != nil {
		return fmt.Errorf("attack: %w", err)
	}
	if err := os.WriteFile(filepath.Join(out, "metrics.json"), numbers, 0o644); err != nil {
		return fmt.Errorf("attack: %w", err)
	}
	if ground == lab.OnScan {
		if err := writeScan(out, subject.Scan, values, how); err != nil {
			return err
		}
	}
	return c.err()
}

// marked is the number of pixels of any class of a mask, classes×pixels.
func marked(planes []uint8, classes int) (pixels int) {
	n := len(planes) / classes
	for i := range n {
		for k := range classes {
			if planes[k*n+i] > 0 {
				pixels++
				break
			}
		}
	}
	return pixels
}
