package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"segfault/build/bench"
	"segfault/build/data"
)

// benchModels finds the files of the models.
func benchModels(root, names string) ([]string, error) {
	if names == "" {
		files, err := data.Matching(filepath.Join(root, "weights"), "*.safetensors")
		if err == nil && len(files) == 0 {
			err = fmt.Errorf("bench: there are no models in weights/; give one as -weights FILE")
		}
		return files, err
	}
	var files []string
	for name := range strings.SplitSeq(names, ",") {
		name, side, own := strings.Cut(name, "@")
		if !strings.HasSuffix(name, ".safetensors") {
			name = filepath.Join(root, "weights", name+".safetensors")
		}
		if own {
			name += "@" + side
		}
		files = append(files, name)
	}
	return files, nil
}

// places are where our own engine is measured.
var places = []string{"native", "simd128", "webgpu", "dawn"}

// ownContenders builds our engine for each place and says how to run it.
func ownContenders(root, folder string, on, tasks []string) ([]bench.Contender, error) {
	bin := filepath.Join(folder, "engine")
	if made := filepath.Join(root, prebuilt); isFolder(made) {
		bin = filepath.Join(made, "engine")
	}
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
	if !isFolder(filepath.Join(root, prebuilt)) {
		if err := buildEngines(root, bin); err != nil {
			return nil, err
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
		c.Name, c.Tasks = bench.Ours, tasks
		chosen = append(chosen, c)
	}
	return chosen, nil
}

// wasmTarget is the environment in which Go compiles for a browser.
var wasmTarget = []string{"GOOS=js", "GOARCH=wasm"}

// buildEngines builds our engine for this machine, and for WebAssembly under the same name with .wasm.
func buildEngines(root, to string) error {
	for suffix, env := range map[string][]string{"": {"CGO_ENABLED=0"}, ".wasm": wasmTarget} {
		if err := compile(root, env, "build", "-trimpath", "-ldflags=-s -w", "-o", to+suffix, "./build/bench/engine"); err != nil {
			return err
		}
	}
	return nil
}

// compile runs the go command in an environment.
func compile(root string, env []string, args ...string) error {
	c := exec.Command("go", args...)
	c.Dir, c.Env, c.Stderr = root, append(os.Environ(), env...), os.Stderr
	if err := c.Run(); err != nil {
		return fmt.Errorf("bench: go %s failed: %w", strings.Join(args, " "), err)
	}
	return nil
}
