package report

import (
	"cmp"
	_ "embed"
	"html"
	"math"
	"slices"
	"strconv"
	"strings"

	"segfault/core/attack"
	"segfault/core/names"
)

//go:embed style.css
var style string

// styled is the style's SHA-256, by which the page's policy knows it.
const styled = "sha256-8BHlGuF3QjeU6wZBhMADbvsU6UTUv6yOOaWwTpDlBX8="

// mostRows is how many scans are told one by one.
const mostRows = 24

// page is HTML as it grows.
type page struct{ strings.Builder }

// put writes markup, which is ours.
func (p *page) put(parts ...string) {
	for _, part := range parts {
		p.WriteString(part)
	}
}

// say writes an element that holds a text, which may be anybody's.
func (p *page) say(element, text string) {
	p.put("<", element, ">", html.EscapeString(text), "</", strings.SplitN(element, " ", 2)[0], ">")
}

// row writes a row of a table, its first cell as its title.
func (p *page) row(cells ...string) {
	p.put("<tr>")
	for k, text := range cells {
		if k == 0 {
			p.say(`th scope="row"`, text)
		} else {
			p.say("td", text)
		}
	}
	p.put("</tr>")
}

// head writes the titles of columns.
func (p *page) head(titles ...string) {
	p.put("<thead><tr>")
	for _, title := range titles {
		p.say(`th scope="col"`, title)
	}
	p.put("</tr></thead>")
}

// score is a Dice, or a dash where there is none.
func score(v *float64) string {
	if v == nil {
		return "–"
	}
	return strconv.FormatFloat(*v, 'f', 3, 64)
}

// short is a number with as few digits as three tell.
func short(v float64) string { return strconv.FormatFloat(v, 'g', 3, 64) }

// HTML is the page.
func (r *Report) HTML() string {
	p := &page{}
	p.put(`<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">`,
		`<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src '`, styled, `'; base-uri 'none'; form-action 'none'">`,
		`<meta name="viewport" content="width=device-width"><meta name="referrer" content="no-referrer"><title>Robustness report</title><style>`, style, `</style></head><body><main>`)
	p.say("h1", "Robustness report")
	p.say("p", r.found())
	r.settings(p)
	r.scans(p)
	r.beside(p)
	r.slices(p)
	p.say("h2", "Limits")
	p.put("<ul>")
	for _, sentence := range r.limits() {
		p.say("li", sentence)
	}
	p.put("</ul>")
	if r.Recipe != "" {
		p.say("h2", "Recipe")
		p.say(`p class="muted"`, "Of the first slice shown. Saved as a file, go run ./build attack -recipe FILE -scan SCAN does it again and compares the numbers.")
		p.say("pre", r.Recipe)
	}
	p.put("</main></body></html>\n")
	return p.String()
}

// found is what came of it, in a sentence or two.
func (r *Report) found() string {
	m := r.means()
	if m.all == 0 {
		return r.Model + " could not be attacked: see below."
	}
	var parts []string
	tell := func(of *mean, name string) {
		if of.known > 0 {
			parts = append(parts, name+of.went())
		}
	}
	const agreement = "agreement with its own first answer"
	tell(&m.targets, "the Dice with the target")
	tell(&m.truths, "Dice")
	if len(parts) == 0 {
		tell(&m.agreements, agreement)
	} else {
		tell(&m.agreements, "without a mask, "+agreement)
	}
	text := r.Model + ", attacked with ε = " + r.Epsilon + ": " + strings.Join(parts, "; ")
	text += "."
	if m.ended > 0 {
		text += " Of " + strconv.Itoa(m.ended) + " attacked " + plural(m.ended, "slice", "slices") + " " + strconv.Itoa(m.ok) + " ended as the attack wants."
	}
	return text
}

// went is how a Dice changed, in words that follow its name.
func (m *mean) went() (text string) {
	went := func(of [2]attack.Mean, goes string) string {
		if before := of[0].Value(); before != nil {
			return goes + score(before) + " to " + score(of[1].Value())
		}
		return " is " + score(of[1].Value())
	}
	if m.known > 1 {
		text = ", in the mean of " + strconv.Itoa(m.known) + " scans,"
	}
	text += went(m.dice, " goes from ")
	if m.own[1].Value() != nil && went(m.own, "") != went(m.dice, "") {
		text += ", that of the true class" + went(m.own, " from ")
	}
	return text
}

func plural(n int, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}

func (r *Report) settings(p *page) {
	p.say("h2", "Settings")
	p.put("<dl>")
	about := [][2]string{{"model", r.Model}, {"its SHA-256", r.Digest}, {"made", r.Made}, {"Segfault", r.Version}, {"computed on", r.Backend}}
	for _, one := range append(about, r.Settings...) {
		if one[1] == "" {
			continue
		}
		p.put("<div>")
		p.say("dt", one[0])
		p.say("dd", one[1])
		p.put("</div>")
	}
	p.put("</dl>")
}

