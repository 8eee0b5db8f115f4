package coretest

import (
	"context"
	"testing"

	"segfault/core"
	"segfault/core/attack"

	"github.com/stretchr/testify/require"
)

// CheckLoop takes some steps of an attack, with decisions between them, on a backend and on the scalar CPU: what one step leaves to
// the next stays on the device.
func CheckLoop(t *testing.T, backend core.Backend) {
	u := UntiedNetworks[0]
	side := u.Side
	o, network := u.build(t)
	p := attack.Problem{Image: o.Input(3, side, side).Data}
	for _, norm := range []attack.Norm{attack.Linf, attack.L2} {
		m := attack.FGSM()
		m.Loss, m.Target, m.Norm, m.Epsilon, m.Schedule, m.Steps = core.BCE, attack.Prediction, norm, 0.02, attack.Halving, 8
		if norm == attack.L2 {
			m.Epsilon = 0.4
		}
		run := func(backend core.Backend) (*attack.Gradient, *attack.Fault) {
			s, err := attack.NewSession(backend, network, side, side)
			require.NoError(t, err)
			defer s.Close()
			g, f, err := s.Run(context.Background(), p, m, nil)
			require.NoError(t, err)
			return g, f
		}
		wantG, want := run(Scalar())
		gotG, got := run(backend)
		require.LessOrEqual(t, RelativeError(gotG.Values, wantG.Values), OracleTolerance, "%s: the clean image's gradient", norm)
		require.Len(t, got.Points, m.Steps+1)
		for k, point := range want.Points { // signs near 0 differ, and the difference grows
			tolerance := []float64{1e-5, 1e-4, 1e-3}[min(k, 2)]
			require.InEpsilon(t, point.Loss, got.Points[k].Loss, tolerance*float64(k+1), "%s: the loss after %d steps", norm, k)
		}
		require.InEpsilon(t, want.Reached.Loss, got.Reached.Loss, 1e-2)
	}
}
