package main

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"segfault/build/bench"
)

// peer is another runtime on one of its backends. What it needs is pinned in
// build/peers and reaches nothing but the bench; PyTorch is whatever this
// machine's Python has.
type peer struct {
	name, runtime, script, backend string
}

var knownPeers = []peer{
	{"jax-webgpu", "jax-js", "jax.mjs", "webgpu"},
	{"jax-wasm", "jax-js", "jax.mjs", "wasm"},
	{"tfjs-webgpu", "TensorFlow.js", "tfjs.mjs", "webgpu"},
	{"tfjs-wasm", "TensorFlow.js", "tfjs.mjs", "wasm"},
	{"onnx-webgpu", "ONNX Runtime Web", "onnx.mjs", "webgpu"},
	{"onnx-wasm", "ONNX Runtime Web", "onnx.mjs", "wasm"},
	{"jax-dawn", "jax-js", "jax.mjs", "dawn"},
	{"tfjs-dawn", "TensorFlow.js", "tfjs.mjs", "dawn"},
	{"torch", "PyTorch", "pytorch.py", "native"},
}

func peerNames() []string {
	var names []string
	for _, p := range knownPeers {
		names = append(names, p.name)
	}
	return names
}

// peerContenders are the wished-for peers, in Chromium but for PyTorch.
func peerContenders(root, folder string, names []string) ([]bench.Contender, error) {
	if slices.Equal(names, []string{"all"}) {
		names = peerNames()
	}
	var chosen []bench.Contender
	for _, name := range names {
		at := slices.IndexFunc(knownPeers, func(p peer) bool { return p.name == name })
		if at < 0 {
			return nil, fmt.Errorf("bench: unknown peer %q; expected some of %v, or all", name, peerNames())
		}
		c, err := knownPeers[at].contender(root, folder)
		if err != nil {
			return nil, err
		}
		chosen = append(chosen, c)
	}
	return chosen, nil
}

func (p peer) contender(root, folder string) (bench.Contender, error) {
	script := filepath.Join(root, "build", "peers", p.script)
	c := bench.Contender{Name: p.runtime, Tasks: []string{bench.Forward, bench.Gradient}}
	if p.backend == "native" {
		python := cmp.Or(os.Getenv("PYTHON"), "python3")
		c.Runs, c.Backend, c.Command = bench.Natively, bench.Native, []string{python, script, folder}
		return c, nil
	}
	if err := installPackages(root, "build/runner", "build/peers"); err != nil {
		return c, err
	}
	if p.backend == "dawn" {
		c.Runs, c.Backend = bench.Node, bench.WebGPU
		c.Command = []string{"node", filepath.Join(root, "build", "peers", "node.mjs"), script, "webgpu", folder}
		return c, nil
	}
	c.Runs, c.Backend = bench.Chromium, bench.Wasm
	if p.backend == "webgpu" {
		c.Backend = bench.WebGPU
	}
	c.Command = []string{"node", filepath.Join(root, "build", "bench", "browser.mjs"), folder, script, p.backend}
	return c, nil
}
