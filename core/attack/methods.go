package attack

import (
	"fmt"
	"slices"
	"strconv"

	"segfault/core"
	"segfault/core/names"
)

// The methods that stand beside every other, see [segfault/core/lab.Control].
const (
	Noise  = "noise"
	Square = "square"
)

// Strong is the method that the page attacks with at first.
const Strong = "apgd"

// Common is the simplest of the methods that take equal steps, of which a universal change is made.
const Common = "bim"

// method is a named method: a row that says what it is made of, and what of that is left to who takes it.
type method struct {
	names.Entry
	of    Method
	takes []string // options, see options
	// run is its i-th run, from an image, where that is more than a loop's climb; it takes loops times as many steps.
	run   func(r *ascent, m *Method, from []float32, i int) (*Fault, error)
	loops int
	blind bool // it asks for no gradient
	// baseline is of a change that no attack has made.
	baseline bool
}

// options are what a named method may leave open, and each as text. The budget and the channels are never fixed.
var options = []struct {
	name string
	text func(m *Method) string
}{
	{"loss", func(m *Method) string { return string(m.Loss) }},
	{"swapped", func(m *Method) string { return strconv.FormatBool(m.Swapped) }},
	{"label", func(m *Method) string { return string(m.Target) }},
	{"class", func(m *Method) string { return strconv.Itoa(m.Class) }},
	{"weight", func(m *Method) string { return string(m.Weight) }},
	{"norm", func(m *Method) string { return string(m.Norm) }},
	{"scheme", func(m *Method) string { return string(m.Rule) }},
	{"schedule", func(m *Method) string { return string(m.Schedule) }},
	{"steps", func(m *Method) string { return strconv.Itoa(m.Steps) }},
	{"step", func(m *Method) string { return strconv.FormatFloat(float64(m.Step), 'g', -1, 32) }},
	{"start", func(m *Method) string { return string(m.Start) }},
	{"restarts", func(m *Method) string { return strconv.Itoa(m.Restarts) }},
	{"seed", func(m *Method) string { return strconv.FormatUint(m.Seed, 10) }},
}

// usual is how many steps an iteration takes where nobody says.
const usual = 20

// methods in the order in which they are shown: what is known first, then what is strong, then what is of segmentation, then the rest.
var methods = []*method{
	{Entry: names.Entry{Name: "fgsm", Title: "FGSM", About: "One step of ε (Goodfellow et al. 2015, section 4)."},
		of: FGSM(), takes: []string{"loss", "swapped", "label", "class", "norm", "scheme", "step"}},
	{Entry: names.Entry{Name: Common, Title: "BIM", About: "Small steps from the clean image, never further than ε (Kurakin et al. 2017, section 2.2)."},
		of: iterated(func(m *Method) {}), takes: []string{"loss", "swapped", "label", "class", "norm", "scheme", "steps", "step"}},
	{Entry: names.Entry{Name: "pgd", Title: "PGD", About: "Small steps from a random point, and from others again (Madry et al. 2018, section 2.1)."},
		of: iterated(func(m *Method) { m.Start = Random }), takes: append(climbing, "norm", "scheme")},
	{Entry: names.Entry{Name: "mifgsm", Title: "MI-FGSM", About: "Small steps along the sum of all gradients, which carry over to other models better (Dong et al. 2018, algorithm 1)."},
		of: iterated(func(m *Method) { m.Rule = Momentum }), takes: append(climbing, "norm")},
	{Entry: names.Entry{Name: Strong, Title: "APGD", About: "Long steps that are halved where they get nowhere; the best point counts (Croce and Hein 2020, algorithm 1). The strongest of one loss."},
		of: iterated(func(m *Method) { m.Rule, m.Schedule = HeavyBall, Halving }), takes: append(climbing, "norm")},
	{Entry: names.Entry{Name: "segpgd", Title: "SegPGD", About: "PGD that at first moves pixels that are right alone, and at last all (Gu et al. 2022, equations 6 to 8)."},
		of: iterated(func(m *Method) { m.Loss, m.Weight = core.BCE, SegPGD }), takes: append(climbing, "norm")},
	{Entry: names.Entry{Name: "cospgd", Title: "CosPGD", About: "PGD in which a pixel counts as much as its prediction is like its label (Agnihotri et al. 2024, equation 5)."},
		of: iterated(func(m *Method) { m.Loss, m.Weight = core.BCE, CosPGD }), takes: append(climbing, "norm")},
	{Entry: names.Entry{Name: "dag", Title: "DAG", About: "Moves pixels that are still right alone, in proportion to the gradient (Xie et al. 2017, algorithm 1). Theirs has no budget."},
		of: iterated(func(m *Method) { m.Loss, m.Weight, m.Rule = core.Margin, Right, Scaled }), takes: climbing},
	{Entry: names.Entry{Name: "sea", Title: "SEA", About: "APGD on three losses of segmentation, from a wider budget to its own; the lowest Dice counts (Croce et al. 2024, sections 3.2 to 3.4). The strongest here."},
		of: iterated(func(m *Method) { m.Loss, m.Rule, m.Schedule, m.keep = core.JS, HeavyBall, Halving, byDice }), takes: []string{"swapped", "label", "class", "norm", "steps", "start", "restarts", "seed"},
		run: sea, loops: 3},
	{Entry: names.Entry{Name: "asma", Title: "ASMA", About: "The least change under which the model finds a target (Ozbulak et al. 2019, equations 2 to 4)."},
		of: iterated(func(m *Method) {
			m.Objective = Objective{Loss: core.Margin, Target: Painted, Weight: Right}
			m.Norm, m.Epsilon, m.Schedule, m.keep = L2, row(norms, string(L2)).such, Adaptive, byDice
		}),
		takes: []string{"label", "class", "steps", "step"}},
	{Entry: names.Entry{Name: Square, Title: "Square", About: "Squares of ±ε by chance, without any gradient (Andriushchenko et al. 2020, algorithms 1 and 2): what it finds and others do not, a gradient hides."},
		of: iterated(func(m *Method) { m.Start, m.Steps = Random, 500 }), takes: []string{"loss", "swapped", "label", "class", "steps", "restarts", "seed"},
		run: square, blind: true},
	untargeted(Noise, "Noise", "Each pixel ε up or down by chance: a change of an attack’s size that is none.", signs),
	untargeted("gaussian", "Gaussian noise", "Noise with a standard deviation of ε.", gaussian),
	untargeted("blur", "Blur", "A part of a Gaussian blur.", filtered(blurred)),
	untargeted("ghosts", "Motion ghosts", "Every other line of k-space is measured with the patient elsewhere.", kSpace(ghosts)),
	untargeted("spike", "Spike", "A wrong number in k-space, which makes stripes.", kSpace(spike)),
	untargeted("bias", "Bias field", "An uneven gain, as receiver coils have.", bias),
	untargeted("gibbs", "Gibbs ringing", "The outer half of k-space is missing.", filtered(truncated)),
}

