package main

import (
	"flag"
	"strings"

	"segfault/core/lab"
	"segfault/core/scan"
)

// modelFlags are what a person may tell of a network, as in the page's form; what is not told is as its file has it.
func modelFlags(flags *flag.FlagSet, p *lab.LoadModelParams) {
	flags.Func("classes", "of the network: names of its output channels, in order, with commas between; those that exclude each other begin with the background, or go without", func(text string) error {
		p.Classes = strings.Split(text, ",")
		return nil
	})
	flags.StringVar(&p.Activation, "activation", "", "of the network: what makes probabilities of its logits, sigmoid or softmax (default: as its file tells, or sigmoid)")
	flags.BoolVar(&p.Probabilities, "probabilities", false, "of the network: its outputs are probabilities already, where its file does not show it")
	flags.StringVar(&p.Output, "output", "", "of an ONNX network with several outputs, that which is attacked (default: the likeliest, which is told)")
	flags.IntVar(&p.Size, "size", 0, "of the network: side of its input in pixels (default: as its file tells, or 224)")
	flags.Func("normalisation", "of the network: how a slice is brought to 0 to 1: max, minmax, percentile, or two numbers in its own units, as '-160 240' (default: as its file tells, or max)", func(text string) error {
		p.Normalisation = scan.Normalisation(text)
		return nil
	})
	for name, of := range map[string]struct {
		list  *[]float32
		usage string
	}{
		"range":     {&p.Range, "of the network: what 0 and 1 become for it, as '-1,1'"},
		"mean":      {&p.Mean, "of the network: what is taken from each of its channels, with commas between"},
		"deviation": {&p.Deviation, "of the network: what each is divided by then"},
	} {
		flags.Func(name, of.usage, func(text string) (err error) {
			*of.list, err = lab.ParseNumbers(text)
			return err
		})
	}
	flags.BoolVar(&p.Standardise, "standardise", false, "of the network: it takes each image less its own mean, over its own deviation (z-score)")
}
