package study

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"

	"segfault/build/data"
	"segfault/core"
	"segfault/core/attack"
	"segfault/core/lab"
	"segfault/core/names"
)

// Suite compares named methods, slice by slice: each with a budget of its own norm, and of all the worst.
type Suite struct {
	Config
	Methods  []Listed
	Budgets  []Budget // of the maximum norm; in L2 as much in every pixel
	Steps    int      // of every method that takes several; 0 is each method's own
	First    int      // how many patients, or scans where those are not known, of the folder; 0 is all
	Every    int      // of each patient's slices the n-th alone, from the middle of the first n; 0 and 1 are all
	Transfer bool     // show every model what each attack made of the slice
	Empty    bool     // the slices on which there is nothing to find, in place of the others
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

// WithNoise adds to methods noise of their size, where they have none: what it does as well is no attack's doing.
func WithNoise(list []Listed) []Listed {
	for _, m := range list {
		name := attack.Noise
		if m.Norm != attack.Linf {
			name += "/" + string(m.Norm)
		}
		if !slices.ContainsFunc(list, func(l Listed) bool { return l.Name == name }) {
			noise, _ := ParseMethods(name) // which takes every norm
			list = append(list, noise...)
		}
	}
	return list
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

// Run attacks what has no row in the folder yet, writes rows as they come, and gives all that are there, other shards' too.
func (c *Suite) Run(ctx context.Context) ([]Tested, error) {
	if err := c.counts(); err != nil {
		return nil, err
	}
	pairs, err := data.List(c.Data)
	if err != nil {
		return nil, fmt.Errorf("study: %w", err)
	}
	patient, err := patients(c.Patient)
	if err != nil {
		return nil, err
	}
	scans := byPatient(pairs, patient)
	if c.First > 0 {
		scans = scans[:min(c.First, len(scans))]
	}
	mine := slices.Concat(sharded(c.Shard, scans)...)
	items, left, err := c.survey(ctx, mine, c.Empty)
	if err != nil {
		return nil, err
	}
	for _, l := range left {
		fmt.Fprintf(c.Log, "left out: %s: %s\n", l.image, l.why)
	}
	if len(mine) > 0 && len(items) == 0 {
		return nil, noneUsable(len(mine), left)
	}
	items = sampled(items, c.Every, patient)
	before, err := ReadSuites(c.Out) // before the settings, which another shard writes before its first row
	if err != nil {
		return nil, err
	}
	if err := keepProtocol(c.Protocol, c.Out); err != nil {
		return nil, err
	}
	if err := c.agree(pairs, before); err != nil {
		return nil, err
	}
	known := map[string]bool{}
	for _, r := range before {
		known[r.key()] = true
	}
	rows, err := openTested(c.Shard.methods(c.Out))
	if err != nil {
		return nil, err
	}
	defer rows.close()
	var turn sync.Mutex
	done := 0
	for _, m := range c.Models {
		err := c.onEveryCore(ctx, len(items), func(i int) error {
			return c.slice(ctx, m, items[i], known, func(t Tested) error {
				if known[t.key()] { // by a judge, before what it judged was stopped
					return nil
				}
				turn.Lock()
				defer turn.Unlock()
				done++
				fmt.Fprintf(c.Log, "%d: %s, %s, ε = %v, %s: %.3f → %.3f\n", done, t.Model, t.Method, t.Budget, t.Image, t.Before, t.After)
				return rows.write([][]string{t.record()})
			})
		})
		if err != nil {
			return nil, err
		}
	}
	return ReadSuites(c.Out)
}

// counts refuses numbers that could only be taken for others.
func (c *Suite) counts() error {
	switch {
	case c.Steps < 0 || c.Steps > attack.MaxSteps:
		return fmt.Errorf("study: -steps: expected a number from 1 to %d, or 0 for each method's own, found %d", attack.MaxSteps, c.Steps)
	case c.First < 0:
		return fmt.Errorf("study: -first: expected a number of scans, or 0 for all, found %d", c.First)
	case c.Every < 0:
		return fmt.Errorf("study: -every: expected 1 for every slice, 2 for every other and so on, found %d", c.Every)
	}
	return nil
}

// sampled are every n-th slice of each patient, from the middle of the first n; of one with fewer the middle one. A patient's scans lie together.
func sampled(items []item, n int, patient func(image string) string) (list []item) {
	if n < 2 {
		return items
	}
	for len(items) > 0 {
		end := slices.IndexFunc(items, func(i item) bool { return patient(i.pair.Name) != patient(items[0].pair.Name) })
		if end < 0 {
			end = len(items)
		}
		for k := min(n, end) / 2; k < end; k += n {
			list = append(list, items[k])
		}
		items = items[end:]
	}
	return list
}

// seat is a model before a slice.
type seat struct {
	Model
	attack.Problem
	*attack.Session
	clean []float32 // its logits; nil where they are not known yet
}

func newSeat(s *lab.Subject, slice int, m Model) (*seat, error) {
	image, err := s.Image(slice, m.Model)
	if err != nil {
		return nil, err
	}
	truth, err := s.Planes(slice, m.Model, nil)
	if err != nil {
		return nil, err
	}
	height, width := s.InputSize(m.Model)
	session, err := attack.NewSession(core.NewCPU(1), m.Net, height, width)
	return &seat{m, attack.Problem{Image: image, Truth: truth}, session, nil}, err
}

// measure tells what became of what the model found.
func (s *seat) measure(ctx context.Context, t *Tested, logits []float32) error {
	shape := s.Net.Shape()
	before, after := attack.Compare(shape, attack.Mask(shape, s.clean), s.Truth), attack.Compare(shape, attack.Mask(shape, logits), s.Truth)
	point, err := s.Reach(ctx, s.Problem, attack.Objective{Loss: core.DiceFocal, Target: attack.Truth}, s.clean, logits)
	t.Before, t.After, t.TrueBefore, t.True = before.Union, after.Union, before.True, after.True
	t.Loss, t.Ending = point.Loss, attack.End(before, after)
	return err
}

// slice runs every method on a slice.
func (c *Suite) slice(ctx context.Context, m Model, i item, known map[string]bool, each func(Tested) error) error {
	subject, err := c.open(i.pair)
	if err != nil {
		return err
	}
	own, err := newSeat(subject, i.slice, m)
	if err != nil {
		return err
	}
	judges := []*seat{own}
	defer func() {
		for _, judge := range judges {
			judge.Close()
		}
	}()
	if c.Transfer {
		if judges, err = c.judges(subject, i.slice, own); err != nil {
			return err
		}
	}
	for _, budget := range c.Budgets {
		for _, method := range c.Methods {
			t := Tested{Model: m.Name, Method: method.Name, Image: i.pair.Name, Slice: i.slice, Budget: budget}
			if c.Transfer {
				t.Method = crafted(method.Name, m.Name)
			}
			if known[t.key()] {
				continue
			}
			a := method.Method
			if c.Steps > 0 && a.Climbs() && !a.Single() {
				a.Steps = c.Steps
			}
			p, err := budget.pose(subject, i, m, own.Image, own.Truth, &a)
			if err != nil {
				return err
			}
			g, f, err := own.Run(ctx, p, a, nil)
			if err != nil {
				return fmt.Errorf("study: %s on %s: %w", method.Name, i.pair.Name, attack.Of(m.Name, "", err))
			}
			if c.Transfer {
				if err := c.passOn(ctx, subject, own, judges, a, f, t, each); err != nil {
					return err
				}
				continue
			}
			own.clean = g.Logits
			if err := own.measure(ctx, &t, f.Logits); err != nil {
				return err
			}
			if err := each(t); err != nil {
				return err
			}
		}
	}
	return nil
}
