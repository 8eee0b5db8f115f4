package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"segfault/build/bench"
)

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
func ownContenders(root, folder string, on, tasks []string) ([]bench.Contender, error) {
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
		c.Name, c.Tasks = bench.Ours, tasks
		chosen = append(chosen, c)
	}
	return chosen, nil
}
