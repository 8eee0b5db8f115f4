package report

import (
	"crypto/sha256"
	"encoding/base64"
	"strings"
	"testing"

	"segfault/core/attack"

	"github.com/stretchr/testify/assert"
)

func dice(v float64) *float64 { return &v }

func pair(before, after float64) attack.Pair { return attack.Pair{Before: &before, After: &after} }

// sample is a report whose every text is given.
func sample(text string) *Report {
	return &Report{
		Made: text, Version: text, Backend: text, Model: text, Digest: text, Settings: [][2]string{{text, text}}, Epsilon: text, Defence: text, Recipe: text,
		Scans: []Scan{
			{Name: text, Slices: 1, Reference: attack.Truth, Dice: pair(0.8, 0.2), True: pair(0.7, 0.1), Ending: attack.Displaced, LInf: 0.009},
			{Name: text, Slices: 3, Reference: attack.Prediction, Dice: pair(0.6, 0.5), True: pair(0.6, 0.5)},
			{Name: text, Error: text},
		},
		Slices: []Slice{{Name: text, Scan: "data:image/png;base64,AA==", Adversarial: text, Judged: Judged{
			Curve:    []Point{{0, Left{dice(0.8), dice(0.8)}, Left{dice(0.8), dice(0.8)}}, {0.009, Left{dice(0.2), dice(0)}, Left{dice(0.79), nil}}},
			Controls: []Control{{text, text, Left{dice(0.79), dice(0.7)}}},
		}}},
	}
}

func TestTextsAreShownAndNeverMarkup(t *testing.T) {
	for _, hostile := range []string{`<script>alert(1)</script>`, `"><img src=x onerror=alert(1)>`, `'</pre></style><style>*{}`, `<!--`, `javascript:alert(1)`, `]]><svg onload=alert(1)>`, `&lt;b&gt;`} {
		plain, page := sample("plain").HTML(), sample(hostile).HTML()
		for _, mark := range []string{"<", ">"} {
			assert.Equal(t, strings.Count(plain, mark), strings.Count(page, mark), "%s: %s", hostile, mark)
		}
		assert.Equal(t, strings.Count(plain, `"`), strings.Count(page, `"`), "%s: attributes", hostile)
	}
}

func TestThePageNeedsNothingBesideItselfAndRunsNothing(t *testing.T) {
	page := sample("plain").HTML()
	for _, never := range []string{"<script", "http:", "https:", " on", "<link", "<iframe", "url(", "style=\""} {
		if never == " on" {
			assert.NotRegexp(t, `<[^>]* on[a-z]+=`, page)
			continue
		}
		assert.NotContains(t, page, never)
	}
	assert.Contains(t, page, `content="default-src 'none'; img-src data:; style-src '`)
	assert.Contains(t, page, "@media print")
}

func TestThePolicyKnowsTheStyle(t *testing.T) {
	sum := sha256.Sum256([]byte(style))
	assert.Equal(t, "sha256-"+base64.StdEncoding.EncodeToString(sum[:]), styled)
}

func TestOnlyPicturesInThePageAreShown(t *testing.T) {
	for address, shown := range map[string]bool{
		"data:image/png;base64,iVBORw0KGgo=": true, "": false, "https://example.org/a.png": false, "data:image/svg+xml;base64,AA==": false,
		`data:image/png;base64,A" onerror="alert(1)`: false, "data:text/html;base64,AA==": false,
	} {
		assert.Equal(t, shown, picture(address) != "", address)
	}
}

func TestMeansAreOfScansThatWereAttacked(t *testing.T) {
	r := &Report{Model: "M", Epsilon: "0.009", Scans: []Scan{
		{Name: "a", Reference: attack.Truth, Dice: pair(0.8, 0.2), Ending: attack.Displaced},
		{Name: "b", Reference: attack.Truth, Dice: pair(0.6, 0.5), Ending: attack.Held},
		{Name: "c", Reference: attack.Truth}, {Name: "d", Error: "It cannot be read."},
	}}
	page := r.HTML()
	assert.Contains(t, page, "M, attacked with ε = 0.009: Dice, in the mean of 3 scans, goes from 0.700 to 0.350. Of 2 attacked slices 1 ended as the attack wants.")
	assert.Contains(t, page, "What could not be attacked is in no mean.")
	assert.Less(t, strings.Index(page, ">a</th>"), strings.Index(page, ">b</th>"), "worst first")
	assert.Contains(t, page, `<td colspan="8">It cannot be read.</td>`)
}

// A mean before and a mean after of other scans would tell of no change.
func TestScansWithoutAMaskAreInNoMeanOfThoseWithOne(t *testing.T) {
	r := &Report{Model: "M", Epsilon: "0.009", Scans: []Scan{
		{Name: "a", Reference: attack.Truth, Dice: pair(0.8, 0.2), True: pair(0.8, 0.2)},
		{Name: "b", Reference: attack.Prediction, Dice: attack.Pair{After: dice(0.9)}, True: attack.Pair{After: dice(0.9)}},
	}}
	assert.Contains(t, r.HTML(), "M, attacked with ε = 0.009: Dice goes from 0.800 to 0.200; without a mask, agreement with its own first answer is 0.900.")
}

func TestWithoutAMaskAgreementIsNotCalledDice(t *testing.T) {
	r := &Report{Model: "M", Epsilon: "0.009", Scans: []Scan{{Reference: attack.Prediction, Dice: attack.Pair{After: dice(0.4)}, Ending: attack.Displaced}}}
	assert.Contains(t, r.HTML(), "agreement with its own first answer is 0.400")
	assert.Contains(t, strings.Join(r.limits(), " "), "says nothing of how right that was")
}

