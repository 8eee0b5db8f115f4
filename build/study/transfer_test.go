package study

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"segfault/build/data"
	"segfault/core/scan"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestEveryModelJudgesWhatWasMadeOnEach(t *testing.T) {
	methods, err := ParseMethods("fgsm")
	require.NoError(t, err)
	methods = WithNoise(methods)
	for _, of := range []string{"input", "scan"} {
		alone := &Suite{Config: config(t, 1), Methods: methods}
		alone.Budgets, err = ParseBudgets("0.05", of)
		require.NoError(t, err)
		own, err := alone.Run(context.Background())
		require.NoError(t, err)
		c := *alone
		c.Out, c.Transfer = t.TempDir(), true
		rows, err := c.Run(context.Background())
		require.NoError(t, err)
		require.Len(t, rows, 2*4, "two models, made on two")
		by := map[[2]string]Tested{}
		for _, r := range rows {
			by[[2]string{r.Method, r.Model}] = r
		}
		for _, r := range own {
			same := by[[2]string{crafted(r.Method, r.Model), r.Model}]
			assert.InDelta(t, r.True, same.True, 1e-6, "on the model itself it is the attack")
			assert.InDelta(t, r.TrueBefore, same.TrueBefore, 1e-6)
			assert.InDelta(t, r.Loss, same.Loss, 1e-4)
		}
		a, b := by[[2]string{crafted("fgsm", "brain-a"), "brain-b"}], by[[2]string{crafted("fgsm", "brain-b"), "brain-b"}]
		assert.Equal(t, a.TrueBefore, b.TrueBefore)
		assert.NotEqual(t, a.Loss, b.Loss, "another attack")
		table := c.TransferTable(rows)
		assert.Contains(t, table, "| made on | brain-a | brain-b |")
		strewn := by[[2]string{crafted("noise", "brain-b"), "brain-b"}]
		assert.Regexp(t, fmt.Sprintf(`\| as much noise \| \d\.\d{3} \| %.3f \|`, strewn.True), table, "beside what was made on each")
		assert.Equal(t, 1, strings.Count(table, "**: "), "and it is no attack of its own")
		again, err := c.Run(context.Background())
		require.NoError(t, err)
		assert.Len(t, again, 2*4, "what was passed on is not passed on again")
	}
}

// The size is no matter: the change is resampled, as in the lab.
func TestAnAttackOnAnInputIsForModelsThatSeeAlike(t *testing.T) {
	methods, err := ParseMethods("fgsm")
	require.NoError(t, err)
	c := &Suite{Config: config(t, 1), Methods: methods, Transfer: true}
	c.Budgets, err = ParseBudgets("0.05", "input")
	require.NoError(t, err)
	other := *c.Models[1].Model
	other.Size = 64
	c.Models[1].Model = &other
	rows, err := c.Run(context.Background())
	require.NoError(t, err)
	assert.Len(t, rows, 4)
	c.Out = t.TempDir()
	other.Normalisation = scan.Percentile
	_, err = c.Run(context.Background())
	assert.ErrorContains(t, err, "with -of scan")
	c.Budgets, err = ParseBudgets("0.05", "scan")
	require.NoError(t, err)
	_, err = c.Run(context.Background())
	assert.NoError(t, err)
}

func TestTheModelThatAnAttackIsMadeOnIsItsOwnJudge(t *testing.T) {
	c := &Suite{Config: config(t, 1)}
	pairs, err := data.List(c.Data)
	require.NoError(t, err)
	subject, err := c.open(pairs[0])
	require.NoError(t, err)
	own, err := newSeat(subject, 0, c.Models[1])
	require.NoError(t, err)
	judges, err := c.judges(subject, 0, own)
	require.NoError(t, err)
	require.Len(t, judges, 2)
	assert.Same(t, own, judges[1], "it needs no second session")
	assert.Equal(t, "brain-a", judges[0].Name)
}