// scans tells of every scan, worst first.
func (r *Report) scans(p *page) {
	list := slices.Clone(r.Scans)
	left := func(s Scan) float64 {
		switch {
		case s.Error != "":
			return math.Inf(1)
		case s.Dice.After == nil:
			return 2
		case s.sought(): // the nearer to the target, the worse
			return -*s.Dice.After
		}
		return *s.Dice.After
	}
	slices.SortStableFunc(list, func(a, b Scan) int { return cmp.Compare(left(a), left(b)) })
	p.say("h2", "What the attack did")
	p.put("<table>")
	p.head("Scan", "Slices", "Measured against", "Before", "After", "True class before", "After", "Ending", "Largest change")
	p.put("<tbody>")
	for k, s := range list {
		if k == mostRows {
			p.row("and "+strconv.Itoa(len(list)-k)+" more", "", "", "", "", "", "", "", "")
			break
		}
		name := s.Name
		if name == "" {
			name = "the scan"
		}
		if s.Error != "" {
			p.put("<tr>")
			p.say(`th scope="row"`, name)
			p.say(`td colspan="8"`, s.Error)
			p.put("</tr>")
			continue
		}
		against := "its mask"
		switch {
		case s.sought():
			against, s.True = "the target", attack.Pair{} // which is of the mask
		case s.Reference == attack.Prediction:
			against = "the first answer"
		}
		p.row(name, strconv.Itoa(s.Slices), against, score(s.Dice.Before), score(s.Dice.After), score(s.True.Before), score(s.True.After), ending(s.Ending), short(s.LInf))
	}
	p.put("</tbody>")
	m := r.means()
	p.put("<tfoot>")
	for _, of := range []struct {
		*mean
		what string
	}{{&m.targets, "with a target"}, {&m.truths, "with a mask"}, {&m.agreements, "without a mask"}} {
		if of.known > 1 || of.known == 1 && m.all > 1 {
			p.row("mean of "+strconv.Itoa(of.known)+" "+of.what, "", "", score(of.dice[0].Value()), score(of.dice[1].Value()), score(of.own[0].Value()), score(of.own[1].Value()), "", "")
		}
	}
	p.put("</tfoot>")
	p.put("</table>")
}

// ending is what an ending is called; nothing of a volume.
func ending(e attack.Ending) string {
	list := attack.Endings()
	if k := slices.IndexFunc(list, func(one names.Entry) bool { return one.Name == string(e) }); k >= 0 {
		return list[k].Title
	}
	return ""
}

// beside tells what less and more ε do, and what else of the same size.
func (r *Report) beside(p *page) {
	points := r.curve()
	if len(points) == 0 {
		return
	}
	p.say("h2", "Over ε, and beside other changes of its size")
	p.put(`<div class="beside">`)
	plot(p, points, r.sought())
	p.put("<div><table>")
	p.head("ε", "Attack", "True class", "As much noise", "True class")
	p.put("<tbody>")
	for _, at := range points {
		p.row(short(at.Epsilon), score(at.Attack.Dice), score(at.Attack.True), score(at.Noise.Dice), score(at.Noise.True))
	}
	p.put("</tbody></table></div></div><table>")
	p.head("Of the same size", "Slice", "Leaves", "True class", "")
	p.put("<tbody>")
	for _, s := range r.Slices {
		for _, c := range s.Controls {
			p.row(c.Title, s.title(), score(c.Dice), score(c.True), c.Meaning)
		}
	}
	p.put("</tbody></table>")
}

// title is what a slice is called.
func (s *Slice) title() string {
	number := "slice " + strconv.Itoa(s.Slice+1)
	if s.Name == "" {
		return number
	}
	return s.Name + ", " + number
}

// slices shows the worst.
func (r *Report) slices(p *page) {
	if len(r.Slices) == 0 {
		return
	}
	p.say("h2", "Worst slices, before and after")
	p.say(`p class="muted"`, "Dashed is the mask, solid what the model finds.")
	p.put(`<div class="slices">`)
	for _, s := range r.Slices {
		p.put("<figure>")
		for _, one := range [][2]string{{s.Scan, ", before"}, {s.Adversarial, ", attacked"}} {
			if address := picture(one[0]); address != "" {
				p.put(`<img src="`, address, `" alt="`, html.EscapeString(s.title()+one[1]), `"> `)
			}
		}
		p.say("figcaption", s.title())
		p.put("</figure>")
	}
	p.put("</div>")
}
