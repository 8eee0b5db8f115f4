package scan

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
)

// Normalisation names the way in which a slice's units are mapped to [0, 1]; beside the names it may be two numbers of the scan's own
// units, such as "-160 240", with what lies outside clamped.
type Normalisation string

const (
	Max        Normalisation = "max"        // 0 … the slice's maximum, as the paper does; what is below 0 becomes 0
	MinMax     Normalisation = "minmax"     // the slice's minimum … its maximum
	Percentile Normalisation = "percentile" // its 0.5th … its 99.5th percentile, what lies outside clamped
)

// Scale maps the scan's own units to the model's: x = (v − Lo) / (Hi − Lo), clamped to [0, 1].
type Scale struct{ Lo, Hi float32 }

// Scale finds the mapping for a slice.
//
// A slice without contrast is no error, as volumes often begin and end with one: where Lo would equal Hi, or no value
// is above 0 for [Max], the scale is flat and maps everything to 0. Percentiles that coincide although the
// slice has contrast fall back to [MinMax].
func (n Normalisation) Scale(values []float32) (Scale, error) {
	if len(values) == 0 {
		return Scale{}, fmt.Errorf("scan: a slice without values cannot be normalised")
	}
	low, high := values[0], values[0]
	for _, v := range values {
		if v-v != 0 { // NaN or infinite
			return Scale{}, fmt.Errorf("scan: a slice with NaN or infinite values cannot be normalised; replace them first")
		}
		low, high = min(low, v), max(high, v)
	}
	switch n {
	case Max:
		return Scale{0, max(high, 0)}, nil
	case MinMax:
		return Scale{low, high}, nil
	case Percentile:
		if p := percentiles(values, 0.005, 0.995); p[0] < p[1] {
			return Scale{p[0], p[1]}, nil
		}
		return Scale{low, high}, nil
	}
	if a, b, two := strings.Cut(string(n), " "); two {
		low, err := strconv.ParseFloat(a, 32)
		high, wrong := strconv.ParseFloat(b, 32)
		if err == nil && wrong == nil && low < high && high-low <= math.MaxFloat32 {
			return Scale{float32(low), float32(high)}, nil
		}
	}
	return Scale{}, fmt.Errorf("scan: the normalisation %.20q is unknown; use max, minmax, percentile, or two numbers of the scan's units, the lower one first, such as -160 240", string(n))
}

// Apply writes the model's units of values to dst, which may be the same slice and must be as long. NaN and a
// flat scale give 0.
func (s Scale) Apply(dst, values []float32) {
	width := float64(s.Hi) - float64(s.Lo)
	for i, v := range values[:len(dst)] {
		x := (float64(v) - float64(s.Lo)) / width
		if !(x > 0) || width <= 0 {
			x = 0
		}
		dst[i] = float32(min(x, 1))
	}
}

// Invert writes the scan's own units of x to dst, which may be the same slice and must be as long.
func (s Scale) Invert(dst, x []float32) {
	width := float64(s.Hi) - float64(s.Lo)
	for i, v := range x[:len(dst)] {
		dst[i] = float32(float64(s.Lo) + float64(v)*width)
	}
}

// Between are the values that so large a share of them lies below, and above.
func Between(values []float32, share float64) (low, high float32) {
	p := percentiles(values, share, 1-share)
	return p[0], p[1]
}

// RobustWindow is the display range that leaves out half a percent at either end, or everything if that is empty.
func RobustWindow(values []float32) [2]float64 {
	s, err := Percentile.Scale(values)
	if err != nil || s.Lo == s.Hi {
		low := float64(s.Lo)
		return [2]float64{low, low + max(1, math.Abs(low)/1e6)} // which differs from low, however large that is
	}
	return [2]float64{float64(s.Lo), float64(s.Hi)}
}

// percentileSamples is how many values percentiles are taken from: all of a 512×512 slice. Of more, every n-th is
// taken, as sorting a whole volume would take seconds and change nothing that can be seen.
const percentileSamples = 512 * 512

// percentiles returns the values below which the fractions low and high lie, interpolated as NumPy does.
func percentiles(values []float32, low, high float64) [2]float32 {
	step := 1
	if len(values) > percentileSamples {
		step = len(values)/percentileSamples | 1 // odd, so as not to walk down one column
	}
	sorted := make([]float32, 0, (len(values)+step-1)/step)
	for i := 0; i < len(values); i += step {
		sorted = append(sorted, values[i])
	}
	slices.Sort(sorted)
	at := func(fraction float64) float32 {
		whole, part := math.Modf(fraction * float64(len(sorted)-1))
		i := int(whole)
		a, b := float64(sorted[i]), float64(sorted[min(i+1, len(sorted)-1)])
		return float32(a + part*(b-a))
	}
	return [2]float32{at(low), at(high)}
}
