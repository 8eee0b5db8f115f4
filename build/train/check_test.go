package train

import (
	"context"
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestWhatCannotBeTrainedIsRefusedBeforeItBegins(t *testing.T) {
	for says, change := range map[string]func(c *Config){
		"-every: expected a validation every 1 or more steps, found 0":   func(c *Config) { c.Every = 0 },
		"-size: expected a size that is a multiple of 32":                func(c *Config) { c.InputSize = 100 },
		"-size: expected a size that is a multiple of 32, since":         func(c *Config) { c.InputSize = 0 },
		"-rate: expected a number of 0 or more, found -1":                func(c *Config) { c.Rate = -1 },
		"-rate: expected a number of 0 or more, found NaN":               func(c *Config) { c.Rate = math.NaN() },
		"-decay: expected a number of 0 or more, found -1":               func(c *Config) { c.Decay = -1 },
		"-decay: expected a number of 0 or more, found +Inf":             func(c *Config) { c.Decay = math.Inf(1) },
		"-phantoms: expected a share from 0 to 1, found 12":              func(c *Config) { c.Phantoms = 12 },
		"-phantoms: expected a share from 0 to 1, found NaN":             func(c *Config) { c.Phantoms = math.NaN() },
		"-narrow: expected what divides widths":                          func(c *Config) { c.Narrow = -4 },
		"stage 48x2:4: expected a size that is a multiple of 32":         func(c *Config) { c.Stages[1].Size = 48 },
		"stage 64x0:4: expected SIZExBATCH:STEPS with 1 or more images":  func(c *Config) { c.Stages[1].Batch = 0 },
		"stage 64x2:-1: expected SIZExBATCH:STEPS with 1 or more images": func(c *Config) { c.Stages[1].Steps = -1 },
	} {
		c := config(t, t.TempDir()) // without any data, which would be missed next
		change(&c)
		_, err := Run(context.Background(), c)
		assert.ErrorContains(t, err, says)
	}
}

func TestWeightsAreNotPublishedForASizeThatTheyCannotTake(t *testing.T) {
	c := config(t, t.TempDir())
	err := Publish(context.Background(), Publication{Data: c.Data, Classes: c.Classes, Size: 100, Spec: c.Spec})
	assert.ErrorContains(t, err, "-size: expected a size that is a multiple of 32, since the network halves it 5 times, found 100")
}
