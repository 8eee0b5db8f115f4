package net

import "fmt"

// Found is a network that was made elsewhere, with what its file tells of it.
type Found struct {
	Network
	Architecture string
	Parameters   int
	// Told says whether the file tells what makes probabilities of the logits.
	Told bool
	// Raw says that nothing shows what its outputs are, so that they are taken for logits, but may be probabilities.
	Raw     bool
	Classes []string // by name, a background among them; nil where the file does not tell
	Input   Input
	Outputs []string // that could have been taken, that which was first; nil where there is but one
	Notes   []string // what was found and what was assumed, in sentences
	// Metadata is what the file says of itself by keys.
	Metadata map[string]string
}

// Input is how a network's images were made, as far as its file tells.
type Input struct {
	// Normalisation names how a slice's values are brought to [0, 1], see scan.Normalisation.
	Normalisation string
	// Range is what [0, 1] becomes for the network, or else each channel's Mean and Deviation are what it is less and over; where it is
	// Standardised each image's own are.
	Range, Mean, Deviation []float32
	Standardised           bool
}

// String says what the network takes.
func (i Input) String() string {
	switch {
	case i.Standardised:
		return "each image less its own mean, over its own deviation"
	case len(i.Mean) > 0 || len(i.Deviation) > 0:
		return fmt.Sprintf("values from 0 to 1 less %g, over %g", i.Mean, i.Deviation)
	case len(i.Range) == 2:
		return fmt.Sprintf("values from %g to %g", i.Range[0], i.Range[1])
	}
	return "values from 0 to 1"
}

// Transform brings images from [0, 1] to what the network takes; nil where that is the same.
func (i Input) Transform(channels int) (Transform, error) {
	switch {
	case i.Standardised:
		return Standardise, nil
	case len(i.Mean) > 0 || len(i.Deviation) > 0:
		return Moments(channels, i.Mean, i.Deviation)
	case len(i.Range) == 0:
		return nil, nil
	case len(i.Range) != 2:
		return nil, fmt.Errorf("net: a network's range has %d numbers; expected two, such as [0, 1]", len(i.Range))
	}
	return Range(i.Range[0], i.Range[1])
}
