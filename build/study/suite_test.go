package study

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"segfault/build/data"
	"segfault/core/attack"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestMethodsAreReadFromAList(t *testing.T) {
	list, err := ParseMethods("fgsm,bim/bce,apgd/l2")
	require.NoError(t, err)
	assert.Equal(t, []string{"fgsm", "bim/bce", "apgd/l2"}, []string{list[0].Name, list[1].Name, list[2].Name})
	assert.Equal(t, attack.L2, list[2].Norm)
	for text, want := range map[string]string{
		"bimm":     `unknown method "bimm"; did you mean bim?`,
		"bim/bcee": `unknown loss "bcee"; did you mean bce?`,
		"dag/l2":   "the method dag does not take the norm l2",
		"asma":     "the method asma needs a painted mask, which a folder has not",
	} {
		_, err := ParseMethods(text)
		assert.ErrorContains(t, err, want)
	}
	_, err = ParseMethods(DefaultMethods())
	assert.NoError(t, err)
}

func TestNumbersThatCanOnlyBeTakenForOthersAreRefused(t *testing.T) {
	for says, suite := range map[string]*Suite{
		"-steps: expected a number from 1 to 1000, or 0 for each method's own, found -1":   {Steps: -1},
		"-steps: expected a number from 1 to 1000, or 0 for each method's own, found 1001": {Steps: 1001},
		"-first: expected a number of scans, or 0 for all, found -3":                       {First: -3},
		"-every: expected 1 for every slice, 2 for every other and so on, found -6":        {Every: -6},
	} {
		suite.Data = t.TempDir() // without any scan, which would be missed next
		_, err := suite.Run(context.Background())
		assert.EqualError(t, err, "study: "+says)
	}
}

func TestNoiseOfTheSizeOfEveryNormStandsBesideMethods(t *testing.T) {
	for given, want := range map[string]string{"apgd": "apgd noise", "noise,bim": "noise bim", "apgd,apgd/l2,noise": "apgd apgd/l2 noise noise/l2"} {
		list, err := ParseMethods(given)
		require.NoError(t, err)
		var names []string
		for _, m := range WithNoise(list) {
			names = append(names, m.Name)
		}
		assert.Equal(t, want, strings.Join(names, " "))
	}
}

func TestTheWorstOfAllIsTakenSliceBySlice(t *testing.T) {
	methods, err := ParseMethods("fgsm,bim,apgd/l2")
	require.NoError(t, err)
	s := Suite{Config: Config{Models: []Model{{About: About{Name: "m"}}}}, Methods: methods, Budgets: []Budget{{0.009, OfInput}}}
	row := func(method, image string, after, own, loss float64, ending attack.Ending) Tested {
		return Tested{Model: "m", Method: method, Image: image, Budget: Budget{0.009, OfInput}, Before: 0.8, TrueBefore: 0.8, After: after, True: own, Loss: loss, Ending: ending}
	}
	table := s.Table([]Tested{
		row("fgsm", "a", 0.6, 0.6, 1, attack.Held), row("bim", "a", 0.8, 0, 2, attack.Changed), row("apgd/l2", "a", 0, 0, 9, attack.Vanished),
		row("fgsm", "b", 0.4, 0.2, 1, attack.Displaced), row("bim", "b", 0.2, 0.4, 2, attack.Displaced), row("apgd/l2", "b", 0, 0, 9, attack.Vanished),
		row("fgsm", "c", 0, 0, 1, attack.Vanished), // which the others were not tried on
	})
	assert.Contains(t, table, "2 slices")
	assert.Contains(t, table, "| clean | 0.800 | 0.800 |")
	assert.Contains(t, table, "| fgsm | 0.500 | 0.400 | 1.000 | 1 of 2 |")
	assert.Contains(t, table, "| worst of all, slice by slice | 0.400 | 0.100 | 2.000 | 2 of 2 |", "another norm is another budget")
}

func TestRowsOfMethodsAreReadAsTheyWereWritten(t *testing.T) {
	want := Tested{Model: "m", Method: "bim/bce", Image: "=a.png", Slice: 3, Budget: Budget{2, Levels}, Before: 0.5, After: 0.25, TrueBefore: 0.5, True: 0, Loss: 1.5, Ending: attack.Changed}
	path := t.TempDir() + "/methods.csv"
	content, err := encodeCSV([][]string{testedHead, want.record()})
	require.NoError(t, err)
	require.NoError(t, writeWhole(path, content))
	got, err := ReadTested(path)
	require.NoError(t, err)
	assert.Equal(t, []Tested{want}, got)
}

func TestSlicesWithNothingToFindAreAttackedToSeeWhatIsInvented(t *testing.T) {
	c := &Suite{Config: config(t, 2), Empty: true}
	blank := make([]float32, side*side)
	pairs, err := data.List(c.Data)
	require.NoError(t, err)
	writeGrey(t, pairs[1].Mask, blank, side)
	c.Methods, err = ParseMethods("noise,pgd")
	require.NoError(t, err)
	c.Budgets, err = ParseBudgets("0.1", "input")
	require.NoError(t, err)
	rows, err := c.Run(context.Background())
	require.NoError(t, err)
	require.Len(t, rows, 2*len(c.Models))
	for _, r := range rows {
		assert.Equal(t, pairs[1].Name, r.Image)
		assert.Contains(t, []attack.Ending{attack.Held, attack.Invented}, r.Ending)
	}
	assert.Contains(t, c.Log.(*bytes.Buffer).String(), "left out: "+pairs[0].Name+": there is something to find in every slice")
}

func TestEveryNthSliceOfEachPatientIsTaken(t *testing.T) {
	of := func(name string, n int) (list []item) {
		for i := range n {
			list = append(list, item{data.Pair{Name: name}, i})
		}
		return list
	}
	all := slices.Concat(of("a", 14), of("b", 2), of("c", 6))
	taken := func(rule string, items []item) (names []string) {
		patient, err := patients(rule)
		require.NoError(t, err)
		for _, i := range sampled(items, 6, patient) {
			names = append(names, fmt.Sprint(i.pair.Name, i.slice))
		}
		assert.Equal(t, items, sampled(items, 1, patient))
		return names
	}
	assert.Equal(t, []string{"a3", "a9", "b1", "c3"}, taken("", all), "each scan is another patient's")
	var files []item
	for i := range 8 {
		files = append(files, of(fmt.Sprint("p1-", i, "-"), 1)...)
	}
	files = append(files, of("p2-0-", 1)...)
	assert.Equal(t, []string{"p1-3-0", "p2-0-0"}, taken(`^p\d`, files), "a patient's slices are files of their own")
}

func TestShardsHaveWholePatients(t *testing.T) {
	patient, err := patients(`^p\d`)
	require.NoError(t, err)
	var all []data.Pair
	for i := range 9 {
		all = append(all, data.Pair{Name: fmt.Sprintf("p%d-%d", i%3, i)})
	}
	scans := byPatient(all, patient)
	assert.Equal(t, [][]data.Pair{{all[1], all[4], all[7]}}, sharded(Shard{2, 2}, scans))
	assert.Equal(t, [][]data.Pair{{all[0], all[3], all[6]}, {all[2], all[5], all[8]}}, sharded(Shard{1, 2}, scans))
}
