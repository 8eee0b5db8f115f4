package study

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"slices"
)

// Widths are what divides the widths of the protocol's VGG-13, the narrowest first; Seeds is how often each is trained.
var Widths = []int{10, 4, 2}

// Seeds of each width, from 1.
const Seeds = 5

// Member names the weights of a width and a seed.
func Member(task string, width, seed int) string {
	return fmt.Sprintf("%s-unet-vgg13-w%d-s%d", task, width, seed)
}

// protocolEpsilon is the ε, of the scan's own pixels, at which the first two hypotheses are asked, and the third.
const protocolEpsilon = float32(2. / 255)

// cohort is what was measured, patient by patient.
type cohort struct {
	patients []string
	models   map[string]map[string]map[string][]Tested // model, method, patient
}

// isMember says whether a model is one of the protocol's of a task.
func isMember(task, model string) bool {
	for _, w := range Widths {
		for s := range Seeds {
			if model == Member(task, w, s+1) {
				return true
			}
		}
	}
	return false
}

// newCohort sorts the rows of a task's models at the protocol's ε; patient finds the patient of an image.
func newCohort(task string, rows []Tested, patient func(image string) string) *cohort {
	others := func(t Tested) bool { return !isMember(task, t.Model) }
	return cohortAt(slices.DeleteFunc(slices.Clone(rows), others), patient, protocolEpsilon)
}

// cohortAt sorts rows at an ε of the scan's own pixels.
func cohortAt(rows []Tested, patient func(image string) string, epsilon float32) *cohort {
	c := &cohort{models: map[string]map[string]map[string][]Tested{}}
	seen := map[string]bool{}
	for _, t := range rows {
		if t.Of != OfScan || math.Abs(float64(t.Epsilon-epsilon)) > 1e-6 { // six digits in the file
			continue
		}
		p := patient(t.Image)
		seen[p] = true
		of := c.models[t.Model]
		if of == nil {
			of = map[string]map[string][]Tested{}
			c.models[t.Model] = of
		}
		if of[t.Method] == nil {
			of[t.Method] = map[string][]Tested{}
		}
		of[t.Method][p] = append(of[t.Method][p], t)
	}
	c.patients = slices.Sorted(maps.Keys(seen))
	for _, of := range c.models {
		for _, patients := range of {
			for _, list := range patients {
				slices.SortFunc(list, func(a, b Tested) int { return cmp.Or(cmp.Compare(a.Image, b.Image), cmp.Compare(a.Slice, b.Slice)) })
			}
		}
	}
	return c
}

// members are the protocol's models of which there are all rows; others are absent or there in part.
func (c *cohort) members(task string, parameters map[string]int, tried battery) (whole []member, absent, partly []string) {
	for place, w := range Widths {
		for s := range Seeds {
			switch name := Member(task, w, s+1); {
			case c.models[name] == nil:
				absent = append(absent, name)
			case !c.has(name, namesOf(tried.all())):
				partly = append(partly, name)
			default:
				whole = append(whole, member{name, place, s, parameters[name]})
			}
		}
	}
	return whole, absent, partly
}

// clean is a patient's mean Dice of the true class before any attack.
func (c *cohort) clean(model, method string, patient string) float64 {
	return mean(c.models[model][method][patient], func(t Tested) float64 { return t.TrueBefore })
}

// robust is R: the mean over a patient's slices of the least Dice of the true class, of the clean slice and some methods. All
// methods have the same slices, see has.
func (c *cohort) robust(model string, methods []string, patient string) float64 {
	of := c.models[model]
	least := slices.Clone(of[methods[0]][patient])
	for _, method := range methods {
		for i, t := range of[method][patient] {
			least[i].True = min(least[i].True, t.True, t.TrueBefore)
		}
	}
	return mean(least, func(t Tested) float64 { return t.True })
}

// has says whether a model's methods were all tried on the same slices of every patient.
func (c *cohort) has(model string, methods []string) bool {
	for _, p := range c.patients {
		first := c.models[model][methods[0]][p]
		for _, method := range methods {
			if same := slices.EqualFunc(first, c.models[model][method][p], func(a, b Tested) bool { return a.Image == b.Image && a.Slice == b.Slice }); !same || len(first) == 0 {
				return false
			}
		}
	}
	return len(c.patients) > 0
}

func mean(rows []Tested, of func(Tested) float64) (sum float64) {
	for _, t := range rows {
		sum += of(t) / float64(len(rows))
	}
	return sum
}
