package lab

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"segfault/core/attack"
	"segfault/core/names"
	"segfault/core/scan"
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
	Noise        []Outcome    `json:"chance"` // what each makes of as much noise
	Milliseconds Milliseconds `json:"milliseconds"`
	Info         *Info        `json:"info,omitempty"`
}

// Transfer is what a model makes of an image that was crafted on another.
type Transfer struct {
	Crafted string `json:"crafted"`
	Judged  string `json:"judged"`
	Outcome
}

// Transfer attacks a slice on each of some models, and shows what came of it to all of them, each at its own size. Of an attack on the
// model's input that is the slice with the change resampled.
func (l *Lab) Transfer(ctx context.Context, p *TransferParams) (*Transfers, error) {
	c, err := l.begin(ctx)
	if err != nil {
		return nil, err
	}
	defer c.end()
	if len(p.Models) < 2 {
		return nil, fmt.Errorf("segfault: a transfer between %s; expected two at least, one to attack and one to judge", names.Counted(len(p.Models), "model"))
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
		if first := &asked[0]; q.how.On == OnInput && (q.model.Net.Shape().In != first.model.Net.Shape().In || q.model.Normalisation != first.model.Normalisation) {
			return nil, fmt.Errorf("segfault: the inputs of %s and %s have not the same channels and normalisation, so that an attack on one is none on the other; attack the scan's own pixels, where it has some",
				first.model.about.Name, q.model.about.Name)
		}
		if answers[i], err = c.known(q); err != nil {
			return nil, err
		}
	}
	told, nothing := &Transfers{}, 0
	for i := range asked {
		c.progress("sweep", i, len(asked))
		c.quiet = func() bool { return true }
		r, err := c.fault(&asked[i])
		if errors.Is(err, attack.ErrNothing) {
			if nothing++; nothing < len(asked) { // what one model finds nothing in is left as it is, as a slice of many
				asked[i].whole = true
				r, err = c.fault(&asked[i])
			}
		}
		c.quiet = nil
		if err != nil {
			return nil, err
		}
		for j := range asked {
			image, err := asked[j].shown(r, answers[j].image)
			if err != nil {
				return nil, err
			}
			o, err := c.judged(&asked[j], answers[j], image)
			if err != nil {
				return nil, err
			}
			told.Rows = append(told.Rows, Transfer{asked[i].model.about.Name, asked[j].model.about.Name, o})
		}
		noise, err := c.strewn(asked[i])
		if err != nil {
			return nil, err
		}
		told.Noise = append(told.Noise, noise)
	}
	told.Milliseconds, told.Info = c.milliseconds(), c.noted()
	return told, nil
}

// shown is an attacked slice as a question's model sees it, which sees the clean one as it is given.
func (q *question) shown(r *Result, clean []float32) ([]float32, error) {
	in, size := q.model.Net.Shape().In, q.model.Size
	if r.Own != nil {
		square, err := q.subject.square(r.Own.Values, size, q.model.Normalisation)
		return slices.Repeat(square, in), as(BadFile, err)
	}
	return Seen(clean, size, attack.Minus(r.Adversarial, r.Image), r.Width, r.Height)
}

// Seen is what a model of a size makes of a slice, which it sees clean as it is given, once the input of a model of another size has been changed:
// the slice with the change resampled.
func Seen(clean []float32, size int, change []float32, width, height int) ([]float32, error) {
	if len(change) == len(clean) {
		return attack.Carry(clean, change), nil
	}
	grid, err := scan.NewGrid(width, height, size)
	if err != nil {
		return nil, err
	}
	moved := make([]float32, len(clean))
	for from, to := 0, 0; to < len(moved); from, to = from+width*height, to+size*size {
		grid.Resample(moved[to:to+size*size], change[from:from+width*height])
	}
	return attack.Carry(clean, moved), nil
}
