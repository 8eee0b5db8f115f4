package study

import (
	"cmp"
	"fmt"
	"os"
	"strconv"

	"segfault/core/attack"
)

// Files of numbers that are published beside a report, with which another run can
// be compared; see Check.
const (
	attacksFile     = "attacks.csv"
	comparisonsFile = "comparisons.csv"
	imagesFile      = "images.csv"
	modelsFile      = "models.csv"
	rowsFile        = "rows.csv.gz" // every attack on every slice
)

// exported are a section's files by name.
func (s *section) exported() (map[string][]byte, error) {
	files := map[string][]byte{}
	for name, records := range map[string][][]string{
		attacksFile: s.attackRecords(), comparisonsFile: s.comparisonRecords(), imagesFile: s.imageRecords(), modelsFile: s.modelRecords(),
	} {
		content, err := encodeCSV(records)
		if err != nil {
			return nil, fmt.Errorf("study: %w", err)
		}
		files[s.file(name)] = content
	}
	rows, err := s.rowsCSV()
	if err != nil {
		return nil, err
	}
	if files[s.file(rowsFile)], err = pack(rows); err != nil {
		return nil, err
	}
	return files, nil
}

// file is the name of a section's file.
func (s *section) file(name string) string { return fileOf(s.Task, name) }

func fileOf(task, name string) string {
	if task == "" {
		return name
	}
	return task + "-" + name
}

func decimals(v float64) string { return strconv.FormatFloat(v, 'f', 4, 64) }

// modelRecords say which weights were attacked.
func (s *section) modelRecords() [][]string {
	list := [][]string{{"model", "digest", "parameters", "size", "dice", "trained_with_bce"}}
	for _, m := range s.models {
		list = append(list, []string{m.Name, m.Digest, strconv.Itoa(m.Parameters), strconv.Itoa(m.Size), decimals(m.Dice), strconv.FormatBool(m.BCE)})
	}
	return list
}

// Digests are those of the weights that a published table of models names: the first digits of their files' SHA-256.
func Digests(path string) (map[string]string, error) {
	content, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("study: %w", err)
	}
	rows, err := decodeCSV(content)
	if err != nil {
		return nil, fmt.Errorf("study: %s: %w", path, err)
	}
	of := map[string]string{}
	for _, row := range rows[1:] {
		if len(row) < 2 || row[1] == "" {
			return nil, fmt.Errorf("study: %s is no table of models: expected a name and a digest in each row", path)
		}
		of[row[0]] = row[1]
	}
	return of, nil
}

// attackRecords are the means of every attack on every model.
func (s *section) attackRecords() [][]string {
	list := [][]string{{"model", "parameters", "epsilon", "loss", "swapped", "scheme", "label", "shared", "slices",
		"dice_before", "dice_after", "drop", "drop_low", "drop_high", "true_before", "true_after", "mean_before", "mean_after", "lost", "flipped", "linf"}}
	for _, m := range s.models {
		for _, a := range s.Design.Attacks() {
			d := m.mean(drop, a)
			lost, _ := m.success(a)
			list = append(list, []string{m.Name, strconv.Itoa(m.Parameters), epsilonText(a.Epsilon), lossText(a), strconv.FormatBool(a.Swapped),
				string(a.Rule), string(a.Target), strconv.FormatBool(a.Grey), strconv.Itoa(len(m.rows[a])),
				decimals(m.average(before, a)), decimals(m.average(after, a)), decimals(d.Estimate), decimals(d.Low), decimals(d.High),
				decimals(m.average(trueBefore, a)), decimals(m.average(trueBefore, a) - m.average(trueDrop, a)),
				decimals(m.average(meanBefore, a)), decimals(m.average(meanAfter, a)), decimals(lost),
				decimals(m.average(func(r Row) float64 { return float64(r.Flipped) / float64(r.Elements) }, a)),
				decimals(m.average(func(r Row) float64 { return r.LInf }, a))})
		}
	}
	return list
}

// comparisonRecords are all paired comparisons.
func (s *section) comparisonRecords() [][]string {
	list := [][]string{{"question", "model", "this", "that", "difference", "low", "high", "p", "p_holm", "p_wilcoxon"}}
	for _, f := range s.families {
		for _, c := range f.all {
			list = append(list, []string{f.question, c.Model, attackText(c.This), attackText(c.That), decimals(c.Difference.Estimate),
				decimals(c.Difference.Low), decimals(c.Difference.High), fmt.Sprintf("%.3g", c.P), fmt.Sprintf("%.3g", c.Holm), fmt.Sprintf("%.3g", c.Rank)})
		}
	}
	return list
}

// imageRecords are the Dice coefficients of every slice at the compared ε, for
// every loss and order, and under as much noise.
func (s *section) imageRecords() [][]string {
	head := []string{"image", "slice", "model", "clean"}
	for _, a := range s.beside() {
		name := string(a.Loss) + "_" + attack.OrderName(a.Swapped)
		head = append(head, cmp.Or(a.Name, name))
	}
	list := [][]string{head}
	for _, m := range s.models {
		for i, r := range m.rows[s.Main] {
			row := []string{r.Image, strconv.Itoa(r.Slice), m.Name, decimals(r.Before)}
			for _, a := range s.beside() {
				row = append(row, decimals(m.rows[a][i].After))
			}
			list = append(list, row)
		}
	}
	return list
}
