package core_test

import (
	"context"
	"fmt"

	"segfault/core"
)

// run loads what outputs need on the CPU, writes the inputs, runs once and reads.
func run(outputs core.Outputs, in, out map[string][]float32) {
	program, err := core.NewCPU(1).Load(core.Compile(outputs))
	if err != nil {
		panic(err)
	}
	defer program.Close()
	ctx := context.Background()
	for name, values := range in {
		if err := program.Write(name, values); err != nil {
			panic(err)
		}
	}
	if err := program.Run(ctx, nil); err != nil {
		panic(err)
	}
	for name, values := range out {
		if err := program.Read(ctx, name, values); err != nil {
			panic(err)
		}
	}
}

// The four phases: build, differentiate, compile, run. The slope of Σ x² is 2x.
func Example() {
	x := core.NewInput("x", 3)
	square := core.Total(core.Mul(x, x))
	slope := core.Grad(square, x)[0]
	plan := core.Compile(core.Outputs{"square": square, "slope": slope})

	program, err := core.NewCPU(1).Load(plan)
	if err != nil {
		panic(err)
	}
	defer program.Close()
	ctx := context.Background()
	value, slopes := make([]float32, 1), make([]float32, 3)
	for _, err := range []error{
		program.Write("x", []float32{1, 2, -3}),
		program.Run(ctx, nil), // one submission, where the backend is a device
		program.Read(ctx, "square", value),
		program.Read(ctx, "slope", slopes),
	} {
		if err != nil {
			panic(err)
		}
	}
	fmt.Println(value, slopes)
	// Output: [14] [2 4 -6]
}

// A convolution with a Sobel filter finds the edge between two columns.
func ExampleConv2D() {
	image := core.NewInput("image", 1, 1, 3, 6)
	sobel := core.NewParameter("sobel", &core.Tensor{Shape: core.Shape{1, 1, 3, 3}, Data: []float32{-1, 0, 1, -2, 0, 2, -1, 0, 1}})
	edges := make([]float32, 4)
	run(core.Outputs{"edges": core.Conv2D(image, sobel, core.Conv{})},
		map[string][]float32{"image": {0, 0, 0, 1, 1, 1, 0, 0, 0, 1, 1, 1, 0, 0, 0, 1, 1, 1}}, map[string][]float32{"edges": edges})
	fmt.Println(edges)
	// Output: [0 4 4 0]
}

// Of what lies behind a Stop nothing is differentiated: x·stop(x) has the slope x, not 2x.
func ExampleStop() {
	x := core.NewInput("x", 2)
	slope := make([]float32, 2)
	run(core.Outputs{"slope": core.Grad(core.Total(core.Mul(x, core.Stop(x))), x)[0]},
		map[string][]float32{"x": {3, 5}}, map[string][]float32{"slope": slope})
	fmt.Println(slope)
	// Output: [3 5]
}

// A graph that comes from a file may be wrong; then it is an error instead of a panic.
func ExampleTry() {
	_, err := core.Try(func() *core.Node { return core.Add(core.NewInput("a", 2, 3), core.NewInput("b", 2, 4)) })
	fmt.Println(err)
	// Output: core: Add: shapes 2×4 and 2×3
}

// A plan says what is done, in order, and which buffers are used again.
func ExamplePlan_String() {
	x := core.NewInput("x", 4)
	fmt.Print(core.Compile(core.Outputs{"y": core.Exp(core.Affine(core.Neg(x), 2, 1))}))
	// Output:
	// 1 steps, 2 buffers: 16 bytes of inputs, 0 of parameters, 16 computed; 32 are live at once
	// map{4 whole unary0[0 0] affine[6 0] [2 1 0] unary1[7 0]} x → #1
}

// A loss compares logits with a target of 0 and 1; a logit of 0 is right with a probability of a half.
func ExampleLoss_Of() {
	logits, target := core.NewInput("logits", 1, 1, 1, 2), core.NewInput("target", 1, 1, 1, 2)
	loss := make([]float32, 1)
	run(core.Outputs{"loss": core.BCE.Of(logits, target)},
		map[string][]float32{"logits": {0, 0}, "target": {0, 1}}, map[string][]float32{"loss": loss})
	fmt.Printf("%.4f\n", loss[0])
	// Output: 0.6931
}
