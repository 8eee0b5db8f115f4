// Package attack makes adversarial images for segmentation networks.
//
// A Method says how: an objective, a norm that measures the change, a rule that moves along the gradient, a start and a schedule, each a row of a table in
// the file of its name. The fast gradient sign method (Goodfellow et al. 2015) in both forms in which it was published for segmentation is the loop with
// one step, its iterated form (Kurakin et al. 2017, Madry et al. 2018) with more. Combinations that have a name are rows of methods.go.
//
// A Problem says what is attacked, a Session does it for one network at one image size on one backend. Run goes through four phases.
//
//  1. The clean image is predicted, and what the objective needs is made of that: a target, a gradient (session.go, target.go).
//  2. A run starts, at the clean image or at a point within the budget (start.go).
//  3. It takes steps. Each is the same program, in one submission: forward, backward, the rule's direction, the norm's projection, the schedule's
//     decision. What a step leaves to the next stays on the device (step.go, loop.go, schedule.go). Some methods wrap the loop (sea.go), and some ask
//     for no gradient (square.go, baseline.go).
//  4. The end is read back and predicted from; of all points and runs the best is the Fault (run.go).
//
// What was done is measured by metrics.go and called by a name in ending.go. Around whole attacks lie the search for the least change (least.go), one
// change for many images (universal.go), and many methods on one image for a study (trial.go).
package attack

import (
	"cmp"
	"fmt"
	"slices"

	"segfault/core"
	"segfault/core/names"
)

// Method says how to attack. Methods can be compared: they are the keys of
// tables and what a recipe keeps.
type Method struct {
	// Name is that of a row of methods, which fixes some of what follows; "" fixes nothing.
	Name string `json:"method,omitempty"`
	Shape
	// Epsilon is the largest change by the norm: of the maximum norm that of a
	// pixel, of the range [0, 1].
	Epsilon float32 `json:"epsilon"`
	// Step is the size of a step by the norm; 0 is what the schedule takes.
	Step     float32 `json:"step"`
	Steps    int     `json:"steps"`
	Start    Start   `json:"start"`
	Restarts int     `json:"restarts"` // how often it starts again; the run with the largest loss counts
	Seed     uint64  `json:"seed"`     // of random starts
}

// Shape is what of a method picks the program that does it.
type Shape struct {
	Objective
	Norm     Norm     `json:"norm"`
	Rule     Rule     `json:"scheme"`
	Schedule Schedule `json:"schedule"`
	// Grey moves all channels by the sign of their summed gradient, so that a grey
	// image stays grey.
	Grey bool `json:"-"`
	// keep is which point of a loop is its result, where it is another than the schedule's.
	keep keep
}

// FGSM is the attack of arXiv 2401.11224's evaluation, with the loss's
// arguments in the right order.
func FGSM() Method {
	return Method{
		Shape:   Shape{Objective: Objective{Loss: core.DiceFocal, Target: Truth}, Norm: Linf, Rule: Additive, Schedule: Constant},
		Epsilon: 0.009, Steps: 1, Start: Origin,
	}
}

// The most that a method may ask for.
const (
	MaxSteps    = 1000
	MaxRestarts = 100
	MaxSeed     = 1<<53 - 1 // JavaScript and JSON hold no larger whole numbers exactly
)

// Check says what is wrong with a method.
func (m *Method) Check() error {
	if err := m.fits(); err != nil {
		return err
	}
	if err := m.Shape.check(); err != nil {
		return err
	}
	norm := row(norms, string(m.Norm))
	if !(m.Epsilon >= 0 && m.Epsilon <= norm.most) {
		return fmt.Errorf("attack: epsilon %v is out of range; expected a number from 0 to %v, such as %v", m.Epsilon, norm.most, norm.such)
	}
	if !(m.Step >= 0 && m.Step <= 2*norm.most) {
		return fmt.Errorf("attack: step %v is out of range; expected a number from 0 to %v", m.Step, 2*norm.most)
	}
	if m.Steps < 1 || m.Steps > MaxSteps {
		return fmt.Errorf("attack: %d steps; expected 1 to %d", m.Steps, MaxSteps)
	}
	if _, err := names.Find(starts, "start", string(m.Start)); err != nil {
		return fmt.Errorf("attack: %w", err)
	}
	if m.Restarts < 0 || m.Restarts > MaxRestarts {
		return fmt.Errorf("attack: %d restarts; expected 0 to %d", m.Restarts, MaxRestarts)
	}
	if m.Seed > MaxSeed {
		return fmt.Errorf("attack: a seed of %d; expected a whole number from 0 to %d", m.Seed, uint64(MaxSeed))
	}
	if m.Start != Random && (m.Restarts > 0 || m.Seed > 0) {
		return fmt.Errorf("attack: restarts and a seed are for a random start; from the %s every run is the same", m.Start)
	}
	return nil
}

func (s *Shape) check() error {
	_, loss := core.ParseLoss(string(s.Loss))
	_, label := names.Find(targets, "label", string(s.Target))
	norm, wrong := names.Find(norms, "norm", string(s.Norm))
	rule, scheme := names.Find(rules, "scheme", string(s.Rule))
	_, schedule := names.Find(schedules, "schedule", string(s.Schedule))
	//lint:ignore SA4023 of nils cmp.Or gives nil
	err := cmp.Or(loss, label, wrong, scheme, schedule)
	if err == nil {
		err = s.Objective.check() // which asks the tables for these names
	}
	if err != nil {
		return fmt.Errorf("attack: %w", err)
	}
	if rule.boxed && !norm.box {
		return fmt.Errorf("attack: the scheme %s is of a budget for each pixel, which the norm %s has not; expected %s", s.Rule, s.Norm, Linf)
	}
	return nil
}

// Explicit is the method without anything left to its default, with its name if it is a named one. A step that the method does not take
// stays its own.
func (m Method) Explicit() Method {
	if m.Name == "" {
		m.Name = m.known()
	}
	if row := m.row(); m.Name == "" || slices.Contains(row.takes, "step") {
		m.Step = m.size()
	}
	return m
}

// size is how far a step goes, at first.
func (m *Method) size() float32 {
	if m.Step > 0 {
		return m.Step
	}
	return row(schedules, string(m.Schedule)).size(m)
}

// Single says whether one step from the clean image is all that there is to do.
func (m *Method) Single() bool {
	return m.Steps == 1 && m.Start == Origin && m.Schedule == Constant && m.row().run == nil
}

// row is the row of a table that a checked name stands for.
func row[R names.Row](table []R, name string) R {
	found, err := names.Find(table, "name", name)
	if err != nil {
		panic("attack: " + err.Error())
	}
	return found
}
