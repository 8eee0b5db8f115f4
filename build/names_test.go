package main

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"segfault/core/attack"
	"segfault/core/lab"
	"segfault/core/names"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The types repeat the tables' names, so that editors know them: this holds them to it.
func TestTypesNameWhatTheTablesHold(t *testing.T) {
	root, err := moduleRoot()
	require.NoError(t, err)
	types, err := os.ReadFile(filepath.Join(root, "site", "segfault.d.ts"))
	require.NoError(t, err)
	for option, table := range map[string][]names.Entry{
		"method": attack.Methods(), "weight": attack.Weights(), "loss": attack.Losses(), "label": attack.Targets(), "norm": attack.Norms(), "scheme": attack.Rules(),
		"schedule": attack.Schedules(), "start": attack.Starts(),
	} {
		line := regexp.MustCompile(`(?m)^  ` + option + `\?: ('.*')$`).FindSubmatch(types)
		require.NotNil(t, line, option)
		typed := strings.Split(strings.ReplaceAll(string(line[1]), "'", ""), " | ")
		want := names.All(table)
		slices.Sort(typed)
		slices.Sort(want)
		assert.Equal(t, want, typed, option)
	}
}

// Every row says of itself what a menu and a hint show.
func TestEveryRowHasATitleAndASentence(t *testing.T) {
	for _, table := range [][]names.Entry{attack.Methods(), attack.Losses(), attack.Orders(), attack.Targets(), attack.Weights(), attack.Norms(), attack.Rules(), attack.Schedules(), attack.Starts(),
		lab.Movings(), lab.Grounds(), lab.Wheres()} {
		for _, e := range table {
			assert.NotEmpty(t, e.Title, e.Name)
			assert.Regexp(t, `\.$`, e.About, e.Name)
		}
	}
}
