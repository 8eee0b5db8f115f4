package study

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"segfault/build/data"
)

// Folds shares a data set's patients out for cross-validation.
type Folds struct {
	Data    []string // folders with images/ and masks/, all patients of the set together
	Patient string   // regular expression for the part of a file name that is the patient's
	Group   string   // the same for the group, of which every fold gets its share; may be empty
	N       int
	Out     string // gets 1/, 2/ …, each with train/, val/ and test/
}

// Write lays the folds out as links to the files. Each patient is in one fold's test part; the next fold's is its val part, on which weights are
// chosen, and all others are its train part. It tells how many patients each test part has.
func (f Folds) Write() (sizes []int, err error) {
	patient, err := patients(f.Patient)
	if err != nil {
		return nil, err
	}
	group, err := regexp.Compile(f.Group)
	if err != nil {
		return nil, fmt.Errorf("study: -group: %w", err)
	}
	var all []data.Pair
	found := map[string]string{} // the folders of scans, by name
	for _, folder := range f.Data {
		pairs, err := data.List(folder)
		if err != nil {
			return nil, err
		}
		for _, p := range pairs {
			if other := found[p.Name]; other != "" {
				return nil, fmt.Errorf("study: there is a scan called %s in %s and in %s; give each folder once, or rename one", p.Name, other, folder)
			}
			found[p.Name] = folder
		}
		all = append(all, pairs...)
	}
	scans := byPatient(all, patient)
	if f.N < 3 || len(scans) < f.N {
		return nil, fmt.Errorf("study: %d folds of %d patients: expected three or more, for train, val and test, and a patient for each", f.N, len(scans))
	}
	slices.SortFunc(scans, func(x, y []data.Pair) int { // group by group, so that dealing them out gives every fold its share
		a, b := patient(x[0].Name), patient(y[0].Name)
		if order := strings.Compare(group.FindString(a), group.FindString(b)); f.Group != "" && order != 0 {
			return order
		}
		return strings.Compare(a, b)
	})
	if _, err := os.Stat(f.Out); err == nil {
		return nil, fmt.Errorf("study: %s is there already; remove it, or give another folder with -out", f.Out)
	}
	sizes = make([]int, f.N)
	for i, list := range scans {
		sizes[i%f.N]++
		for k := range f.N {
			part := "train"
			switch i % f.N {
			case k:
				part = "test"
			case (k + 1) % f.N:
				part = "val"
			}
			if err := link(filepath.Join(f.Out, fmt.Sprint(k+1), part), list); err != nil {
				return nil, fmt.Errorf("study: %w", err)
			}
		}
	}
	return sizes, nil
}

// link puts scans and their masks into a folder.
func link(folder string, pairs []data.Pair) error {
	for _, p := range pairs {
		for part, path := range map[string]string{"images": p.Image, "masks": p.Mask} {
			if path == "" {
				continue
			}
			if err := linkFile(filepath.Join(folder, part), path); err != nil {
				return err
			}
		}
	}
	return nil
}

// linkFile puts a file into a folder, and what its header names with it.
func linkFile(folder, path string) error {
	beside, err := data.Beside(path)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	for _, path := range append([]string{path}, beside...) {
		whole, err := filepath.Abs(path)
		if err != nil {
			return err
		}
		if err := os.Symlink(whole, filepath.Join(folder, filepath.Base(path))); err != nil {
			return err
		}
	}
	return nil
}
