package net

// Found is a network that was made elsewhere, with what its file tells of it.
type Found struct {
	Network
	Architecture string
	Parameters   int
	// Told says whether the file tells what makes probabilities of the logits.
	Told    bool
	Classes []string // by name; nil where the file does not tell
	Notes   []string // what was found and what was assumed, in sentences
}
