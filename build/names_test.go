package main

import (
	"testing"

	"segfault/core/attack"
	"segfault/core/lab"
	"segfault/core/names"
	"segfault/core/scan/formats"

	"github.com/stretchr/testify/assert"
)

// Every row says of itself what a menu and a hint show.
func TestEveryRowHasATitleAndASentence(t *testing.T) {
	for _, table := range [][]names.Entry{attack.Methods(), attack.Losses(), attack.Orders(), attack.Targets(), attack.Weights(), attack.Norms(), attack.Rules(), attack.Schedules(), attack.Starts(),
		lab.Movings(), lab.Grounds(), lab.Wheres()} {
		for _, e := range table {
			assert.NotEmpty(t, e.Title, e.Name)
			assert.Regexp(t, `\.$`, e.About, e.Name)
		}
	}
	for _, f := range formats.All() {
		assert.NotEmpty(t, f.Title, f.Name)
		assert.Regexp(t, `\.$`, f.About, f.Name)
		assert.NotEmpty(t, f.Endings, f.Name)
	}
}
