package main

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"segfault/build/bench"
	"segfault/build/command"
)

// benchVerb measures models on this machine: natively, and in Chromium and Node on WebAssembly and WebGPU.
func benchVerb(args []string) error {
	if len(args) > 0 && args[0] == "merge" {
		return benchMerge(args[1:])
	}
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	flags.Usage = func() {
		fmt.Fprint(flags.Output(), "go run ./build bench [flags], or go run ./build bench merge [-report FILE] RUN.json... to report several runs together\n")
		flags.PrintDefaults()
	}
	weights := flags.String("weights", "", "models, separated by commas: .safetensors files or names in weights/, each with its side as in NAME@224 if it has one of its own (default: all in weights/)")
	on := flags.String("on", strings.Join(places, ","), "where to run")
	sizes := flags.String("size", "", "sides of the image, separated by commas; (default: the model's own)")
	peers := flags.String("peers", "", "runtimes to compare with, forward and gradient: some of "+strings.Join(peerNames(), ", ")+"; or all")
	compare := flags.String("compare", "", "models that the peers run; they can build those with a VGG encoder (default: all that are measured)")
	tasks := flags.String("tasks", strings.Join(bench.Tasks, ","), "what to measure; \"N steps\" with N to 1000 is an attack")
	runs := flags.Int("runs", 9, "counted runs of a task, after one that warms up")
	trace := flags.String("trace", "", "instead, print the time of every step of this task: "+bench.Forward+" or "+bench.Gradient)
	report := flags.String("report", "", "also write a report in Markdown to this file")
	budget := flags.Duration("budget", 20*time.Second, "time after which a task is not repeated")
	limit := flags.Duration("limit", 2*time.Minute, "a run that is expected to take longer is left out, and the tables say so")
	pack := flags.String("pack", "", "instead, write a bundle to this file (.tar.gz) for a Linux machine that has a GPU and nothing else: unpack it there, and ./run writes bench.json, for merge")
	tests := flags.String("tests", "webgpu,core/coretest", "packages whose tests a bundle runs, too; separated by commas")
	out := flags.String("json", "out/bench.json", "file for the results as JSON")
	if err := command.Parse(flags, args); err != nil {
		return err
	}
	if err := command.FlagsOnly(flags); err != nil {
		return err
	}
	if *peers == "" {
		if err := command.Unused(flags, "-peers", "compare"); err != nil {
			return err
		}
	}
	of, names := "a bundle (-pack)", []string{"tests"}
	switch {
	case *pack != "":
		of, names = "a run: what a bundle measures, ./run writes to bench.json", []string{"json", "report"}
	case *trace != "":
		of, names = "measuring, and -trace only prints", []string{"json", "report", "tasks", "runs", "budget", "tests"}
	}
	if err := command.Unused(flags, of, names...); err != nil {
		return err
	}
	if *trace != "" && *trace != bench.Forward && *trace != bench.Gradient {
		return fmt.Errorf("bench: -trace: expected %s or %s, found %q", bench.Forward, bench.Gradient, *trace)
	}
	effort := bench.Effort{Tasks: strings.Split(*tasks, ","), Runs: *runs, Budget: *budget, Limit: *limit}
	sides, err := benchChoices(effort, *sizes)
	if err != nil {
		return err
	}
	root, err := command.Root()
	if err != nil {
		return err
	}
	models, err := benchModels(root, *weights)
	if err != nil {
		return err
	}
	if *pack != "" {
		if err := folderOf(*pack); err != nil {
			return err
		}
		return benchPack(root, *pack, models, list(*peers), list(*tests), packedArgs(flags))
	}
	for _, path := range []string{*out, *report} { // before hours of measuring, not after
		if err := folderOf(path); err != nil {
			return err
		}
	}
	folder, remove, err := temporary("bench")
	if err != nil {
		return fmt.Errorf("bench: %w", err)
	}
	defer remove()
	own, err := ownContenders(root, folder, strings.Split(*on, ","), effort.Tasks)
	if err != nil {
		return err
	}
	var others []bench.Contender
	if *peers != "" {
		if others, err = peerContenders(root, folder, strings.Split(*peers, ",")); err != nil {
			return err
		}
	}
	var results []bench.Result
	for _, path := range models {
		sides := sides
		path, side, given := strings.Cut(path, "@")
		if given {
			if sides, err = benchChoices(effort, side); err != nil {
				return err
			}
		}
		model, err := os.ReadFile(path)
		if err != nil {
			return fmt.Errorf("bench: %w", err)
		}
		name := strings.TrimSuffix(filepath.Base(path), ".safetensors")
		contenders := own
		if *compare == "" || slices.Contains(strings.Split(*compare, ","), name) {
			contenders = slices.Concat(own, others)
		}
		for _, side := range sides {
			job, err := bench.NewJob(name, model, side)
			if err != nil {
				return err
			}
			if err := job.Save(folder, model); err != nil {
				return err
			}
			fmt.Fprintf(os.Stderr, "%s, %d×%d: %.2f GFLOP forward\n", job.Name, job.Size, job.Size, float64(job.FLOPs[bench.Forward])/1e9)
			if *trace != "" {
				if err := printTraces(folder, contenders, *trace, effort.Patience()); err != nil {
					return err
				}
				continue
			}
			results = append(results, bench.Measure(job, folder, contenders, effort, os.Stderr)...)
		}
	}
	if *trace != "" {
		return nil
	}
	run := bench.NewRun("go run ./build bench "+commandLine(args), results)
	run.Tests = benchTests(root)
	if err := writeJSON(*out, run); err != nil {
		return err
	}
	return showRuns([]bench.Run{run}, *report)
}

