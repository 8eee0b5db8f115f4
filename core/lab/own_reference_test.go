package lab

import (
	"slices"
	"testing"

	"segfault/core/attack"
	"segfault/core/scan"

	"github.com/stretchr/testify/require"
)

// adjoint is what a gradient by the square, Size×Size, is by the slice, in float64.
func adjoint(g scan.Grid, square []float32) []float64 {
	across, down := g.Rows()
	wide := make([]float64, g.Height*g.Size)
	for o := range g.Size {
		first, weights := down(o)
		for i, w := range weights {
			for x := range g.Size {
				wide[(first+i)*g.Size+x] += w * float64(square[o*g.Size+x])
			}
		}
	}
	slope := make([]float64, g.Height*g.Width)
	for o := range g.Size {
		first, weights := across(o)
		for i, w := range weights {
			for y := range g.Height {
				slope[y*g.Width+first+i] += w * wide[y*g.Size+o]
			}
		}
	}
	return slope
}

// moveOnHost is one step in a slice's own pixels in float64, from values in the scan's own units, not rounded yet: what the graph has to
// agree with.
func moveOnHost(t *testing.T, s *Subject, slice int, m *Model, values, gradient []float32, method attack.Method, step float64, region []float32) []float32 {
	t.Helper()
	f, err := s.frame(slice, m)
	require.NoError(t, err)
	square := make([]float32, m.Size*m.Size)
	for i, v := range gradient {
		square[i%len(square)] += v
	}
	moved, epsilon := slices.Clone(values), float64(method.Epsilon)
	if f.width() <= 0 {
		return moved
	}
	for i, g := range adjoint(f.grid, square) {
		start := (float64(f.values[i]) - float64(f.scale.Lo)) / f.width()
		if start < 0 || start > 1 || region != nil && region[i] == 0 {
			continue
		}
		sign := 0.0
		if g > 0 {
			sign = step
		} else if g < 0 {
			sign = -step
		}
		x := (float64(values[i]) - float64(f.scale.Lo)) / f.width()
		if method.Rule == attack.Blend {
			x, start = (1-step)*x, (1-epsilon)*start
		}
		x = min(max(x+sign, start-epsilon), start+epsilon)
		moved[i] = float32(float64(f.scale.Lo) + min(max(x, 0), 1)*f.width())
	}
	if at := slices.Index(f.values, f.scale.Hi); at >= 0 {
		moved[at] = f.values[at]
	}
	if at := slices.Index(f.values, f.scale.Lo); at >= 0 && m.Normalisation != scan.Max {
		moved[at] = f.values[at]
	}
	return moved
}
