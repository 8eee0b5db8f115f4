// Package bench measures Segfault and its peers at one job: a network, an image
// and a target. Every contender is a process that reads tasks from standard
// input, one a line, and answers with a line of JSON, a Reply. So each starts cold,
// its memory is its own, and on a busy machine a slow minute hits all alike.
//
// A Job has the network as steps, for contenders that build it anew, and the right
// results, to which every reply is compared. Measure goes through contenders and
// tasks in turns until it has enough samples; the tables and ratios are made of its
// results alone (table.go, ratio.go), of one run or of several (report.go).
package bench

import (
	"context"
	"slices"

	"segfault/core"
	"segfault/core/attack"
	"segfault/core/lab"
	"segfault/core/net"
	"segfault/core/phantom"
	"segfault/kernels"
)

// Job is what all contenders do, and the right results.
type Job struct {
	Name  string         `json:"name"`
	Size  int            `json:"size"`  // side of the image
	In    int            `json:"in"`    // channels of the image
	Out   int            `json:"out"`   // channels of the logits
	FLOPs map[string]int `json:"flops"` // of the convolutions of Forward and Gradient
	Held  float64        `json:"held"`  // bytes that the gradient's plan takes, results to be read included, over those live at once
	// Steps are the forward pass, for contenders that build the network anew.
	Steps []Step `json:"steps"`

	Net      net.Network `json:"-"`
	Weights  []float32   `json:"-"` // the parameters of the steps
	Image    []float32   `json:"-"`
	Target   []float32   `json:"-"`
	Logits   []float32   `json:"-"`
	Gradient []float32   `json:"-"` // of the mean binary cross-entropy with Target
}

// Step is a kernel of the forward pass. Values are numbered: the image is 0,
// what step i computes is i+1.
type Step struct {
	Kernel     string         `json:"kernel"`
	Fields     kernels.Kernel `json:"fields"`
	Inputs     []int          `json:"inputs"`
	Parameters []Parameter    `json:"parameters"`
}

// Parameter is a tensor in Weights.
type Parameter struct {
	Shape  []int `json:"shape"`
	Offset int   `json:"offset"`
}

// NewJob computes a model's job on the CPU; size 0 means the model's own.
func NewJob(name string, model []byte, size int) (*Job, error) {
	m, err := lab.ReadModel(model)
	if err != nil {
		return nil, err
	}
	if size == 0 {
		size = m.Size
	}
	j := &Job{Name: name, Size: size, In: m.Net.Shape().In, Out: m.Net.Shape().Classes, Net: m.Net}
	session, err := attack.NewSession(core.NewCPU(0), m.Net, size, size)
	if err != nil {
		return nil, err
	}
	defer session.Close()
	sample := phantom.Brain(phantom.BrainOptions{Seed: 1, Size: size, Kind: phantom.Meningioma})
	j.Image = slices.Repeat(sample.Image, j.In)
	ctx := context.Background()
	if j.Logits, err = session.Predict(ctx, j.Image); err != nil {
		return nil, err
	}
	j.Target = make([]float32, len(j.Logits))
	for i, v := range j.Logits {
		if v > 0 {
			j.Target[i] = 1
		}
	}
	g, err := session.Gradient(ctx, j.Problem(), Attack(Gradient).Objective)
	if err != nil {
		return nil, err
	}
	j.Gradient = g.Values
	j.describe()
	return j, nil
}

// Problem is what the tasks attack.
func (j *Job) Problem() attack.Problem {
	p := attack.Problem{Image: j.Image, Truth: make([]uint8, len(j.Target))}
	for i, v := range j.Target {
		p.Truth[i] = uint8(v)
	}
	return p
}

// describe writes down the network and counts its work.
func (j *Job) describe() {
	forward, gradient := j.plan(Forward), j.plan(Gradient)
	once, both := forward.FLOPs(), gradient.FLOPs()
	j.FLOPs = map[string]int{Forward: once, Gradient: both}

	held := gradient.Bytes(core.Input) + gradient.Bytes(core.Parameter) + gradient.Bytes(core.Computed)
	for _, shape := range gradient.Outputs {
		held += 4 * int64(gradient.Buffers[shape].Count)
	}
	j.Held = float64(held) / float64(gradient.Live)

	value := map[int]int{forward.Inputs["image"]: 0} // held by a buffer now
	offset := map[*core.Tensor]int{}
	for i, s := range forward.Steps {
		step := Step{Kernel: s.Kernel.Name(), Fields: s.Kernel, Inputs: []int{}, Parameters: []Parameter{}}
		last := len(s.Bind) - 1
		for _, at := range s.Bind[:last] {
			b := forward.Buffers[at]
			if b.Role != core.Parameter {
				step.Inputs = append(step.Inputs, value[at])
				continue
			}
			if _, known := offset[b.Value]; !known {
				offset[b.Value] = len(j.Weights)
				j.Weights = append(j.Weights, b.Value.Data...)
			}
			step.Parameters = append(step.Parameters, Parameter{b.Value.Shape, offset[b.Value]})
		}
		value[s.Bind[last]] = i + 1
		j.Steps = append(j.Steps, step)
	}
}

// work is how many FLOPs the convolutions of a task are.
func (j *Job) work(task string) int {
	if steps := StepsOf(task); steps > 0 {
		return steps*j.FLOPs[Gradient] + j.FLOPs[Forward]
	}
	return j.FLOPs[task]
}

// plan is what Forward or Gradient runs.
func (j *Job) plan(task string) *core.Plan {
	x := core.NewInput("image", 1, j.In, j.Size, j.Size)
	logits := j.Net.Logits(x)
	outputs := core.Outputs{"logits": logits}
	if task == Gradient {
		loss := core.BCE.Of(logits, core.NewInput("target", logits.Shape...))
		outputs["loss"], outputs["gradient"] = loss, core.Grad(loss, x)[0]
	}
	return core.Compile(outputs)
}
