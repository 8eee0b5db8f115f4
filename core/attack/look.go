package attack

import (
	"context"
	"slices"

	"segfault/core"
)

// size is that of what is moved.
func (r *ascent) size() (height, width int) {
	if r.problem.Own != nil {
		return r.problem.Own.View.Size()
	}
	return r.Height, r.Width
}

// spread is the image with a change of parts of ε, of all channels or the same for each.
func (r *ascent) spread(m *Method, parts []float32) []float32 {
	height, width := r.size()
	image := slices.Clone(r.problem.moved())
	for i, v := range image {
		by := m.Epsilon * parts[i%len(parts)]
		if r.problem.Inside != nil {
			by *= r.problem.Inside[i%(height*width)]
		}
		image[i] = min(max(v+by, 0), 1)
	}
	return image
}

// measured measures some images, at most a batch, in one pass of the network.
func (r *ascent) measured(m *Method, images [][]float32) ([]Point, error) {
	n := len(r.problem.Image)
	in := values{"images": make([]float32, batchSize*n), "target": r.problem.target(r.Network.Shape(), &m.Objective, r.clean.Logits)}
	for i, image := range images {
		if r.problem.Own != nil { // as a saved copy is seen
			var err error
			if image, err = r.problem.Own.Settle(image); err != nil {
				return nil, err
			}
		}
		copy(in["images"][i*n:], image)
	}
	reference := r.sought()
	in["reference"] = floats(reference)
	out := values{trace: make([]float32, r.traced(m)*batchSize)}
	err := r.run(r.ctx, r.key("look", r.problem, m), func(*memory) *core.Plan {
		logits := r.Network.Logits(core.NewInput("images", batchSize, r.Network.Shape().In, r.Height, r.Width))
		one := func(of *core.Node, i int) *core.Node { return core.Slice(of, core.Cut{Start: i, End: i + 1}) }
		target := core.NewInput("target", one(logits, 0).Shape...)
		reference := core.NewInput("reference", r.found(m, target).Shape...)
		var rows []*core.Node
		for i := range batchSize {
			found := r.found(m, one(logits, i))
			loss, _ := m.of(one(logits, i), target, core.Constant(0))
			rows = append(rows, core.Reshape(loss, 1), m.count(core.Mul(found, reference)), m.count(found), m.count(reference))
		}
		return core.Compile(core.Outputs{trace: core.Concat(0, rows...)})
	}, in, out)
	if err == nil {
		err = checkFinite("loss of an image", out[trace])
	}
	return points(out[trace], batchSize)[:len(images)], err
}

// seen is what a look at signs of ε shows, with points until then.
func (r *ascent) seen(m *Method, signs []float32, points []Point) lookout {
	return func(ctx context.Context, logits []float32) ([]Point, error) {
		f, err := r.settle(ctx, r.problem, r.spread(m, signs))
		if err == nil {
			copy(logits, f.Logits)
		}
		return points, err
	}
}

// arrive makes a fault of the image that a method without a loop ends at.
func (r *ascent) arrive(m *Method, image []float32, points []Point) (*Fault, error) {
	f, err := r.settle(r.ctx, r.problem, image)
	if err != nil {
		return nil, err
	}
	f.Points = points
	f.Reached, err = r.reached(m, f.Logits)
	return f, err
}
