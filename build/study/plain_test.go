package study

import (
	"encoding/csv"
	"fmt"
	"math"
	"math/rand/v2"
	"regexp"
	"slices"
	"sort"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/stat"
	"gonum.org/v1/gonum/stat/distuv"
)

// What the published rows say, by plain formulas and gonum's statistics, which share no code with the report. Names of columns and of attacks are the
// protocol's; whatever the report prints is asked for as text.

// plain are rows by model, method and patient; of each patient in the order of images and slices.
type plain struct {
	models, patients []string
	of               map[string]map[string]map[string][]plainRow
}

type plainRow struct {
	image                          string
	slice                          int
	union, unionBefore, own, clean float64
	loss                           float64
}

var plainAttacks = []string{"fgsm", "pgd/40", "pgd/40/dice", "apgd/100", "apgd/100/dice", "segpgd/40", "cospgd/40", "sea/100", "square/1000", "mask push"}

func plainNoise() (list []string) {
	for k := range 10 {
		list = append(list, fmt.Sprintf("noise-%d", k+1))
	}
	return list
}

// readPlain reads a table of methods at one ε, as it is written.
func readPlain(t *testing.T, text, epsilon string) plain {
	t.Helper()
	records, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	require.NoError(t, err)
	column := map[string]int{}
	for i, name := range records[0] {
		column[name] = i
	}
	p := plain{of: map[string]map[string]map[string][]plainRow{}}
	for _, r := range records[1:] {
		number := func(name string) float64 {
			v, err := strconv.ParseFloat(r[column[name]], 64)
			require.NoError(t, err)
			return v
		}
		if r[column["epsilon"]] != epsilon {
			continue
		}
		model, method, image := r[column["model"]], r[column["method"]], r[column["image"]]
		if p.of[model] == nil {
			p.of[model] = map[string]map[string][]plainRow{}
			p.models = append(p.models, model)
		}
		if p.of[model][method] == nil {
			p.of[model][method] = map[string][]plainRow{}
		}
		if !slices.Contains(p.patients, image) {
			p.patients = append(p.patients, image)
		}
		p.of[model][method][image] = append(p.of[model][method][image],
			plainRow{image, int(number("slice")), number("after"), number("before"), number("true_after"), number("true_before"), number("loss")})
	}
	sort.Strings(p.patients)
	for _, methods := range p.of {
		for _, patients := range methods {
			for _, rows := range patients {
				sort.Slice(rows, func(i, j int) bool { return rows[i].slice < rows[j].slice })
			}
		}
	}
	width := func(name string) (w, s int) { // the narrowest first, and seed by seed
		m := regexp.MustCompile(`-w(\d+)-s(\d+)$`).FindStringSubmatch(name)
		if m != nil {
			w, _ = strconv.Atoi(m[1])
			s, _ = strconv.Atoi(m[2])
		}
		return -w, s
	}
	sort.SliceStable(p.models, func(i, j int) bool {
		a, b := p.models[i], p.models[j]
		wa, sa := width(a)
		wb, sb := width(b)
		return wa < wb || wa == wb && sa < sb
	})
	return p
}

// least is a patient's mean over slices of the least of the clean slice and some methods.
func (p plain) least(model, patient string, methods ...string) float64 {
	var each []float64
	for i, r := range p.of[model][methods[0]][patient] {
		v := r.clean
		for _, m := range methods {
			v = math.Min(v, p.of[model][m][patient][i].own)
		}
		each = append(each, v)
	}
	return stat.Mean(each, nil)
}

func (p plain) clean(model, patient string) float64 {
	var each []float64
	for _, r := range p.of[model]["fgsm"][patient] {
		each = append(each, r.clean)
	}
	return stat.Mean(each, nil)
}

// over is a number of each patient.
func (p plain) over(f func(patient string) float64) (list []float64) {
	for _, who := range p.patients {
		list = append(list, f(who))
	}
	return list
}

// three writes a number as the report has it.
func three(v float64) string {
	text := strconv.FormatFloat(v, 'f', 3, 64)
	if strings.Trim(text, "-0.") == "" {
		text = "0.000"
	}
	return strings.ReplaceAll(text, "-", "−")
}

