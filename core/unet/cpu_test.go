package unet

import (
	"context"
	"fmt"
	"runtime"
	"testing"

	"segfault/core"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestAnAttackOnTheCPUAllocatesNothing counts by itself because
// testing.AllocsPerRun leaves one core only. It takes the best of some runs: now
// and then the Go runtime needs a goroutine's record for itself.
func TestAnAttackOnTheCPUAllocatesNothing(t *testing.T) {
	for _, b := range bundled {
		for _, workers := range []int{1, 2} {
			t.Run(fmt.Sprintf("%s with %d workers", b.name, workers), func(t *testing.T) {
				program, err := core.NewCPU(workers).Load(gradientPlan(t, b.name, b.divide, 64))
				require.NoError(t, err)
				defer program.Close()
				fewest := ^uint64(0)
				for tries := 0; tries < 20 && fewest > 0; tries++ { // the runtime allocates now and then
					var before, after runtime.MemStats
					runtime.ReadMemStats(&before)
					err := program.Run(context.Background(), nil)
					runtime.ReadMemStats(&after)
					require.NoError(t, err)
					fewest = min(fewest, after.Mallocs-before.Mallocs)
				}
				assert.Zero(t, fewest)
			})
		}
	}
}
