package study

import (
	"cmp"
	"fmt"
	"slices"

	"segfault/core"
	"segfault/core/attack"
)

// Design spans the attacks of an experiment, all of one step. Every loss, in
// every order of its arguments, is tried at every ε with the first scheme and
// the first label. At the crossed ε the other schemes and labels are tried too,
// in all combinations: what they change is asked at one ε, not at each.
type Design struct {
	Epsilons []float32       `json:"epsilons"`
	Crossed  []float32       `json:"crossed"` // of Epsilons
	Losses   []core.Loss     `json:"losses"`
	Swapped  []bool          `json:"swapped"` // false is loss(output, target), true loss(target, output)
	Schemes  []attack.Rule   `json:"schemes"`
	Labels   []attack.Target `json:"labels"`
	// Shared tries, at the crossed ε with the first scheme and label, also one
	// sign for all channels.
	Shared bool `json:"shared"`
	// Noise tries, at every ε, as large a change that no attack has made.
	Noise bool `json:"noise,omitempty"`
}

// DefaultDesign asks what arXiv 2401.11224 asks, around the ε of its evaluation.
func DefaultDesign() Design {
	return Design{
		Epsilons: []float32{0.001, 0.003, 0.009, 0.027}, Crossed: []float32{0.009},
		Losses: []core.Loss{core.BCE, core.Dice, core.Focal, core.DiceFocal}, Swapped: []bool{false, true},
		Schemes: []attack.Rule{attack.Additive, attack.Blend}, Labels: []attack.Target{attack.Truth, attack.Prediction},
		Shared: true, Noise: true,
	}
}

// Check says what is wrong with a design.
func (d Design) Check() error {
	for name, n := range map[string]int{"ε": len(d.Epsilons), "loss": len(d.Losses), "order": len(d.Swapped),
		"scheme": len(d.Schemes), "label": len(d.Labels)} {
		if n == 0 {
			return fmt.Errorf("study: the design has no %s; expected at least one", name)
		}
	}
	for _, e := range d.Crossed {
		if !slices.Contains(d.Epsilons, e) {
			return fmt.Errorf("study: the crossed ε %v is none of the design's %v; give some of these as -crossed, or all, or none", e, d.Epsilons)
		}
	}
	for _, a := range d.Attacks() {
		if err := a.Check(); err != nil {
			return err
		}
	}
	return nil
}

// Attacks lists the attacks in the order of Compare, each once.
func (d Design) Attacks() []attack.Method {
	var list []attack.Method
	for _, e := range d.Epsilons {
		schemes, labels := d.Schemes, d.Labels
		if d.Noise {
			list = append(list, noise(e))
		}
		crossed := slices.Contains(d.Crossed, e)
		if !crossed {
			schemes, labels = schemes[:1], labels[:1]
		}
		for _, loss := range d.Losses {
			for _, swapped := range d.Swapped {
				for i, scheme := range schemes {
					for j, label := range labels {
						a := attack.FGSM()
						a.Epsilon, a.Rule = e, scheme
						a.Objective = attack.Objective{Loss: loss, Swapped: swapped, Target: label}
						list = append(list, a)
						if a.Grey = true; d.Shared && crossed && i+j == 0 {
							list = append(list, a)
						}
					}
				}
			}
		}
	}
	slices.SortFunc(list, Compare)
	return slices.Compact(list)
}

// noise is what stands beside the attacks of an ε: every value of the image that much up or down, by chance.
func noise(epsilon float32) attack.Method {
	m, _ := attack.Named(attack.Noise)
	m.Epsilon = epsilon
	return m
}

// Compare orders attacks as tables list them: by ε, loss, order, scheme, label
// and sharing, and noise last.
func Compare(a, b attack.Method) int {
	return cmp.Or(
		cmp.Compare(a.Epsilon, b.Epsilon),
		cmp.Compare(a.Name, b.Name),
		cmp.Compare(slices.Index(core.Losses, a.Loss), slices.Index(core.Losses, b.Loss)),
		later(a.Swapped, b.Swapped),
		cmp.Compare(a.Rule, b.Rule),
		-cmp.Compare(a.Target, b.Target), // truth before prediction
		later(a.Grey, b.Grey),
	)
}

// later puts true after false.
func later(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return 1
	}
	return -1
}
