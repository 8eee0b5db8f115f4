package lab

import (
	"segfault/core/attack"
	"segfault/core/scan"
)

// Result is what a prediction or an attack on a slice left behind, for measuring, drawing and saving.
type Result struct {
	Subject *Subject
	Model   *Model
	Slice   int
	How     How

	Height, Width, Channels, Classes int
	normalisation                    scan.Normalisation

	Image         []float32 // the model's input
	Adversarial   []float32 // nil after a prediction
	Gradient      []float32 // d loss / d image; nil after a prediction
	Truth         []uint8   // planes, classes×height×width; nil without
	Before, After []float32 // logits, of all channels; After is nil after a prediction
	Own           *Own      // nil where not the scan's own pixels were attacked

	asked   question  // that it answers; its model is behind its defences
	goal    []uint8   // what the model was to find, planes; nil where it was not to find anything
	ended   *CutShort // nil where it was not
	metrics Metrics
	marked  Marked // of a volume's slice
}

// Marked are the labels of both predictions in a slice's own pixels.
type Marked struct {
	Before []uint8 `json:"before"`
	After  []uint8 `json:"after"`
}

// result is one for a question, with nothing in it yet.
func (q *question) result() *Result {
	r := &Result{
		Subject: q.subject, Model: q.model.Model, asked: *q, Slice: q.slice, How: q.how,
		Channels: q.model.Net.Shape().In, Classes: len(q.model.Classes), normalisation: q.model.Normalisation,
	}
	r.asked.settled, r.asked.moved = nil, nil
	r.Height, r.Width = q.subject.InputSize(q.model.Model)
	return r
}

// reference is what the attacked prediction is compared with: the truth, or else the clean prediction.
func (r *Result) reference() []uint8 {
	if r.Truth != nil {
		return r.Truth
	}
	return r.Found(r.Before)
}

// any is 1 where any class is present.
func (r *Result) any(planes []uint8) []float32 {
	n := r.Height * r.Width
	present := make([]float32, n)
	for from := 0; from < len(planes); from += n {
		for i, v := range planes[from : from+n] {
			if v > 0 {
				present[i] = 1
			}
		}
	}
	return present
}

// Found is a mask of the classes that logits find.
func (r *Result) Found(logits []float32) []uint8 {
	shape := r.Model.Net.Shape()
	return attack.Foreground(shape, attack.Mask(shape, logits))
}

// odds are planes of the classes, above 0 where one is found.
func (r *Result) odds(logits []float32) []float32 { return attack.Odds(r.Model.Net.Shape(), logits) }

// Prediction is what a model makes of an image: logits, those of a background first, and a mask of the classes that are found.
type Prediction struct {
	Logits []float32 `json:"logits"`
	Mask   []uint8   `json:"mask"`
}

func (r *Result) predicted(logits []float32) Prediction {
	return Prediction{logits, r.Found(logits)}
}
