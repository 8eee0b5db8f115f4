package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"

	"segfault/build/command"
	"segfault/build/data"
	"segfault/build/study"
	"segfault/build/train"
	"segfault/core"
	"segfault/core/unet"
)

// claimsVerb decides the protocol's hypotheses from rows.
func claimsVerb(args []string) error {
	flags := flag.NewFlagSet("study claims", flag.ContinueOnError)
	task := flags.String("task", "hippocampus", "of the models")
	figures := flags.String("figures", "", "folder that gets a figure of each claim")
	channels := flags.Int("channels", 2, "of the models, which tell their parameters")
	patient := flags.String("patient", "", "regular expression for the part of a file name that is the patient's (default: every file is of another)")
	publish := flags.String("publish", "", "the report, such as weights/STUDY.md: adds the folders' rows to those in study/claims beside it, and writes its section of the claims and their figures anew")
	p := study.Publication{}
	flags.StringVar(&p.Weights, "weights", "out/cohort", "with -publish: folder of the models' weights")
	folder := flags.String("data", "../shared/data/hippocampus", "with -publish: folder with val/ and test/")
	classes := flags.String("classes", "1:anterior,2:posterior", "with -publish: label or mark in file names : name of the channel, ...")
	flags.IntVar(&p.Cores, "cores", 0, "with -publish: how many cores to use; 0 is all")
	if err := command.Parse(flags, args); err != nil {
		return err
	}
	ignored, kind := []string{"weights", "data", "classes", "cores"}, "-publish"
	if *publish != "" {
		ignored, kind = []string{"figures", "channels"}, "claims that are only told"
	}
	if err := command.Unused(flags, kind, ignored...); err != nil {
		return err
	}
	if *publish != "" {
		p.Report, p.Task, p.Patient, p.Data, p.Log = *publish, *task, *patient, filepath.Join(*folder, "test"), os.Stdout
		var err error
		if p.Classes, err = data.ParseClasses(*classes); err != nil {
			return fmt.Errorf("study: -classes: %w", err)
		}
		p.Score = scorer(*folder, p.Classes, p.Cores)
		ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
		defer stop()
		return p.Add(ctx, flags.Args()...)
	}
	if flags.NArg() == 0 {
		return fmt.Errorf("study: claims of what? Give the folders that \"study -methods %s\" wrote to", study.Protocol)
	}
	for _, dir := range flags.Args() {
		of, err := study.ReadSuites(dir)
		if err != nil {
			return err
		}
		if len(of) == 0 {
			return fmt.Errorf("study: %s holds no rows; give flags first, and then the folders that \"study -methods %s\" wrote to", dir, study.Protocol)
		}
	}
	rows, err := study.ReadSuites(flags.Args()...)
	if err != nil {
		return err
	}
	parameters := map[string]int{}
	for _, w := range study.Widths {
		spec, err := unet.New("vgg13", 3, *channels, w)
		if err != nil {
			return err
		}
		for s := range study.Seeds {
			parameters[study.Member(*task, w, s+1)] = spec.Parameters()
		}
	}
	claims, err := study.Claims(*task, rows, *patient, parameters)
	if err != nil {
		return err
	}
	fmt.Print(study.ClaimsTable(claims))
	attacks, err := study.AttacksTable(*task, rows, *patient)
	if err != nil {
		return err
	}
	left, err := study.LeftTables(*task, rows, *patient)
	if err != nil {
		return err
	}
	fmt.Print("\n" + attacks + "\n" + left)
	if *figures == "" {
		return nil
	}
	links, err := study.WriteFigures(*figures, *task, claims)
	fmt.Print(links)
	return err
}

// scorer measures models on the val and test parts of a folder.
func scorer(folder string, classes []data.Class, cores int) func(context.Context, study.Model) (study.Scored, error) {
	return func(ctx context.Context, m study.Model) (s study.Scored, err error) {
		var of [2]train.Scores
		for i, part := range []string{"val", "test"} {
			items, err := train.LoadFolder(filepath.Join(folder, part), m.About.Size, classes)
			if err != nil {
				return s, err
			}
			if of[i], err = train.Score(ctx, core.NewCPU(cores), m.Net, m.About.Size, items); err != nil {
				return s, err
			}
		}
		return study.Scored{Val: of[0].True, Test: of[1].True, TestAll: of[1].Union, ValScans: len(of[0].Cases), TestScans: len(of[1].Cases)}, nil
	}
}