// halfWidth of Student's interval about a mean, of which several are to hold together.
func halfWidth(values []float64, confidence, together float64) float64 {
	n := float64(len(values))
	return distuv.StudentsT{Sigma: 1, Nu: n - 1}.Quantile(1-(1-confidence)/(2*together)) * math.Sqrt(stat.Variance(values, nil)/n)
}

func around(m, half float64) string { return "[" + three(m-half) + ", " + three(m+half) + "]" }

// line is how the table of claims begins a row of an estimate over patients.
func claimLine(of string, values []float64, together float64) string {
	m := stat.Mean(values, nil)
	return fmt.Sprintf("|  | %s | %s | %s | %s | %d | ", of, three(m), around(m, halfWidth(values, 0.95, together)), around(m, halfWidth(values, 0.90, together)), len(values))
}

// slope is that of least squares, and its error.
func plainSlope(x, y []float64) (slope, deviation float64) {
	mx, my := stat.Mean(x, nil), stat.Mean(y, nil)
	var xx, xy float64
	for i := range x {
		xx, xy = xx+(x[i]-mx)*(x[i]-mx), xy+(x[i]-mx)*(y[i]-my)
	}
	slope = xy / xx
	rest := 0.0
	for i := range x {
		rest += math.Pow(y[i]-my-slope*(x[i]-mx), 2)
	}
	return slope, math.Sqrt(rest / float64(len(x)-2) / xx)
}

// more is what one method takes more than another of a patient, in the mean of models; less than 0.0001 is nothing.
func (p plain) more(models []string, patient, this, that string, left func(plainRow) float64) float64 {
	var each []float64
	for _, m := range models {
		var slices []float64
		for i, r := range p.of[m][that][patient] {
			d := left(r) - left(p.of[m][this][patient][i])
			if math.Abs(d) < 1e-4-1e-9 {
				d = 0
			}
			slices = append(slices, d)
		}
		each = append(each, stat.Mean(slices, nil))
	}
	return stat.Mean(each, nil)
}

func ownClass(r plainRow) float64 { return r.own }
func anyClass(r plainRow) float64 { return r.union }

// plainText is what a report says of the protocol's rows: lines of its tables, without what follows from a rule.
func (p plain) plainText(parameters map[string]float64) (lines []string) {
	noise := plainNoise()
	for _, m := range p.models {
		drop := p.over(func(who string) float64 { return p.least(m, who, noise...) - p.least(m, who, plainAttacks...) })
		lines = append(lines, claimLine(m, drop, float64(len(p.models))))
	}
	var x, robust, lost []float64
	for _, m := range p.models {
		r := p.over(func(who string) float64 { return p.least(m, who, plainAttacks...) })
		d := p.over(func(who string) float64 { return 1 - p.least(m, who, plainAttacks...)/p.clean(m, who) })
		clean := p.over(func(who string) float64 { return p.clean(m, who) })
		worstNoise := p.over(func(who string) float64 { return p.least(m, who, noise...) })
		x, robust, lost = append(x, math.Log2(parameters[m])), append(robust, stat.Mean(r, nil)), append(lost, stat.Mean(d, nil))
		lines = append(lines, fmt.Sprintf(" | %s | %s | %s %s | %.0f %% |\n", three(stat.Mean(clean, nil)), three(stat.Mean(worstNoise, nil)), three(stat.Mean(r, nil)),
			around(stat.Mean(r, nil), halfWidth(r, 0.95, 1)), 100*stat.Mean(d, nil)))
	}
	if len(x) > 2 && stat.Variance(x, nil) > 0 {
		for name, y := range map[string][]float64{"R": robust, "relative drop": lost} {
			slope, deviation := plainSlope(x, y)
			student := distuv.StudentsT{Sigma: 1, Nu: float64(len(x) - 2)}
			lines = append(lines, fmt.Sprintf("|  | %s | %s | %s | %s | %d | ", name, three(slope), around(slope, student.Quantile(0.975)*deviation), around(slope, student.Quantile(0.95)*deviation), len(x)))
		}
	}
	for name, c := range map[string]struct {
		this, that string
		left       func(plainRow) float64
	}{"fgsm/bce less fgsm": {"fgsm/bce", "fgsm", ownClass}, "fgsm/bce less fgsm, any class": {"fgsm/bce", "fgsm", anyClass},
		"pgd/40/bce less pgd/40": {"pgd/40/bce", "pgd/40", ownClass}, "mask push less fgsm": {"mask push", "fgsm", ownClass}} {
		lines = append(lines, claimLine(name, p.over(func(who string) float64 { return p.more(p.models, who, c.this, c.that, c.left) }), 1))
	}
	for k, n := range p.worst(p.models) {
		var left []float64
		for _, m := range p.models {
			for _, who := range p.patients {
				for _, r := range p.of[m][plainAttacks[k]][who] {
					left = append(left, r.own)
				}
			}
		}
		lines = append(lines, fmt.Sprintf("| %s | %s | %.0f %% |", plainAttacks[k], three(stat.Mean(left, nil)), 100*float64(n)/float64(len(left))))
	}
	lines = append(lines, fmt.Sprintf("| all, patient by patient | %s |  |", three(stat.Mean(robust, nil))))
	for _, m := range p.models {
		held, all := 0, 0
		for _, who := range p.patients {
			for i, r := range p.of[m]["pgd/40"][who] {
				if all++; r.loss >= p.of[m]["fgsm"][who][i].loss-1e-6 {
					held++
				}
			}
		}
		mean := func(methods ...string) string {
			return three(stat.Mean(p.over(func(who string) float64 { return p.least(m, who, methods...) }), nil))
		}
		lines = append(lines, fmt.Sprintf("| %s | %d of %d slices | %s | %s | %s | %s | ", m, held, all, mean("fgsm"), mean("pgd/40"),
			mean(slices.DeleteFunc(slices.Clone(plainAttacks), func(s string) bool { return s == "square/1000" })...), mean("square/1000")))
	}
	return lines
}

