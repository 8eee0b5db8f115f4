package coretest

import "segfault/core"

// endingCases are layers followed by what their kernels can do as well: something
// is added, an activation applied, and on the way back both.
func endingCases() (cases []Case) {
	type s = core.Shape
	activations := map[string]func(*core.Node) *core.Node{"silu": core.Swish, "logistic": core.Sigmoid, "relu": core.Rectify}
	layers := map[string]struct {
		w core.Shape
		o core.Conv
	}{
		"3×3":           {s{6, 6, 3, 3}, core.Conv{Pad: core.Around(1)}},
		"1×1":           {s{6, 6, 1, 1}, core.Conv{}},
		"5×5 depthwise": {s{6, 1, 5, 5}, core.Conv{Pad: core.Around(2), Groups: 6}},
	}
	for layer, l := range layers {
		for act, f := range activations {
			cases = append(cases, Case{Name: layer + " and " + act + " between layers, with a shortcut", Smooth: act != "relu",
				Shapes: []s{{2, 6, 7, 9}, l.w, {6}, l.w},
				Build: func(in []*core.Node) *core.Node {
					o := l.o
					o.Bias = in[2]
					inner := f(core.Add(core.Conv2D(in[0], in[1], o), in[0]))
					return core.Add(inner, core.Conv2D(inner, in[3], l.o))
				}})
		}
	}
	cases = append(cases, Case{Name: "channels weighed before a layer of single pixels", Smooth: true, Shapes: []s{{2, 6, 4, 8}, {2, 6}, {5, 6, 1, 1}, {2, 5, 4, 8}},
		Build: func(in []*core.Node) *core.Node {
			return core.Swish(core.Add(core.Conv2D(core.Scale(in[0], in[1]), in[2], core.Conv{}), in[3]))
		}})
	twice := apartFrom("", core.Swish, 0)
	twice.Name, twice.Shapes = "a layer behind two activations", []s{{2, 6, 7, 9}, {6, 6, 3, 3}}
	twice.Build = func(in []*core.Node) *core.Node {
		return core.Conv2D(core.Swish(core.Rectify(in[0])), in[1], core.Conv{Pad: core.Around(1)})
	}
	cases = append(cases, twice)
	return append(cases, Case{Name: "channels weighed by what all of them are", Smooth: true, Shapes: []s{{1, 6, 7, 9}, {3, 6, 1, 1}, {3}, {6, 3, 1, 1}, {6}},
		Build: func(in []*core.Node) *core.Node {
			between := core.Swish(core.Conv2D(core.GlobalAveragePool(in[0]), in[1], core.Conv{Bias: in[2]}))
			return core.Scale(in[0], core.Sigmoid(core.Conv2D(between, in[3], core.Conv{Bias: in[4]})))
		}})
}
