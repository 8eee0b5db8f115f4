package lab

import (
	"testing"

	"segfault/core/attack"
	"segfault/core/report"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// judged is an attack, and how it compares with others.
func judged(t *testing.T, l *Lab, p *AttackParams) (*Fault, *Judged) {
	t.Helper()
	f, err := l.Attack(background, p)
	require.NoError(t, err)
	j, err := l.Judge(background, &JudgeParams{Of: f.ID})
	require.NoError(t, err)
	return f, j
}

func TestAnAttackIsJudgedByLessAndMoreOfItAndByNoise(t *testing.T) {
	l, _ := opened(t)
	id := loaded(t, l, 1)
	paint(t, l, id, "truth", 0, 1)
	for _, name := range []string{"fgsm", "bim"} {
		p := NewAttack(id)
		require.NoError(t, p.Take(name))
		p.Epsilon = 0.04
		f, j := judged(t, l, p)
		var epsilons []float64
		for _, at := range j.Curve {
			epsilons = append(epsilons, at.Epsilon)
		}
		assert.Equal(t, []float64{0, 0.01, 0.02, 0.04, 0.08}, epsilons, name)
		assert.Equal(t, report.Left{Dice: f.Metrics.Dice.Union.Before, True: f.Metrics.Dice.True.Before}, j.Curve[0].Attack, name)
		assert.Equal(t, report.Left{Dice: f.Metrics.Dice.Union.After, True: f.Metrics.Dice.True.After}, j.Curve[3].Attack, name)
		q := *p
		q.Epsilon = 0.08
		more, err := l.Attack(background, &q)
		require.NoError(t, err)
		assert.Equal(t, more.Metrics.Dice.Union.After, j.Curve[4].Attack.Dice, "%s: what an attack of that ε does", name)
		require.Len(t, j.Controls, 2, name)
		assert.Equal(t, j.Curve[3].Noise, j.Controls[0].Left, name)
	}
}

func TestEpsilonThatCannotBeIsNotTried(t *testing.T) {
	l, _ := opened(t)
	id := loaded(t, l, 1)
	p := NewAttack(id)
	p.Epsilon = 0.7
	_, j := judged(t, l, p)
	assert.Len(t, j.Curve, 4, "twice 0.7 is more than there is")
	p.Norm, p.Epsilon = attack.L2, 0.05
	_, j = judged(t, l, p)
	assert.Equal(t, 0.05, j.Curve[1].Epsilon, "a quarter of it is none of L2")
	assert.Len(t, j.Controls, 2)
}

func TestATargetIsJudgedByHowFarItIsFound(t *testing.T) {
	l, _ := opened(t)
	id := loaded(t, l, 1)
	paint(t, l, id, "target", 0, 1)
	p := NewAttack(id)
	require.NoError(t, p.Take("bim"))
	p.Target, p.Epsilon = attack.Painted, 0.1
	f, j := judged(t, l, p)
	assert.True(t, j.Sought)
	assert.Equal(t, report.Left{Dice: f.Metrics.Target.Before}, j.Curve[0].Attack)
	assert.Equal(t, report.Left{Dice: f.Metrics.Target.After}, j.Curve[3].Attack)
}

func TestAReportTellsTheModelAndTheSettings(t *testing.T) {
	l, _ := opened(t)
	id := loaded(t, l, 1)
	p := NewAttack(id)
	f, j := judged(t, l, p)
	ask := &ReportParams{ReportOptions{AttackVolumeOptions: AttackVolumeOptions{f.Attack.Model, f.Attack.How}, Made: "2026-11-29",
		Scans:  []report.Scan{{Slices: 1, Reference: f.Metrics.Reference, Dice: f.Metrics.Dice.Union, True: f.Metrics.Dice.True, Ending: f.Metrics.Ending, LInf: f.Metrics.LInf}},
		Slices: []report.Slice{{Judged: j.Judged}}}}
	page, err := l.Report(background, ask)
	require.NoError(t, err)
	for _, told := range []string{"2026-11-29", "<dt>strength, ε</dt><dd>0.009</dd>", "<dt>order</dt><dd>as in training</dd>", "<dt>step</dt><dd>added</dd>", "<dt>what is changed</dt><dd>the file’s pixels</dd>", "As much noise", "Without gradients", "slice 1"} {
		assert.Contains(t, page.HTML, told)
	}
	ask.Scans[0].Ending = "won"
	_, err = l.Report(background, ask)
	assert.ErrorContains(t, err, `unknown ending "won"`)
	ask.Model = "none"
	_, err = l.Report(background, ask)
	assert.EqualError(t, err, `segfault: there is no model "none" to report on`)
	_, err = l.Report(background, &ReportParams{ReportOptions{AttackVolumeOptions: AttackVolumeOptions{f.Attack.Model, f.Attack.How}}})
	assert.EqualError(t, err, "segfault: there is nothing to report; attack a scan first")
}
