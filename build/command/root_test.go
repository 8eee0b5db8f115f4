package command

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestTheWeightsOfTheCheckoutAreFoundFromAnyFolderInIt(t *testing.T) {
	weights, err := Weights() // from the folder of this test
	require.NoError(t, err)
	assert.DirExists(t, weights)
	t.Chdir(weights)
	again, err := Weights()
	require.NoError(t, err)
	assert.Equal(t, weights, again)
	t.Chdir(filepath.Dir(t.TempDir()))
	_, err = Weights()
	assert.EqualError(t, err, "segfault: there is no checkout at or above the current folder; run this inside one")
}
