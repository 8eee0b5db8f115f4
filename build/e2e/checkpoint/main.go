// Command checkpoint writes a network's weights for the end-to-end tests, in float32 and full of the oracle's numbers.
//
//	go run ./build/e2e/checkpoint -network unet-vgg13 -out vgg13.safetensors
package main

import (
	"flag"
	"fmt"
	"os"

	"segfault/core"
	"segfault/core/coretest"
	"segfault/core/safetensors"
	"segfault/core/unet"
)

func main() {
	network := flag.String("network", "unet-vgg13", "name of the network")
	divide := flag.Int("divide", 1, "divides every width of the full-size network")
	seed := flag.Uint64("seed", 0, "of the numbers")
	task := flag.String("task", "", "what the network is for, as the file says it")
	out := flag.String("out", "", "file to write")
	flag.Parse()
	if err := write(*network, *divide, *seed, *task, *out); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func write(network string, divide int, seed uint64, task, out string) error {
	spec, err := unet.New(network, 3, 3, divide)
	if err != nil {
		return err
	}
	o := coretest.Oracle{Seed: seed, HeadGain: 1}
	f := &safetensors.File{Metadata: map[string]string{"task": task}, Tensors: map[string]*core.Tensor{}}
	for _, t := range spec.Tensors() {
		f.Tensors[t.Name] = o.Weight(t.Name, t.Shape)
	}
	data, err := safetensors.Write(f, safetensors.F32)
	if err != nil {
		return err
	}
	return os.WriteFile(out, data, 0o644)
}
