package main

import (
	"bytes"
	"cmp"
	"compress/gzip"
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	"segfault/core"
	"segfault/core/attack"
	"segfault/core/lab"
	"segfault/core/names"
	"segfault/core/safetensors"
	"segfault/core/scan"
	"segfault/core/scan/formats"
)

// defaultWeights is the model that is attacked where none is named.
const defaultWeights = "brain-unet-vgg13-w4"

// attackVerb attacks one slice on the CPU and writes what came of it.
func attackVerb(args []string) error {
	a := attack.FGSM()
	flags := flag.NewFlagSet("attack", flag.ContinueOnError)
	weights := flags.String("weights", "", "a .safetensors file, or the name of one in weights/ (default "+defaultWeights+", or the recipe's)")
	scanPath := flags.String("scan", "", "the scan: DICOM, NIfTI, PNG, JPEG, TIFF, NPY or NPZ, or a folder with a DICOM series")
	volume := flags.Int("volume", 0, "which volume of a 4-D NIfTI or DICOM series, from 0")
	truthPath := flags.String("truth", "", "its truth: a mask in PNG, NPY or NIfTI")
	regionPath := flags.String("region", "", "its region of interest, a mask too: only pixels in it are changed")
	slice := flags.Int("slice", 0, "which slice of a volume, from 0")
	epsilon := flags.Float64("epsilon", float64(a.Epsilon), "largest change of a pixel, of the range 0 to 1; twice that with -scheme blend")
	flags.IntVar(&a.Steps, "steps", a.Steps, "1 is FGSM; more repeat it within epsilon")
	step := flags.Float64("step", 0, "change in one step (default: epsilon for one step, 2.5·epsilon over their number for more)")
	loss := flags.String("loss", string(a.Loss), names.Or(names.All(attack.Losses())))
	flags.BoolVar(&a.Swapped, "swapped", false, "call the loss as loss(target, output)")
	norm := flags.String("norm", string(a.Norm), "what epsilon measures: "+names.Or(names.All(attack.Norms())))
	scheme := flags.String("scheme", string(a.Rule), names.Or(names.All(attack.Rules())))
	schedule := flags.String("schedule", string(a.Schedule), "of steps: "+names.Or(names.All(attack.Schedules())))
	start := flags.String("start", string(a.Start), "where the steps begin: "+names.Or(names.All(attack.Starts())))
	flags.IntVar(&a.Restarts, "restarts", 0, "how often a random start is tried again; the run with the largest loss counts")
	flags.Uint64Var(&a.Seed, "seed", 0, "of random starts")
	label := flags.String("label", "", names.Or(names.All(attack.Targets()))+" (default: truth where -truth is given)")
	flags.BoolVar(&a.Grey, "shared", false, "move all channels by one shared gradient, so that grey stays grey")
	on := flags.String("on", "", "scan: move the scan's own pixels; input: the model's input, as in the paper (default: scan where it can be saved)")
	identity := flags.Bool("identity", false, "keep what the file says of the patient, in texts and elsewhere, in the attacked copy")
	recipe := flags.String("recipe", "", "replay the attack that the page wrote down in this file; give its -scan, and -truth and -region where they were files; the rest is in it")
	out := flags.String("out", "", "folder for result.safetensors, metrics.json, panel.png and the attacked copy of the scan")
	if err := flags.Parse(args); err != nil {
		return err
	}
	given := paths{*scanPath, *truthPath, *regionPath}
	if *recipe != "" && *out != "" && flags.NArg() == 0 {
		return replay(*recipe, *weights, given, formats.Saving{Identity: *identity}, *out)
	}
	if *scanPath == "" || *out == "" || flags.NArg() > 0 {
		return fmt.Errorf("attack: expected -scan FILE and -out DIR, and flags only; see -help")
	}
	a.Epsilon, a.Step = float32(*epsilon), float32(*step)
	a.Norm, a.Rule, a.Schedule, a.Start = attack.Norm(*norm), attack.Rule(*scheme), attack.Schedule(*schedule), attack.Start(*start)
	a.Loss, a.Target = core.Loss(*loss), attack.Target(*label)
	if *label == "" {
		a.Target = attack.Prediction
		if *truthPath != "" {
			a.Target = attack.Truth
		}
	}
	if err := a.Check(); err != nil {
		return err
	}
	if a.Target == attack.Truth && *truthPath == "" {
		return fmt.Errorf("attack: -label truth needs a truth; give -truth FILE, or -label prediction")
	}
	model, err := openModel(cmp.Or(*weights, defaultWeights))
	if err != nil {
		return err
	}
	subject, err := openSubject(given, *volume)
	if err != nil {
		return err
	}
	ground, err := subject.Ground(*on)
	if err != nil {
		return err
	}
	r, err := attackSlice(context.Background(), model, subject, *slice, a, ground, *regionPath != "")
	if err != nil {
		return err
	}
	if err := r.write(*out); err != nil {
		return err
	}
	if err := r.writeCopy(*out, formats.Saving{Identity: *identity}); err != nil {
		return err
	}
	fmt.Printf("%s; %d of %d pixels flipped, in %.0f ms; see %s\n", r.told(), r.metrics.Flipped, r.metrics.Elements, r.milliseconds, *out)
	return nil
}

