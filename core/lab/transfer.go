package lab

import (
	"context"
	"fmt"
	"slices"
)

// TransferOptions say how a slice is attacked on each of some models.
type TransferOptions struct {
	Models []string `json:"models"`
	How
	Slice int     `json:"slice"`
	Truth []uint8 `json:"truth"` // labels of the slice, instead of the scan's own truth
}

// TransferParams is an attack on a slice of a scan.
type TransferParams struct {
	Scan int `json:"scan"`
	TransferOptions
}

// NewTransfer is an attack on a scan that is as in the paper's evaluation.
func NewTransfer(scan int) *TransferParams {
	p := &TransferParams{Scan: scan}
	p.How = Paper()
	return p
}

// Transfers are what every model makes of the attack on every model, in the order of the one and then of the other.
type Transfers struct {
	Rows         []Transfer   `json:"rows"`
	Milliseconds Milliseconds `json:"milliseconds"`
	Info         *Info        `json:"info,omitempty"`
}

// Transfer is what a model makes of an image that was crafted on another.
type Transfer struct {
	Crafted string `json:"crafted"`
	Judged  string `json:"judged"`
	Outcome
}

// Transfer attacks a slice on each of some models, and shows what came of it to all of them. In the scan's own pixels models may see it at
// whichever size; an attack on the model's input is for models that see slices alike.
func (l *Lab) Transfer(ctx context.Context, p *TransferParams) (*Transfers, error) {
	c, err := l.begin(ctx)
	if err != nil {
		return nil, err
	}
	defer c.end()
	if len(p.Models) < 2 {
		return nil, fmt.Errorf("segfault: a transfer between %d models; expected two at least, one to attack and one to judge", len(p.Models))
	}
	asked, answers := make([]question, len(p.Models)), make([]*answer, len(p.Models))
	for i, name := range p.Models {
		q := &asked[i]
		if *q, err = c.question(p.Scan, p.Slice, name); err != nil {
			return nil, err
		}
		if err := q.ask(p.How, p.Truth); err != nil {
			return nil, err
		}
		if first := &asked[0]; q.how.On == OnInput && !q.seesAs(first) {
			return nil, fmt.Errorf("segfault: %s and %s do not see a slice at one size and normalisation, so that an attack on the input of one is none on the other's; attack the scan's own pixels, where it has some",
				first.model.about.Name, q.model.about.Name)
		}
		if answers[i], err = c.known(q); err != nil {
			return nil, err
		}
	}
	told := &Transfers{}
	for i := range asked {
		c.progress("sweep", i, len(asked))
		c.quiet = func() bool { return true }
		r, err := c.fault(&asked[i])
		c.quiet = nil
		if err != nil {
			return nil, err
		}
		for j := range asked {
			image, err := asked[j].shown(r)
			if err != nil {
				return nil, err
			}
			o, err := c.judged(&asked[j], answers[j], image)
			if err != nil {
				return nil, err
			}
			told.Rows = append(told.Rows, Transfer{asked[i].model.about.Name, asked[j].model.about.Name, o})
		}
	}
	told.Milliseconds, told.Info = c.milliseconds(), c.noted()
	return told, nil
}

// seesAs says whether a question's model sees a slice as another's does.
func (q *question) seesAs(o *question) bool {
	height, width := q.subject.InputSize(q.model.Model)
	h, w := o.subject.InputSize(o.model.Model)
	return height == h && width == w && q.model.Net.Shape().In == o.model.Net.Shape().In && q.model.Normalisation == o.model.Normalisation
}

// shown is an attacked slice as a question's model sees it.
func (q *question) shown(r *Result) ([]float32, error) {
	if r.Own == nil {
		return r.Adversarial, nil
	}
	square, err := q.subject.square(r.Own.Values, q.model.Size, q.model.Normalisation)
	if err != nil {
		return nil, as(BadFile, err)
	}
	return slices.Repeat(square, q.model.Net.Shape().In), nil
}