// benchChoices checks what to measure and reads the sides of the image; 0 is the model's own.
func benchChoices(effort bench.Effort, sizes string) (sides []int, err error) {
	for _, task := range effort.Tasks {
		if !bench.Known(task) {
			return nil, fmt.Errorf("bench: unknown task %q; expected some of %s, or \"N steps\" with N from 2 to 1000", task, strings.Join(bench.Tasks, ", "))
		}
	}
	if effort.Runs < 1 {
		return nil, fmt.Errorf("bench: expected at least one run, found %d", effort.Runs)
	}
	if effort.Limit <= 0 {
		return nil, fmt.Errorf("bench: -limit: expected the time that a run may take, such as 2m, found %v", effort.Limit)
	}
	if sizes == "" {
		return []int{0}, nil
	}
	for text := range strings.SplitSeq(sizes, ",") {
		side, err := strconv.Atoi(text)
		if err != nil || side < 1 {
			return nil, fmt.Errorf("bench: expected sides of the image in pixels, as in 224,512, found %q", text)
		}
		sides = append(sides, side)
	}
	return sides, nil
}

// list is what commas separate.
func list(text string) []string {
	return slices.DeleteFunc(strings.Split(text, ","), func(name string) bool { return name == "" })
}

// packedArgs are the flags that were given, for a bundle.
func packedArgs(flags *flag.FlagSet) (args []string) {
	flags.Visit(func(f *flag.Flag) {
		switch value := f.Value.String(); f.Name {
		case "pack", "tests", "json", "report":
		case "weights": // which lie in the bundle's folder
			var names []string
			for _, name := range list(value) {
				names = append(names, strings.Replace(filepath.Base(name), ".safetensors", "", 1))
			}
			args = append(args, "-weights", strings.Join(names, ","))
		default:
			args = append(args, "-"+f.Name, value)
		}
	})
	return args
}

// commandLine is how a shell would be told these arguments.
func commandLine(args []string) string {
	var words []string
	for _, arg := range args {
		if strings.Contains(arg, " ") {
			arg = "'" + arg + "'"
		}
		words = append(words, arg)
	}
	return strings.Join(words, " ")
}

// benchMerge reports runs together that were measured one after another.
func benchMerge(args []string) error {
	flags := flag.NewFlagSet("bench merge", flag.ContinueOnError)
	report := flags.String("report", "", "also write a report in Markdown to this file")
	if err := command.Parse(flags, args); err != nil {
		return err
	}
	if flags.NArg() == 0 {
		return fmt.Errorf("bench: merge expects files that the bench wrote with -json")
	}
	var runs []bench.Run
	for _, path := range flags.Args() {
		run, err := bench.ReadRun(path)
		if err != nil {
			return err
		}
		runs = append(runs, run)
	}
	return showRuns(runs, *report)
}

// showRuns prints runs and writes the report, if any.
func showRuns(runs []bench.Run, report string) error {
	for _, run := range runs {
		bench.Write(os.Stdout, run.Results)
		bench.WriteRatios(os.Stdout, run.Results)
		bench.WriteTests(os.Stdout, run.Tests)
	}
	if report == "" {
		return nil
	}
	if err := folderOf(report); err != nil {
		return err
	}
	var page bytes.Buffer
	bench.WriteReport(&page, runs)
	if err := os.WriteFile(report, page.Bytes(), 0o644); err != nil {
		return fmt.Errorf("bench: %w", err)
	}
	return nil
}

// printTraces shows where each contender's time goes.
func printTraces(folder string, contenders []bench.Contender, task string, patience time.Duration) error {
	for _, c := range contenders {
		running, err := c.Start(folder, patience)
		if err != nil {
			return err
		}
		reply, err := running.Do(bench.TraceTask(task))
		running.Close()
		if err != nil {
			return err
		}
		fmt.Printf("\n%s on %s, %s\n", task, c.Backend, c.Runs)
		bench.WriteTrace(os.Stdout, reply.Trace)
		fmt.Printf("%9.1f %% of a run, inputs and outputs included, is outside of the steps\n", 100*reply.Outside)
	}
	return nil
}

// folderOf makes the folder of a file that will be written, if any.
func folderOf(path string) error {
	if path == "" {
		return nil
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return fmt.Errorf("bench: the folder of %s cannot be made: %w", path, err)
	}
	return nil
}

func writeJSON(path string, v any) error {
	text, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return fmt.Errorf("bench: %w", err)
	}
	if err := os.WriteFile(path, text, 0o644); err != nil {
		return fmt.Errorf("bench: %w", err)
	}
	return nil
}
