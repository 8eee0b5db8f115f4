package attack

import (
	"segfault/core"
	"segfault/core/metrics"
	"segfault/core/net"
)

// Planes are Classes×pixels, as the network has classes. What is found, measured and shown of them is the foreground: of classes that
// exclude each other the first is the background, which nobody looks for.

// Foreground are the planes of the classes that can be found.
func Foreground[T any](shape net.Shape, planes []T) []T {
	return planes[len(planes)/shape.Classes*shape.Background():]
}

// Complete adds to the planes of the foreground that of the background: where nothing else is. Of classes that exclude each other the first
// that is there counts.
func Complete(shape net.Shape, foreground []uint8) []uint8 {
	if shape.Background() == 0 {
		return foreground
	}
	n := len(foreground) / shape.Foreground()
	planes := make([]uint8, n+len(foreground))
	for i := range n {
		planes[i] = 1
	}
	for i, v := range foreground {
		if v != 0 && planes[i%n] != 0 {
			planes[i%n], planes[n+i] = 0, v
		}
	}
	return planes
}

// Mask says where each class is found: where its probability is above a half, or, of classes that exclude each other, where it is the
// likeliest, of equal ones the first.
func Mask(shape net.Shape, logits []float32) []uint8 {
	m := make([]uint8, len(logits))
	if shape.Background() == 0 {
		for i, v := range logits {
			if v > 0 {
				m[i] = 1
			}
		}
		return m
	}
	n := len(logits) / shape.Classes
	for i := range n {
		best := i
		for at := i + n; at < len(logits); at += n {
			if logits[at] > logits[best] {
				best = at
			}
		}
		m[best] = 1
	}
	return m
}

// Odds are logits of the foreground, each against there being nothing: the likeliest class is found where its odds are above 0.
func Odds(shape net.Shape, logits []float32) []float32 {
	if shape.Background() == 0 {
		return logits
	}
	n := len(logits) / shape.Classes
	odds := make([]float32, len(logits)-n)
	for i := range odds {
		odds[i] = logits[n+i] - logits[i%n]
	}
	return odds
}

// label is Mask as graph.
func label(shape net.Shape, logits *core.Node) *core.Node {
	if shape.Background() == 0 {
		return core.Positive(logits)
	}
	return core.Stop(core.Chosen(logits))
}

// foreground is Foreground as graph.
func foreground(shape net.Shape, planes *core.Node) *core.Node {
	if shape.Background() == 0 {
		return planes
	}
	return core.Slice(planes, core.Cut{Axis: 1, Start: 1, End: shape.Classes})
}

// Compare measures a prediction, without the background.
func Compare(shape net.Shape, mask, reference []uint8) metrics.Overlap {
	return metrics.Compare(Foreground(shape, mask), Foreground(shape, reference), shape.Foreground())
}
