package main

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"segfault/build/bench"
)

// benchVerb measures models on this machine: natively, and in Chromium and Node on WebAssembly and WebGPU.
func benchVerb(args []string) error {
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	weights := flags.String("weights", "", "models, separated by commas: .safetensors files or names in weights/ (default: all in weights/)")
	on := flags.String("on", strings.Join(places, ","), "where to run")
	size := flags.Int("size", 0, "side of the image (default: the model's own)")
	peers := flags.String("peers", "", "runtimes to compare with, forward and gradient: some of "+strings.Join(peerNames(), ", ")+"; or all")
	tasks := flags.String("tasks", strings.Join(bench.Tasks, ","), "what to measure")
	runs := flags.Int("runs", 9, "counted runs of a task, after one that warms up")
	trace := flags.String("trace", "", "instead, print the time of every step of this task: "+bench.Forward+" or "+bench.Gradient)
	report := flags.String("report", "", "also write a report in Markdown to this file")
	budget := flags.Duration("budget", 20*time.Second, "time after which a task is not repeated")
	out := flags.String("json", "out/bench.json", "file for the results as JSON")
	if err := flags.Parse(args); err != nil {
		return err
	}
	effort := bench.Effort{Tasks: strings.Split(*tasks, ","), Runs: *runs, Budget: *budget}
	for _, task := range effort.Tasks {
		if !slices.Contains(bench.Tasks, task) {
			return fmt.Errorf("bench: unknown task %q; expected some of %s", task, strings.Join(bench.Tasks, ", "))
		}
	}
	if *runs < 1 || *size < 0 {
		return fmt.Errorf("bench: expected at least one run and a positive size, found %d and %d", *runs, *size)
	}
	root, err := moduleRoot()
	if err != nil {
		return err
	}
	models, err := benchModels(root, *weights)
	if err != nil {
		return err
	}
	folder, err := os.MkdirTemp("", "segfault-bench-")
	if err != nil {
		return fmt.Errorf("bench: %w", err)
	}
	defer os.RemoveAll(folder)
	contenders, err := ownContenders(root, folder, strings.Split(*on, ","))
	if err != nil {
		return err
	}
	if *peers != "" {
		others, err := peerContenders(root, folder, strings.Split(*peers, ","))
		if err != nil {
			return err
		}
		contenders = append(contenders, others...)
	}
	var results []bench.Result
	for _, path := range models {
		model, err := os.ReadFile(path)
		if err != nil {
			return fmt.Errorf("bench: %w", err)
		}
		job, err := bench.NewJob(strings.TrimSuffix(filepath.Base(path), ".safetensors"), model, *size)
		if err != nil {
			return err
		}
		if err := job.Save(folder, model); err != nil {
			return err
		}
		fmt.Fprintf(os.Stderr, "%s, %d×%d: %.2f GFLOP forward\n", job.Name, job.Size, job.Size, float64(job.FLOPs[bench.Forward])/1e9)
		if *trace != "" {
			if err := printTraces(folder, contenders, *trace); err != nil {
				return err
			}
			continue
		}
		results = append(results, bench.Measure(job, folder, contenders, effort, os.Stderr)...)
	}
	if *trace != "" {
		return nil
	}
	bench.Write(os.Stdout, results)
	bench.WriteRatios(os.Stdout, results)
	if *report != "" {
		var page bytes.Buffer
		bench.WriteReport(&page, "go run ./build bench "+strings.Join(args, " "), results)
		if err := os.WriteFile(*report, page.Bytes(), 0o644); err != nil {
			return fmt.Errorf("bench: %w", err)
		}
	}
	return writeJSON(*out, results)
}

// printTraces shows where each contender's time goes.
func printTraces(folder string, contenders []bench.Contender, task string) error {
	for _, c := range contenders {
		running, err := c.Start(folder)
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

// benchModels finds the files of the models.
func benchModels(root, names string) ([]string, error) {
	if names == "" {
		files, err := filepath.Glob(filepath.Join(root, "weights", "*.safetensors"))
		if err == nil && len(files) == 0 {
			err = fmt.Errorf("bench: there are no models in weights/; give one as -weights FILE")
		}
		return files, err
	}
	var files []string
	for name := range strings.SplitSeq(names, ",") {
		if !strings.HasSuffix(name, ".safetensors") {
			name = filepath.Join(root, "weights", name+".safetensors")
		}
		files = append(files, name)
	}
	return files, nil
}

// places are where our own engine is measured.
var places = []string{"native", "simd128", "webgpu", "dawn"}

// ownContenders builds our engine for each place and says how to run it.
func ownContenders(root, folder string, on []string) ([]bench.Contender, error) {
	bin := filepath.Join(folder, "engine")
	script := func(name string) string { return filepath.Join(root, "build", filepath.FromSlash(name)) }
	inChromium := func(backend string) []string {
		return []string{"node", script("bench/browser.mjs"), folder, script("bench/page/segfault.mjs"), backend}
	}
	all := map[string]bench.Contender{
		"native":  {Runs: bench.Natively, Backend: bench.Native, Command: []string{bin, "-job", folder}},
		"simd128": {Runs: bench.Chromium, Backend: bench.SIMD, Command: inChromium("cpu")},
		"webgpu":  {Runs: bench.Chromium, Backend: bench.WebGPU, Command: inChromium("webgpu")},
		"dawn": {Runs: bench.Node, Backend: bench.WebGPU,
			Command: []string{"node", script("runner/dawn.mjs"), bin + ".wasm", "-job", folder, "-backend", "webgpu"}},
	}
	for _, target := range []struct {
		to  string
		env []string
	}{{bin, nil}, {bin + ".wasm", []string{"GOOS=js", "GOARCH=wasm"}}} {
		c := exec.Command("go", "build", "-trimpath", "-ldflags=-s -w", "-o", target.to, "./build/bench/engine")
		c.Dir, c.Env, c.Stderr = root, append(os.Environ(), target.env...), os.Stderr
		if err := c.Run(); err != nil {
			return nil, fmt.Errorf("bench: the engine cannot be built: %w", err)
		}
	}
	var chosen []bench.Contender
	for _, place := range on {
		c, ok := all[place]
		if !ok {
			return nil, fmt.Errorf("bench: unknown place %q; expected some of %s", place, strings.Join(places, ", "))
		}
		if place != "native" {
			if err := installPackages(root, "build/runner"); err != nil {
				return nil, err
			}
		}
		c.Name, c.Tasks = bench.Ours, bench.Tasks
		chosen = append(chosen, c)
	}
	return chosen, nil
}

func writeJSON(path string, v any) error {
	text, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return fmt.Errorf("bench: %w", err)
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return fmt.Errorf("bench: %w", err)
	}
	if err := os.WriteFile(path, text, 0o644); err != nil {
		return fmt.Errorf("bench: %w", err)
	}
	return nil
}
