package coretest

import (
	"context"
	"testing"

	"segfault/core"
	"segfault/core/attack"
	"segfault/core/names"

	"github.com/stretchr/testify/require"
)

// CheckLoop takes some steps of every method, in every norm, on a backend and on the scalar CPU: what one step leaves to the next
// stays on the device.
func CheckLoop(t *testing.T, backend core.Backend) {
	u := UntiedNetworks[0]
	o, network := u.build(t)
	p := attack.Problem{Image: o.Input(3, u.Side, u.Side).Data}
	for _, name := range names.All(attack.Methods()) {
		for norm, epsilon := range map[attack.Norm]float32{attack.Linf: 0.02, attack.L2: 0.4} {
			m, err := attack.Named(name)
			require.NoError(t, err)
			if m.Target != attack.Vanish {
				m.Target = attack.Prediction
			}
			m.Norm, m.Epsilon, m.Steps = norm, epsilon, min(m.Steps, 8)
			if m.Check() != nil || m.Single() || !m.Climbs() {
				continue
			}
			t.Run(name+" "+string(norm), func(t *testing.T) {
				run := func(backend core.Backend) (*attack.Gradient, *attack.Fault) {
					s, err := attack.NewSession(backend, network, u.Side, u.Side)
					require.NoError(t, err)
					defer s.Close()
					g, f, err := s.Run(context.Background(), p, m, nil)
					require.NoError(t, err)
					return g, f
				}
				wantG, want := run(Scalar())
				gotG, got := run(backend)
				require.LessOrEqual(t, RelativeError(gotG.Values, wantG.Values), OracleTolerance, "the clean image's gradient")
				require.Len(t, got.Points, m.Steps+1)
				for k, point := range want.Points { // signs near 0 differ, and the difference grows
					tolerance := []float64{1e-5, 1e-4, 1e-3}[min(k, 2)]
					require.InEpsilon(t, point.Loss, got.Points[k].Loss, tolerance*float64(k+1), "the loss after %d steps", k)
				}
				for k := range 2 {
					require.InDelta(t, want.Points[k].Dice, got.Points[k].Dice, 0.01, "the Dice after %d steps", k)
					require.InDelta(t, want.Points[k].True, got.Points[k].True, 0.01, "that of the true class after %d steps", k)
				}
				require.InEpsilon(t, want.Reached.Loss, got.Reached.Loss, 1e-2)
			})
		}
	}
}
