package train

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"segfault/build/data"
	"segfault/core"
	"segfault/core/lab"
	"segfault/core/safetensors"
	"segfault/core/unet"
)

// About is what a card says that the training cannot know. All of it may be empty: then the title is the architecture's and the task the data folder's name.
type About struct {
	Title, Task string
	Data        string // name and source
	Licence     string
	Note        string // what else a reader should know of the training
}

// complete fills in what was not told.
func (a About) complete(spec unet.Spec, folder string) (About, error) {
	folder, err := filepath.Abs(folder)
	if err != nil {
		return a, fmt.Errorf("train: %w", err)
	}
	a.Title, a.Task = cmp.Or(a.Title, spec.Name()), cmp.Or(a.Task, filepath.Base(folder))
	a.Data, a.Licence = cmp.Or(a.Data, untold), cmp.Or(a.Licence, untold)
	return a, nil
}

const untold = "not told"

// Publication is a trained network on its way to a visitor.
type Publication struct {
	Path    string // of the weights; the card goes beside them
	Data    string // folder with test/
	Classes []Class
	Size    int // of the input
	Spec    unet.Spec
	Tensors map[string]*core.Tensor
	Recipe  []Line // how it was trained
	About   About
	Log     io.Writer
}

// Line is a row of a card's first table.
type Line struct{ Head, Text string }

// phantomSeed begins the seeds of the simulated slices that a card's score is
// on; training draws from others.
const phantomSeed = 900_000_000

// Publish writes a network as float16 weights with its model card. Scores are
// those of the written, rounded weights, on the data's test part.
func Publish(ctx context.Context, p Publication) error {
	if err := fits(p.Spec, p.Size); err != nil {
		return fmt.Errorf("train: -size: %w", err)
	}
	var err error
	if p.About, err = p.About.complete(p.Spec, p.Data); err != nil {
		return err
	}
	model := &lab.Model{Title: p.About.Title, Task: p.About.Task, Size: p.Size, Normalisation: normalisation}
	model.Classes = classNames(p.Classes)
	rounded, err := halve(p.Tensors)
	if err != nil {
		return err
	}
	test, err := LoadFolder(p.Data+"/test", p.Size, p.Classes)
	if err != nil {
		return err
	}
	cpu := core.NewCPU(0)
	network, err := unet.NewModel(rounded)
	if err != nil {
		return err
	}
	score, err := Score(ctx, cpu, network, p.Size, test)
	if err != nil {
		return err
	}
	var simulated Scores
	if Simulable(p.Classes) {
		simulated, err = Score(ctx, cpu, network, p.Size, Phantoms(phantomSeed, 150, p.Size, p.Classes))
		if err != nil {
			return err
		}
		fmt.Fprintf(p.Log, "Dice of simulated slices %.4f\n", simulated.Union)
	}
	model.Dice = score.Union
	metadata := model.Metadata()
	metadata["licence"] = p.About.Licence
	file, err := safetensors.Write(&safetensors.File{Tensors: p.Tensors, Metadata: metadata}, safetensors.F16)
	if err != nil {
		return err
	}
	if err := os.WriteFile(p.Path, file, 0o644); err != nil {
		return err
	}
	fmt.Fprintf(p.Log, "test Dice %.4f (of the true class %.4f); %s written\n", score.Union, score.True, p.Path)
	return os.WriteFile(strings.TrimSuffix(p.Path, ".safetensors")+".md", []byte(p.card(score, simulated, len(file), held(test))), 0o644)
}

// halve rounds weights as the file will.
func halve(tensors map[string]*core.Tensor) (map[string]*core.Tensor, error) {
	data, err := safetensors.Write(&safetensors.File{Tensors: tensors}, safetensors.F16)
	if err != nil {
		return nil, err
	}
	f, err := safetensors.Read(data)
	if err != nil {
		return nil, err
	}
	return f.Tensors, nil
}

// held says whether every slice holds what is looked for, as in data of chosen slices, and not in whole volumes.
func held(items []Item) bool {
	return !slices.ContainsFunc(items, func(i Item) bool { return slices.Max(i.Labels) == 0 })
}

// card is what stands beside the weights; chosen says that the data is of slices that all hold what is looked for.
func (p Publication) card(score, simulated Scores, bytes int, chosen bool) string {
	var s strings.Builder
	line := func(format string, args ...any) { fmt.Fprintf(&s, format+"\n", args...) }
	line("# %s\n", p.About.Title)
	line("| | |")
	line("|---|---|")
	line("| architecture | %s, widths %v, decoder %v (segmentation_models_pytorch's names) |", p.Spec.Name(), p.Spec.Widths, p.Spec.Decoder)
	line("| parameters | %d (float16, %d bytes) |", p.Spec.Parameters(), bytes)
	line("| input | %d channels (a grey slice copied), %d×%d, divided by the slice's maximum (`%s`) |", p.Spec.In, p.Size, p.Size, normalisation)
	line("| output | sigmoid channels: %s |", strings.Join(classNames(p.Classes), ", "))
	line("| data | %s; licence %s |", p.About.Data, p.About.Licence)
	line("| split | the data's own train / val / test folders; trained on train, selected on val, reported on test |")
	for _, l := range p.Recipe {
		line("| %s | %s |", l.Head, l.Text)
	}
	if p.About.Note != "" {
		line("| note | %s |", p.About.Note)
	}
	unit := "image"
	if data.Labelled(p.Classes) != nil {
		unit = "volume"
	}
	line("\n## Scores\n\nDice of the published float16 weights (probability above 0.5), the mean over %ss: of all channels together, and of the true class alone,", unit)
	line("for which a lesion outlined as another class is not found. On the input's own grid.\n")
	line("| on | %ss | Dice of the union | Dice of the true class |", unit)
	line("|---|---|---|---|")
	line("| **test** | %d | **%.4f** | **%.4f** |", len(score.Cases), score.Union, score.True)
	for _, g := range groups(p.Classes, score) {
		line("| test, %s | %d | %.4f | %.4f |", g.name, g.count, g.union/float64(g.count), g.right/float64(g.count))
	}
	if len(simulated.Cases) > 0 {
		line("| simulated slices | %d | %.4f | %.4f |", len(simulated.Cases), simulated.Union, simulated.True)
	}
	line("\n## Limits\n\n%s", limits(chosen))
	return s.String()
}

