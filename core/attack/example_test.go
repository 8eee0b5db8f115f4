package attack_test

import (
	"context"
	"fmt"

	"segfault/core"
	"segfault/core/attack"
	"segfault/core/net"
)

// brighter finds what is brighter than a half.
type brighter struct{}

func (brighter) Shape() net.Shape { return net.Shape{In: 1, Classes: 1, Multiple: 1} }

func (brighter) Logits(x *core.Node) *core.Node { return core.Affine(x, 8, -4) }

// An attack of one network: what it finds before and after, where no pixel moved by more than ε.
func Example() {
	session, err := attack.NewSession(core.NewCPU(1), brighter{}, 2, 2)
	if err != nil {
		panic(err)
	}
	defer session.Close()
	problem := attack.Problem{Image: []float32{0.1, 0.2, 0.55, 0.9}, Truth: []uint8{0, 0, 1, 1}}
	method := attack.FGSM()
	method.Loss, method.Epsilon = core.BCE, 0.1

	clean, fault, err := session.Run(context.Background(), problem, method, nil)
	if err != nil {
		panic(err)
	}
	fmt.Println("before", attack.Mask(brighter{}.Shape(), clean.Logits))
	fmt.Println("after ", attack.Mask(brighter{}.Shape(), fault.Logits))
	fmt.Printf("%.2f\n", fault.Adversarial)
	fmt.Printf("Dice %.2f\n", attack.Compare(brighter{}.Shape(), attack.Mask(brighter{}.Shape(), fault.Logits), problem.Truth).Union)
	// Output:
	// before [0 0 1 1]
	// after  [0 0 0 1]
	// [0.20 0.30 0.45 0.80]
	// Dice 0.67
}

// A named method says what it is made of; what it leaves open is its caller's.
func ExampleNamed() {
	m, err := attack.Named("apgd")
	if err != nil {
		panic(err)
	}
	m.Loss, m.Steps = core.JS, 50
	fmt.Println(m.Rule, m.Schedule, m.Norm, m.Check())
	m.Schedule = attack.Constant
	fmt.Println(m.Check())
	// Output:
	// heavy_ball halving linf <nil>
	// attack: the method apgd does not take the schedule constant; its own is halving
}

// The same loop, in the Euclidean norm and with ten steps: it tells what it had reached after each.
func ExampleSession_Run() {
	session, err := attack.NewSession(core.NewCPU(1), brighter{}, 2, 2)
	if err != nil {
		panic(err)
	}
	defer session.Close()
	problem := attack.Problem{Image: []float32{0.1, 0.2, 0.55, 0.9}, Truth: []uint8{0, 0, 1, 1}}
	method := attack.FGSM()
	method.Loss, method.Norm, method.Epsilon, method.Steps = core.BCE, attack.L2, 0.2, 10

	_, fault, err := session.Run(context.Background(), problem, method, nil)
	if err != nil {
		panic(err)
	}
	change := make([]float32, 4)
	for i, v := range fault.Adversarial {
		change[i] = v - problem.Image[i]
	}
	fmt.Printf("%.3f of 0.2\n", attack.L2.Measure(change))
	fmt.Println("the loss rose:", fault.Reached.Loss > fault.Points[0].Loss)
	// Output:
	// 0.200 of 0.2
	// the loss rose: true
}
