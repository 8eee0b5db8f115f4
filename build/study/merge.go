package study

import (
	"cmp"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
)

// Result is a finished study.
type Result struct {
	Settings
	Rows []Row // in canonical order
	left []leftOut
	dir  string // of its rows, the first of several
}

// Gather reads finished studies, one for each task, from folders of rows. Folders
// of one study, as shards on machines without a common disk leave them, are
// brought together.
func Gather(dirs ...string) ([]Result, error) {
	var results []Result
	var folders [][]string // of each
	for _, dir := range dirs {
		s, err := readSettings(dir)
		if err != nil {
			return nil, err
		}
		at := slices.IndexFunc(results, func(r Result) bool { return r.Task == s.Task })
		if at < 0 {
			at, results, folders = len(results), append(results, Result{Settings: s, dir: dir}), append(folders, nil)
		}
		if what, ok := s.same(results[at].Settings); !ok {
			return nil, fmt.Errorf("study: %s and %s cannot be merged: they hold rows of studies with %s", folders[at][0], dir, what)
		}
		folders[at] = append(folders[at], dir)
	}
	for i := range results {
		if err := results[i].gather(folders[i]); err != nil {
			return nil, err
		}
	}
	slices.SortFunc(results, func(a, b Result) int { return cmp.Compare(a.Task, b.Task) })
	return results, nil
}

// gather reads all rows of a study and refuses what is not finished.
func (r *Result) gather(dirs []string) error {
	shards, err := finished(dirs)
	if err != nil {
		return err
	}
	for _, s := range shards {
		for _, dir := range dirs {
			left, _, err := readLeftOut(s.left(dir))
			if err != nil {
				return err
			}
			r.left = append(r.left, left...)
		}
	}
	slices.SortFunc(r.left, func(a, b leftOut) int { return cmp.Or(cmp.Compare(a.image, b.image), cmp.Compare(a.why, b.why)) })
	r.left = slices.Compact(r.left)
	rows, err := readJournals(dirs...)
	if err != nil {
		return err
	}
	if len(rows) == 0 {
		return fmt.Errorf("study: %s holds no rows", dirs[0])
	}
	r.Rows = sortedRows(rows)
	return r.complete()
}

// complete checks that every model tried every attack on a slice that it tried any on.
func (r *Result) complete() error {
	attacks := len(r.Design.Attacks())
	unit := func(i int) Key { return Key{Image: r.Rows[i].Image, Slice: r.Rows[i].Slice, Model: r.Rows[i].Model} }
	for first := 0; first < len(r.Rows); first += attacks {
		if last := first + attacks - 1; last >= len(r.Rows) || unit(first) != unit(last) {
			return fmt.Errorf("study: rows of %s with %s are missing; run the study again: it adds them", r.Rows[first].Image, r.Rows[first].Model)
		}
	}
	return nil
}

// finished finds a number of shards of which all are finished, in any of the folders.
func finished(dirs []string) ([]Shard, error) {
	done := map[Shard]bool{} // false for a shard that was only begun
	most := 1
	for _, dir := range dirs {
		entries, err := os.ReadDir(dir)
		if err != nil {
			return nil, fmt.Errorf("study: %w", err)
		}
		for _, e := range entries {
			var s Shard
			_, _ = fmt.Sscanf(e.Name(), "rows-%d-of-%d.csv", &s.Number, &s.Of)
			_, _ = fmt.Sscanf(e.Name(), "left-out-%d-of-%d.csv", &s.Number, &s.Of)
			if e.Name() == filepath.Base(s.left(dir)) || e.Name() == filepath.Base(s.rows(dir)) {
				done[s] = done[s] || e.Name() == filepath.Base(s.left(dir))
				most = max(most, s.Of)
			}
		}
	}
	missing := Shard{1, 1}
	for of := 1; of <= most; of++ {
		var set []Shard
		begun, first := false, Shard{}
		for number := 1; number <= of; number++ {
			s := Shard{number, of}
			_, known := done[s]
			begun = begun || known
			if done[s] {
				set = append(set, s)
			} else if first.Of == 0 {
				first = s
			}
		}
		if len(set) == of {
			return set, nil
		}
		if begun {
			missing = first
		}
	}
	return nil, fmt.Errorf("study: %s is not finished: shard %s is missing or was stopped; run it (again)", filepath.Clean(dirs[0]), missing)
}

// sortedRows are rows in canonical order.
func sortedRows(rows map[Key]Row) []Row { return slices.SortedFunc(maps.Values(rows), order) }

// writeRows writes all rows of a study, in canonical order, to rows.csv beside its
// shards'.
func (r Result) writeRows() error {
	content, err := r.rowsCSV()
	if err != nil {
		return err
	}
	return writeWhole(filepath.Join(r.dir, "rows.csv"), content)
}

// rowsCSV are all rows as a table.
func (r Result) rowsCSV() ([]byte, error) {
	records := [][]string{columns}
	for _, row := range r.Rows {
		records = append(records, row.record())
	}
	content, err := encodeCSV(records)
	if err != nil {
		return nil, fmt.Errorf("study: %w", err)
	}
	return content, nil
}
