//go:build js && wasm

package webgpu

import (
	"slices"
	"time"

	"segfault/core"
	"segfault/kernels"
)

// longest is about how long a submission may keep a GPU: others draw the desktop with
// it, and Windows resets one that does not answer for two seconds.
const longest = 100 * time.Millisecond

// pace is how a device compares with the integrated GPU of kernels' model.
type pace struct {
	slower     float64 // how many times; 0 where nothing was measured
	operations int     // of the kernel that was
}

// set is told what a kernel took: the largest one says most.
func (p *pace) set(k kernels.Kernel, v kernels.Shader, took time.Duration) {
	if n := kernels.FLOPs(k); n >= p.operations {
		*p = pace{took.Seconds() / kernels.Integrated.Time(k, v, 0).Seconds(), n}
	}
}

// cut divides steps among submissions. Where nothing was measured the device
// passes for an integrated GPU.
func (s *session) cut(plan *core.Plan, steps []step) (parts [][]step) {
	slower := s.pace.slower
	if slower == 0 {
		slower = 1
	}
	var took float64 // of the last part, in seconds
	first := 0
	for i, work := range plan.Steps {
		moved := 0.0
		for j, at := range work.Bind {
			if !slices.Contains(work.Bind[:j], at) {
				moved += 4 * float64(plan.Buffers[at].Count)
			}
		}
		next := slower * kernels.Integrated.Time(work.Kernel, steps[i].shader, moved).Seconds()
		if took += next; took > longest.Seconds() && i > first {
			parts, first, took = append(parts, steps[first:i]), i, next
		}
	}
	return append(parts, steps[first:])
}
