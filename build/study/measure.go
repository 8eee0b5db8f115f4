package study

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"segfault/build/study/stats"
	"segfault/core/attack"
)

// measured are the rows of one model, attack by attack, each in the same order of
// slices.
type measured struct {
	About
	Label    string // its name without the task's
	rows     map[attack.Method][]Row
	patients [][]int // the slices of each patient
}

// measure sorts a study's rows by model; models are in the order of their size.
func (r Result) measure() ([]measured, error) {
	patient, err := patients(r.Patient)
	if err != nil {
		return nil, err
	}
	var models []measured
	for _, about := range r.Models {
		m := measured{About: about, Label: strings.TrimPrefix(about.Name, r.Task+"-"), rows: map[attack.Method][]Row{}}
		for _, row := range r.Rows {
			if row.Model == about.Name {
				m.rows[row.Attack] = append(m.rows[row.Attack], row)
			}
		}
		if len(m.rows) > 0 {
			m.group(patient)
			models = append(models, m)
		}
	}
	slices.SortFunc(models, func(a, b measured) int {
		return cmp.Or(cmp.Compare(a.Parameters, b.Parameters), cmp.Compare(a.Name, b.Name))
	})
	return models, nil
}

// slices are any attack's rows: all have the same.
func (m measured) slices() []Row {
	for _, rows := range m.rows {
		return rows
	}
	return nil
}

// group finds the slices of each patient.
func (m *measured) group(patient func(image string) string) {
	at := map[string]int{}
	for i, row := range m.slices() {
		p := patient(row.Image)
		if _, known := at[p]; !known {
			at[p], m.patients = len(m.patients), append(m.patients, nil)
		}
		m.patients[at[p]] = append(m.patients[at[p]], i)
	}
}

// value is a number of a row.
type value func(Row) float64

func before(r Row) float64     { return r.Before }
func after(r Row) float64      { return r.After }
func trueBefore(r Row) float64 { return r.TrueBefore }
func trueDrop(r Row) float64   { return r.TrueBefore - r.TrueAfter }
func meanAfter(r Row) float64  { return r.MeanAfter }
func drop(r Row) float64       { return r.Before - r.After }
func meanBefore(r Row) float64 { return r.MeanBefore }
func meanDrop(r Row) float64   { return r.MeanBefore - r.MeanAfter }

// clusters are the values of an attack, patient by patient.
func (m measured) clusters(v value, a attack.Method) [][]float64 {
	return m.grouped(func(i int) float64 { return v(m.rows[a][i]) })
}

// differences are those of an attack's values from another's, patient by patient.
func (m measured) differences(v value, this, that attack.Method) [][]float64 {
	return m.grouped(func(i int) float64 { return apart(v(m.rows[this][i]), v(m.rows[that][i])) })
}

func (m measured) grouped(of func(i int) float64) [][]float64 {
	list := make([][]float64, len(m.patients))
	for p, rows := range m.patients {
		for _, i := range rows {
			list[p] = append(list[p], of(i))
		}
	}
	return list
}

// tie is the difference of two Dice coefficients below which there is none. Where two attacks leave no overlap what differs is
// what the smoothing constant makes of their false areas.
const tie = 1e-4

// apart is a − b, 0 where that is a tie.
func apart(a, b float64) float64 {
	if d := a - b; math.Abs(d) > tie-1e-9 { // numbers of four decimals that are one apart differ
		return d
	}
	return 0
}

// mean is the mean of a value over slices.
func (m measured) mean(v value, a attack.Method) stats.Interval { return stats.Mean(m.clusters(v, a)) }

// average is the mean without its interval.
func (m measured) average(v value, a attack.Method) float64 {
	var sum float64
	for _, r := range m.rows[a] {
		sum += v(r)
	}
	return sum / float64(len(m.rows[a]))
}

// comparison is a paired difference of one attack from another.
type comparison struct {
	Model      string
	This, That attack.Method
	Difference stats.Interval
	P          float64 // of the sign-flip test of the mean
	Holm       float64 // P corrected for all comparisons of its family
	Error      float64 // standard error of Holm, of the signs that were drawn
	Rank       float64 // p of Wilcoxon's test, which asks of the typical image, not corrected
	units      int
}

// significance below which a corrected p-value counts.
const significance = 0.05

func (m measured) compare(v value, this, that attack.Method) comparison {
	clusters := m.differences(v, this, that)
	sums, means := make([]float64, len(clusters)), make([]float64, len(clusters)) // of each patient
	for i, c := range clusters {
		for _, x := range c {
			sums[i] += x
		}
		means[i] = sums[i] / float64(len(c))
	}
	return comparison{Model: m.Name, This: this, That: that, Difference: stats.Mean(clusters), P: stats.SignFlip(sums), Rank: stats.Wilcoxon(means), units: len(sums)}
}

// Better, Worse say that this does more, or less, than that: the test and the
// interval must agree.
func (c comparison) Better() bool { return c.Holm < significance && c.Difference.Low > 0 }
func (c comparison) Worse() bool  { return c.Holm < significance && c.Difference.High < 0 }

// Near says that another draw of signs could turn the verdict: the corrected p is within Monte Carlo error of the significance.
func (c comparison) Near() bool { return c.Error > 0 && math.Abs(c.Holm-significance) < 2*c.Error }

// success is the share of slices found before (Dice of at least the threshold)
// that are lost after the attack, and how many were found.
func (m measured) success(a attack.Method) (share float64, found int) {
	lost := 0
	for _, r := range m.rows[a] {
		if r.Before >= attack.Threshold {
			found++
			if r.Success {
				lost++
			}
		}
	}
	return float64(lost) / float64(max(found, 1)), found
}

// pooled is the mean of models, on the slices that all have.
func pooled(models []measured, patient func(string) string) measured {
	type slice struct {
		image string
		index int
	}
	m := measured{Label: "mean of models", rows: map[attack.Method][]Row{}}
	for a := range models[0].rows {
		count := map[slice]int{}
		sum := map[slice]Row{}
		var order []slice
		for _, one := range models {
			for _, r := range one.rows[a] {
				at := slice{r.Image, r.Slice}
				if count[at] == 0 {
					order = append(order, at)
				}
				count[at]++
				s := sum[at]
				s.Key = r.Key
				s.Before, s.After, s.TrueBefore, s.TrueAfter = s.Before+r.Before, s.After+r.After, s.TrueBefore+r.TrueBefore, s.TrueAfter+r.TrueAfter
				s.MeanBefore, s.MeanAfter = s.MeanBefore+r.MeanBefore, s.MeanAfter+r.MeanAfter
				sum[at] = s
			}
		}
		n := float64(len(models))
		for _, at := range order {
			if count[at] == len(models) {
				s := sum[at]
				s.Before, s.After, s.TrueBefore, s.TrueAfter = s.Before/n, s.After/n, s.TrueBefore/n, s.TrueAfter/n
				s.MeanBefore, s.MeanAfter = s.MeanBefore/n, s.MeanAfter/n
				m.rows[a] = append(m.rows[a], s)
			}
		}
	}
	m.group(patient)
	return m
}
