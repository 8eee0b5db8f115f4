// Command studies is the verb study, which is a program of its own: what it counts and draws with takes longer to compile than the rest of
// the tool. `go run ./build study` runs it.
package main

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"

	"segfault/build/command"
	"segfault/build/data"
	"segfault/build/study"
	"segfault/core/attack"
	"segfault/core/names"
)

func main() {
	if err := studyVerb(os.Args[1:]); err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// studyVerb attacks a folder of scans in many ways with many models, and reports.
func studyVerb(args []string) error {
	if len(args) > 0 && args[0] == "merge" {
		return mergeVerb(args[1:])
	}
	if len(args) > 0 && args[0] == "cohort" {
		return cohortVerb(args[1:])
	}
	if len(args) > 0 && args[0] == "claims" {
		return claimsVerb(args[1:])
	}
	if len(args) > 0 && args[0] == "folds" {
		return foldsVerb(args[1:])
	}
	c := study.Config{Log: os.Stdout}
	axes := study.DefaultAxes()
	flags := flag.NewFlagSet("study", flag.ContinueOnError)
	flags.Usage = func() {
		fmt.Fprintln(flags.Output(), "usage: study -data FOLDER [flags]\n       study merge [-report FILE] [-check FOLDER] FOLDER...\n       study cohort [flags]\n       study folds [flags] FOLDER...\n       study claims [flags] FOLDER...")
		flags.PrintDefaults()
	}
	flags.StringVar(&c.Data, "data", "", "folder with images/ and masks/; slices with an empty mask are left out")
	models := flags.String("models", "all", "files of weights (.safetensors) or names of bundled ones, with commas; \"all\" are those of the data's task")
	weights := flags.String("weights", "", "folder of the bundled models (default: the checkout's weights)")
	flags.StringVar(&c.Task, "task", "", "task of the models (default: what the data's path or names say)")
	classes := flags.String("classes", "gl:glioma,me:meningioma,pi:pituitary", "mark in file names : class of a mask that shows one of several, ...")
	flags.StringVar(&c.Patient, "patient", "", "regular expression for the part of a file name that is the patient's (default: every file is of another)")
	flags.StringVar(&axes.Epsilons, "epsilon", axes.Epsilons, "sizes of the attack, of the range 0 to 1")
	flags.StringVar(&axes.Crossed, "crossed", axes.Crossed, "the ε at which all schemes and labels are tried, elsewhere only the first; \"all\" or \"none\"")
	flags.StringVar(&axes.Losses, "loss", axes.Losses, "losses: "+names.Or(names.All(attack.Losses())))
	flags.StringVar(&axes.Orders, "order", axes.Orders, "orders of a loss's arguments")
	flags.StringVar(&axes.Schemes, "scheme", axes.Schemes, "schemes: "+names.Or(names.All(attack.Rules())))
	flags.StringVar(&axes.Labels, "label", axes.Labels, "labels: "+names.Or(names.All(attack.Targets())))
	flags.BoolVar(&axes.Shared, "shared", axes.Shared, "try one sign for all channels, too, at the crossed ε")
	flags.BoolVar(&axes.Noise, attack.Noise, axes.Noise, "try as much noise, too, at every ε")
	shard := flags.String("shard", "1/1", "do the i-th of n parts; with -methods the table is of all parts that lie in -out, without it \"study merge\" brings them together")
	flags.StringVar(&c.Out, "out", "", "folder for rows, tables and report, from which a stopped study goes on (default: out/study/TASK)")
	flags.IntVar(&c.Cores, "cores", 0, "how many cores to use; 0 is all")
	report := flags.String("report", "", "the report (default: STUDY.md in -out); its plots and tables go to study/ beside it")
	check := flags.String("check", "", "folder of published tables to compare with, such as weights/study")
	flags.StringVar(&c.Protocol, "protocol", "", "text that says beforehand what is asked and decided how: kept beside the first rows, and refused if it changes after them")
	methods := flags.String("methods", "", "compare named methods instead, with commas, a loss or a norm behind a stroke: bim,apgd/l2; \"all\" are "+study.DefaultMethods()+"; \"protocol\" are those of weights/study/protocol.md")
	steps := flags.Int("steps", 0, "with -methods: of every method that takes several (default: each method's own)")
	of := flags.String("of", string(study.OfInput), "with -methods: what ε is of: the model's input, the range of the scan's own pixels, rounded to what its file can hold (scan), or the file's grey levels (levels)")
	every := flags.Int("every", 1, "with -methods: attack every n-th slice of a scan alone, or of a patient, where -patient says whose a scan is")
	transfer := flags.Bool("transfer", false, "with -methods: show every model what each attack made of a slice on each model")
	empty := flags.Bool("empty", false, "with -methods: attack the slices on which there is nothing to find, to see where something is invented")
	first := flags.Int("first", 0, "with -methods: how many scans of the folder, or patients, where -patient says whose a scan is (default: all)")
	if err := command.Parse(flags, args); err != nil {
		return err
	}
	if c.Data == "" || flags.NArg() > 0 {
		return fmt.Errorf("study: expected -data FOLDER and flags only, or \"merge\", \"cohort\", \"folds\" or \"claims\" before all else; see -help")
	}
	ignored, kind := ofMethods, "-methods"
	if *methods != "" {
		ignored, kind = ofOneStep, "the study of one step"
	}
	if err := command.Unused(flags, kind, ignored...); err != nil {
		return err
	}
	var err error
	if c.Shard, err = study.ParseShard(*shard); err != nil {
		return err
	}
	if c.Shard.Of > 1 {
		if err := command.Unused(flags, "a whole study; \"study merge\" reports one that was shared out", "report"); err != nil {
			return err
		}
	}
	suite := &study.Suite{Steps: *steps, First: *first, Every: *every, Empty: *empty, Transfer: *transfer}
	if *methods == "" {
		c.Design, err = axes.Design()
	} else {
		suite.Budgets, err = study.ParseBudgets(axes.Epsilons, *of)
	}
	if err != nil {
		return err
	}
	if c.Classes, err = data.ParseClasses(*classes); err != nil {
		return fmt.Errorf("study: -classes: %w", err)
	}
	if *weights == "" {
		if *weights, err = command.Weights(); err != nil {
			return err
		}
	}
	if err := c.Choose(*models, *weights); err != nil {
		return err
	}
	if c.Out == "" {
		c.Out = filepath.Join("out", "study", cmp.Or(c.Task, "own"))
	}
	c.Command = studyCommand(flags)

	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if *methods != "" {
		suite.Config = c
		return compareMethods(ctx, suite, *methods)
	}
	err = study.Run(ctx, c)
	if errors.Is(err, context.Canceled) {
		return fmt.Errorf("study: stopped; the same command goes on from %s", c.Out)
	}
	if err != nil {
		return err
	}
	if c.Shard.Of > 1 {
		fmt.Printf("shard %s is in %s; when all are done: go run ./build study merge %s\n", c.Shard, c.Out, c.Out)
		if *check == "" {
			return nil
		}
		return study.Check(*check, os.Stdout, c.Out)
	}
	return publishStudy(*report, *check, c.Out)
}

// Flags that are for one kind of study alone.
var (
	ofMethods = []string{"steps", "first", "every", "empty", "transfer", "of"}
	ofOneStep = []string{"crossed", "loss", "order", "scheme", "label", "shared", attack.Noise, "report", "check"}
)

// compareMethods attacks with named methods, and writes their means.
func compareMethods(ctx context.Context, s *study.Suite, list string) (err error) {
	if list == "all" {
		list = study.DefaultMethods()
	}
	if s.Methods, err = study.ParseMethods(list); err != nil {
		return err
	}
	if list != study.Protocol {
		s.Methods = study.WithNoise(s.Methods)
	}
	if s.Cores < 1 {
		s.Cores = runtime.GOMAXPROCS(0)
	}
	rows, err := s.Run(ctx)
	if errors.Is(err, context.Canceled) {
		return fmt.Errorf("study: stopped; the same command goes on from %s", s.Out)
	}
	if err != nil {
		return err
	}
	path, table := filepath.Join(s.Out, "METHODS.md"), s.Table(rows)
	if s.Transfer {
		table = s.TransferTable(rows)
	}
	if err := os.WriteFile(path, []byte("`"+s.Command+"`\n\n"+table), 0o644); err != nil {
		return fmt.Errorf("study: %w", err)
	}
	fmt.Printf("the table is %s\n", path)
	return nil
}

// mergeVerb reports what several runs wrote.
func mergeVerb(args []string) error {
	flags := flag.NewFlagSet("study merge", flag.ContinueOnError)
	report := flags.String("report", "", "the report (default: STUDY.md in the first folder); its plots and tables go to study/ beside it")
	check := flags.String("check", "", "folder of published tables to compare with, such as weights/study")
	if err := command.Parse(flags, args); err != nil {
		return err
	}
	if flags.NArg() == 0 {
		return fmt.Errorf("study: merge what? Give the folders that runs wrote to")
	}
	return publishStudy(*report, *check, flags.Args()...)
}

// publishStudy writes the tables, plots and report of finished runs.
func publishStudy(report, check string, dirs ...string) error {
	report = cmp.Or(report, filepath.Join(dirs[0], "STUDY.md"))
	results, err := study.Gather(dirs...)
	if err != nil {
		return err
	}
	if err := study.Publish(report, results); err != nil {
		return err
	}
	fmt.Printf("the report is %s\n", report)
	if check == "" {
		return nil
	}
	return study.Check(check, os.Stdout, dirs...)
}

// studyCommand is the command that makes a whole study again.
func studyCommand(flags *flag.FlagSet) string {
	command := "go run ./build study"
	flags.Visit(func(f *flag.Flag) {
		switch f.Name {
		case "shard", "out", "cores", "report", "check":
			return
		}
		value := f.Value.String()
		if strings.ContainsAny(value, " \t$'\"\\*?[](){}|&;<>^~#") {
			value = "'" + strings.ReplaceAll(value, "'", `'\''`) + "'"
		}
		if b, isBool := f.Value.(interface{ IsBoolFlag() bool }); isBool && b.IsBoolFlag() {
			command += " -" + f.Name + "=" + value // after a space it would be no value of the flag's
			return
		}
		command += " -" + f.Name + " " + value
	})
	return command
}
