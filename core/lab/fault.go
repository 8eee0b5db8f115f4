package lab

import (
	"math"
	"strconv"

	"segfault/core/attack"
)

// Fault is what an attack on a slice did, as the module tells it. Its Numbers are what a command writes down, its metrics what a recipe expects.
type Fault struct {
	ID int `json:"id"`
	About
	Image       []float32  `json:"image"`
	Adversarial []float32  `json:"adversarial"`
	Gradient    []float32  `json:"gradient"`
	Before      Prediction `json:"before"`
	After       Prediction `json:"after"`
	Metrics     Metrics    `json:"metrics"`
	Painted     Painted    `json:"painted"`
	Info        *Info      `json:"info,omitempty"`
}

// About is what a fault is about.
type About struct {
	Width        int            `json:"width"`
	Height       int            `json:"height"`
	Classes      []string       `json:"classes"`
	Attack       SliceAttack    `json:"attack"`
	Scan         *AttackedSlice `json:"scan"`
	Cancelled    *CutShort      `json:"cancelled,omitempty"`
	Milliseconds Milliseconds   `json:"milliseconds"`
}

// CutShort says after how many of its steps an attack was ended with the best until then.
type CutShort struct {
	After int `json:"after"`
	Of    int `json:"of"`
}

// SliceAttack is an attack with everything that was left to its default.
type SliceAttack struct {
	Model string `json:"model"`
	Slice int    `json:"slice"`
	How
}

// AttackedSlice is what a saved copy holds, in the scan's own units.
type AttackedSlice struct {
	Values  []float32 `json:"values,omitempty"` // height×width
	Unit    float64   `json:"unit"`             // the length of the normalised range
	Epsilon float64   `json:"epsilon"`
	LInf    float64   `json:"linf"`
}

// Numbers are metrics.json: a fault without its arrays.
type Numbers struct {
	About
	Metrics
}

// Numbers leave out what is no number.
func (f *Fault) Numbers() Numbers {
	about := f.About
	if f.Scan != nil {
		scan := *f.Scan
		scan.Values = nil
		about.Scan = &scan
	}
	return Numbers{about, f.Metrics}
}

// Metrics are what an attack on a slice did, in numbers. A page says some of them in words, so what it says is counted here.
type Metrics struct {
	Reference attack.Target   `json:"reference"`
	Dice      Dice            `json:"dice"`
	IoU       attack.PerClass `json:"iou"`
	Drop      *float64        `json:"drop"`
	Success   bool            `json:"success"`
	Ending    attack.Ending   `json:"ending"`
	Target    *attack.Pair    `json:"target"` // Dice with what the model was to find; nil where it was not to find anything
	Threshold float64         `json:"threshold"`
	Pixels    Pixels          `json:"pixels"`
	Missed    attack.Pair     `json:"missed"`
	Invented  attack.Pair     `json:"invented"`
	Flipped   int             `json:"flipped"`
	Elements  int             `json:"elements"`
	Loss      float64         `json:"loss"`
	Steps     []attack.Point  `json:"steps"`
	Changes   Changes         `json:"changes"`
	LInf      float64         `json:"linf"`
	L2        float64         `json:"l2"`
	PSNR      Decibels        `json:"psnr"`
	SSIM      float64         `json:"ssim"`
	Radiology Radiology       `json:"radiology"`
}

// Dice are the scores of each class, their mean, and that of all classes together.
type Dice struct {
	attack.PerClass
	Union attack.Pair `json:"union"`
	True  attack.Pair `json:"true"` // of the reference's own classes
}

// Pixels count those of the reference, of any class, and those of each class in the predictions.
type Pixels struct {
	Reference int   `json:"reference"`
	Before    []int `json:"before"`
	After     []int `json:"after"`
}

// Changes is how many values of the input changed by how much, in equal bins from −Limit to Limit.
type Changes struct {
	Limit  float64 `json:"limit"`
	Counts []int   `json:"counts"`
}

// Decibels may be infinite, which JSON knows as null.
type Decibels float64

// MarshalJSON implements json.Marshaler.
func (d Decibels) MarshalJSON() ([]byte, error) {
	if math.IsInf(float64(d), 0) {
		return []byte("null"), nil
	}
	return strconv.AppendFloat(nil, float64(d), 'g', -1, 64), nil
}

