package study

import (
	"fmt"
	"slices"

	"segfault/core/attack"
)

// Protocol is the name of the battery in a list of methods.
const Protocol = "protocol"

// The attacks of the protocol, and what its third hypothesis compares besides: pushes are not among the worst of all.
const (
	worstOf = "fgsm,pgd/40,pgd/40/dice,apgd/100,apgd/100/dice,segpgd/40,cospgd/40,sea/100,square/1000"
	pushes  = "fgsm/bce,pgd/40/bce"
)

// maskPush is what swapped cross-entropy is, under its own name.
const maskPush = "mask push"

// battery are the protocol's methods: draws of noise, as many as attacks, of which the worst counts; and the pushes.
type battery struct{ noise, attacks, pushes []Listed }

func newBattery() (b battery) {
	b.attacks, b.pushes = parsed(worstOf), parsed(pushes)
	push := parsed("fgsm/bce")[0]
	push.Name, push.Swapped = maskPush, true
	b.attacks = append(b.attacks, push)
	for k := range b.attacks {
		drawn := parsed(attack.Noise)[0]
		drawn.Name, drawn.Seed = fmt.Sprintf("%s-%d", attack.Noise, k+1), uint64(k+1)
		b.noise = append(b.noise, drawn)
	}
	return b
}

// one and forty are the plain attacks of as many steps, with Dice and focal.
func (b battery) one() string   { return b.attacks[0].Name }
func (b battery) forty() string { return b.attacks[1].Name }

// blind are the attacks that ask for no gradient, and those that do.
func (b battery) blind() (blind, others []string) {
	for _, l := range b.attacks {
		if l.Blind() {
			blind = append(blind, l.Name)
		} else {
			others = append(others, l.Name)
		}
	}
	return blind, others
}

// all are the methods in the order in which they are tried.
func (b battery) all() []Listed { return slices.Concat(b.noise, b.attacks, b.pushes) }

// parsed reads one of the lists above.
func parsed(text string) []Listed {
	list, err := ParseMethods(text)
	if err != nil {
		panic(err)
	}
	return list
}

// namesOf are those of methods.
func namesOf(list []Listed) (names []string) {
	for _, l := range list {
		names = append(names, l.Name)
	}
	return names
}