// told is the score before and after in a few words.
func (r *result) told() string {
	switch union := r.metrics.Score().Union; {
	case union.After == nil:
		return "Nothing to find, and nothing was found"
	case union.Before == nil:
		return fmt.Sprintf("Agreement with its own first answer %.4f, there being no truth", *union.After)
	default:
		return fmt.Sprintf("Dice %.4f → %.4f", *union.Before, *union.After)
	}
}

// openModel reads weights from a file, or from weights/NAME.safetensors.
func openModel(name string) (*lab.Model, error) {
	path := weightsPath(name)
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("attack: no weights at %s; give a .safetensors file or the name of one in weights/", path)
	}
	return lab.ReadModel(data)
}

// result is what an attack on one slice left behind.
type result struct {
	attack                  attack.Method
	model                   *lab.Model
	subject                 *lab.Subject
	slice                   int
	channels, height, width int
	image                   []float32
	truth                   []uint8 // nil without
	gradient                *attack.Gradient
	fault                   *attack.Fault
	own                     *lab.Own // nil where the model's input was attacked
	metrics                 attack.Metrics
	milliseconds            float64
}

func attackSlice(ctx context.Context, model *lab.Model, subject *lab.Subject, slice int, a attack.Method, ground lab.Ground, within bool) (*result, error) {
	height, width := subject.InputSize(model)
	session, err := attack.NewSession(core.NewCPU(0), model.Net, height, width)
	if err != nil {
		return nil, err
	}
	defer session.Close()
	r := &result{attack: a, model: model, subject: subject, slice: slice, channels: model.Net.Shape().In, height: height, width: width}
	if r.image, err = subject.Image(slice, model); err != nil {
		return nil, err
	}
	r.truth, err = subject.Planes(slice, model, func() ([]float32, error) { return session.Predict(ctx, r.image) })
	if err != nil {
		return nil, err
	}
	began := time.Now()
	r.gradient, r.fault, r.own, err = subject.Attack(ctx, session, slice, model, r.image, r.truth, a, ground, within, nil)
	if err != nil {
		return nil, attack.Of(model.Architecture, err)
	}
	r.milliseconds = float64(time.Since(began).Microseconds()) / 1000
	r.metrics, err = attack.Measure(r.image, r.gradient, r.fault, r.truth, model.Net.Shape().Classes, height, width)
	return r, err
}

// write saves the tensors, the numbers and the picture.
func (r *result) write(dir string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fmt.Errorf("attack: %w", err)
	}
	classes := r.model.Net.Shape().Classes
	tensor := func(channels int, data []float32) *core.Tensor {
		return &core.Tensor{Shape: core.Shape{channels, r.height, r.width}, Data: data}
	}
	f := &safetensors.File{Tensors: map[string]*core.Tensor{
		"image":         tensor(r.channels, r.image),
		"gradient":      tensor(r.channels, r.gradient.Values),
		"adversarial":   tensor(r.channels, r.fault.Adversarial),
		"logits_before": tensor(classes, r.gradient.Logits),
		"logits_after":  tensor(classes, r.fault.Logits),
	}}
	if r.truth != nil {
		f.Tensors["truth"] = tensor(classes, floats(r.truth))
	}
	data, err := safetensors.Write(f, safetensors.F32)
	if err != nil {
		return err
	}
	numbers, err := r.json()
	if err != nil {
		return err
	}
	picture, err := r.panel()
	if err != nil {
		return err
	}
	for name, data := range map[string][]byte{"result.safetensors": data, "metrics.json": numbers, "panel.png": picture} {
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o644); err != nil {
			return fmt.Errorf("attack: %w", err)
		}
	}
	return nil
}

// writeCopy saves the scan with the attacked slice in the kind of file that it came in, where the scan itself was attacked.
func (r *result) writeCopy(dir string, how formats.Saving) error {
	if r.own == nil {
		return nil
	}
	values := slices.Clone(r.subject.Scan.Values)
	copy(values[r.slice*len(r.own.Values):], r.own.Values)
	return writeScan(dir, r.subject.Scan, values, how)
}

// writeScan saves a copy of a scan with other values.
func writeScan(dir string, s *scan.Scan, values []float32, how formats.Saving) error {
	files, err := formats.Encode(s, values, how)
	if err != nil {
		return err
	}
	for _, f := range files {
		var data bytes.Buffer
		if f.Gzip {
			w := gzip.NewWriter(&data)
			w.Write(f.Data) // to memory, which does not fail
			w.Close()
		} else {
			data.Write(f.Data)
		}
		if err := os.WriteFile(filepath.Join(dir, f.Name), data.Bytes(), 0o644); err != nil {
			return fmt.Errorf("attack: %w", err)
		}
	}
	return nil
}

func floats(mask []uint8) []float32 {
	if mask == nil {
		return nil
	}
	f := make([]float32, len(mask))
	for i, v := range mask {
		f[i] = float32(v)
	}
	return f
}