// UnmarshalJSON implements json.Unmarshaler.
func (d *Decibels) UnmarshalJSON(text []byte) error {
	if string(text) == "null" {
		*d = Decibels(math.Inf(1))
		return nil
	}
	v, err := strconv.ParseFloat(string(text), 64)
	*d = Decibels(v)
	return err
}

// Shortest is the number that a person would have meant: 0.009, not 0.008999999612569809.
func Shortest(v float32) float64 {
	number, _ := strconv.ParseFloat(strconv.FormatFloat(float64(v), 'g', -1, 32), 64)
	return number
}

// fault tells a result.
func (r *Result) fault(model string) *Fault {
	f := &Fault{
		About: About{Width: r.Width, Height: r.Height, Classes: r.Model.Classes, Attack: SliceAttack{model, r.Slice, r.How.Explicit()}, Cancelled: r.ended},
		Image: r.Image, Adversarial: r.Adversarial, Gradient: r.Gradient,
		Before: r.predicted(r.Before), After: r.predicted(r.After),
	}
	if r.Own != nil {
		f.Scan = &AttackedSlice{Values: r.Own.Values, Unit: r.Own.Unit, Epsilon: Shortest(r.How.Epsilon) * r.Own.Unit, LInf: r.Own.LInf}
	}
	f.Metrics = r.metrics
	return f
}

// changeBins is how many bins the histogram of changes has.
const changeBins = 41

// measure puts a result into numbers, and into a volume's labels.
func (r *Result) measure(q *question, a *answer, f *attack.Fault) error {
	m, err := attack.Measure(a.image, a.gradient, f, a.truth, q.model.Net.Shape(), r.Height, r.Width)
	if err != nil {
		return err
	}
	scores, before, after, reference := m.Score(), r.Found(r.Before), r.Found(r.After), r.reference()
	told := func(before, after float64) attack.Pair {
		if m.Reference == attack.Prediction { // which before is the reference itself
			return attack.Pair{After: &after}
		}
		return attack.Pair{Before: &before, After: &after}
	}
	limit, counts := attack.Changes(r.Image, r.Adversarial, changeBins)
	var near *attack.Pair
	if m.Target != nil {
		near = &attack.Pair{Before: &m.Target[0], After: &m.Target[1]}
	}
	r.metrics = Metrics{
		Reference: m.Reference, Dice: Dice{scores.Dice, scores.Union, scores.True}, IoU: scores.IoU,
		Drop: scores.Union.Drop(), Success: m.Success, Ending: m.Ending, Target: near, Threshold: attack.Threshold,
		Pixels:   Pixels{r.wanted(), r.count(before), r.count(after)},
		Missed:   told(r.lacking(reference, before), r.lacking(reference, after)),
		Invented: told(r.lacking(before, reference), r.lacking(after, reference)),
		Flipped:  m.Flipped, Elements: m.Elements, Loss: m.Loss, Steps: append([]attack.Point{}, f.Points...),
		Changes: Changes{limit, counts}, LInf: m.LInf, L2: m.L2, PSNR: Decibels(m.PSNR), SSIM: m.SSIM,
	}
	if !q.whole {
		r.metrics.Radiology = radiology(r.Subject.voxels(r.Model, 1), byClass(before, r.Classes), byClass(after, r.Classes), byClass(reference, r.Classes), m.Reference == attack.Truth)
		return nil
	}
	if r.marked.Before, err = r.labels("before"); err == nil {
		r.marked.After, err = r.labels("after")
	}
	return err
}

// wanted is the number of pixels of the reference, of any class.
func (r *Result) wanted() (pixels int) {
	for _, v := range r.any(r.reference()) {
		pixels += int(v)
	}
	return pixels
}

// count is the number of pixels of each class.
func (r *Result) count(planes []uint8) []int {
	counts := make([]int, r.Classes)
	n := r.Height * r.Width
	for c := range counts {
		for _, v := range planes[c*n : (c+1)*n] {
			counts[c] += int(v)
		}
	}
	return counts
}

// lacking is the share of one mask's area, of any class, that another has not; 0 where there is none.
func (r *Result) lacking(of, in []uint8) float64 {
	area, lacking := 0, 0
	there := r.any(in)
	for i, v := range r.any(of) {
		if v > 0 {
			area++
			if there[i] == 0 {
				lacking++
			}
		}
	}
	if area == 0 {
		return 0
	}
	return float64(lacking) / float64(area)
}
