package main

import (
	"context"
	"flag"
	"fmt"
	"runtime"
	"slices"
	"time"

	"segfault/core"
	"segfault/core/attack"
	"segfault/core/phantom"
	"segfault/core/unet"
	"segfault/kernels"
)

// bench times a model's work on this machine's CPU: forward, forward with the
// input gradient, and a whole FGSM.
func bench(args []string) error {
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	weights := flags.String("weights", "brain-unet-vgg13-w4", "a .safetensors file, or the name of one in weights/; \"random\" for its architecture without weights")
	size := flags.Int("size", 224, "side of the image")
	runs := flags.Int("runs", 9, "counted runs, after one that warms up")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if *runs < 1 || *size < 32 || *size%32 != 0 {
		return fmt.Errorf("bench: expected at least one run and a size that is a multiple of 32, found %d and %d", *runs, *size)
	}
	net, err := benchModel(*weights)
	if err != nil {
		return err
	}
	cpu := core.NewCPU(0)
	session, err := attack.NewSession(cpu, net, *size, *size)
	if err != nil {
		return err
	}
	defer session.Close()
	sample := phantom.Brain(phantom.BrainOptions{Seed: 1, Size: *size, Kind: phantom.Meningioma})
	image := slices.Repeat(sample.Image, net.Spec.In)
	ctx := context.Background()
	a := attack.FGSM()
	a.Label = attack.Prediction

	x := core.NewInput("x", 1, net.Spec.In, *size, *size)
	logits := net.Logits(x)
	forward := core.Compile(core.Outputs{"logits": logits}).FLOPs()
	both := core.Compile(core.Outputs{"gradient": core.Grad(a.Loss.Of(logits, core.Positive(logits)), x)[0]}).FLOPs()

	fmt.Printf("%s/%s, %d cores, vector instructions: %s; U-Net/%s, widths %v, %d×%d\n\n", runtime.GOOS, runtime.GOARCH,
		runtime.GOMAXPROCS(0), orNone(kernels.SIMD()), net.Spec.Encoder, net.Spec.Widths, *size, *size)
	fmt.Printf("%-22s %10s %10s %10s %10s\n", "task", "median ms", "min", "max", "GFLOP/s")
	for _, task := range []struct {
		name  string
		flops int
		run   func() error
	}{
		{"forward", forward, func() error { _, err := session.Predict(ctx, image); return err }},
		{"forward and gradient", both, func() error { _, err := session.Gradient(ctx, image, nil, a); return err }},
		{"FGSM", both + forward, func() error { _, _, err := session.Run(ctx, image, nil, a, nil); return err }},
	} {
		times, err := measure(*runs, task.run)
		if err != nil {
			return err
		}
		median := times[len(times)/2]
		fmt.Printf("%-22s %10.1f %10.1f %10.1f %10.1f\n", task.name, median, times[0], times[len(times)-1], float64(task.flops)/median/1e6)
	}
	return nil
}

// measure runs once to warm up, then counts; it returns sorted milliseconds.
func measure(runs int, f func() error) ([]float64, error) {
	if err := f(); err != nil {
		return nil, err
	}
	var times []float64
	for range runs {
		began := time.Now()
		if err := f(); err != nil {
			return nil, err
		}
		times = append(times, time.Since(began).Seconds()*1000)
	}
	slices.Sort(times)
	return times, nil
}

// benchModel opens weights, or draws the shipped architecture at random.
func benchModel(weights string) (*unet.Model, error) {
	if weights != "random" {
		m, err := openModel(weights)
		if err != nil {
			return nil, err
		}
		return m.Net, nil
	}
	spec, err := unet.New("vgg13_bn", 3, 3, 4)
	if err != nil {
		return nil, err
	}
	trainer := unet.NewTrainer(spec, 1)
	trainer.Build(core.NewInput("x", 1, spec.In, spec.Multiple(), spec.Multiple()))
	_, tensors := trainer.Checkpoint()
	return unet.NewModel(tensors)
}

func orNone(s string) string {
	if s == "" {
		return "none"
	}
	return s
}
