package study

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"segfault/core"
	"segfault/core/attack"
)

// Axes are a design as text, each a list separated by commas.
type Axes struct {
	Epsilons, Crossed, Losses, Orders, Schemes, Labels string
	Shared, Noise                                      bool
}

// DefaultAxes are the default design's.
func DefaultAxes() Axes {
	d := DefaultDesign()
	return Axes{Epsilons: join(d.Epsilons, epsilonText), Crossed: join(d.Crossed, epsilonText), Losses: join(d.Losses, text),
		Orders: join(d.Swapped, attack.OrderName), Schemes: join(d.Schemes, text), Labels: join(d.Labels, text), Shared: d.Shared, Noise: d.Noise}
}

func text[T ~string](v T) string { return string(v) }

func join[T any](values []T, text func(T) string) string {
	parts := make([]string, len(values))
	for i, v := range values {
		parts[i] = text(v)
	}
	return strings.Join(parts, ",")
}

// Design reads the axes. The crossed ε may be "all" or "none".
func (a Axes) Design() (d Design, err error) {
	d.Shared, d.Noise = a.Shared, a.Noise
	if d.Epsilons, err = epsilons(a.Epsilons); err != nil {
		return d, err
	}
	switch a.Crossed {
	case "all":
		d.Crossed = d.Epsilons
	case "none", "":
	default:
		if d.Crossed, err = epsilons(a.Crossed); err != nil {
			return d, err
		}
	}
	for _, name := range strings.Split(a.Losses, ",") {
		loss, err := core.ParseLoss(name)
		if err != nil {
			return d, fmt.Errorf("study: %w", err)
		}
		d.Losses = append(d.Losses, loss)
	}
	for _, name := range strings.Split(a.Orders, ",") {
		swapped, err := attack.Order(name)
		if err != nil {
			return d, fmt.Errorf("study: %w", err)
		}
		d.Swapped = append(d.Swapped, swapped)
	}
	for _, name := range strings.Split(a.Schemes, ",") {
		d.Schemes = append(d.Schemes, attack.Rule(name))
	}
	for _, name := range strings.Split(a.Labels, ",") {
		d.Labels = append(d.Labels, attack.Target(name))
	}
	return d, d.Check()
}

// epsilons reads numbers and sorts them.
func epsilons(text string) (list []float32, err error) {
	for _, part := range strings.Split(text, ",") {
		v, err := strconv.ParseFloat(part, 32)
		if err != nil {
			return nil, fmt.Errorf("study: ε is a list of numbers such as 0.003,0.009, found %q", text)
		}
		list = append(list, float32(v))
	}
	slices.Sort(list)
	return slices.Compact(list), nil
}
