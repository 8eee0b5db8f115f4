package unet

import (
	"fmt"
	"strings"

	"segfault/core"
)

// Widen gives the trainer the weights of a narrower network of the same kind, so
// that training goes on from what that one can do (Net2WiderNet, Chen et al.
// 2016): a channel of the wide network copies one of the narrow, in turn, and
// whoever reads several copies divides by their number. Copies begin apart by
// noise times their weights, or training would keep them equal; without noise
// the two networks compute the same.
//
// Convolutions must be of one group; tensors are by the narrow trainer's names.
// Build must have drawn the trainer's tensors.
func (t *Trainer) Widen(narrow Spec, tensors map[string]*core.Tensor, noise float64) error {
	from, to := sourcesOf(narrow), sourcesOf(t.Spec)
	for name, wide := range to {
		small, ok := from[name]
		if !ok {
			return fmt.Errorf("unet: a %s cannot become a wider %s: it has no layer %q", narrow.Name(), t.Spec.Name(), name)
		}
		if !wide.holds(small) {
			return fmt.Errorf("unet: layer %q reads %v channels from its sources and writes %d, and cannot copy one of %v and %d; expected no fewer, and no groups",
				name, wide.channels, wide.width, small.channels, small.width)
		}
	}
	for name, v := range t.Tensors {
		narrow := tensors[name]
		if narrow == nil {
			return fmt.Errorf("unet: the narrow network lacks tensor %q", name)
		}
		layer, isWeight := strings.CutSuffix(name, ".weight")
		if _, conv := to[layer]; !isWeight || !conv {
			tile(v, narrow)
			continue
		}
		small, wide := from[layer], to[layer]
		out, in, taps := narrow.Shape[0], narrow.Shape[1], narrow.Shape[2]*narrow.Shape[3]
		for i := range v.Data {
			o, c, tap := i/taps/v.Shape[1], i/taps%v.Shape[1], i%taps
			source, copies := wide.source(small, c)
			w := narrow.Data[(o%out*in+source)*taps+tap] / float32(copies)
			v.Data[i] = w * float32(1+noise*t.random.NormFloat64())
		}
	}
	return nil
}

// tile repeats a vector, or each row of a table, until it fills the wider one.
func tile(wide, narrow *core.Tensor) {
	rows := 1
	if len(wide.Shape) == 2 {
		rows = wide.Shape[0]
	}
	w, n := len(wide.Data)/rows, len(narrow.Data)/rows
	for i := range wide.Data {
		wide.Data[i] = narrow.Data[i/w*n+i%w%n]
	}
}

// sources are the channels that a convolution reads from its two sources, and
// those that it writes.
type sources struct {
	channels [2]int
	width    int
	groups   int
}

// holds says that every channel of a narrower convolution finds a place here.
func (s sources) holds(small sources) bool {
	for k, n := range small.channels {
		if (n == 0) != (s.channels[k] == 0) || s.channels[k] < n {
			return false
		}
	}
	return s.groups == 1 && small.groups == 1 && s.width >= small.width
}

// source is the channel of the narrow network that channel c here copies, and
// how many copies there are.
func (s sources) source(small sources, c int) (channel, copies int) {
	k, before := 0, 0
	if c >= s.channels[0] {
		k, before = 1, small.channels[0]
		c -= s.channels[0]
	}
	n := small.channels[k]
	c %= n
	return before + c, (s.channels[k] - c + n - 1) / n
}

// sourcesOf notes the sources of every convolution by its name.
func sourcesOf(s Spec) map[string]sources {
	r := sourceReader{}
	s.Build(r, core.NewInput("x", 1, s.In, s.Multiple(), s.Multiple()))
	return r
}

// sourceReader is a Params that only notes sources.
type sourceReader map[string]sources

// Conv implements Params.
func (r sourceReader) Conv(l Layer, x *core.Node) *core.Node {
	s := sources{channels: [2]int{x.Shape[1]}, width: l.Width, groups: max(l.Conv.Groups, 1)}
	if l.Conv.Skip != nil {
		s.channels[1] = l.Conv.Skip.Shape[1]
	}
	r[l.Name] = s
	return core.Conv2D(x, core.NewInput(l.Name, l.weightShape(x)...), l.Conv)
}

// Idle implements Params.
func (r sourceReader) Idle(Layer, *core.Node) {}

// Drop implements Params.
func (r sourceReader) Drop(x *core.Node, _ float64) *core.Node { return x }
