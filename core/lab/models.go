package lab

import (
	"context"
	"fmt"
	"io"
	"io/fs"
	"path"
	"strings"

	"segfault/core/names"
	"segfault/core/net"
	"segfault/core/scan"
)

// model is a network of the menu: a shipped one, which is fetched when it is first used, or a visitor's own.
type model struct {
	*Model // nil before the weights are there
	file   string
	about  ModelInfo
	loaded *LoadModelParams // of a visitor's own

	defended map[string]*model // the same behind defences, by their names
	of       []*model          // whose mean it is; nil of a network alone
}

// ModelInfo is what the menu knows of a model.
type ModelInfo struct {
	Name       string   `json:"name"`
	Title      string   `json:"title"`
	Task       string   `json:"task"`
	Classes    []string `json:"classes"`
	Parameters int      `json:"parameters"`
	Bytes      int      `json:"bytes"`
	Size       int      `json:"size"`
	Dice       float64  `json:"dice"` // on scans that training never saw; 0 where it is not known
	// Lost is the share of test scans of which the default attack takes what the model found, as the study of the models has it.
	Lost *float64 `json:"lost,omitempty"`
	// Studied is what attacks with the page's first budget did to it on test slices, as the study of the models has it.
	Studied []Studied `json:"studied"`
	// Activation makes probabilities of the logits.
	Activation string `json:"activation,omitempty"`
	SHA256     string `json:"sha256,omitempty"`
	Own        bool   `json:"own"` // not shipped
}

// Studied is the mean Dice of all classes together over some slices, before a method's attack and after it.
type Studied struct {
	By     string  `json:"by"` // one step, the strong attack or noise
	Slices int     `json:"slices"`
	Before float64 `json:"before"`
	After  float64 `json:"after"`
}

// shipped are a release's models.
func shipped(r Release) (models []*model) {
	for _, s := range r.Models {
		m := &model{file: s.File, about: s.ModelInfo}
		if m.about.Title == "" {
			m.about.Title = m.about.Name
		}
		models = append(models, m)
	}
	return models
}

// model finds the model of a name, by default the first, with its weights. While they are fetched others have the lab, so it is asked
// for before anything is changed.
func (c *call) model(name string) (*model, error) {
	l := c.lab
	if len(l.models) == 0 {
		return nil, fmt.Errorf("segfault: there is no model; load weights first (a .safetensors file)")
	}
	m := l.models[0]
	if name != "" {
		if m = l.named(name); m == nil && strings.Contains(name, "+") {
			return c.mean(name)
		} else if m == nil {
			return nil, fmt.Errorf("segfault: there is no model %.40q; %s", name, names.Hint(l.modelNames(), name))
		}
	}
	if m.Model != nil {
		return m, nil
	}
	var data []byte
	err := c.away(func() (err error) {
		data, err = l.host.Weights(c, m.file, func(bytes int) { c.progress("weights", bytes, m.about.Bytes) })
		return err
	})
	if err != nil || m.Model != nil { // another call was quicker
		return m, err
	}
	m.Model, err = ReadModel(data)
	return m, as(BadFile, err)
}

func (l *Lab) modelNames() (list []string) {
	for _, m := range l.models {
		list = append(list, m.about.Name)
	}
	return list
}

func (l *Lab) named(name string) *model {
	for _, m := range l.models {
		if m.about.Name == name {
			return m
		}
	}
	return l.means[name]
}

// free is the name itself, or with a number where another model has it.
func (l *Lab) free(name string) string {
	if l.named(name) == nil {
		return name
	}
	for i := 2; ; i++ {
		if numbered := fmt.Sprintf("%s (%d)", name, i); l.named(numbered) == nil {
			return numbered
		}
	}
}

// Checkpoint is what a file of weights is, from its header alone.
type Checkpoint struct {
	Network       string             `json:"network"`
	Channels      int                `json:"channels"`
	Classes       []string           `json:"classes"`
	Parameters    int                `json:"parameters"`
	Bytes         int                `json:"bytes"`
	Title         string             `json:"title"`
	Size          int                `json:"size"`
	Multiple      int                `json:"multiple"`
	Normalisation scan.Normalisation `json:"normalisation"`
	Activation    string             `json:"activation"` // sigmoid or softmax
	Told          bool               `json:"told"`       // whether the file tells the activation
	Raw           bool               `json:"raw"`        // whether nothing shows that its outputs are logits
	Range         []float32          `json:"range"`
	Mean          []float32          `json:"mean"`
	Deviation     []float32          `json:"deviation"`
	Standardise   bool               `json:"standardise"`
	Outputs       []string           `json:"outputs"` // of several that which is taken first
	Notes         []string           `json:"notes"`
}

// FileParams is a file.
type FileParams struct {
	File File `json:"file"`
}

// ModelParams is a network's file.
type ModelParams struct {
	FileParams
	Beside []File `json:"beside,omitempty"` // files that belong to it: with weights of an ONNX network, with plans of nnU-Net's
	OutputOptions
}

// Open opens a file that belongs to the network, by the name that it has there; folders do not count, as browsers give none.
func (p *ModelParams) Open(name string) (r io.ReaderAt, size int64, err error) {
	for _, f := range p.Beside {
		if f.Name() == path.Base(name) {
			return f, f.Size(), nil
		}
	}
	return nil, 0, fs.ErrNotExist
}

// OutputOptions choose what of a network's file is attacked.
type OutputOptions struct {
	Output string `json:"output,omitempty"` // of several of an ONNX network; by default the likeliest
}

