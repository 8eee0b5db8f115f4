package main

import (
	"cmp"
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"segfault/build/command"
	"segfault/core/attack"
	"segfault/core/lab"
	"segfault/core/lab/recipe"
	"segfault/core/names"
	"segfault/core/net"
	"segfault/core/scan/formats"
)

// defaultWeights is the model that is attacked where none is named.
const defaultWeights = "brain-unet-vgg13-w4"

// attackVerb attacks one slice on the CPU and writes what came of it, or does again what a recipe says.
func attackVerb(args []string) error {
	p := lab.NewAttack(0)
	flags := flag.NewFlagSet("attack", flag.ContinueOnError)
	weights := flags.String("weights", "", "an ONNX file, a checkpoint (.pth, .ckpt, .safetensors), or the name of one in weights/ (default "+defaultWeights+", or the recipe's); several with + between them are attacked as their mean")
	model := &lab.LoadModelParams{}
	modelFlags(flags, model)
	var files paths
	flags.StringVar(&files.scan, "scan", "", "the scan: "+names.Or(formats.Titles())+", or a folder with a DICOM series")
	volume := flags.Int("volume", 0, "which volume of a file or DICOM series that holds several, from 0")
	flags.StringVar(&files.truth, "truth", "", "its truth: a mask in PNG, NPY, NIfTI, NRRD, MetaImage, MGH or DICOM (SEG, RTSTRUCT)")
	flags.StringVar(&files.region, "region", "", "its region of interest, a mask too: only pixels in it are changed")
	flags.StringVar(&files.target, "target", "", "what the model is to find, a mask of its classes: for -label painted, which it is where this is given")
	flags.IntVar(&p.Slice, "slice", 0, "which slice of a volume, from 0")
	flags.StringVar(&p.Name, "method", "", "a named method, which decides what is not told, and refuses what it is not made of: "+names.Or(names.All(attack.Methods())))
	epsilon := flags.Float64("epsilon", shortest(p.Epsilon), "largest change of a pixel, of the range 0 to 1; twice that with -scheme blend")
	flags.IntVar(&p.Steps, "steps", p.Steps, "1 is FGSM; more repeat it within epsilon")
	step := flags.Float64("step", 0, "change in one step (default: epsilon for one step, 2.5·epsilon over their number for more)")
	named(flags, "loss", &p.Loss, "", attack.Losses())
	flags.BoolVar(&p.Swapped, "swapped", false, "call the loss as loss(target, output)")
	named(flags, "norm", &p.Norm, "what epsilon measures: ", attack.Norms())
	named(flags, "scheme", &p.Rule, "", attack.Rules())
	named(flags, "schedule", &p.Schedule, "of steps: ", attack.Schedules())
	named(flags, "start", &p.Start, "where the steps begin: ", attack.Starts())
	flags.IntVar(&p.Restarts, "restarts", 0, "how often a random start is tried again; the run with the largest loss counts")
	flags.Uint64Var(&p.Seed, "seed", 0, "of random starts")
	flags.IntVar(&p.Class, "class", 0, "of a target that is sought, from 1 (default: the target's own choice)")
	named(flags, "weight", &p.Weight, "how much of the loss of each pixel counts: ", attack.Weights())
	flags.StringVar(&p.Defence, "defence", "", "what to put around the model and to attack through, with + between several: "+names.Or(names.All(net.Defences())))
	universal := flags.Bool("universal", false, "make one change for every other slice of -scan, or scan of a folder with images/ and masks/, and try it on all; by default with -method "+attack.Common+", on the model's input")
	transfer := flags.String("transfer", "", "attack on other networks, too, with commas, and tell what each of them and of -weights makes of each attack")
	least := flags.Int("least", 0, "look for the smallest epsilon that succeeds, up to -epsilon, in so many attacks at most")
	named(flags, "label", &p.Target, "what to lead away from (default: truth where there is one): ", attack.Targets())
	shared := flags.Bool("shared", false, "move all channels by one shared gradient, so that grey stays grey")
	named(flags, "on", &p.On, "which pixels to move (default: scan where it can be saved): ", lab.Grounds())
	named(flags, "where", &p.Where, "where in the slice (default: region where there is one): ", lab.Wheres())
	identity := flags.Bool("identity", false, "keep what the file says of the patient, in texts and elsewhere, in the attacked copy")
	again := flags.String("recipe", "", "replay the attack that the page wrote down in this file; give its -scan, and -truth, -region and -target where they were files; the rest is in it")
	alone := flags.Bool("alone", false, "leave out what stands beside every attack: as much noise, and 200 queries of an attack without gradients")
	page := flags.String("report", "", "also write a robustness report to this file: a page with less and more epsilon, noise and an attack without gradients beside it")
	out := flags.String("out", "", "folder for result.safetensors, metrics.json, panel.png and the attacked copy of the scan")
	if err := command.Parse(flags, args); err != nil {
		return err
	}
	if *universal && p.Name == "" {
		p.Name = attack.Common
	}
	if p.Name != "" { // what is told is over what the name stands for
		if err := p.Take(p.Name); err != nil {
			return err
		}
		*epsilon = shortest(p.Epsilon)
		if err := command.Parse(flags, args); err != nil {
			return err
		}
	}
	if *out == "" || files.scan == "" && *again == "" || flags.NArg() > 0 {
		return fmt.Errorf("attack: expected -scan FILE and -out DIR, and flags only; see -help")
	}
	p.Epsilon, p.Step = float32(*epsilon), float32(*step)
	if *shared {
		p.Gradient = lab.AsGrey
	}
	if files.target != "" && p.Target == "" {
		p.Target = attack.Painted
	}
	if files.target != "" && p.Target != attack.Painted {
		return fmt.Errorf("attack: -target is for -label %s, not %s; leave one of them out", attack.Painted, p.Target)
	}
	if *page != "" && *again != "" {
		return fmt.Errorf("attack: -report is of an attack; of a recipe's give its flags instead of -recipe")
	}
	tasks := 0
	for _, asked := range []bool{*again != "", *universal, *transfer != "", *least > 0} {
		if asked {
			tasks++
		}
	}
	if tasks > 1 || *page != "" && tasks == 1 && *least == 0 {
		return fmt.Errorf("attack: give one of -recipe, -universal, -transfer and -least at a time; of these only -least has a -report")
	}
	if *universal || *transfer != "" { // which tell of noise always, and write no copy
		if err := command.Unused(flags, "an attack of one network on one slice", "alone", "identity"); err != nil {
			return err
		}
	}
	if *universal {
		if err := command.Unused(flags, "an attack on one slice, and -universal takes every one", "slice"); err != nil {
			return err
		}
	}
	if p.On == lab.OnInput {
		if err := command.Unused(flags, "the attacked copy of a scan, which -on "+string(lab.OnInput)+" cannot make", "identity"); err != nil {
			return err
		}
	}
	if name := decided(flags); *again != "" && name != "" {
		return fmt.Errorf("attack: -%s is the recipe's to say; leave it out, or attack without -recipe", name)
	}
	w := writing{Lab: lab.New(desk{models: filepath.Dir(apart(*weights)[0])}), identity: *identity, alone: *alone, dir: *out, scan: files.scan,
		networks: map[string]recipe.Network{}, wrote: map[string]bool{}}
	defer func() {
		if left := w.stale(); len(left) > 0 && len(w.wrote) > 0 {
			fmt.Fprintf(os.Stderr, "attack: of an earlier attack, and left as it was in %s: %s\n", *out, strings.Join(left, ", "))
		}
	}()
	if *again != "" {
		return w.replay(*again, *weights, files)
	}
	var err error
	if p.Model, err = w.load(cmp.Or(*weights, defaultWeights), model); err != nil {
		return err
	}
	if *universal {
		return w.universal(p, files, *volume)
	}
	if p.Scan, err = w.open(files, *volume); err != nil {
		return err
	}
	if err := w.folders(*page); err != nil {
		return err
	}
	if *transfer != "" {
		return w.transfer(p, model, strings.Split(*transfer, ","))
	}
	f, err := w.attack(p, *least)
	if err != nil {
		return err
	}
	beside := &lab.Beside{}
	if !*alone {
		if beside, err = w.Beside(context.Background(), &lab.BesideParams{Of: f.ID, BesideOptions: lab.BesideOptions{Blind: true}}); err != nil {
			return err
		}
	}
	if err := w.fault(f, beside.Controls); err != nil {
		return err
	}
	if *page != "" {
		if err := w.report(*page, f, files, *volume); err != nil {
			return err
		}
	}
	fmt.Printf("%s; %d of %d pixels flipped, in %.0f ms; see %s\n", told(&f.Metrics), f.Metrics.Flipped, f.Metrics.Elements, f.Milliseconds.Total, *out)
	for _, c := range beside.Controls {
		fmt.Printf("%s: %s\n", c.Title, told(&c.Metrics))
	}
	return nil
}

