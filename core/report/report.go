// Package report writes one page on how a model stands an attack: HTML that needs nothing beside itself and no script, and prints well.
//
// Whatever it is given, names of files as well as sentences, is shown as text; the page's own policy forbids everything but its style and the
// pictures in it.
package report

import (
	"strings"

	"segfault/core/attack"
)

// Report is what the page tells.
type Report struct {
	Made, Version, Backend string
	Model, Digest          string
	Settings               [][2]string // of the attack: names and values
	Epsilon                string
	Single                 bool   // the attack is one step
	Defence                string // "" without
	Scans                  []Scan
	Slices                 []Slice // on which the attack did the most, that first
	Recipe                 string  // of the first of them
}

// Scan is a scan that was attacked, as a whole.
type Scan struct {
	Name      string        `json:"name"`   // "" where there is only one
	Slices    int           `json:"slices"` // that it has
	Reference attack.Target `json:"reference"`
	Dice      attack.Pair   `json:"dice"` // of all classes together, or with what the model was to find
	True      attack.Pair   `json:"true"` // of the reference's own classes
	Ending    attack.Ending `json:"ending"`
	LInf      float64       `json:"linf"`
	Error     string        `json:"error"` // why it could not be attacked
}

// Judged is how an attack on a slice compares with others of it: with less and more ε, with as much noise, and with one without gradients.
type Judged struct {
	Slice    int       `json:"slice"`
	Sought   bool      `json:"sought"` // every Dice is with what the model was to find
	Curve    []Point   `json:"curve"`
	Controls []Control `json:"controls"`
}

// Left is what a change leaves of the Dice that are told; nil is of none.
type Left struct {
	Dice *float64 `json:"dice"` // of all classes together, or with what the model was to find
	True *float64 `json:"true"` // of the reference's own classes; nil where the model was to find something
}

// Least is the lower of the two: an attack that makes one class of another leaves the one, and takes the other.
func (l Left) Least() *float64 {
	if l.Dice == nil || l.True != nil && *l.True < *l.Dice {
		return l.True
	}
	return l.Dice
}

// Point is what an attack and noise of one size leave.
type Point struct {
	Epsilon float64 `json:"epsilon"`
	Attack  Left    `json:"attack"`
	Noise   Left    `json:"chance"`
}

// Control is what another change of the attack's size leaves, and what that says.
type Control struct {
	Title   string `json:"title"`
	Meaning string `json:"meaning"`
	Left
}

// Slice is a slice that is shown, before and after.
type Slice struct {
	Name string `json:"name"` // of its scan
	Judged
	Scan        string `json:"scan"`        // a picture as data: address
	Adversarial string `json:"adversarial"` // the same
}

// sought is whether the scan's Dice is with what the model was to find. A volume, which has no ending, is always measured against its masks.
func (s *Scan) sought() bool { return s.Ending == attack.Reached || s.Ending == attack.Unreached }

// means are those of scans that were attacked, by what they are measured against, and how many attacks ended as they should.
type means struct {
	targets, truths, agreements mean
	ended, ok, lost, all        int
}

// mean is of scans that are measured alike.
type mean struct {
	dice, own [2]attack.Mean
	known     int
}

func (m *mean) add(s Scan) {
	m.known++
	m.dice[0].Add(s.Dice.Before)
	m.dice[1].Add(s.Dice.After)
	m.own[0].Add(s.True.Before)
	m.own[1].Add(s.True.After)
}

func (r *Report) means() (m means) {
	for _, s := range r.Scans {
		if s.Error != "" {
			m.lost++
			continue
		}
		m.all++
		switch {
		case s.sought():
			s.True = attack.Pair{} // which is of the mask
			m.targets.add(s)
		case s.Reference == attack.Prediction:
			m.agreements.add(s)
		default:
			m.truths.add(s)
		}
		if s.Ending != "" {
			if m.ended++; s.Ending.Success() {
				m.ok++
			}
		}
	}
	return m
}

// curve is the mean of those of all slices, which were tried with the same ε.
func (r *Report) curve() (points []Point) {
	if len(r.Slices) == 0 {
		return nil
	}
	for k, at := range r.Slices[0].Curve {
		var attacked, noise remains
		for _, s := range r.Slices {
			if k < len(s.Curve) {
				attacked.add(s.Curve[k].Attack)
				noise.add(s.Curve[k].Noise)
			}
		}
		points = append(points, Point{at.Epsilon, attacked.mean(), noise.mean()})
	}
	return points
}

// remains collects what several changes leave.
type remains struct{ dice, own attack.Mean }

func (l *remains) add(one Left) {
	l.dice.Add(one.Dice)
	l.own.Add(one.True)
}

func (l *remains) mean() Left { return Left{l.dice.Value(), l.own.Value()} }

// sought is whether the slices shown were led to a target.
func (r *Report) sought() bool { return len(r.Slices) > 0 && r.Slices[0].Sought }

// Limits are what the page does not show, in sentences.
func (r *Report) limits() (list []string) {
	m := r.means()
	list = append(list, "An attack shows that a model fails, and never that it holds: a stronger one may do more.")
	if r.Single {
		list = append(list, "This attack is one step, which flatters a model: 20 steps of APGD find much more.")
	}
	if m.agreements.known > 0 {
		list = append(list, "Where a scan has no mask, its Dice is the agreement with the model’s own first answer, which says nothing of how right that was.")
	}
	if m.all > 1 || len(r.Slices) > 1 {
		list = append(list, "The curve, the noise and the attack without gradients are of the slices shown, which were chosen because the attack did the most there.")
	}
	if r.Defence != "" {
		list = append(list, "The attack goes through the defence ("+r.Defence+"); one that knows it better may do more.")
	}
	if m.lost > 0 {
		list = append(list, "What could not be attacked is in no mean.")
	}
	for _, s := range r.Scans {
		if s.Name != "" {
			list = append(list, "Scans are called as their files are. Nothing else of what the files say of a patient is here.")
			break
		}
	}
	return append(list, "Segfault shows how models fail. It is not a medical device.")
}

// picture is an address if it is of a picture in the page itself, else nothing.
func picture(address string) string {
	const kind = "data:image/png;base64,"
	if !strings.HasPrefix(address, kind) || strings.ContainsFunc(address[len(kind):], func(r rune) bool {
		return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '+' || r == '/' || r == '=')
	}) {
		return ""
	}
	return address
}
