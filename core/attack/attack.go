// Package attack makes adversarial images for segmentation models: the fast
// gradient sign method (Goodfellow et al. 2015) in both forms in which it was
// published for segmentation, and its iterated form, with the measures of what
// they did.
//
// An Attack says what to do; a Session does it for one model at one image size.
package attack

import (
	"fmt"

	"segfault/core"
)

// Scheme is how the sign of the gradient moves the image.
type Scheme string

// The schemes; both clamp to [0, 1]. An iteration stays within what its first step could do
// with all of ε.
const (
	Additive Scheme = "additive" // x + ε·sign g
	Blend    Scheme = "blend"    // (1−ε)·x + ε·sign g, as the code of arXiv 2401.11224 does: bright pixels move by up to 2ε
)

// Label is what the loss compares the model's output with.
type Label string

// The labels.
const (
	Truth      Label = "truth"      // a given segmentation
	Prediction Label = "prediction" // the model's own, thresholded at 0.5
)

// Attack is a sign-gradient attack. The zero value of Step means Epsilon, that
// of Steps one: the fast gradient sign method.
type Attack struct {
	Epsilon float32 // largest change of a pixel, of the range [0, 1]; of a Blend half of it
	Step    float32 // change in one step
	Steps   int
	Loss    core.Loss
	// Swapped calls the loss as loss(target, output), as the paper's code does.
	Swapped bool
	Scheme  Scheme
	Label   Label
	// Shared moves all channels by the sign of their summed gradient, so that a
	// grey image stays grey.
	Shared bool
	Region *Region // nil is everywhere
}

// Region is where an attack may change pixels.
type Region struct {
	Inside []float32 // 1 for each pixel that may change, else 0; as large as what is moved, here the model's input, all channels alike
}

// FGSM is the attack of arXiv 2401.11224's evaluation, with the loss's
// arguments in the right order.
func FGSM() Attack {
	return Attack{Epsilon: 0.009, Loss: core.DiceFocal, Scheme: Additive, Label: Truth}
}

// MaxSteps bounds an iterated attack.
const MaxSteps = 1000

// Check says what is wrong with an attack.
func (a Attack) Check() error {
	if !(a.Epsilon >= 0 && a.Epsilon <= 1) {
		return fmt.Errorf("attack: epsilon %v is out of range; expected a number from 0 to 1, such as 0.009", a.Epsilon)
	}
	if !(a.Step >= 0 && a.Step <= 1) {
		return fmt.Errorf("attack: step %v is out of range; expected a number from 0 to 1", a.Step)
	}
	if a.Steps < 0 || a.Steps > MaxSteps {
		return fmt.Errorf("attack: %d steps; expected 1 to %d", a.Steps, MaxSteps)
	}
	if _, err := core.ParseLoss(string(a.Loss)); err != nil {
		return fmt.Errorf("attack: unknown loss %q; expected bce, dice, focal or dice_focal", a.Loss)
	}
	if a.Scheme != Additive && a.Scheme != Blend {
		return fmt.Errorf("attack: unknown scheme %q; expected additive or blend", a.Scheme)
	}
	if a.Label != Truth && a.Label != Prediction {
		return fmt.Errorf("attack: unknown label %q; expected truth or prediction", a.Label)
	}
	return nil
}

// budget is the input of the step: its size, and how far from the origin in all.
func (a Attack) budget() []float32 {
	if a.Step == 0 {
		return []float32{a.Epsilon, a.Epsilon}
	}
	return []float32{a.Step, a.Epsilon}
}

// step builds the signed step from image, which began as origin; pixels outside of the region stay.
func (a Attack) step(origin, image, gradient *core.Node) *core.Node {
	moved := core.SignStep(origin, image, gradient, core.NewInput("budget", 2), a.Scheme == Blend, a.Shared)
	if a.Region == nil {
		return moved
	}
	inside := core.NewInput("region", image.Shape...)
	return core.Add(core.Mul(moved, inside), core.Mul(image, core.Affine(inside, -1, 1)))
}

// loss builds the attack's loss.
func (a Attack) loss(logits, target *core.Node) *core.Node {
	if a.Swapped {
		return a.Loss.Of(target, logits)
	}
	return a.Loss.Of(logits, target)
}
