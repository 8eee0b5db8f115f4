package study

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"segfault/build/data"
)

// protocolEvery is of how many slices the protocol attacks one.
const protocolEvery = 6

// Publication adds the rows of the protocol's models to those that are published beside a report, and writes its section of them anew.
type Publication struct {
	Config         // Data is the attacked folder; Out is not used
	Weights string // folder of the models' files
	Report  string // the report; its tables and figures are in study/ beside it
	// Score measures a model on what it was chosen on and what it is attacked on, without an attack.
	Score func(ctx context.Context, m Model) (Scored, error)
}

// Add publishes the rows in some folders: of every model all of them, or none. Published ones stay.
func (p *Publication) Add(ctx context.Context, dirs ...string) error {
	into := filepath.Join(filepath.Dir(p.Report), folder, claimsFolder)
	rows, err := ReadSuites(into)
	if err != nil {
		return err
	}
	models, err := readScored(into)
	if err != nil {
		return err
	}
	for _, m := range models {
		if !isMember(p.Task, m.Name) {
			return fmt.Errorf("study: %s is published in %s, and a report has the claims of one task; give its -task, not %s, or another report", m.Name, into, p.Task)
		}
	}
	given, err := p.gather(rows, dirs)
	if err != nil {
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(given)) {
		if slices.ContainsFunc(models, func(m Scored) bool { return m.Name == name }) {
			fmt.Fprintf(p.Log, "%s is published already\n", name)
			continue
		}
		why, scored, err := p.examine(ctx, name, given[name])
		if err != nil {
			return err
		}
		if why != "" {
			fmt.Fprintf(p.Log, "%s is left out: %s\n", name, why)
			continue
		}
		rows, models = append(rows, given[name]...), append(models, scored)
		fmt.Fprintf(p.Log, "%s: %d rows\n", name, len(given[name]))
	}
	if len(models) > 0 {
		if err := writeClaims(into, rows, models); err != nil {
			return err
		}
		kept, err := os.ReadFile(filepath.Join(filepath.Dir(p.Report), folder, protocolFile))
		if err != nil {
			return fmt.Errorf("study: %w", err)
		}
		if err := writeWhole(filepath.Join(into, protocolFile), kept); err != nil {
			return err
		}
	}
	return p.rewrite()
}

// gather reads the rows of each model in some folders, each once, where they agree with each other and with what is published.
func (p *Publication) gather(published []Tested, dirs []string) (map[string][]Tested, error) {
	known, told := map[string]Tested{}, map[string]bool{}
	for _, t := range published {
		known[t.key()], told[t.Model] = t, true
	}
	of := map[string][]Tested{}
	for _, dir := range dirs {
		if err := sameProtocol(dir, filepath.Join(filepath.Dir(p.Report), folder, protocolFile)); err != nil {
			return nil, err
		}
		given, err := ReadSuites(dir)
		if err != nil {
			return nil, err
		}
		if len(given) == 0 {
			fmt.Fprintf(p.Log, "%s holds no rows\n", dir)
		}
		for _, t := range given {
			switch was, again := known[t.key()]; {
			case again && was != t, !again && told[t.Model]:
				return nil, fmt.Errorf("study: %s holds other rows of %s than are published or in another folder; take those away first, or leave it out", dir, t.Model)
			case !again || told[t.Model]: // of a published model's only the name is asked for
				known[t.key()] = t
				of[t.Model] = append(of[t.Model], t)
			}
		}
	}
	return of, nil
}

// sameProtocol refuses rows that were made under another protocol than the published one, or under none.
func sameProtocol(dir, published string) error {
	now, err := os.ReadFile(published)
	if err != nil {
		return fmt.Errorf("study: the protocol cannot be read: %w", err)
	}
	was, err := os.ReadFile(filepath.Join(dir, protocolFile))
	if err != nil {
		return fmt.Errorf("study: the rows in %s were made under no protocol; attack with -protocol: %w", dir, err)
	}
	if !bytes.Equal(was, now) {
		return fmt.Errorf("study: the rows in %s were made under another protocol, which differs in %s", dir, enumerate(changedSections(string(was), string(now))))
	}
	return nil
}

