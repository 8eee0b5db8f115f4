package lab_test

import (
	"context"
	"fmt"
	"os"

	"segfault/core"
	"segfault/core/attack"
	"segfault/core/lab"
)

const weights = "../../weights/brain-unet-vgg13-w10.safetensors"

// shelf is a host with one model and no files of its own.
type shelf struct{ lab.Host }

func (shelf) CPU() core.Backend { return core.NewCPU(0) }

func (shelf) CPUName() string { return "native Go" }

func (shelf) Breathe() {}

func (shelf) Release() (lab.Release, error) {
	return lab.Release{Version: "1", Models: []lab.Shipped{{
		ModelInfo: lab.ModelInfo{Name: "small", Task: "brain", Classes: []string{"glioma", "meningioma", "pituitary"}, Size: 128}, File: weights,
	}}}, nil
}

func (shelf) Weights(_ context.Context, file string, _ func(int)) ([]byte, error) {
	return os.ReadFile(file)
}

// What a page does in messages: open, choose a sample, attack it.
func Example() {
	l, ctx := lab.New(shelf{}), context.Background()
	if _, err := l.Open(ctx, &lab.OpenParams{OpenOptions: lab.OpenOptions{Backend: "cpu"}}); err != nil {
		panic(err)
	}
	scan, err := l.Sample(ctx, &lab.SampleParams{Name: "glioma"})
	if err != nil {
		panic(err)
	}
	p := lab.NewAttack(scan.ID)
	p.Epsilon = 0.009
	fault, err := l.Attack(ctx, p)
	if err != nil {
		panic(err)
	}
	fmt.Println(scan.Width, scan.Height, fault.Attack.Target)
	dice := fault.Metrics.Dice.Union
	fmt.Println("found:", *dice.Before > 0.5, "after the attack:", *dice.After > 0.5)
	// Output:
	// 224 224 truth
	// found: true after the attack: false
}

// Without a Lab: a model and a subject make a problem of package attack, as in a study.
func ExampleSubject() {
	data, err := os.ReadFile(weights)
	if err != nil {
		panic(err)
	}
	model, err := lab.ReadModel(data)
	if err != nil {
		panic(err)
	}
	sample, err := lab.FindSample("glioma")
	if err != nil {
		panic(err)
	}
	subject := sample.Subject(sample.Seed)
	image, err := subject.Image(0, model)
	if err != nil {
		panic(err)
	}
	truth, err := subject.Planes(0, model, nil)
	if err != nil {
		panic(err)
	}
	session, err := attack.NewSession(core.NewCPU(0), model.Net, model.Size, model.Size)
	if err != nil {
		panic(err)
	}
	defer session.Close()
	prediction, err := session.Predict(context.Background(), image)
	fmt.Println(model.Architecture, len(image), len(truth), len(prediction), err)
	// Output: unet-vgg13 49152 49152 49152 <nil>
}
