package onnx

import "segfault/core"

var norms = map[string]operator{
	"InstanceNormalization":     instanceNorm,
	"GroupNormalization":        groupNorm,
	"LayerNormalization":        layerNorm,
	"MeanVarianceNormalization": meanVariance,
	"LpNormalization":           lpNorm,
	"LRN":                       lrn,
}

func instanceNorm(c *call) []value {
	return one(core.InstanceNorm(c.x(0), c.x(1), c.x(2), c.number("epsilon", 1e-5)))
}

// groupNorm scales and shifts groups until version 20, and channels since.
func groupNorm(c *call) []value {
	x, groups := c.x(0), c.integer("num_groups", 0)
	y := core.GroupNorm(x, groups, c.number("epsilon", 1e-5))
	channels := x.Shape[1]
	each := func(p *core.Node) *core.Node {
		shape := make(core.Shape, len(x.Shape)-1)
		for i := range shape {
			shape[i] = 1
		}
		shape[0] = channels
		if p.Shape.Count() == groups && groups != channels {
			p = core.Expand(core.Reshape(p, groups, 1), groups, channels/groups)
		}
		return core.Reshape(p, shape...)
	}
	return one(core.Add(core.Mul(y, each(c.x(1))), each(c.x(2))))
}

// layerNorm also gives mean and inverse deviation, where they are asked for.
func layerNorm(c *call) []value {
	x, eps := c.x(0), c.number("epsilon", 1e-5)
	axis := c.axis(c.integer("axis", -1), len(x.Shape))
	y := core.Mul(core.LayerNorm(x, axis, eps), c.x(1))
	if c.has(2) {
		y = core.Add(y, c.x(2))
	}
	outputs := one(y)
	if c.wants(1) || c.wants(2) {
		var axes []int
		for i := axis; i < len(x.Shape); i++ {
			axes = append(axes, i)
		}
		mean := core.Mean(x, axes...)
		apart := core.Sub(x, mean)
		variance := core.Mean(core.Mul(apart, apart), axes...)
		outputs = append(outputs, real(mean), real(core.Reciprocal(core.Sqrt(core.Affine(variance, 1, eps)))))
	}
	return outputs
}

// meanVariance standardises by axes, adding to the deviation what keeps it from 0.
func meanVariance(c *call) []value {
	x, axes := c.x(0), c.list("axes")
	if axes == nil {
		axes = []int{0, 2, 3}
	}
	apart := core.Sub(x, core.Mean(x, axes...))
	return one(core.Div(apart, core.Affine(core.Sqrt(core.Mean(core.Mul(apart, apart), axes...)), 1, 1e-9)))
}

// lpNorm divides by the sum of sizes, or by the length.
func lpNorm(c *call) []value {
	x := c.x(0)
	axis := c.axis(c.integer("axis", -1), len(x.Shape))
	if c.integer("p", 2) == 1 {
		return one(core.Div(x, core.Sum(core.Abs(x), axis)))
	}
	return one(core.Div(x, core.Sqrt(core.Sum(core.Mul(x, x), axis))))
}

// lrn divides by what neighbouring channels hold (Krizhevsky et al. 2012).
func lrn(c *call) []value {
	x, size := c.x(0), c.integer("size", 0)
	if size < 1 || len(x.Shape) < 2 {
		c.refuse("%d neighbours of the channels of %v", size, x.Shape)
	}
	channels := x.Shape[1]
	neighbours := core.NewBand(channels, channels, func(o int) (int, []float64) {
		first, end := max(0, o-(size-1)/2), min(channels, o+size/2+1)
		ones := make([]float64, end-first)
		for i := range ones {
			ones[i] = 1
		}
		return first, ones
	})
	sum := core.Along(core.Mul(x, x), neighbours, 1)
	base := core.Affine(sum, c.number("alpha", 1e-4)/float32(size), c.number("bias", 1))
	return one(core.Mul(x, scalarPower(base, -c.number("beta", 0.75))))
}