func TestTheCurveIsTheMeanOfTheSlicesWithNoiseBesideIt(t *testing.T) {
	r := &Report{Slices: []Slice{
		{Judged: Judged{Curve: []Point{{0, Left{dice(0.8), dice(0.7)}, Left{dice(0.8), dice(0.7)}}, {0.01, Left{dice(0.2), dice(0)}, Left{dice(0.8), dice(0.7)}}}}},
		{Judged: Judged{Curve: []Point{{0, Left{dice(0.6), dice(0.5)}, Left{dice(0.6), dice(0.5)}}, {0.01, Left{dice(0.4), dice(0.2)}, Left{}}}}},
	}}
	points := r.curve()
	assert.InDelta(t, 0.7, *points[0].Attack.Dice, 1e-12)
	assert.InDelta(t, 0.3, *points[1].Attack.Dice, 1e-12)
	assert.InDelta(t, 0.1, *points[1].Attack.True, 1e-12)
	assert.InDelta(t, 0.8, *points[1].Noise.Dice, 1e-12)
}

// An attack that makes one class of another can leave a higher Dice of all classes together than it found.
func TestTheTrueClassStandsBesideTheUnionEverywhere(t *testing.T) {
	was, is, noise := Left{dice(0.84), dice(0.72)}, Left{dice(0.89), dice(0)}, Left{dice(0.83), dice(0.715)}
	r := &Report{Model: "M", Epsilon: "0.009",
		Scans:  []Scan{{Reference: attack.Truth, Dice: pair(0.84, 0.89), True: pair(0.72, 0), Ending: attack.Changed}},
		Slices: []Slice{{Judged: Judged{Curve: []Point{{0, was, was}, {0.009, is, noise}}, Controls: []Control{{"As much noise", "", noise}}}}},
	}
	page := r.HTML()
	assert.Contains(t, page, "Dice goes from 0.840 to 0.890, that of the true class from 0.720 to 0.000.")
	assert.Contains(t, page, `<th scope="row">0.009</th><td>0.890</td><td>0.000</td><td>0.830</td><td>0.715</td>`)
	assert.Contains(t, page, `<th scope="row">As much noise</th><td>slice 1</td><td>0.830</td><td>0.715</td>`)
	assert.Equal(t, 2, strings.Count(page, ">its true class</text>"), "the plot's key")
	r.Slices[0].Curve = []Point{{0, Left{dice(0.8), dice(0.8)}, Left{dice(0.8), dice(0.8)}}}
	assert.NotContains(t, r.HTML(), ">its true class</text>", "of a model of one class it is the same line")
}

func TestManyScansAreToldByTheirWorst(t *testing.T) {
	r := &Report{Scans: make([]Scan, mostRows+3)}
	assert.Contains(t, r.HTML(), "and 3 more")
}

func TestScansThatReachedATargetComeFirst(t *testing.T) {
	r := &Report{Slices: []Slice{{Judged: Judged{Sought: true}}}, Scans: []Scan{
		{Name: "a", Reference: attack.Truth, Dice: pair(0, 0.1), Ending: attack.Unreached}, {Name: "b", Reference: attack.Truth, Dice: pair(0, 0.9), Ending: attack.Reached}, {Name: "c", Reference: attack.Truth},
	}}
	page := r.HTML()
	assert.Less(t, strings.Index(page, ">b</th>"), strings.Index(page, ">a</th>"))
	assert.Less(t, strings.Index(page, ">a</th>"), strings.Index(page, ">c</th>"), "what has no Dice comes last")
}

func TestADiceWithATargetIsSaidToBeOne(t *testing.T) {
	sought := []Slice{{Judged: Judged{Sought: true}}}
	r := &Report{Model: "M", Epsilon: "0.009", Slices: sought, Scans: []Scan{{Reference: attack.Prediction, Dice: pair(0, 0.9), True: attack.Pair{After: dice(0.3)}, Ending: attack.Reached}}}
	page := r.HTML()
	assert.Contains(t, page, "M, attacked with ε = 0.009: the Dice with the target goes from 0.000 to 0.900. Of 1")
	assert.Contains(t, page, "<td>the target</td><td>0.000</td><td>0.900</td><td>–</td><td>–</td>", "the true class's is with the mask")
	assert.NotContains(t, page, "first answer", "which it is not measured against")

	r = &Report{Model: "M", Epsilon: "0.009", Slices: sought, Scans: []Scan{{Slices: 3, Reference: attack.Truth, Dice: pair(0.8, 0.2), True: pair(0.8, 0.2)}}}
	page = r.HTML()
	assert.Contains(t, page, "M, attacked with ε = 0.009: Dice goes from 0.800 to 0.200.", "a volume is measured against its mask")
	assert.Contains(t, page, "<td>its mask</td>")
}

func TestScansThatCouldNotBeAttackedStayInTheirOrder(t *testing.T) {
	r := &Report{Scans: []Scan{{Name: "a", Error: "no"}, {Name: "b", Error: "no"}, {Name: "c", Error: "no"}}}
	page := r.HTML()
	assert.Less(t, strings.Index(page, ">a</th>"), strings.Index(page, ">b</th>"))
	assert.Less(t, strings.Index(page, ">b</th>"), strings.Index(page, ">c</th>"))
}