// worst counts the slices of some models on which each attack is the worst, of several as bad to 0.0001 the first.
func (p plain) worst(models []string) []int {
	count := make([]int, len(plainAttacks))
	for _, m := range models {
		for _, who := range p.patients {
			for i := range p.of[m]["fgsm"][who] {
				at, least := 0, math.Inf(1)
				for k, a := range plainAttacks {
					if v := p.of[m][a][who][i].own; v < least-1e-4 {
						at, least = k, v
					}
				}
				count[at]++
			}
		}
	}
	return count
}

// marks are what the points of the figures of the protocol's models tell, by the claims' names or the figures'.
func (p plain) marks(parameters map[string]float64) map[string][]string {
	of := map[string][]string{}
	noise := plainNoise()
	place := func(m string) string {
		return fmt.Sprintf("width / %s %.2f M", regexp.MustCompile(`-w(\d+)-`).FindStringSubmatch(m)[1], parameters[m]/1e6)
	}
	said := func(values []float64, together float64) string {
		m := stat.Mean(values, nil)
		return three(m) + " " + around(m, halfWidth(values, 0.95, together))
	}
	for _, m := range p.models {
		drop := p.over(func(who string) float64 { return p.least(m, who, noise...) - p.least(m, who, plainAttacks...) })
		of["vulnerable"] = append(of["vulnerable"], "a model, "+place(m)+": "+said(drop, float64(len(p.models))))
		for name, c := range map[string]struct {
			this, that string
			left       func(plainRow) float64
		}{"fgsm/bce less fgsm": {"fgsm/bce", "fgsm", ownClass}, "fgsm/bce less fgsm, any class": {"fgsm/bce", "fgsm", anyClass},
			"pgd/40/bce less pgd/40": {"pgd/40/bce", "pgd/40", ownClass}, "mask push less fgsm": {"mask push", "fgsm", ownClass}} {
			d := p.over(func(who string) float64 { return p.more([]string{m}, who, c.this, c.that, c.left) })
			of["another-loss-does-more"] = append(of["another-loss-does-more"], name+", "+place(m)+": "+said(d, 1))
		}
	}
	type pair struct{ before, after float64 }
	each := map[string]pair{}
	n := float64(len(p.models))
	for _, m := range p.models {
		for _, who := range p.patients {
			for i, r := range p.of[m]["fgsm"][who] {
				left := r.clean
				for _, a := range plainAttacks {
					left = math.Min(left, p.of[m][a][who][i].own)
				}
				key := fmt.Sprintf("%s, slice %d", r.image, r.slice)
				each[key] = pair{each[key].before + r.clean/n, each[key].after + left/n}
			}
		}
	}
	for key, v := range each {
		says := fmt.Sprintf("%s: %s, after it %s", key, three(v.before), three(v.after))
		of["slices"] = append(of["slices"], says, says) // both points
	}
	for _, width := range []string{"10", "4", "2"} {
		models := slices.DeleteFunc(slices.Clone(p.models), func(m string) bool { return !strings.Contains(m, "-w"+width+"-") })
		if len(models) == 0 {
			continue
		}
		all, series := 0, fmt.Sprintf("width / %s, %d models", width, len(models))
		if len(models) == 1 {
			series = strings.TrimSuffix(series, "s")
		}
		counts := p.worst(models)
		for _, k := range counts {
			all += k
		}
		for k, c := range counts {
			of["worst"] = append(of["worst"], fmt.Sprintf("%s, %s: %.0f %% of %d slices", series, plainAttacks[k], 100*float64(c)/float64(all), all))
		}
	}
	return of
}