// decided is the first flag given that a recipe decides: all but those of files, and of what is written.
func decided(flags *flag.FlagSet) (first string) {
	flags.Visit(func(f *flag.Flag) {
		if !slices.Contains([]string{"recipe", "weights", "scan", "truth", "region", "target", "out", "alone", "identity"}, f.Name) {
			first = cmp.Or(first, f.Name)
		}
	})
	return first
}

// named is a flag whose value is a name of a table.
func named[T ~string](flags *flag.FlagSet, name string, value *T, usage string, table []names.Entry) {
	flags.Func(name, usage+names.Or(names.All(table))+byDefault(string(*value)), func(text string) error {
		*value = T(text)
		return nil
	})
}

// shortest is a number with as few digits as tell it in float32.
func shortest(x float32) float64 {
	v, _ := strconv.ParseFloat(strconv.FormatFloat(float64(x), 'g', -1, 32), 64)
	return v
}

func byDefault(value string) string {
	if value == "" {
		return ""
	}
	return fmt.Sprintf(" (default %q)", value)
}

// told is the score before and after in a few words.
func told(m *lab.Metrics) string {
	if m.Target != nil {
		return fmt.Sprintf("Dice with the target %.4f → %.4f", *m.Target.Before, *m.Target.After)
	}
	switch union, own := m.Dice.Union, m.Dice.True; {
	case union.After == nil:
		return "Nothing to find, and nothing was found"
	case union.Before == nil:
		return fmt.Sprintf("Agreement with its own first answer %s, there being no truth", both(union.After, own.After))
	default:
		return fmt.Sprintf("Dice %s → %s", both(union.Before, own.Before), both(union.After, own.After))
	}
}

