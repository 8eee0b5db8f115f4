package study

import (
	"context"
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"

	"segfault/build/data"
	"segfault/core"
	"segfault/core/attack"
	"segfault/core/names"
)

// Suite compares named methods, slice by slice: each with a budget of its own norm, and of all the worst.
type Suite struct {
	Config
	Methods []Listed
	Budgets []Budget // of the maximum norm; in L2 as much in every pixel
	Steps   int      // of every method that takes several; 0 is each method's own
	First   int      // how many scans of the folder; 0 is all
	Empty   bool     // the slices on which there is nothing to find, in place of the others
}

// Listed is a method as a list names it.
type Listed struct {
	Name string
	attack.Method
}

// DefaultMethods are all that need nothing but a slice, and APGD in L2.
func DefaultMethods() string {
	list := slices.DeleteFunc(names.All(attack.Methods()), func(name string) bool { return name == "asma" })
	return strings.Join(append(list, "bim/bce", "apgd/l2"), ",")
}

// ParseMethods reads names with commas, of which one may have steps, a loss or a norm behind strokes, or the protocol's name.
func ParseMethods(text string) (list []Listed, err error) {
	if text == Protocol {
		return newBattery().all(), nil
	}
	for _, name := range strings.Split(text, ",") {
		parts := strings.Split(name, "/")
		m, err := attack.Named(parts[0])
		if err != nil {
			return nil, fmt.Errorf("study: %w", err)
		}
		m.Grey = true
		for _, other := range parts[1:] {
			if n, e := strconv.Atoi(other); e == nil {
				m.Steps = n
			} else if slices.Contains(names.All(attack.Norms()), other) {
				m.Norm = attack.Norm(other)
			} else if m.Loss, err = core.ParseLoss(other); err != nil {
				return nil, fmt.Errorf("study: %s: %w", name, err)
			}
		}
		if m.Target == attack.Painted {
			return nil, fmt.Errorf("study: the method %s needs a painted mask, which a folder has not", parts[0])
		}
		if err := m.Check(); err != nil {
			return nil, fmt.Errorf("study: %s: %w", name, err)
		}
		list = append(list, Listed{name, m})
	}
	return list, nil
}

// Tested is what a method did to a slice.
type Tested struct {
	Model, Method, Image string
	Slice                int
	Budget
	Before, After    float64 // Dice of all classes together
	TrueBefore, True float64 // of the reference's own class
	Loss             float64 // Dice and focal, of the attacked image
	Ending           attack.Ending
}

var testedHead = []string{"model", "method", "epsilon", "image", "slice", "before", "after", "true_before", "true_after", "loss", "ending"}

func (t Tested) key() string {
	return strings.Join([]string{t.Model, t.Method, t.Budget.String(), t.Image, strconv.Itoa(t.Slice)}, "\n")
}

func (t Tested) record() []string {
	return []string{t.Model, t.Method, t.Budget.String(), t.Image, strconv.Itoa(t.Slice), digits(t.Before), digits(t.After),
		digits(t.TrueBefore), digits(t.True), digits(t.Loss), string(t.Ending)}
}

// Run attacks what has no row in the folder yet, and writes rows as they come.
func (c *Suite) Run(ctx context.Context) ([]Tested, error) {
	pairs, err := data.List(c.Data)
	if err != nil {
		return nil, fmt.Errorf("study: %w", err)
	}
	if c.First > 0 && c.First < len(pairs) {
		pairs = pairs[:c.First]
	}
	pairs = c.Shard.of(pairs)
	items, left, err := c.survey(ctx, pairs, c.Empty)
	if err != nil {
		return nil, err
	}
	for _, l := range left {
		fmt.Fprintf(c.Log, "left out: %s: %s\n", l.image, l.why)
	}
	if err := os.MkdirAll(c.Out, 0o755); err != nil {
		return nil, fmt.Errorf("study: %w", err)
	}
	if err := keepProtocol(c.Protocol, c.Out); err != nil {
		return nil, err
	}
	path := c.Shard.methods(c.Out)
	rows, err := ReadTested(path)
	if err != nil {
		return nil, err
	}
	file, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		return nil, fmt.Errorf("study: %w", err)
	}
	defer file.Close()
	w := csv.NewWriter(file)
	if len(rows) == 0 {
		w.Write(testedHead) // what is wrong with the file Flush's Error says
	}
	known := map[string]bool{}
	for _, r := range rows {
		known[r.key()] = true
	}
	var turn sync.Mutex
	done := 0
	for _, m := range c.Models {
		err := c.onEveryCore(ctx, len(items), func(i int) error {
			return c.slice(ctx, m, items[i], known, func(t Tested) error {
				turn.Lock()
				defer turn.Unlock()
				rows = append(rows, t)
				done++
				fmt.Fprintf(c.Log, "%d: %s, %s, ε = %v, %s: %.3f → %.3f\n", done, m.Name, t.Method, t.Budget, t.Image, t.Before, t.After)
				record := t.record()
				record[3] = harmless(record[3])
				w.Write(record)
				w.Flush()
				return w.Error()
			})
		})
		if err != nil {
			return nil, err
		}
	}
	return rows, nil
}

