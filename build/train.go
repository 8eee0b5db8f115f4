package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"

	"segfault/build/command"
	"segfault/build/data"
	"segfault/build/train"
	"segfault/core"
	"segfault/core/unet"
)

// mostSimulated is how many slices are simulated at most, as all are held in memory: 3 GB of them.
const mostSimulated = 10_000

// trainVerb trains a network and writes its weights and model card.
func trainVerb(args []string) error {
	flags := flag.NewFlagSet("train", flag.ContinueOnError)
	folder := flags.String("data", "../shared/data/brain", "folder with train/, val/ and test/, each with images/ and masks/")
	out := flags.String("out", "out/trained.safetensors", "where the weights go; the card goes beside them")
	checkpoint := flags.String("checkpoint", "out/train.checkpoint", "saved as the training goes on, and resumed from")
	from := flags.String("from", "", "checkpoints of other trainings, with commas: their mean weights are the first ones where name and shape agree; or one published .safetensors")
	loss := flags.String("loss", "", "of each image, such as dice_focal (default: Dice of the batch + Dice of the union + focal)")
	adversarial := flags.Float64("adversarial", 0, "attack half of every batch with PGD of this ε, and select by the mean of clean and attacked Dice")
	narrow := flags.Int("narrow", 0, "with -from: what divides the widths of the narrower network to begin as")
	elsewhere := flags.String("weights", "", "publish these weights, which build/train/train_gpu.py wrote, instead of training")
	simulate := flags.Int("simulate", 0, "write so many simulated slices to the folder -out instead of training, for build/train/train_gpu.py")
	encoder := flags.String("encoder", "vgg13_bn", "encoder; one with _bn is published folded into the plain one")
	divide := flags.Int("divide", 4, "divides every width of the full-size network")
	decoder := flags.String("decoder", "", "widths of the decoder's five blocks, such as 64,32,16,8,8, where not the encoder's share")
	classes := flags.String("classes", "gl:glioma,me:meningioma,pi:pituitary", "mark in file names, or label in the masks : name of the channel, ..., such as 1:anterior,2:posterior")
	stages := flags.String("stages", "128x16:6000,224x8:1500", "image size x batch : steps, ...")
	size := flags.Int("size", 224, "input size of the published model")
	rate := flags.Float64("rate", 1.5e-3, "highest learning rate")
	decay := flags.Float64("decay", 0.01, "weight decay")
	phantoms := flags.Float64("phantoms", 0.12, "share of simulated slices in training; unless given, none of classes that cannot be simulated")
	strong := flags.Bool("strong", false, "change slices more than usual: for few")
	seed := flags.Uint64("seed", 1, "of everything random")
	every := flags.Int("every", 250, "steps between validations and checkpoints")
	var about train.About
	flags.StringVar(&about.Title, "title", "", "for the card and the menu (default: the architecture)")
	flags.StringVar(&about.Task, "task", "", "for the card and the menu (default: what the folder of the data is called)")
	flags.StringVar(&about.Data, "source", "", "of the data, for the card")
	flags.StringVar(&about.Licence, "licence", "", "of the data, for the card")
	flags.StringVar(&about.Note, "note", "", "what else the card should say of the training")
	if err := command.Parse(flags, args); err != nil {
		return err
	}
	if err := command.FlagsOnly(flags); err != nil {
		return err
	}
	c := train.Config{Data: *folder, InputSize: *size, Rate: *rate, Decay: *decay, Phantoms: *phantoms, Strong: *strong, Seed: *seed,
		From: *from, Narrow: *narrow, Checkpoint: *checkpoint, Every: *every, Log: os.Stdout}
	var err error
	if c.Classes, err = data.ParseClasses(*classes); err != nil {
		return fmt.Errorf("train: -classes: %w", err)
	}
	if c.Loss = core.Loss(*loss); *loss != "" {
		if c.Loss, err = core.ParseLoss(*loss); err != nil {
			return fmt.Errorf("train: -loss: %w", err)
		}
	}
	if c.Adversarial = *adversarial; !(c.Adversarial >= 0 && c.Adversarial <= 1) {
		return fmt.Errorf("train: -adversarial: expected an ε from 0 to 1, found %v", c.Adversarial)
	}
	if *simulate < 0 || *simulate > mostSimulated {
		return fmt.Errorf("train: -simulate: expected a number of slices to %d, found %d", mostSimulated, *simulate)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if *simulate > 0 {
		if err := command.Only(flags, "training, which -simulate leaves to others", "simulate", "out", "classes", "seed"); err != nil {
			return err
		}
		if !command.Given(flags, "out") {
			return fmt.Errorf("train: -simulate: where to? Give the folder as -out, such as out/simulated")
		}
		return train.Simulate(*out, *simulate, c.Classes, *seed)
	}
	if *elsewhere != "" {
		if err := command.Only(flags, "training, and -weights are trained", "weights", "data", "out", "classes", "size", "title", "task", "source", "licence", "note"); err != nil {
			return err
		}
	}
	if *from == "" || strings.HasSuffix(*from, ".safetensors") {
		if err := command.Unused(flags, "the checkpoints of -from", "narrow"); err != nil {
			return err
		}
	}
	for _, path := range []string{*out, *checkpoint} { // before hours of training, not after
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return fmt.Errorf("train: %w", err)
		}
	}
	if *elsewhere != "" {
		p := train.Publication{Path: *out, Data: *folder, Classes: c.Classes, Size: *size, About: about, Log: os.Stdout}
		if err := train.Elsewhere(*elsewhere, &p); err != nil {
			return err
		}
		return train.Publish(ctx, p)
	}
	if !train.Simulable(c.Classes) && !command.Given(flags, "phantoms") {
		c.Phantoms = 0
		fmt.Fprintln(c.Log, "these classes cannot be simulated, so no slices are")
	}
	for _, text := range strings.Split(*stages, ",") {
		var s train.Stage
		if _, err := fmt.Sscanf(text, "%dx%d:%d", &s.Size, &s.Batch, &s.Steps); err != nil {
			return fmt.Errorf("train: -stages: expected SIZExBATCH:STEPS, found %q", text)
		}
		c.Stages = append(c.Stages, s)
	}
	if c.Spec, err = unet.New(*encoder, 3, len(c.Classes), *divide); err != nil {
		return err
	}
	if *decoder != "" {
		if c.Spec.Decoder, err = widths(*decoder, len(c.Spec.Decoder)); err != nil {
			return err
		}
	}
	result, err := train.Run(ctx, c)
	if errors.Is(err, context.Canceled) {
		return fmt.Errorf("train: stopped; the same command goes on from %s", *checkpoint)
	}
	if err != nil {
		return err
	}
	return train.PublishResult(ctx, c, result, *out, about)
}

// widths reads n numbers of channels.
func widths(text string, n int) (list []int, err error) {
	for _, part := range strings.Split(text, ",") {
		w, err := strconv.Atoi(part)
		if err != nil || w < 1 {
			return nil, fmt.Errorf("train: -decoder: expected %d numbers of channels, found %q", n, text)
		}
		list = append(list, w)
	}
	if len(list) != n {
		return nil, fmt.Errorf("train: -decoder: expected %d numbers of channels, found %d", n, len(list))
	}
	return list, nil
}