// examine says why a model's rows cannot be published, where they cannot: they are not the protocol's, or not all, or its file of weights gives others.
func (p *Publication) examine(ctx context.Context, name string, rows []Tested) (why string, scored Scored, err error) {
	if !isMember(p.Task, name) {
		return "it is none of the protocol's models", scored, nil
	}
	m, err := ReadModel(filepath.Join(p.Weights, name+extension))
	if err != nil {
		return "", scored, err
	}
	c := p.Config
	c.Models = []Model{m}
	pairs, err := data.List(c.Data)
	if err != nil {
		return "", scored, fmt.Errorf("study: %w", err)
	}
	patient, err := patients(c.Patient)
	if err != nil {
		return "", scored, err
	}
	items, _, err := c.survey(ctx, slices.Concat(byPatient(pairs, patient)...), false)
	if err != nil {
		return "", scored, err
	}
	tried := newBattery().all()
	known := map[string]Tested{}
	for _, t := range rows {
		known[t.key()] = t
	}
	items = sampled(items, protocolEvery, patient)
	budget, err := parseBudget(Budget{protocolEpsilon, OfScan}.String()) // as it is read from a file
	if err != nil {
		return "", scored, fmt.Errorf("study: %w", err)
	}
	missing := 0
	for _, i := range items {
		for _, l := range tried {
			if _, ok := known[Tested{Model: name, Method: l.Name, Image: i.pair.Name, Slice: i.slice, Budget: budget}.key()]; !ok {
				missing++
			}
		}
	}
	all := len(items) * len(tried)
	if missing > 0 {
		return fmt.Sprintf("%d of the protocol's %d rows are missing", missing, all), scored, nil
	}
	if more := len(known) - all; more > 0 {
		return fmt.Sprintf("beside the protocol's %d rows it has %d more", all, more), scored, nil
	}
	if err := c.again(ctx, tried, budget, known); err != nil {
		return "", scored, err
	}
	scored, err = p.Score(ctx, m)
	scored.Name, scored.Digest, scored.Parameters, scored.Size = m.Name, m.Digest, m.About.Parameters, m.About.Size
	return "", scored, err
}

// again attacks the first scan once more, by one step, and refuses weights that do not give the rows.
func (c Config) again(ctx context.Context, tried []Listed, budget Budget, known map[string]Tested) error {
	out, err := os.MkdirTemp("", "study")
	if err != nil {
		return fmt.Errorf("study: %w", err)
	}
	defer os.RemoveAll(out)
	c.Out, c.Shard, c.Log, c.Protocol = out, Shard{1, 1}, new(bytes.Buffer), ""
	one := tried[slices.IndexFunc(tried, func(l Listed) bool { return l.Name == newBattery().one() })]
	rows, err := (&Suite{Config: c, Methods: []Listed{one}, Budgets: []Budget{budget}, First: 1, Every: protocolEvery}).Run(ctx)
	if err != nil {
		return err
	}
	for _, t := range rows {
		was := known[t.key()]
		if by := max(math.Abs(t.TrueBefore-was.TrueBefore), math.Abs(t.True-was.True)); by > ImageTolerance {
			return fmt.Errorf("study: the weights of %s in its file give other rows than are there: on %s, slice %d, Dice differs by %.4f", t.Model, t.Image, t.Slice, by)
		}
	}
	return nil
}

// rewrite writes the report's section of the protocol's models, and their figures, from what is published.
func (p *Publication) rewrite() error {
	report, err := os.ReadFile(p.Report)
	if err != nil {
		return fmt.Errorf("study: %w", err)
	}
	s, err := readProtocolSection(filepath.Join(filepath.Dir(p.Report), folder), p.Task, p.Patient)
	if err != nil {
		return err
	}
	files := map[string][]byte{}
	text, err := s.write(files)
	if err != nil {
		return err
	}
	short, err := s.short()
	if err != nil {
		return err
	}
	before, rest, found := strings.Cut(inShort(string(report), short), "\n"+protocolHeading+"\n")
	if !found {
		return fmt.Errorf("study: %s has no section %q, where what the protocol's models came to belongs", p.Report, protocolHeading)
	}
	after := ""
	if at := strings.Index(rest, "\n## "); at >= 0 {
		after = rest[at:]
	}
	for name, content := range files {
		if err := writeWhole(filepath.Join(filepath.Dir(p.Report), folder, name), content); err != nil {
			return err
		}
	}
	fmt.Fprintf(p.Log, "%d of %d models are published\n", len(s.Models), len(Widths)*Seeds)
	return writeWhole(p.Report, []byte(before+"\n"+text+after))
}
