package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"strings"

	"segfault/build/command"
	"segfault/build/data"
	"segfault/build/study"
	"segfault/build/train"
	"segfault/core"
	"segfault/core/unet"
)

// cohortVerb trains the protocol's models: every width with every seed by one recipe. What is there stays, and what was begun goes on.
func cohortVerb(args []string) error {
	flags := flag.NewFlagSet("study cohort", flag.ContinueOnError)
	folder := flags.String("data", "../shared/data/hippocampus", "folder with train/, val/ and test/")
	task := flags.String("task", "hippocampus", "for names and cards")
	classes := flags.String("classes", "1:anterior,2:posterior", "label or mark in file names : name of the channel, ...")
	size := flags.Int("size", 64, "side of the input")
	steps := flags.Int("steps", 3000, "of 16 images, for every model")
	out := flags.String("out", "out/cohort", "folder of the weights")
	part := flags.String("shard", "1/1", "train the i-th of n parts of the models")
	if err := command.Parse(flags, args); err != nil {
		return err
	}
	if err := command.FlagsOnly(flags); err != nil {
		return err
	}
	shard, err := study.ParseShard(*part)
	if err != nil {
		return err
	}
	c := train.Config{Data: *folder, InputSize: *size, Stages: []train.Stage{{Size: *size, Batch: 16, Steps: *steps}},
		Rate: 2e-3, Decay: 0.01, Loss: core.DiceFocal, Every: 250, Log: os.Stdout}
	if c.Classes, err = data.ParseClasses(*classes); err != nil {
		return fmt.Errorf("study: -classes: %w", err)
	}
	if err := os.MkdirAll(*out, 0o755); err != nil {
		return fmt.Errorf("study: %w", err)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	for i := range len(study.Widths) * study.Seeds {
		if i%shard.Of != shard.Number-1 {
			continue
		}
		width, seed := study.Widths[i%len(study.Widths)], i/len(study.Widths)+1 // each width's first seed comes first
		path := filepath.Join(*out, study.Member(*task, width, seed)+".safetensors")
		c.Seed, c.Checkpoint = uint64(seed), strings.TrimSuffix(path, ".safetensors")+".checkpoint"
		if _, err := os.Stat(path); err == nil {
			if err := c.Agree(); err != nil { // all models are by one recipe
				return err
			}
			continue
		}
		if c.Spec, err = unet.New("vgg13_bn", 3, len(c.Classes), width); err != nil {
			return err
		}
		fmt.Println(filepath.Base(path))
		result, err := train.Run(ctx, c)
		if errors.Is(err, context.Canceled) {
			return fmt.Errorf("study: stopped; the same command goes on from %s", *out)
		}
		if err != nil {
			return err
		}
		about := train.About{Title: fmt.Sprintf("U-Net/VGG-13, width over %d, seed %d", width, seed), Task: *task, Data: *folder, Licence: "its data's"}
		if err := train.PublishResult(ctx, c, result, path, about); err != nil {
			return err
		}
	}
	return nil
}

// foldsVerb shares patients out for cross-validation.
func foldsVerb(args []string) error {
	f := study.Folds{}
	flags := flag.NewFlagSet("study folds", flag.ContinueOnError)
	flags.StringVar(&f.Patient, "patient", "", "regular expression for the part of a file name that is the patient's (default: every file is of another)")
	flags.StringVar(&f.Group, "group", "", "regular expression for the part of a patient that names the group, of which every fold gets its share")
	flags.IntVar(&f.N, "n", 5, "how many folds")
	flags.StringVar(&f.Out, "out", "out/folds", "folder that gets 1/, 2/ and so on, each with train/, val/ and test/")
	if err := command.Parse(flags, args); err != nil {
		return err
	}
	if f.Data = flags.Args(); len(f.Data) == 0 {
		return fmt.Errorf("study: folds of what? Give the folders with images/ and masks/ that hold the patients")
	}
	sizes, err := f.Write()
	if err != nil {
		return err
	}
	fmt.Printf("%s has %d folds; patients in their test parts: %v\n", f.Out, f.N, sizes)
	return nil
}
