package nnunet

import (
	"fmt"
	"slices"
	"strings"

	"segfault/core/net"
)

// Notes are what nnU-Net notes of a network in its checkpoint.
type Notes struct {
	Told       bool // whether there are any about the labels
	Activation net.Activation
	Classes    []string // the outputs', in their order; nil where not told
	Channels   []string // the input's
	Schemes    []string // how each channel is normalised, by nnU-Net's names
	// intensities are the data set's, of each channel in the plans' words.
	intensities any
	slope       float32
}

// Describe reads a checkpoint's "init_args": plans and the data set's description.
func Describe(args any) Notes {
	n := Notes{Activation: net.Softmax, slope: 0.01}
	dataset := at(args, "dataset_json")
	n.Channels = texts(at(dataset, "channel_names"))
	n.labels(at(dataset, "labels"))
	n.intensities = at(args, "plans", "foreground_intensity_properties_per_channel")
	configurations := at(args, "plans", "configurations")
	name, _ := at(args, "configuration").(string)
	for range 8 { // one may say only what differs from another
		plan := at(configurations, name)
		if n.Schemes == nil {
			n.Schemes = texts(at(plan, "normalization_schemes"))
		}
		if kind, _ := at(plan, "architecture", "arch_kwargs", "nonlin").(string); strings.HasSuffix(kind, ".ReLU") {
			n.slope = 0
		}
		if slope, ok := at(plan, "architecture", "arch_kwargs", "nonlin_kwargs", "negative_slope").(float64); ok {
			n.slope = float32(slope)
		}
		name, _ = at(plan, "inherits_from").(string)
	}
	return n
}

// labels are numbers of classes that exclude each other, perhaps each in a list of its own, or longer lists of numbers: regions that lie over each
// other.
func (n *Notes) labels(v any) {
	labels, _ := v.(map[string]any)
	type class struct {
		name  string
		order float64
	}
	var plain []class
	regions := false
	for name, value := range labels {
		switch value := value.(type) {
		case float64:
			plain = append(plain, class{name, value})
		case []any:
			if len(value) == 0 {
				continue
			}
			if number, ok := value[0].(float64); ok {
				plain = append(plain, class{name, number})
			}
			regions = regions || len(value) > 1
		}
	}
	order := func(a, b class) int {
		if a.order != b.order {
			return int(a.order - b.order)
		}
		return strings.Compare(a.name, b.name)
	}
	if regions { // nnU-Net trains them in the order of the file, which is not kept here
		n.Told, n.Activation = true, net.Sigmoid
		return
	}
	slices.SortFunc(plain, order)
	for _, c := range plain {
		if c.name != "ignore" {
			n.Classes = append(n.Classes, c.name)
		}
	}
	n.Told = n.Classes != nil
}

// at is a value in nested maps.
func at(v any, keys ...string) any {
	for _, key := range keys {
		m, _ := v.(map[string]any)
		v = m[key]
	}
	return v
}

// texts are the texts of a list, or of a map whose keys are "0", "1" and so on.
func texts(v any) (list []string) {
	for i := 0; ; i++ {
		var item any
		switch v := v.(type) {
		case []any:
			if i < len(v) {
				item = v[i]
			}
		case map[string]any:
			item = v[fmt.Sprint(i)]
		}
		text, ok := item.(string)
		if !ok {
			return list
		}
		list = append(list, text)
	}
}

// Sentences are what the notes tell, for people.
func (n Notes) Sentences() (list []string) {
	if len(n.Channels) > 0 {
		list = append(list, "Its input is "+strings.Join(n.Channels, ", ")+".")
	}
	if len(n.Schemes) > 0 {
		list = append(list, "nnU-Net normalises its input by "+strings.Join(n.Schemes, ", ")+".")
	}
	if n.Input().Standardised {
		list = append(list, "That was of whole volumes; here each slice is brought to its own mean and deviation.")
	}
	return list
}

// Input is how nnU-Net brings images to the network; of several channels, which are all the same slice here, each as it says, but within the
// range of the first.
func (n Notes) Input() (in net.Input) {
	if len(n.Schemes) == 0 {
		return in
	}
	switch n.Schemes[0] {
	case "ZScoreNormalization":
		return net.Input{Normalisation: "minmax", Standardised: true}
	case "RescaleTo01Normalization":
		return net.Input{Normalisation: "minmax"}
	case "RGBTo01Normalization":
		return net.Input{Normalisation: "0 255"}
	case "CTNormalization":
		number := func(channel int, key string) float64 {
			v, _ := at(n.intensities, fmt.Sprint(channel), key).(float64)
			return v
		}
		low, high := number(0, "percentile_00_5"), number(0, "percentile_99_5")
		if !(low < high) {
			return in
		}
		in.Normalisation = fmt.Sprintf("%g %g", float32(low), float32(high))
		for c := range n.Schemes {
			in.Mean = append(in.Mean, float32((number(c, "mean")-low)/(high-low)))
			in.Deviation = append(in.Deviation, float32(max(number(c, "std"), 1e-8)/(high-low)))
		}
	}
	return in
}
