package bench

import (
	"fmt"
	"io"
)

// Ours is how our own contenders are called.
const Ours = "Segfault"

// The backends.
const (
	Native = "CPU"
	SIMD   = "SIMD128"
	WebGPU = "WebGPU"
	Wasm   = "Wasm" // a peer's
)

// WriteRatios says for each task, natively and on WebGPU and WebAssembly in the
// same browser, how much longer than ours the fastest peer with right numbers takes.
func WriteRatios(w io.Writer, results []Result) {
	for _, ours := range results {
		if ours.Contender != Ours {
			continue
		}
		for _, task := range []string{Forward, Gradient} {
			mine, done := ours.Times[task]
			peer := fastest(results, ours, task)
			if !done || peer == nil {
				continue
			}
			t := peer.Times[task]
			fmt.Fprintf(w, "%s, %s on %s: %s takes %.2f× as long as %s", ours.subject(), task, ours.Backend, peer.Contender, t.Median/mine.Median, Ours)
			if t.CPU > 0 && mine.CPU > 0 {
				fmt.Fprintf(w, " (%.2f× the processor time)", t.CPU/mine.CPU)
			}
			fmt.Fprintln(w)
		}
	}
	for _, r := range results {
		if r.Contender != Ours && r.Check != nil && !r.Check.Right() {
			fmt.Fprintf(w, "%s: %s computes wrong numbers and is left out: %s\n", r.subject(), r.title(), r.verdict())
		}
	}
}

// fastest is the fastest right peer on the same kind of device.
func fastest(results []Result, ours Result, task string) *Result {
	var best *Result
	for i, r := range results {
		t, done := r.Times[task]
		if !done || r.Contender == Ours || !comparable(r, ours) {
			continue
		}
		if best == nil || t.Median < best.Times[task].Median {
			best = &results[i]
		}
	}
	return best
}

// comparable is whether a peer computed the same on the same kind of device.
func comparable(peer, ours Result) bool {
	same := peer.subject() == ours.subject() && peer.Runs == ours.Runs && (peer.Backend == WebGPU) == (ours.Backend == WebGPU)
	return same && peer.Check != nil && peer.Check.Right()
}
