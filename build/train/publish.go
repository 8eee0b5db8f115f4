package train

import (
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"segfault/core"
	"segfault/core/lab"
	"segfault/core/safetensors"
	"segfault/core/unet"
)

// About is what a card says that the training cannot know.
type About struct {
	Title, Task string
	Data        string // name and source
	Licence     string
	Note        string // what else a reader should know of the training; may be empty
}

// phantomSeed begins the seeds of the simulated slices that a card's score is
// on; training draws from others.
const phantomSeed = 900_000_000

// Publish writes a result as float16 weights with its model card. Scores are
// those of the written, rounded weights, on the data's test part.
func Publish(ctx context.Context, c Config, r *Result, path string, about About) error {
	model := &lab.Model{Title: about.Title, Task: about.Task, Size: c.InputSize, Normalisation: normalisation}
	for _, class := range c.Classes {
		model.Classes = append(model.Classes, class.Name)
	}
	rounded, err := halve(r.Tensors)
	if err != nil {
		return err
	}
	test, err := LoadFolder(c.Data+"/test", c.InputSize, c.Classes)
	if err != nil {
		return err
	}
	cpu := core.NewCPU(0)
	network, err := unet.NewModel(rounded)
	if err != nil {
		return err
	}
	score, err := Score(ctx, cpu, network, c.InputSize, test)
	if err != nil {
		return err
	}
	simulated, err := Score(ctx, cpu, network, c.InputSize, Phantoms(phantomSeed, 150, c.InputSize, c.Classes))
	if err != nil {
		return err
	}
	model.Dice = score.Mean
	metadata := model.Metadata()
	metadata["licence"] = about.Licence
	data, err := safetensors.Write(&safetensors.File{Tensors: r.Tensors, Metadata: metadata}, safetensors.F16)
	if err != nil {
		return err
	}
	if err := os.WriteFile(path, data, 0o644); err != nil {
		return err
	}
	card := writeCard(c, r, about, score, simulated, len(data))
	fmt.Fprintf(c.Log, "test Dice %.4f, phantoms %.4f; %s written\n", score.Mean, simulated.Mean, path)
	return os.WriteFile(strings.TrimSuffix(path, ".safetensors")+".md", []byte(card), 0o644)
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

func writeCard(c Config, r *Result, about About, score, simulated Scores, bytes int) string {
	var s strings.Builder
	line := func(format string, args ...any) { fmt.Fprintf(&s, format+"\n", args...) }
	line("# %s\n", about.Title)
	line("| | |")
	line("|---|---|")
	line("| architecture | %s, widths %v, decoder %v (segmentation_models_pytorch's names) |", r.Spec.Name(), r.Spec.Widths, r.Spec.Decoder)
	line("| parameters | %d (float16, %d bytes) |", r.Spec.Parameters(), bytes)
	line("| input | %d channels (a grey slice copied), %d×%d, divided by the slice's maximum (`%s`) |", r.Spec.In, c.InputSize, c.InputSize, normalisation)
	line("| output | sigmoid channels: %s |", strings.Join(classNames(c.Classes), ", "))
	line("| data | %s; licence %s |", about.Data, about.Licence)
	line("| split | the data's own train / val / test folders; trained on train, selected on val, reported on test |")
	line("| training | AdamW, learning rate %g falling along a cosine, weight decay %g; Dice over the batch + Dice of the channels' union in each image + focal; averaged weights; seed %d |", c.Rate, c.Decay, c.Seed)
	line("| stages | %s |", stageList(c.Stages))
	if c.From != "" {
		how := "where names and shapes agree"
		if c.Narrow > 0 {
			how = "widened (Net2WiderNet)"
		}
		line("| begun | with the averaged weights of the training of %s, %s |", trainings(c.From), how)
	}
	line("| augmentation | flip, rotation, scale, shift, gamma, contrast, brightness, coil bias, noise; %.0f %% simulated slices |", 100*c.Phantoms)
	line("| selected | step %d of %d, validation Dice %.4f |", r.Step, c.steps(), r.Dice)
	if c.Spec.Encoder != r.Spec.Encoder {
		line("| batch-norm | trained as %s, the encoder's batch-norm folded into its convolutions |", c.Spec.Encoder)
	}
	if about.Note != "" {
		line("| note | %s |", about.Note)
	}
	line("\n## Scores\n\nDice of the union of all channels (probability above 0.5), the mean over images, of the published float16 weights.\n")
	line("| on | images | Dice |")
	line("|---|---|---|")
	line("| **test** | %d | **%.4f** |", len(score.Each), score.Mean)
	for _, g := range groups(c.Classes, score) {
		line("| test, %s | %d | %.4f |", g.name, g.count, g.mean)
	}
	line("| simulated slices | %d | %.4f |", len(simulated.Each), simulated.Mean)
	line("\n## Limits\n\nMade to show how such models fail, not for diagnosis. It has seen one public data set, only slices that hold what it looks for,\nand says nothing reliable about other scanners, sequences or slices without it.")
	return s.String()
}

// trainings names those that a training began from.
func trainings(from string) string {
	var names []string
	for path := range strings.SplitSeq(from, ",") {
		names = append(names, strings.TrimSuffix(filepath.Base(path), filepath.Ext(path)))
	}
	return strings.Join(names, ", ")
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

// group is a part of the scored images.
type group struct {
	name  string
	count int
	mean  float64
}

// planes are the marks of the slice planes in file names.
var planes = map[string]string{"ax": "axial", "co": "coronal", "sa": "sagittal"}

// groups scores every class and plane by itself.
func groups(classes []Class, score Scores) []group {
	sum, count := map[string]float64{}, map[string]int{}
	add := func(name string, d float64) { sum[name] += d; count[name]++ }
	for i, item := range score.Items {
		if len(classes) > 1 {
			add(classes[item.Class].Name, score.Each[i])
		}
		for mark, plane := range planes {
			if strings.Contains(item.Name, "_"+mark+"_") {
				add(plane, score.Each[i])
			}
		}
	}
	var list []group
	for _, name := range slices.Sorted(maps.Keys(sum)) {
		list = append(list, group{name, count[name], sum[name] / float64(count[name])})
	}
	return list
}
