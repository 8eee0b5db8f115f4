package names_test

import (
	"testing"

	"segfault/core/names"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

type colour struct {
	names.Entry
	wavelength int
}

var colours = []*colour{
	{names.Entry{Name: "red", Title: "Red", About: "Like a rose."}, 700},
	{names.Entry{Name: "green"}, 550},
	{names.Entry{Name: "violet"}, 400},
}

func TestARowIsFoundByItsName(t *testing.T) {
	row, err := names.Find(colours, "colour", "green")
	require.NoError(t, err)
	assert.Equal(t, 550, row.wavelength)
	assert.Equal(t, names.Entry{Name: "red", Title: "Red", About: "Like a rose."}, names.Entries(colours)[0])
	assert.Equal(t, []string{"red", "green", "violet"}, names.All(names.Entries(colours)))
}

func TestAnUnknownNameIsRefusedWithTheNearest(t *testing.T) {
	for name, want := range map[string]string{
		"gren":  `unknown colour "gren"; did you mean green? Expected red, green or violet`,
		"Red":   `unknown colour "Red"; did you mean red? Expected red, green or violet`,
		"mauve": `unknown colour "mauve"; expected red, green or violet`,
		"":      `unknown colour ""; expected red, green or violet`,
	} {
		_, err := names.Find(colours, "colour", name)
		assert.EqualError(t, err, want)
	}
}

func TestNearestIsOneThatMayHaveBeenMeant(t *testing.T) {
	for name, want := range map[string]string{"epsilom": "epsilon", "epsilon": "epsilon", "eps": "", "onProgres": "onProgress", "x": ""} {
		assert.Equal(t, want, names.Nearest([]string{"epsilon", "onProgress", "loss"}, name), name)
	}
}