// InspectModel tells what a checkpoint is.
func (l *Lab) InspectModel(ctx context.Context, p *ModelParams) (*Checkpoint, error) {
	c, err := l.begin(ctx)
	if err != nil {
		return nil, err
	}
	defer c.end()
	var m *Model
	err = c.away(func() (err error) {
		m, err = c.open(p, true)
		return as(BadFile, err)
	})
	if err != nil {
		return nil, err
	}
	shape := m.Net.Shape()
	return &Checkpoint{
		Network: m.Architecture, Channels: shape.In, Classes: m.Classes, Parameters: m.Parameters, Bytes: int(p.File.Size()),
		Title: m.Title, Size: m.Size, Multiple: shape.Multiple, Normalisation: m.Normalisation,
		Activation: shape.Activation.String(), Told: m.Told, Raw: m.Raw, Range: m.Input.Range, Mean: m.Input.Mean, Deviation: m.Input.Deviation, Standardise: m.Input.Standardised,
		Outputs: m.Outputs, Notes: m.Notes,
	}, nil
}

// reading is a file that is read for a call, until that ends.
type reading struct {
	File
	call  *call
	stage string // of the progress that is told; "" for none
}

func (c *call) read(f File, stage string) reading { return reading{f, c, stage} }

// ReadAt implements io.ReaderAt.
func (r reading) ReadAt(p []byte, at int64) (int, error) {
	if err := r.call.Err(); err != nil {
		return 0, err
	}
	n, err := r.File.ReadAt(p, at)
	if r.stage != "" {
		r.call.progress(r.stage, int(at)+n, int(r.Size()))
	}
	return n, err
}

// ModelOptions are what a checkpoint does not say of itself; what is missing is as the file or its default has it.
type ModelOptions struct {
	Name          string             `json:"name"`
	Classes       []string           `json:"classes,omitempty"`
	Size          int                `json:"size,omitempty"`
	Normalisation scan.Normalisation `json:"normalisation,omitempty"`
	Range         []float32          `json:"range,omitempty"`
	Mean          []float32          `json:"mean,omitempty"`
	Deviation     []float32          `json:"deviation,omitempty"`
	Standardise   bool               `json:"standardise,omitempty"`
	Activation    string             `json:"activation,omitempty"`
	Probabilities bool               `json:"probabilities,omitempty"` // its outputs are probabilities already, though nothing shows it
}

// Tell tells a model what its visitor knows of it.
func (o ModelOptions) Tell(m *Model) error {
	classes, other := o.Classes, o.Activation != "" && o.Activation != m.Net.Shape().Activation.String()
	if other {
		if err := m.SetActivation(o.Activation); err != nil {
			return err
		}
		if len(classes) == 0 && m.named {
			classes = m.Classes
			if m.Net.Shape().Background() == 0 { // which is a class like the others now
				classes = append([]string{"background"}, classes...)
			}
		}
	}
	if o.Probabilities {
		if err := m.SetProbabilities(); err != nil {
			return err
		}
	}
	if other || len(classes) > 0 {
		if err := m.SetClasses(classes); err != nil {
			return err
		}
	}
	if o.Size != 0 {
		if err := m.SetSize(o.Size); err != nil {
			return err
		}
	}
	if o.Normalisation != "" {
		if err := m.SetNormalisation(string(o.Normalisation)); err != nil {
			return err
		}
	}
	if told := (net.Input{Range: o.Range, Mean: o.Mean, Deviation: o.Deviation, Standardised: o.Standardise}); len(o.Range)+len(o.Mean)+len(o.Deviation) > 0 || o.Standardise {
		m.Input = told
	}
	return m.take()
}

// LoadModelParams is a checkpoint with what is told of it.
type LoadModelParams struct {
	ModelParams
	ModelOptions
}

// Loaded is a model that was added.
type Loaded struct {
	Model  ModelInfo `json:"model"`
	Info   Info      `json:"info"`
	SHA256 string    `json:"sha256"`
	Notes  []string  `json:"notes"` // what was found in its file, in sentences
}

// LoadModel adds a visitor's own checkpoint.
func (l *Lab) LoadModel(ctx context.Context, p *LoadModelParams) (*Loaded, error) {
	c, err := l.begin(ctx)
	if err != nil {
		return nil, err
	}
	defer c.end()
	m := &model{loaded: p}
	err = c.away(func() error {
		// What does not fit is refused before the weights are read.
		header, err := c.open(&p.ModelParams, true)
		if err == nil {
			err = p.Tell(header)
		}
		if err != nil {
			return as(BadFile, err)
		}
		if m.Model, err = c.open(&p.ModelParams, false); err == nil {
			err = p.Tell(m.Model)
		}
		if err != nil {
			return as(BadFile, err)
		}
		m.about.SHA256, err = l.host.Digest(c, p.File)
		return err
	})
	if err != nil {
		return nil, err
	}
	name := p.Name
	if name == "" {
		name = stem(p.File.Name())
	}
	m.about = ModelInfo{
		Name: l.free(name), Title: m.Title, Task: m.Task, Classes: m.Classes, Parameters: m.Parameters,
		Bytes: int(p.File.Size()), Size: m.Size, Dice: m.Dice, SHA256: m.about.SHA256, Own: true,
		Activation: m.Net.Shape().Activation.String(),
	}
	if m.about.Title == "" {
		m.about.Title = m.about.Name
	}
	l.models = append(l.models, m)
	return &Loaded{m.about, l.info(), m.about.SHA256, m.Notes}, nil
}
