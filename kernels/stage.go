package kernels

// Stage is work in parts that do not depend on each other. Do is called for
// every part in [0, Parts), each once. Which worker gets which part is left
// open: results must not depend on it.
type Stage struct {
	Parts int
	Do    func(worker, part int)
}

// inParts is work of one stage. Like inSpans, grid and grow it is not inlined,
// which would cost the engine 5 KB of the first load.
//
//go:noinline
func inParts(parts int, do func(worker, part int)) []Stage { return []Stage{{parts, do}} }

// span is the number of elements that one part of an elementwise kernel takes.
const span = 1 << 14

// inSpans is work of one stage whose parts are spans [lo, hi) of [0, n). Inlined,
// it would put every kernel's loop into the engine twice.
//
//go:noinline
func inSpans(n int, do func(lo, hi int)) []Stage {
	return inParts((n+span-1)/span, func(_, i int) { do(i*span, min(n, (i+1)*span)) })
}
