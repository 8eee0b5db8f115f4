package study

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"sync"

	"segfault/build/data"
	"segfault/core"
	"segfault/core/attack"
)

// Config says what to run, and where.
type Config struct {
	Data    string       // folder with images/ and masks/
	Classes []data.Class // the marks of file names
	Task    string
	Patient string // see Settings
	// Protocol is a text that is fixed before the first row; "" for none.
	Protocol string
	Models   []Model
	Design   Design
	Shard    Shard
	Out      string
	Cores    int // below 1 means all
	Command  string
	Log      io.Writer
}

// job is what a worker does at a time: every attack of one model on one slice.
type job struct {
	item
	model Model
}

// block is how many slices all models take in turn: by then the progress knows
// the speed of each.
const block = 16

// Run does the attacks of the shard that its folder has no rows of. When the
// context ends, the rows so far stay, and another Run goes on from there.
func Run(ctx context.Context, c Config) error {
	c.Cores = c.cores()
	if err := c.Design.Check(); err != nil {
		return err
	}
	pairs, err := data.List(c.Data)
	if err != nil {
		return fmt.Errorf("study: %w", err)
	}
	if _, err := patients(c.Patient); err != nil {
		return err
	}
	if err := c.settings(pairs).agree(c.Out); err != nil {
		return err
	}
	if err := keepProtocol(c.Protocol, c.Out); err != nil {
		return err
	}
	if err := os.Remove(c.Shard.left(c.Out)); err != nil && !os.IsNotExist(err) {
		return fmt.Errorf("study: %w", err)
	}
	mine := sharded(c.Shard, pairs)
	items, left, err := c.survey(ctx, mine, false)
	if err != nil {
		return err
	}
	r := &runner{Config: c, attacks: c.Design.Attacks(), costs: map[string]float64{}, left: left}
	for _, m := range c.Models {
		x := core.NewInput("x", 1, m.Net.Shape().In, m.About.Size, m.About.Size)
		r.costs[m.Name] = float64(core.Compile(core.Outputs{"logits": m.Net.Logits(x)}).FLOPs())
	}
	if r.known, err = readJournals(c.Out); err != nil {
		return err
	}
	if r.journal, err = openJournal(c.Shard.rows(c.Out)); err != nil {
		return err
	}
	defer r.journal.close()
	if err := r.run(ctx, items); err != nil {
		return err
	}
	for _, l := range r.left {
		fmt.Fprintf(c.Log, "left out: %s: %s\n", l.image, l.why)
	}
	if len(mine) > 0 && len(r.left) >= len(mine) && len(items) == 0 {
		return noneUsable(len(mine), r.left)
	}
	return writeLeftOut(c.Shard.left(c.Out), r.left)
}

type runner struct {
	Config
	attacks []attack.Method
	known   map[Key]Row        // of earlier runs
	costs   map[string]float64 // of a model's work on a slice, compared with the others'

	sync.Mutex // of what follows
	journal    *journal
	left       []leftOut
	progress   *progress
}

func (r *runner) run(ctx context.Context, items []item) error {
	jobs, rows, cost := r.jobs(items)
	r.progress = newProgress(r.Log, len(r.attacks)*len(items)*len(r.Models), rows, cost)
	queue := make(chan *worker, r.Cores) // of idle ones
	for range r.Cores {
		queue <- &worker{runner: r, backend: core.NewCPU(1)}
	}
	defer func() {
		for range r.Cores {
			(<-queue).close()
		}
	}()
	return r.onEveryCore(ctx, len(jobs), func(i int) error {
		w := <-queue
		defer func() { queue <- w }()
		return w.do(ctx, jobs[i])
	})
}

// jobs lists what is left to do, in blocks of slices, with the number of its rows
// and its cost.
func (r *runner) jobs(items []item) (jobs []job, rows int, cost float64) {
	for group := range slices.Chunk(items, block) {
		for _, m := range r.Models {
			for _, i := range group {
				j := job{i, m}
				if n := len(r.missing(j)); n > 0 {
					jobs, rows, cost = append(jobs, j), rows+n, cost+r.costs[m.Name]
				}
			}
		}
	}
	return jobs, rows, cost
}

// missing are the attacks of a job that have no row.
func (r *runner) missing(j job) map[attack.Method]bool {
	list := map[attack.Method]bool{}
	for _, a := range r.attacks {
		if _, done := r.known[j.key(a)]; !done {
			list[a] = true
		}
	}
	return list
}

func (j job) key(a attack.Method) Key {
	return Key{Image: j.pair.Name, Slice: j.slice, Model: j.model.Name, Attack: a}
}

// worker attacks on one core. It keeps the programs of its last model.
type worker struct {
	*runner
	backend       core.Backend
	trial         *attack.Trial
	model         string
	height, width int
}

func (w *worker) close() {
	if w.trial != nil {
		w.trial.Close()
		w.trial = nil
	}
}

// unusable is an error that is the scan's, not the study's.
type unusable struct{ error }

func (w *worker) do(ctx context.Context, j job) error {
	rows, err := w.attack(ctx, j)
	w.Lock()
	defer w.Unlock()
	if problem := (unusable{}); errors.As(err, &problem) {
		if l := (leftOut{j.pair.Name, oneLine(problem)}); !slices.Contains(w.left, l) {
			w.left = append(w.left, l)
		}
	} else if err != nil {
		return err
	}
	if err := w.journal.append(rows); err != nil {
		return err
	}
	w.progress.add(len(rows), w.costs[j.model.Name])
	return nil
}

// attack makes the rows of a job that are missing.
func (w *worker) attack(ctx context.Context, j job) ([]Row, error) {
	subject, err := w.open(j.pair)
	if err != nil {
		return nil, unusable{err}
	}
	image, err := subject.Image(j.slice, j.model.Model)
	if err != nil {
		return nil, unusable{err}
	}
	truth, err := subject.Planes(j.slice, j.model.Model, nil)
	if err != nil {
		return nil, unusable{err}
	}
	height, width := subject.InputSize(j.model.Model)
	if slices.Max(truth) == 0 {
		return nil, unusable{fmt.Errorf("its mask vanishes at %d×%d", height, width)}
	}
	if err := w.load(j.model, height, width); err != nil {
		return nil, unusable{err}
	}
	missing := w.missing(j)
	var rows []Row
	err = w.trial.Run(ctx, image, truth, func(o attack.Outcome) error {
		if missing[o.Method] {
			rows = append(rows, newRow(j.key(o.Method), j.model.About.Parameters, o))
		}
		return nil
	})
	return rows, attack.Of(j.model.Name, "", err)
}

// load compiles a model's programs, unless the last job had the same.
func (w *worker) load(m Model, height, width int) (err error) {
	if w.trial != nil && w.model == m.Name && w.height == height && w.width == width {
		return nil
	}
	w.close()
	w.model, w.height, w.width = m.Name, height, width
	w.trial, err = attack.NewTrial(w.backend, m.Net, height, width, w.attacks)
	return err
}
