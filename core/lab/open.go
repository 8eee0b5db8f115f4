package lab

import (
	"context"
	"time"

	"segfault/core"
	"segfault/core/attack"
	"segfault/core/names"
	"segfault/core/scan"
)

// OpenOptions say what a lab is to compute on.
type OpenOptions struct {
	Backend string `json:"backend"` // auto, webgpu or cpu
	Model   string `json:"model"`   // which is raced on both
	Site    Unseen `json:"site"`
	OnReset Unseen `json:"onReset"`
}

// Unseen is an option that the module sees to itself.
type Unseen struct{}

// OpenParams opens a lab.
type OpenParams struct {
	Last int `json:"last"` // number that a worker before this one gave
	OpenOptions
}

// Open reads what the site offers, loads the first model and chooses the backend.
func (l *Lab) Open(ctx context.Context, p *OpenParams) (*Info, error) {
	c, err := l.begin(ctx)
	if err != nil {
		return nil, err
	}
	defer c.end()
	l.things.Skip(p.Last)
	if err := l.shelve(); err != nil {
		return nil, err
	}
	return l.choose(c, p.Backend, p.Model)
}

// shelve lists the models that the site ships, once.
func (l *Lab) shelve() (err error) {
	if l.models == nil {
		l.release, err = l.host.Release()
		l.models = shipped(l.release)
	}
	return err
}

// UseParams choose a backend.
type UseParams struct {
	Backend string `json:"backend"`
}

// Use chooses the backend anew.
func (l *Lab) Use(ctx context.Context, p *UseParams) (*Info, error) {
	c, err := l.begin(ctx)
	if err != nil {
		return nil, err
	}
	defer c.end()
	return l.choose(c, p.Backend, "")
}

func (l *Lab) choose(c *call, wish, name string) (*Info, error) {
	if wish == "" {
		wish = "auto"
	}
	var race Race
	if len(l.models) > 0 {
		m, err := c.model(name)
		if err != nil {
			return nil, err
		}
		race = m.race(c)
	}
	_, leave, err := c.turn(&c.lab.pool.own) // whoever computes has done so
	if err != nil {
		return nil, err
	}
	defer leave()
	if err := l.compute.Choose(c, wish, race, func(stage string) { c.progress(stage, 0, 0) }); err != nil {
		return nil, err
	}
	info := l.info()
	return &info, nil
}

// race times a prediction on a backend; the first run is for warming up.
func (m *model) race(ctx context.Context) Race {
	return func(b core.Backend) (took time.Duration, err error) {
		s, err := attack.NewSession(b, m.Net, m.Size, m.Size)
		if err != nil {
			return 0, err
		}
		defer s.Close()
		zeros := make([]float32, m.Net.Shape().In*m.Size*m.Size)
		for range 2 {
			start := time.Now()
			if _, err := s.Predict(ctx, zeros); err != nil {
				return 0, err
			}
			took = time.Since(start)
		}
		return took, nil
	}
}

// Info is what a lab is and has. Of each option's names the first is the default, of labels where there is a truth.
type Info struct {
	Version string        `json:"version"`
	Backend string        `json:"backend"`
	Adapter string        `json:"adapter"`
	Reason  string        `json:"reason"`
	Check   *Check        `json:"check,omitempty"` // nil where nothing was checked
	Models  []ModelInfo   `json:"models"`
	Samples []SampleInfo  `json:"samples"`
	Methods []names.Entry `json:"methods"`
	// Options names all that an attack may be told.
	Options []string `json:"options"`
	// Universal names those by which a universal change can be made.
	Universal []string      `json:"universal"`
	Losses    []names.Entry `json:"losses"`
	// Exclusive are losses that suit models of classes that exclude each other alone.
	Exclusive []names.Entry `json:"exclusive"`
	Orders    []names.Entry `json:"orders"`
	Labels    []names.Entry `json:"labels"`
	Weights   []names.Entry `json:"weights"`
	Norms     []names.Entry `json:"norms"`
	Schemes   []names.Entry `json:"schemes"`
	Schedules []names.Entry `json:"schedules"`
	Starts    []names.Entry `json:"starts"`
	Gradients []names.Entry `json:"gradients"`
	Grounds   []names.Entry `json:"grounds"`
	Places    []names.Entry `json:"places"`
	Formats   []scan.Format `json:"formats"`
}

// SampleInfo is what the menu knows of a simulated scan.
type SampleInfo struct {
	Name  string  `json:"name"`
	Title string  `json:"title"`
	Task  string  `json:"task"`
	Seed  float64 `json:"seed"` // of the patient who is shown first
}

func (l *Lab) info() Info {
	i := Info{
		Version: l.release.Version, Backend: l.compute.Name, Adapter: l.compute.Adapter, Reason: l.compute.Reason,
		Methods: attack.Methods(), Universal: attack.Universal(), Options: options["attack"], Losses: attack.IndependentLosses(), Exclusive: attack.ExclusiveLosses(), Orders: attack.Orders(), Labels: attack.Targets(), Weights: attack.Weights(), Norms: attack.Norms(), Schemes: attack.Rules(), Schedules: attack.Schedules(),
		Starts: attack.Starts(), Gradients: Movings(), Grounds: Grounds(), Places: Wheres(), Formats: l.release.Formats,
	}
	if l.compute.OnGPU() {
		if shaders, worst := l.compute.device.Check(); shaders > 0 {
			i.Check = &Check{shaders, worst}
		}
	}
	tasks := map[string]bool{}
	for _, m := range l.models {
		i.Models = append(i.Models, m.about)
		tasks[m.about.Task] = true
	}
	for _, s := range Samples {
		if tasks[s.Task] || len(l.models) == 0 {
			i.Samples = append(i.Samples, SampleInfo{s.Name, s.Title, s.Task, float64(s.Seed)})
		}
	}
	return i
}
