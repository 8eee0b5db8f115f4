package net_test

import (
	"context"
	"fmt"

	"segfault/core"
	"segfault/core/net"
)

// brighter is the smallest of networks: what is brighter than a half belongs to its one class.
type brighter struct{}

func (brighter) Shape() net.Shape { return net.Shape{In: 1, Classes: 1, Multiple: 1} }

func (brighter) Logits(x *core.Node) *core.Node { return core.Affine(x, 8, -4) }

// logits are what a network makes of an image of one row.
func logits(n net.Network, image ...float32) []float32 {
	out := make([]float32, len(image))
	program, err := core.NewCPU(1).Load(core.Compile(core.Outputs{"logits": n.Logits(core.NewInput("x", 1, 1, 1, len(image)))}))
	if err != nil {
		panic(err)
	}
	defer program.Close()
	ctx := context.Background()
	for _, err := range []error{program.Write("x", image), program.Run(ctx, nil), program.Read(ctx, "logits", out)} {
		if err != nil {
			panic(err)
		}
	}
	return out
}

// A network that was trained on values from −1 to 1 is still attacked in [0, 1].
func ExampleThrough() {
	signed, err := net.Range(-1, 1)
	if err != nil {
		panic(err)
	}
	fmt.Println(logits(brighter{}, 0, 0.5, 1))
	fmt.Println(logits(net.Through(signed, brighter{}), 0, 0.5, 1))
	// Output:
	// [-4 0 4]
	// [-12 -4 4]
}

// An ensemble is a network like any other. It refuses members that are not alike.
func ExampleMean() {
	signed, err := net.Range(-1, 1)
	if err != nil {
		panic(err)
	}
	both, err := net.Mean(brighter{}, net.Through(signed, brighter{}))
	if err != nil {
		panic(err)
	}
	fmt.Println(logits(both, 0, 0.5, 1))
	_, err = net.Mean()
	fmt.Println(err)
	// Output:
	// [-8 -2 4]
	// net: a mean of no networks; expected at least one
}

// A defended network is a network, too. Defences have names, and may stand one behind another, as in bits+median.
func ExampleDefend() {
	defended, err := net.Defend("bits", brighter{})
	if err != nil {
		panic(err)
	}
	fmt.Printf("%.2f\n", logits(brighter{}, 0.49, 0.51))
	fmt.Printf("%.2f\n", logits(defended, 0.49, 0.51)) // of 16 grey levels
	// Output:
	// [-0.08 0.08]
	// [-0.27 0.27]
}
