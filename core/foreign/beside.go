package foreign

import (
	"fmt"
	"io"
	"maps"
	"strings"

	"segfault/core/net"
	"segfault/core/nnunet"

	"github.com/valyala/fastjson"
)

// What trainers leave beside weights: nnU-Net its plans and the description of the data set, MONAI's bundles their metadata.
const (
	plansFile   = "plans.json"
	datasetFile = "dataset.json"
	bundleFile  = "metadata.json"
)

// mostNotes bounds such a file.
const mostNotes = 16 << 20

// told is what a file beside says; nil where there is none.
func (beside Beside) told(name string) (any, error) {
	if beside == nil {
		return nil, nil
	}
	r, size, err := beside(name)
	if err != nil {
		return nil, nil // which nobody has to give
	}
	if size > mostNotes {
		return nil, fmt.Errorf("foreign: %s has %d bytes; expected at most %d", name, size, mostNotes)
	}
	text, err := io.ReadAll(io.NewSectionReader(r, 0, size))
	if err != nil {
		return nil, fmt.Errorf("foreign: %s cannot be read: %w", name, err)
	}
	v, err := fastjson.ParseBytes(text)
	if err != nil {
		return nil, fmt.Errorf("foreign: %s is no JSON (%.80s); give the file as its trainer wrote it, or none", name, err)
	}
	return plain(v), nil
}

// plain is a value as Go has it.
func plain(v *fastjson.Value) any {
	switch v.Type() {
	case fastjson.TypeObject:
		m := map[string]any{}
		v.GetObject().Visit(func(key []byte, v *fastjson.Value) { m[string(key)] = plain(v) })
		return m
	case fastjson.TypeArray:
		list := []any{}
		for _, item := range v.GetArray() {
			list = append(list, plain(item))
		}
		return list
	case fastjson.TypeString:
		return string(v.GetStringBytes())
	case fastjson.TypeNumber:
		return v.GetFloat64()
	}
	return nil
}

// notes are nnU-Net's of a network: those in its checkpoint, and of what is not there those in the files beside.
func (beside Beside) notes(inside any) (nnunet.Notes, error) {
	noted := map[string]any{"configuration": "2d"}
	if all, ok := inside.(map[string]any); ok {
		maps.Copy(noted, all)
	}
	for _, of := range []struct{ key, holds, file string }{{"plans", "configurations", plansFile}, {"dataset_json", "labels", datasetFile}} {
		if field(noted[of.key], of.holds) != nil {
			continue
		}
		told, err := beside.told(of.file)
		if err != nil {
			return nnunet.Notes{}, err
		}
		if told != nil {
			noted[of.key] = told
		}
	}
	return nnunet.Describe(noted), nil
}

// explain adds to a network what either trainer's files beside it tell.
func (beside Beside) explain(found *net.Found) error {
	notes, err := beside.notes(nil)
	if err != nil {
		return err
	}
	if notes.Told {
		if err := name(found, notes.Classes, notes.Activation); err != nil {
			return err
		}
	}
	found.Input, found.Notes = notes.Input(), append(found.Notes, notes.Sentences()...)
	return beside.bundle(found)
}

// bundle adds what a MONAI bundle's metadata tell of a network.
func (beside Beside) bundle(found *net.Found) error {
	told, err := beside.told(bundleFile)
	if err != nil {
		return err
	}
	format := field(told, "network_data_format")
	def := field(format, "outputs", "pred", "channel_def")
	var classes []string
	for k := range found.Shape().Classes {
		if name, ok := field(def, fmt.Sprint(k)).(string); ok {
			classes = append(classes, name)
		}
	}
	if limits, ok := field(format, "inputs", "image", "value_range").([]any); ok && len(limits) == 2 {
		low, _ := limits[0].(float64)
		high, _ := limits[1].(float64)
		if low < high {
			found.Input.Range = []float32{float32(low), float32(high)}
		}
	}
	activation := net.Sigmoid
	if len(classes) > 1 && strings.EqualFold(classes[0], "background") {
		activation = net.Softmax
	}
	return name(found, classes, activation)
}

// name gives a network's outputs their names, if there is one for each; what makes probabilities of them is what the network's own file tells, if it does.
func name(found *net.Found, classes []string, activation net.Activation) (err error) {
	if len(classes) != found.Shape().Classes {
		return nil
	}
	if found.Classes = classes; !found.Told && len(classes) > 1 {
		found.Network, err = net.As(activation.String(), found.Network)
		found.Told = true
	}
	return err
}

// field is a value in nested maps.
func field(v any, keys ...string) any {
	for _, key := range keys {
		m, _ := v.(map[string]any)
		v = m[key]
	}
	return v
}
