package attack

import (
	"fmt"
	"math"

	"segfault/core/metrics"
	"segfault/core/net"
)

// Metrics say what an attack did.
type Metrics struct {
	// Reference is what Before and After are compared with.
	Reference     Target
	Before, After metrics.Overlap
	// Target is the Dice with what the model was to find, class by class, before and after; nil where it was not to find anything.
	Target *[2]float64
	// Drop is how far the union's Dice fell; Success says whether the Ending is one.
	Drop    float64
	Success bool
	Ending  Ending
	// Flipped counts the mask elements that changed, of Elements.
	Flipped, Elements int
	// Loss is the attack's loss at the clean image.
	Loss float64
	// The change of the image, of the range [0, 1].
	LInf, L2 float64
	PSNR     float64 // dB, infinite where nothing changed
	SSIM     float64 // Wang et al. 2004, of the channels' mean
}

// Threshold is the Dice coefficient under which a prediction counts as broken.
const Threshold = 0.5

// Broken says of a Dice that it was not below Threshold before an attack, and is now. What the model missed anyhow cannot be taken from it.
func Broken(before, after float64) bool { return before >= Threshold && after < Threshold }

// Measure compares a clean image and its prediction with an attacked one. truth
// may be nil: then the clean prediction is the reference. Images are
// channels×height×width, logits and truth Classes×height×width.
func Measure(image []float32, g *Gradient, f *Fault, truth []uint8, shape net.Shape, height, width int) (Metrics, error) {
	classes := shape.Classes
	if len(image) != len(f.Adversarial) || len(g.Logits) != classes*height*width || len(f.Logits) != len(g.Logits) ||
		truth != nil && len(truth) != len(g.Logits) {
		return Metrics{}, fmt.Errorf("attack: sizes do not agree: image %d and %d, logits %d and %d, truth %d, for %d×%d×%d",
			len(image), len(f.Adversarial), len(g.Logits), len(f.Logits), len(truth), classes, height, width)
	}
	before, after := Mask(shape, g.Logits), Mask(shape, f.Logits)
	m := Metrics{Reference: Truth, Elements: len(Foreground(shape, before)), Loss: float64(g.Loss)}
	if truth == nil {
		m.Reference, truth = Prediction, before
	}
	m.Before, m.After = Compare(shape, before, truth), Compare(shape, after, truth)
	m.Drop = m.Before.Union - m.After.Union
	m.Ending = End(m.Before, m.After)
	if f.Goal != nil {
		m.Target = &[2]float64{Compare(shape, before, f.Goal).Exact, Compare(shape, after, f.Goal).Exact}
		m.Ending = Near(m.Target[1])
	}
	m.Success = m.Ending.Success()
	m.Flipped = flipped(Foreground(shape, before), Foreground(shape, after))
	m.LInf, m.L2 = distance(image, f.Adversarial)
	m.PSNR = -10 * math.Log10(m.L2*m.L2/float64(len(image)))
	m.SSIM = metrics.SSIM(mean(image, height*width), mean(f.Adversarial, height*width), height, width)
	return m, nil
}

// flipped counts the elements in which two masks differ.
func flipped(a, b []uint8) int {
	n := 0
	for i := range a {
		if a[i] != b[i] {
			n++
		}
	}
	return n
}

// distance is the largest and the Euclidean change of an image.
func distance(a, b []float32) (lInf, l2 float64) {
	var square float64
	for i, v := range a {
		d := math.Abs(float64(b[i]) - float64(v))
		lInf = max(lInf, d)
		square += d * d
	}
	return lInf, math.Sqrt(square)
}

// Changes counts the changes of an image's values in equal bins from -limit to
// limit, where limit is the largest change. bins is odd, so that the middle bin
// is around no change.
func Changes(image, adversarial []float32, bins int) (limit float64, counts []int) {
	for i, v := range image {
		limit = max(limit, math.Abs(float64(adversarial[i])-float64(v)))
	}
	counts = make([]int, bins)
	for i, v := range image {
		at := 0.5
		if limit > 0 {
			at += (float64(adversarial[i]) - float64(v)) / limit / 2
		}
		counts[min(int(at*float64(bins)), bins-1)]++
	}
	return limit, counts
}

// mean averages channels.
func mean(image []float32, pixels int) []float64 {
	m := make([]float64, pixels)
	channels := len(image) / pixels
	for from := 0; from < len(image); from += pixels {
		for i, v := range image[from : from+pixels] {
			m[i] += float64(v) / float64(channels)
		}
	}
	return m
}