// drawn bootstraps a slope by draws of its own: of patients, and of the seeds of each width.
func (p plain) drawn(parameters map[string]float64) (low, high float64) {
	random := rand.New(rand.NewPCG(7, 7))
	widths := map[float64][]string{}
	r := map[string][]float64{}
	for _, m := range p.models {
		x := math.Log2(parameters[m])
		widths[x] = append(widths[x], m)
		r[m] = p.over(func(who string) float64 { return p.least(m, who, plainAttacks...) })
	}
	var places []float64
	for x := range widths {
		places = append(places, x)
	}
	sort.Float64s(places)
	var slopes []float64
	for range 4000 {
		who := make([]int, len(p.patients))
		for i := range who {
			who[i] = random.IntN(len(who))
		}
		var x, y []float64
		for _, w := range places {
			for range widths[w] {
				m, sum := widths[w][random.IntN(len(widths[w]))], 0.0
				for _, i := range who {
					sum += r[m][i]
				}
				x, y = append(x, w), append(y, sum/float64(len(who)))
			}
		}
		_, slope := stat.LinearRegression(x, y, nil, false)
		slopes = append(slopes, slope)
	}
	sort.Float64s(slopes)
	return stat.Quantile(0.025, stat.Empirical, slopes, nil), stat.Quantile(0.975, stat.Empirical, slopes, nil)
}

// holdToRows holds a report's section and the drawn figures of the protocol's models to rows, as text.
func holdToRows(t *testing.T, text, rows string, parameters map[string]float64, figure func(name string) []byte) {
	t.Helper()
	p := readPlain(t, rows, "0.00784314 scan")
	require.NotEmpty(t, p.models)
	for _, line := range p.plainText(parameters) {
		assert.Contains(t, text, line)
	}
	for name, want := range p.marks(parameters) {
		assert.ElementsMatch(t, want, told(figure(name)), name)
	}
	robust := told(figure("size-is-negligible"))
	require.Len(t, robust, len(p.models))
	for i, m := range p.models {
		r := p.over(func(who string) float64 { return p.least(m, who, plainAttacks...) })
		assert.True(t, strings.HasSuffix(robust[i], ": "+three(stat.Mean(r, nil))+" "+around(stat.Mean(r, nil), halfWidth(r, 0.95, 1))), "%s: %s", m, robust[i])
	}
	if row := regexp.MustCompile(`\| R, patients and seeds drawn \| \S+ \| \[(\S+), (\S+)\]`).FindStringSubmatch(text); row != nil {
		low, high := p.drawn(parameters)
		for i, want := range []float64{low, high} {
			got, err := strconv.ParseFloat(strings.Replace(row[i+1], "−", "-", 1), 64)
			require.NoError(t, err)
			assert.InDelta(t, want, got, 0.0005+0.05*(high-low), "the bootstrap's interval, to what other draws may differ by")
		}
	}
}
