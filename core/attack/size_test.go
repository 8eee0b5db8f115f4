package attack_test

import (
	"bytes"
	"os"
	"regexp"
	"testing"

	"segfault/core/attack"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// What is no row is a file that reads as its paper.
func TestAMethodIsAFileOfEightyLinesAtMost(t *testing.T) {
	for _, file := range []string{"asma.go", "sea.go", "square.go", "universal.go", "weight.go"} {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		assert.Contains(t, string(text), " et al. 20", "%s cites its paper", file)
		assert.LessOrEqual(t, bytes.Count(text, []byte("\n")), 80, file)
	}
}

func TestAMethodCitesItsPaperAndTheEquation(t *testing.T) {
	cited := regexp.MustCompile(`\(.+ (19|20)\d\d, (equation|algorithm|section)s? \d`)
	for _, e := range attack.Methods() {
		if e.Name == attack.Noise {
			return // baselines are no papers'
		}
		assert.Regexp(t, cited, e.About, e.Name)
	}
}
