package unet

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

// TestStepsOfAGradient holds what an attack with any of the bundled architectures dispatches at every step, at the size that they were trained at.
func TestStepsOfAGradient(t *testing.T) {
	for name, steps := range map[string]int{"unet-vgg13": 63, "unet-resnext50_32x4d": 137, "unet-efficientnet-b0": 193, "unetplusplus-efficientnet-b0": 249} {
		t.Run(name, func(t *testing.T) {
			plan := gradientPlan(t, name, 2, 224)
			assert.Equal(t, steps, len(plan.Steps))
		})
	}
}
