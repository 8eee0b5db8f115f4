package main

import (
	"fmt"

	"segfault/core/scan"
)

// maskRecipe says which mask a recipe means: that of a file, or one that was painted.
type maskRecipe struct {
	SHA256 string
	Runs   []int   // of the attacked slice, as [scan.Mask.Runs] writes them
	Slices [][]int // the same of every slice, where all were attacked
	Named  bool
}

// painted is the mask of a scan that was painted, empty but for what the recipe keeps; nil of one that is in a file.
func (m *maskRecipe) painted(s *scan.Scan, slice int) (*scan.Mask, error) {
	if m == nil || m.Runs == nil && m.Slices == nil {
		return nil, nil
	}
	mask := s.NewMask()
	if m.Runs != nil {
		return mask, mask.SetRuns(slice, m.Runs)
	}
	if len(m.Slices) != s.Slices {
		return nil, fmt.Errorf("attack: the recipe's painted mask has %d slices, but the scan has %d", len(m.Slices), s.Slices)
	}
	for k, runs := range m.Slices {
		if err := mask.SetRuns(k, runs); err != nil {
			return nil, err
		}
	}
	return mask, nil
}

// check refuses a file that is not the mask that the recipe was written for, or none where one is needed. A flag names it.
func (m *maskRecipe) check(flag, path string) error {
	if m == nil || m.Runs != nil || m.Slices != nil {
		return nil
	}
	if path == "" {
		return fmt.Errorf("attack: a recipe does not hold the masks of files; give this one's as -%s FILE", flag)
	}
	return checkDigest(flag, []string{path}, m.SHA256)
}
