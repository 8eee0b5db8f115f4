package study

import (
	"slices"

	"segfault/build/study/stats"
	"segfault/core/attack"
)

// size is what the models' sizes tell of the drop.
type size struct {
	Main        correlation
	Others      []correlation // of the other losses and orders
	Low, High   float64       // Main's interval
	Needed      float64       // the smallest |ρ| that could be significant; 0 where not counted out, 2 where none
	Corrected   float64       // the same, corrected for all losses and orders
	Smallest    About
	Largest     About
	Models      int
	Significant int // of Main and Others, corrected for their number
}

// correlation of parameters and drop.
type correlation struct {
	Attack       attack.Method
	Rho, P, Holm float64
}

func (s *section) size() *size {
	if len(s.models) < 3 {
		return nil
	}
	n := len(s.models)
	z := &size{Models: n, Smallest: s.models[0].About, Largest: s.models[n-1].About}
	if n <= 9 {
		z.Needed = stats.Needed(n, significance)
	}
	all := []correlation{}
	for _, a := range s.ways() {
		var parameters, drops []float64
		for _, m := range s.models {
			parameters, drops = append(parameters, float64(m.Parameters)), append(drops, m.average(drop, a))
		}
		c := correlation{Attack: a}
		c.Rho, c.P = stats.Spearman(parameters, drops)
		all = append(all, c)
	}
	var p []float64
	for _, c := range all {
		p = append(p, c.P)
	}
	for i, v := range stats.Holm(p) {
		if all[i].Holm = v; v < significance {
			z.Significant++
		}
	}
	main := slices.IndexFunc(all, func(c correlation) bool { return c.Attack == s.Main })
	z.Main = all[main]
	z.Others = slices.Delete(all, main, main+1)
	z.Low, z.High = stats.SpearmanInterval(z.Main.Rho, n)
	if z.Needed > 0 {
		z.Corrected = stats.Needed(n, significance/float64(z.Asked()))
	}
	return z
}

// Ratio of the largest model's parameters to the smallest's.
func (z *size) Ratio() float64 { return float64(z.Largest.Parameters) / float64(z.Smallest.Parameters) }

// Asked counts the losses and orders.
func (z *size) Asked() int { return 1 + len(z.Others) }

// Shown says that the main attack's correlation is significant, Hinted that it
// would be if no other loss had been asked.
func (z *size) Shown() bool  { return z.Main.Holm < significance }
func (z *size) Hinted() bool { return z.Main.P < significance }
