package main

import (
	"fmt"
	"path/filepath"
	"slices"

	"segfault/build/bench"
)

// peer is another runtime on one of its backends. What it needs is pinned in
// build/peers and reaches nothing but the bench.
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
}

func peerNames() []string {
	var names []string
	for _, p := range knownPeers {
		names = append(names, p.name)
	}
	return names
}

// peerContenders are the wished-for peers, in Chromium.
func peerContenders(root, folder string, names []string) ([]bench.Contender, error) {
	if slices.Equal(names, []string{"all"}) {
		names = peerNames()
	}
	for _, dir := range []string{"build/runner", "build/peers"} {
		if err := installPackages(root, dir); err != nil {
			return nil, err
		}
	}
	var chosen []bench.Contender
	for _, name := range names {
		at := slices.IndexFunc(knownPeers, func(p peer) bool { return p.name == name })
		if at < 0 {
			return nil, fmt.Errorf("bench: unknown peer %q; expected some of %v, or all", name, peerNames())
		}
		p := knownPeers[at]
		backend := bench.Wasm
		if p.backend == "webgpu" {
			backend = bench.WebGPU
		}
		chosen = append(chosen, bench.Contender{
			Name: p.runtime, Runs: bench.Chromium, Backend: backend, Tasks: []string{bench.Forward, bench.Gradient},
			Command: []string{"node", filepath.Join(root, "build", "bench", "browser.mjs"), folder, filepath.Join(root, "build", "peers", p.script), p.backend},
		})
	}
	return chosen, nil
}