// slice runs every method on a slice.
func (c *Suite) slice(ctx context.Context, m Model, i item, known map[string]bool, each func(Tested) error) error {
	subject, err := c.open(i.pair)
	if err != nil {
		return err
	}
	image, err := subject.Image(i.slice, m.Model)
	if err != nil {
		return err
	}
	truth, err := subject.Planes(i.slice, m.Model, nil)
	if err != nil {
		return err
	}
	height, width := subject.InputSize(m.Model)
	s, err := attack.NewSession(core.NewCPU(1), m.Net, height, width)
	if err != nil {
		return err
	}
	defer s.Close()
	for _, budget := range c.Budgets {
		for _, method := range c.Methods {
			t := Tested{Model: m.Name, Method: method.Name, Image: i.pair.Name, Slice: i.slice, Budget: budget}
			if known[t.key()] {
				continue
			}
			a := method.Method
			if c.Steps > 0 && a.Climbs() && !a.Single() {
				a.Steps = c.Steps
			}
			p, err := budget.pose(subject, i, m, image, truth, &a)
			if err != nil {
				return err
			}
			g, f, err := s.Run(ctx, p, a, nil)
			if err != nil {
				return fmt.Errorf("study: %s on %s: %w", method.Name, i.pair.Name, attack.Of(m.Name, "", err))
			}
			shape := m.Net.Shape()
			before, after := attack.Compare(shape, attack.Mask(shape, g.Logits), p.Truth), attack.Compare(shape, attack.Mask(shape, f.Logits), p.Truth)
			point, err := s.Reach(ctx, p, attack.Objective{Loss: core.DiceFocal, Target: attack.Truth}, g.Logits, f.Logits)
			if err != nil {
				return err
			}
			t.Before, t.After, t.TrueBefore, t.True = before.Union, after.Union, before.True, after.True
			t.Loss, t.Ending = point.Loss, attack.End(before, after)
			if err := each(t); err != nil {
				return err
			}
		}
	}
	return nil
}

// ReadSuites reads the rows of all shards of comparisons in some folders.
func ReadSuites(dirs ...string) (rows []Tested, err error) {
	for _, dir := range dirs {
		paths, err := filepath.Glob(filepath.Join(dir, "methods*.csv"))
		if err != nil {
			return nil, fmt.Errorf("study: %w", err)
		}
		for _, path := range paths {
			of, err := ReadTested(path)
			if err != nil {
				return nil, err
			}
			rows = append(rows, of...)
		}
	}
	return rows, nil
}

// ReadTested reads a table of methods, slice by slice; nothing where there is no such file.
func ReadTested(path string) (rows []Tested, err error) {
	content, err := os.ReadFile(path)
	if os.IsNotExist(err) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("study: %w", err)
	}
	records, err := decodeCSV(content)
	if err != nil || !slices.Equal(records[0], testedHead) {
		return nil, fmt.Errorf("study: %s is no table of methods; give another folder with -out", path)
	}
	for _, r := range records[1:] {
		budget, err := parseBudget(r[2])
		if err != nil {
			return nil, fmt.Errorf("study: %s: %w", path, err)
		}
		var n [6]float64
		for i, at := range []int{4, 5, 6, 7, 8, 9} {
			if n[i], err = strconv.ParseFloat(r[at], 64); err != nil {
				return nil, fmt.Errorf("study: %s: %w", path, err)
			}
		}
		rows = append(rows, Tested{r[0], r[1], r[3], int(n[0]), budget, n[1], n[2], n[3], n[4], n[5], attack.Ending(r[10])})
	}
	return rows, nil
}
