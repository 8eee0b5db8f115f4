package core

import (
	"math"

	"segfault/kernels"
)

// passBetween lets x through where low < gate < high, and scales it by slope
// elsewhere.
func passBetween(x, gate *Node, low, high, slope float32) *Node {
	k := kernels.Between{Count: x.Shape.Count(), Low: low, High: high, Slope: slope}
	return compute(k, x.Shape, func(dy *Node, i int) *Node {
		if i == 0 {
			return passBetween(dy, gate, low, high, slope)
		}
		return nil // it only chooses
	}, x, gate)
}

// LeakyRectify is x where x > 0, else slope·x: the leaky ReLU.
func LeakyRectify(x *Node, slope float32) *Node {
	return passBetween(x, Stop(x), 0, math.MaxFloat32, slope)
}

// Threshold is x where x > low, else 0.
func Threshold(x *Node, low float32) *Node { return passBetween(x, Stop(x), low, math.MaxFloat32, 0) }

// Parametric is x where x > 0, else slope·x, with slopes of a shape that goes with
// x's as in Add: the PReLU.
func Parametric(x, slope *Node) *Node {
	return Add(Rectify(x), Mul(Sub(x, Rectify(x)), slope))
}

// Clamp is x between two numbers. Where it is one of them the gradient is zero,
// as of PyTorch's ReLU6.
func Clamp(x *Node, low, high float32) *Node {
	limit := func(x *Node, op kernels.BinaryOp, to float32) *Node {
		return derive(kernels.Binary{Count: x.Shape.Count(), Op: op, Div: 1, Mod: 1}, x.Shape, x, Constant(to))
	}
	y := limit(limit(x, kernels.Max, low), kernels.Min, high)
	return newNode(Node{Shape: x.Shape, args: []*Node{y}, parents: []*Node{x},
		grad: func(dy *Node, _ int) *Node { return passBetween(dy, Stop(x), low, high, 0) }})
}

// Elu is x where x > 0, else alpha·(eˣ − 1).
func Elu(x *Node, alpha float32) *Node {
	positive := Rectify(x)
	return Add(positive, Affine(Exp(Sub(x, positive)), alpha, -alpha))
}
