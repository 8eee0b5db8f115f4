package attack_test

import (
	"bytes"
	"os"
	"testing"

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
