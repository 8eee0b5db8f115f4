package main

import (
	"context"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"testing"

	"segfault/core"
	"segfault/core/attack"
	"segfault/core/lab"
	"segfault/core/net"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// lessons is the course's text, and a lab with the model that its figures attack, the first of the menu.
type lessons struct {
	*lab.Lab
	text, model string
}

func course(t *testing.T) lessons {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "site", "course.html"))
	require.NoError(t, err)
	p := &lab.LoadModelParams{}
	p.File, err = readModel(filepath.Join("..", "weights", "brain-unet-vgg13-w10.safetensors"))
	require.NoError(t, err)
	l := lab.New(desk{models: t.TempDir()})
	loaded, err := l.LoadModel(context.Background(), p)
	require.NoError(t, err)
	return lessons{l, string(text), loaded.Model.Name}
}

var (
	courseRow  = regexp.MustCompile(`<tr data-sample="(\w+)"(?: data-defence="(\w+)")?>(.*)</tr>`)
	courseCell = regexp.MustCompile(`<td>([\d.]+)</td>`)
)

// courseNumbers is a line of one of the course's tables: what it is of, and its numbers.
type courseNumbers struct {
	sample, defence string
	numbers         []float64 // ε first
}

func (l lessons) rows(t *testing.T) (rows []courseNumbers) {
	t.Helper()
	for _, row := range courseRow.FindAllStringSubmatch(l.text, -1) {
		r := courseNumbers{sample: row[1], defence: row[2]}
		for _, cell := range courseCell.FindAllStringSubmatch(row[3], -1) {
			v, err := strconv.ParseFloat(cell[1], 64)
			require.NoError(t, err)
			r.numbers = append(r.numbers, v)
		}
		rows = append(rows, r)
	}
	return rows
}

// attacked is what so many steps do to a row's sample.
func (l lessons) attacked(t *testing.T, r courseNumbers, steps int, defence string) *lab.Fault {
	t.Helper()
	s, err := l.Sample(context.Background(), &lab.SampleParams{Name: r.sample})
	require.NoError(t, err)
	p := lab.NewAttack(s.ID)
	p.Model, p.Epsilon, p.Steps, p.Defence = l.model, float32(r.numbers[0]), steps, defence
	f, err := l.Attack(context.Background(), p)
	require.NoError(t, err)
	return f
}

// courseTolerance is for other processors, which round another way.
const courseTolerance = 0.02

func TestTheCoursesNumbersOfStepsAreWhatItsFiguresCompute(t *testing.T) {
	l, seen := course(t), 0
	for _, r := range l.rows(t) {
		if r.defence != "" {
			continue
		}
		seen++
		one, many := l.attacked(t, r, 1, "").Metrics.Dice, l.attacked(t, r, 20, "").Metrics.Dice
		for i, dice := range []*float64{one.Union.Before, one.Union.After, many.Union.After, many.True.After} {
			assert.InDelta(t, r.numbers[1+i], *dice, courseTolerance, "%s, number %d", r.sample, i)
		}
	}
	assert.Equal(t, 2, seen)
}

func TestTheCoursesNumbersOfDefencesAreOfAttacksThatKnowOfThemAndNot(t *testing.T) {
	l, seen := course(t), 0
	for _, r := range l.rows(t) {
		if r.defence == "" {
			continue
		}
		seen++
		through := l.attacked(t, r, 20, r.defence).Metrics.Dice.Union
		without, err := l.Result(l.attacked(t, r, 20, "").ID)
		require.NoError(t, err)
		defended, err := net.Defend(r.defence, without.Model.Net)
		require.NoError(t, err)
		session, err := attack.NewSession(core.NewCPU(0), defended, without.Height, without.Width)
		require.NoError(t, err)
		logits, err := session.Predict(context.Background(), without.Adversarial)
		require.NoError(t, err)
		session.Close()
		unaware := overlap(without.Found(logits), without.Truth, without.Classes)
		for i, dice := range []float64{*through.Before, unaware, *through.After} {
			assert.InDelta(t, r.numbers[1+i], dice, courseTolerance, "%s, number %d", r.sample, i)
		}
	}
	assert.Equal(t, 3, seen)
}

// overlap is the Dice of all classes of two masks together, in planes.
func overlap(a, b []uint8, classes int) float64 {
	both, all := 0, 0
	for i := range len(a) / classes {
		var inA, inB uint8
		for k := i; k < len(a); k += len(a) / classes {
			inA, inB = inA|a[k], inB|b[k]
		}
		both, all = both+int(inA&inB), all+int(inA)+int(inB)
	}
	return 2 * float64(both) / float64(all)
}
