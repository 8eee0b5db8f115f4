package torch

import (
	"fmt"
	"strings"

	"segfault/core"
)

// Weights are a network's tensors by name.
type Weights struct {
	Place   string // where in the file they were, "" for its top
	tensors map[string]*tensor
}

// places are names under which people keep a network's weights, the likeliest first.
var places = []string{"state_dict", "network_weights", "model_state_dict", "model_state", "model", "network", "net", "module", "weights", "params",
	"generator", "state_dict_ema", "model_ema", "ema_state_dict", "ema"}

// Weights finds the network's weights: at the top or in nested dicts.
func (f *File) Weights() (*Weights, error) {
	if w := find(f.root, "", map[*dict]bool{}); w != nil {
		return w, nil
	}
	if d, ok := f.root.(*dict); ok {
		var keys []string
		for _, k := range d.keys[:min(len(d.keys), 8)] {
			if name, text := k.(string); text { // others may be of any size
				keys = append(keys, fmt.Sprintf("%.40q", name))
			}
		}
		return nil, fmt.Errorf("torch: no weights were found in the file; expected a state dict, at the top or under %q; found %s",
			strings.Join(places[:5], ", "), strings.Join(keys, ", "))
	}
	return nil, fmt.Errorf("torch: no weights were found in the file; expected a state dict: torch.save(model.state_dict(), FILE)")
}

// mostPlaces bounds where weights are looked for.
const mostPlaces = 1 << 10

// find looks for weights in a value: its own tensors, or those of what it holds.
func find(v any, place string, seen map[*dict]bool) *Weights {
	d, ok := v.(*dict)
	if !ok || seen[d] || len(seen) > mostPlaces {
		return nil
	}
	seen[d] = true
	w := &Weights{Place: place, tensors: map[string]*tensor{}}
	many := false // a convolution's weights, not a number among others
	for i, key := range d.keys {
		name, text := key.(string)
		t, ok := d.values[i].(*tensor)
		if text && ok {
			w.tensors[name] = t
			many = many || len(t.shape) >= 3
		}
	}
	if many {
		return w
	}
	under := func(name string, v any) *Weights { return find(v, strings.TrimPrefix(place+"."+name, "."), seen) }
	for _, name := range places {
		if inner := under(name, d.get(name)); inner != nil {
			return inner
		}
	}
	for i, key := range d.keys {
		if name, text := key.(string); text && !strings.Contains(name, "optim") {
			if inner := under(name, d.values[i]); inner != nil {
				return inner
			}
		}
	}
	return nil
}

// Shapes are those of all tensors, by name.
func (w *Weights) Shapes() map[string]core.Shape {
	shapes := map[string]core.Shape{}
	for name, t := range w.tensors {
		shapes[name] = t.shape
	}
	return shapes
}

// Tensor reads a tensor's values.
func (w *Weights) Tensor(name string) (*core.Tensor, error) {
	t := w.tensors[name]
	if t == nil {
		return nil, fmt.Errorf("torch: there is no tensor %q", name)
	}
	return t.read(name)
}

// Note is what the file says beside the weights under a key, as Go's plain values: texts, numbers, []any and
// map[string]any; nil where it says nothing.
func (f *File) Note(key string) any {
	d, ok := f.root.(*dict)
	if !ok {
		return nil
	}
	budget := 1 << 16
	return plain(d.get(key), 0, &budget)
}
