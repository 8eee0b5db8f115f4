package train

import (
	"fmt"
	"math"

	"segfault/core/unet"
)

// check refuses, before anything begins, what no training can be made with.
func (c Config) check() error {
	if c.Adversarial > 0 && c.From == "" {
		return fmt.Errorf("train: training on attacks begins with weights that find something to attack; give them with -from")
	}
	if !(c.Rate >= 0 && c.Rate < math.Inf(1)) { // written so that NaN is refused, too
		return fmt.Errorf("train: -rate: expected a number of 0 or more, found %v", c.Rate)
	}
	if !(c.Decay >= 0 && c.Decay < math.Inf(1)) {
		return fmt.Errorf("train: -decay: expected a number of 0 or more, found %v", c.Decay)
	}
	if !(c.Phantoms >= 0 && c.Phantoms <= 1) {
		return fmt.Errorf("train: -phantoms: expected a share from 0 to 1, found %v", c.Phantoms)
	}
	if c.Narrow < 0 {
		return fmt.Errorf("train: -narrow: expected what divides widths, 1 or more, or 0 for a network of the same width, found %d", c.Narrow)
	}
	if c.Every < 1 {
		return fmt.Errorf("train: -every: expected a validation every 1 or more steps, found %d", c.Every)
	}
	if err := fits(c.Spec, c.InputSize); err != nil {
		return fmt.Errorf("train: -size: %w", err)
	}
	for _, s := range c.Stages {
		if err := fits(c.Spec, s.Size); err != nil {
			return fmt.Errorf("train: stage %v: %w", s, err)
		}
		if s.Batch < 1 || s.Steps < 1 {
			return fmt.Errorf("train: stage %v: expected SIZExBATCH:STEPS with 1 or more images and steps", s)
		}
	}
	if c.Phantoms > 0 && !Simulable(c.Classes) {
		return fmt.Errorf("train: -phantoms: %w; train with -phantoms 0", notSimulable(c.Classes))
	}
	return nil
}

// fits says whether a network takes images of size×size.
func fits(spec unet.Spec, size int) error {
	if m := spec.Multiple(); size < m || size%m != 0 {
		return fmt.Errorf("expected a size that is a multiple of %d, since the network halves it %d times, found %d", m, len(spec.Decoder), size)
	}
	return nil
}
