package lab

import (
	"fmt"
	"math"

	"segfault/core/attack"
	"segfault/core/names"
)

// How says how to attack: a method, and which pixels it moves. What is empty is as the scan would have it.
type How struct {
	attack.Method
	Gradient Moving `json:"gradient"`
	On       Ground `json:"on"`
	Where    Where  `json:"where"`
	// Defence is what is put around the model, by names with + between them: the attack goes through it.
	Defence string `json:"defence,omitempty"`
	// Stop ends an iteration with the best after as many steps of all its runs, as cancelling it did; 0 is never.
	Stop int `json:"stop,omitempty"`
}

// Moving says whether the channels of an image move together.
type Moving string

// The ways.
const (
	ByChannel Moving = "channel"
	AsGrey    Moving = "grey"
)

// Where is which part of a slice is moved.
type Where string

// The parts.
const (
	Everywhere Where = "everywhere"
	InRegion   Where = "region"
)

var movings = []*names.Entry{
	{Name: string(ByChannel), Title: "each colour", About: "Each colour channel gets its own sign, so the scan becomes faintly coloured."},
	{Name: string(AsGrey), Title: "grey", About: "One sign for all channels: a grey scan stays grey, as a scanner would make it."},
}

var grounds = []*names.Entry{
	{Name: string(OnScan), Title: "the file’s pixels", About: "The scan’s own pixels are attacked, rounded to what the scan’s file can hold, so that a saved copy is exactly what was attacked."},
	{Name: string(OnInput), Title: "the model’s input", About: "The resampled picture that the model sees is attacked, as in the paper; no file can hold it."},
}

var wheres = []*names.Entry{
	{Name: string(Everywhere), Title: "everywhere", About: "All pixels may move."},
	{Name: string(InRegion), Title: "in the region", About: "Only pixels in the region of interest may move; what the model finds is measured in the whole slice."},
}

// Movings, Grounds and Wheres list them.
func Movings() []names.Entry { return names.Entries(movings) }

// Grounds lists them.
func Grounds() []names.Entry { return names.Entries(grounds) }

// Wheres lists them.
func Wheres() []names.Entry { return names.Entries(wheres) }

// Paper is how the paper's evaluation attacks, with what the scan decides left open.
func Paper() How {
	h := How{Method: attack.FGSM()}
	h.Target = ""
	return h
}

// named makes it what the method of its name is made of; false without a name.
func (h *How) named() (bool, error) {
	if h.Name == "" {
		return false, nil
	}
	return true, h.Take(h.Name)
}

// Take makes it what a named method is made of, which leaves the label to the scan.
func (h *How) Take(name string) error {
	m, err := attack.Named(name)
	if err != nil {
		return err
	}
	if h.Method = m; m.Target == attack.Truth {
		h.Target = ""
	}
	return nil
}

// least2 is an ε that in L2 can only have been meant for each pixel.
const least2 = 0.03

// settle fills in what a scan decides, and refuses what it cannot have. labelled says whether labels come with the call.
func (h *How) settle(s *Subject, labelled bool) error {
	known := s.Truth != nil || labelled
	if h.Target == "" {
		h.Target = attack.Prediction
		if known {
			h.Target = attack.Truth
		}
	}
	if h.Gradient == "" {
		h.Gradient = ByChannel
	}
	if h.Where == "" {
		h.Where = Everywhere
		if s.Region != nil {
			h.Where = InRegion
		}
	}
	if _, err := names.Find(movings, "gradient", string(h.Gradient)); err != nil {
		return fmt.Errorf("segfault: %w", err)
	}
	if _, err := names.Find(wheres, "place", string(h.Where)); err != nil {
		return fmt.Errorf("segfault: %w", err)
	}
	if h.Stop < 0 {
		return fmt.Errorf("lab: a stop after %d steps; expected 1 or more, or 0 for none", h.Stop)
	}
	h.Grey = h.Gradient == AsGrey
	if err := h.Check(); err != nil {
		return err
	}
	if h.Norm == attack.L2 && h.Epsilon > 0 && h.Epsilon < least2 {
		whole := float64(h.Epsilon) * math.Sqrt(float64(s.Scan.Width*s.Scan.Height))
		other, or := h.Method, ""
		if other.Norm = attack.Linf; other.Check() == nil {
			or = ", or take the norm linf"
		}
		return fmt.Errorf("lab: epsilon %v is too small for the norm l2, the root of all squared changes: as much in each of %d×%d pixels is %.4g; give that%s",
			h.Epsilon, s.Scan.Width, s.Scan.Height, whole, or)
	}
	var err error
	if h.On, err = s.Ground(string(h.On)); err != nil {
		return err
	}
	if h.Target == attack.Truth && !known {
		return fmt.Errorf("segfault: the scan has no truth to attack with; add a mask, or take the prediction as label")
	}
	if h.Target == attack.Painted && s.Target == nil {
		return errNoTarget
	}
	if h.Where == InRegion && s.Region == nil {
		return errNoRegion
	}
	return nil
}

// Explicit is the attack without anything left to its default.
func (h How) Explicit() How {
	h.Method = h.Method.Explicit()
	if h.Grey || h.On == OnScan {
		h.Gradient = AsGrey
	}
	return h
}