// both is the Dice of all classes together and, where it is another, that of the true class.
func both(union, own *float64) string {
	all, of := digits(union), digits(own)
	if of == all {
		return all
	}
	return all + " (true class " + of + ")"
}

// attack attacks a slice; with least, with the smallest ε that succeeds in so many tries.
func (w writing) attack(p *lab.AttackParams, least int) (*lab.Fault, error) {
	ctx := context.Background()
	if least == 0 {
		return w.Attack(ctx, p)
	}
	l, err := w.Least(ctx, &lab.LeastParams{Scan: p.Scan, LeastOptions: lab.LeastOptions{AttackOptions: p.AttackOptions, Tries: least}})
	if err != nil {
		return nil, err
	}
	for _, at := range l.Curve {
		fmt.Printf("epsilon %.6g: Dice %s, loss %.6g%s\n", at.Epsilon, both(&at.Dice, &at.True), at.Loss, map[bool]string{true: ", succeeds"}[at.Success])
	}
	own := ""
	if l.Own != nil {
		own = fmt.Sprintf(", %.6g of the scan's own grey levels", *l.Own)
	}
	if l.Found {
		fmt.Printf("The least that was found to do it: epsilon %.6g%s\n", l.Epsilon, own)
	} else {
		fmt.Printf("No epsilon up to %.6g%s succeeds; the files are of that one\n", l.Epsilon, own)
	}
	return &l.Fault, nil
}

// replay does what a recipe says and compares the numbers.
func (w writing) replay(path, weights string, given paths) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return fmt.Errorf("attack: the recipe cannot be read: %w", err)
	}
	r, err := recipe.Read(text)
	if err != nil {
		return err
	}
	files, err := given.read()
	if err != nil {
		return err
	}
	for _, path := range apart(cmp.Or(weights, r.Model.Name)) {
		f, err := readModel(path)
		if err != nil {
			return err
		}
		files.Weights = append(files.Weights, f)
	}
	if err := w.folders(); err != nil {
		return err
	}
	r.Alone = w.alone
	done, err := r.Replay(context.Background(), w.Lab, files)
	if err != nil {
		return err
	}
	fmt.Println(strings.Join(done.Lines, "\n"))
	switch {
	case done.Fault != nil:
		err = w.fault(done.Fault, done.Beside)
	case done.Universal != nil:
		err = w.change(done.Universal)
	default:
		err = w.all(done.Volume)
	}
	return cmp.Or(err, done.Err())
}