// untargeted is a row of a baseline.
func untargeted(name, title, about string, change baseline) *method {
	return &method{Entry: names.Entry{Name: name, Title: title, About: about}, of: iterated(func(m *Method) { m.Start, m.Steps = Random, 1 }),
		takes: []string{"loss", "swapped", "label", "class", "norm", "restarts", "seed"}, run: strewn(change), blind: true, baseline: true}
}

// climbing are the options of an iteration with a choice of starts.
var climbing = []string{"loss", "swapped", "label", "class", "steps", "step", "start", "restarts", "seed"}

// iterated is FGSM of the usual steps, but for some of it.
func iterated(but func(m *Method)) Method {
	m := FGSM()
	m.Steps = usual
	but(&m)
	return m
}

// Methods lists them, the baselines last.
func Methods() []names.Entry { return names.Entries(methods) }

// Iterations lists those of several steps that need no target to seek.
func Iterations() []names.Entry {
	return names.Entries(slices.DeleteFunc(slices.Clone(methods), func(m *method) bool {
		return m.baseline || m.of.Steps == 1 || row(targets, string(m.of.Target)).sought
	}))
}

// Named is a named method with all that it leaves open at its default.
func Named(name string) (Method, error) {
	found, err := names.Find(methods, "method", name)
	if err != nil {
		return Method{}, fmt.Errorf("attack: %w", err)
	}
	m := found.of
	m.Name = name
	return m, nil
}

// row is the method's row; of one without a name it is empty.
func (m *Method) row() *method {
	if m.Name == "" {
		return &method{}
	}
	return row(methods, m.Name)
}

// fits refuses an option that the named method does not take.
func (m *Method) fits() error {
	if m.Name == "" {
		return nil
	}
	row, err := names.Find(methods, "method", m.Name)
	if err != nil {
		return fmt.Errorf("attack: %w", err)
	}
	return m.like(row)
}

// like says in which option the method is another than a row's.
func (m *Method) like(row *method) error {
	for _, o := range options {
		if want, is := o.text(&row.of), o.text(m); is != want && !slices.Contains(row.takes, o.name) {
			return fmt.Errorf("attack: the method %s does not take the %s %s; its own is %s", row.Name, o.name, or(is), or(want))
		}
	}
	return nil
}

// or is a text, or a word where there is none.
func or(text string) string {
	if text == "" {
		return "none"
	}
	return text
}

// Climbs says whether a method is one loop along a gradient.
func (m *Method) Climbs() bool { return m.row().run == nil }

// equal says whether a method takes equal steps from the clean image, each of which knows nothing but gradients.
func (m *Method) equal() bool {
	return m.Climbs() && m.Weight != SegPGD && row(schedules, string(m.Schedule)).decide == nil && !row(rules, string(m.Rule)).shrinks && m.Start == Origin
}

// even refuses a method by which no universal change can be made.
func (m *Method) even() error {
	if err := m.Check(); err != nil {
		return err
	}
	if !m.equal() {
		return fmt.Errorf("attack: a universal change is made by equal steps from the clean images; expected %s", names.Or(Universal()))
	}
	return nil
}

// Universal lists the methods by which a universal change can be made as they are.
func Universal() (list []string) {
	for _, row := range methods {
		m := row.of
		if m.Name = row.Name; m.equal() {
			list = append(list, row.Name)
		}
	}
	return list
}

// Blind says whether a method asks for no gradient, so that what it tells of one is nothing but zeros.
func (m *Method) Blind() bool { return m.row().blind }

// known is the name of the first method of one loop that this is, "" if it is none.
func (m *Method) known() string {
	for _, row := range methods {
		if row.run == nil && m.like(row) == nil {
			return row.Name
		}
	}
	return ""
}
