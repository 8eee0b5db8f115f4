package study

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestProtocolIsFixedOnceThereAreRows(t *testing.T) {
	c := config(t, 2)
	c.Protocol = filepath.Join(t.TempDir(), "protocol.md")
	fix := func(text string) { require.NoError(t, os.WriteFile(c.Protocol, []byte(text), 0o644)) }
	fix("# Protocol\n\n## Units\n\nPatients.\n\n## Tests\n\nTwo.\n")
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	require.Error(t, Run(ctx, c), "stopped before its first row")
	fix("# Protocol\n\n## Units\n\nPatients.\n\n## Tests\n\nThree.\n")
	require.NoError(t, Run(context.Background(), c), "without rows it may still change")
	require.NoError(t, Run(context.Background(), c))

	fix("# Protocol\n\n## Units\n\nSlices.\n\n## Tests\n\nThree.\n\n## Figures\n")
	err := Run(context.Background(), c)
	require.ErrorContains(t, err, "the protocol has changed since the first rows")
	assert.ErrorContains(t, err, `in "Units" and "Figures"`, "what changed, and nothing else")
	assert.NotContains(t, err.Error(), "Tests")
	c.Protocol = ""
	assert.ErrorContains(t, Run(context.Background(), c), "were made under a protocol")

	other := config(t, 2)
	require.NoError(t, Run(context.Background(), other))
	other.Protocol = filepath.Join(t.TempDir(), "late.md")
	require.NoError(t, os.WriteFile(other.Protocol, []byte("# Late\n"), 0o644))
	assert.ErrorContains(t, Run(context.Background(), other), "made before there was a protocol")
}