// limits are what a network is not for.
func limits(chosen bool) string {
	seen, without := "", " or sequences"
	if chosen {
		seen, without = ", only slices that hold what it looks for", ", sequences or slices without it"
	}
	return fmt.Sprintf("Made to show how such models fail, not for diagnosis. It has seen one data set%s,\nand says nothing reliable about other scanners%s.", seen, without)
}

// recipe is how a training of this package went.
func (c Config) recipe(r *Result) []Line {
	list := []Line{
		{"training", fmt.Sprintf("AdamW, learning rate %g falling along a cosine, weight decay %g; %s; averaged weights; seed %d", c.Rate, c.Decay, c.lossName(), c.Seed)},
		{"stages", stageList(c.Stages)},
	}
	measured := "Dice of the true class"
	if c.Adversarial > 0 {
		list = append(list, Line{"attacked", fmt.Sprintf("half of each batch, by PGD of %d steps with ε = %g from a random point, on Dice and focal, with the weights as they were then", attackSteps, c.Adversarial)})
		measured = "mean of clean and attacked Dice of the true class"
	}
	if c.From != "" {
		how := ", where names and shapes agree"
		switch {
		case c.published():
			how = ", as it is published"
		case c.Narrow > 0:
			how = ", widened (Net2WiderNet)"
		}
		list = append(list, Line{"begun", fmt.Sprintf("with the averaged weights of the training of %s%s", trainings(c.From), how)})
	}
	changed := "flip, rotation, scale, shift, gamma, contrast, brightness, coil bias, noise"
	if c.Strong {
		changed = "flip, rotation to ±30°, scale, shift, elastic warp, gamma, contrast, brightness, coil bias, noise"
	}
	list = append(list,
		Line{"augmentation", fmt.Sprintf("%s; %.0f %% simulated slices", changed, 100*c.Phantoms)},
		Line{"selected", fmt.Sprintf("step %d of %d, validation %s %.4f", r.Step, c.steps(), measured, r.Dice)})
	if c.Spec.Encoder != r.Spec.Encoder {
		list = append(list, Line{"batch-norm", fmt.Sprintf("trained as %s, the encoder's batch-norm folded into its convolutions", c.Spec.Encoder)})
	}
	return list
}

// lossName is what is made smaller, in words.
func (c Config) lossName() string {
	if c.Loss != "" {
		return fmt.Sprintf("`%s` of each image", c.Loss)
	}
	return "Dice over the batch + Dice of the channels' union in each image + focal"
}

// PublishResult publishes what a training of this package came to.
func PublishResult(ctx context.Context, c Config, r *Result, path string, about About) error {
	return Publish(ctx, Publication{Path: path, Data: c.Data, Classes: c.Classes, Size: c.InputSize, Spec: r.Spec, Tensors: r.Tensors, Recipe: c.recipe(r), About: about, Log: c.Log})
}

// trainings names those that a training began from.
func trainings(from string) string {
	names := files(from)
	for i, name := range names {
		names[i] = strings.TrimSuffix(name, filepath.Ext(name))
	}
	return strings.Join(names, ", ")
}

// files are the names of files with commas, wherever they lie.
func files(paths string) (names []string) {
	if paths == "" {
		return nil
	}
	for path := range strings.SplitSeq(paths, ",") {
		names = append(names, filepath.Base(path))
	}
	return names
}

func classNames(classes []Class) []string {
	var names []string
	for _, c := range classes {
		names = append(names, c.Name)
	}
	return names
}

func stageList(stages []Stage) string {
	var parts []string
	for _, s := range stages {
		parts = append(parts, fmt.Sprintf("%d steps of %d images at %d×%d", s.Steps, s.Batch, s.Size, s.Size))
	}
	return strings.Join(parts, ", then ")
}

// group is a part of the scored cases, with the sums of their Dice.
type group struct {
	name         string
	count        int
	union, right float64
}

// planes are the marks of the slice planes in file names.
var planes = map[string]string{"ax": "axial", "co": "coronal", "sa": "sagittal"}

// groups scores every class and plane by itself.
func groups(classes []Class, score Scores) []*group {
	of := map[string]*group{}
	add := func(name string, union, right float64) {
		if of[name] == nil {
			of[name] = &group{name: name}
		}
		g := of[name]
		g.count, g.union, g.right = g.count+1, g.union+union, g.right+right
	}
	for _, c := range score.Cases {
		for k, d := range c.Class {
			if len(classes) > 1 && d >= 0 {
				add(classes[k].Name, c.Union, d)
			}
		}
		for mark, plane := range planes {
			if strings.Contains(c.Name, "_"+mark+"_") {
				add(plane, c.Union, c.True)
			}
		}
	}
	return slices.SortedFunc(maps.Values(of), func(a, b *group) int { return strings.Compare(a.name, b.name) })
}
