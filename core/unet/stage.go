package unet

import (
	"strings"

	"segfault/core"
)

// Stages implements net.Staged: the decoder's centre, if it has one, and its blocks, from the coarsest on.
func (m *Model) Stages() []string {
	t := tap{Model: m}
	m.Spec.Build(&t, core.NewInput("x", 1, m.Spec.In, m.Spec.Multiple(), m.Spec.Multiple()))
	return t.stages
}

// Stage implements net.Staged.
func (m *Model) Stage(x *core.Node, stage string) (features, logits *core.Node) {
	t := tap{Model: m, stage: stage}
	logits = m.Spec.Build(&t, x)
	return t.features, logits
}

// tap is a Params that keeps what a stage of the decoder ends in.
type tap struct {
	*Model
	stage    string
	features *core.Node
	stages   []string
}

// Conv implements Params.
func (t *tap) Conv(l Layer, x *core.Node) *core.Node {
	y := t.Model.Conv(l, x)
	for _, last := range []string{".conv2.0", "center.1.0"} { // of a block, and of the centre
		if strings.HasPrefix(l.Name, "decoder.") && strings.HasSuffix(l.Name, last) {
			stage := strings.TrimSuffix(strings.TrimSuffix(l.Name, ".conv2.0"), ".1.0")
			if t.stages = append(t.stages, stage); stage == t.stage {
				t.features = y
			}
		}
	}
	return y
}
