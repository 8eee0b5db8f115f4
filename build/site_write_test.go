package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestUsedFolderKeepsWhatIsNotOfTheSiteAndTheSiteDoesNotTakeIt(t *testing.T) {
	out := t.TempDir()
	own := "// Mine.\nconst mine = true\n"
	for name, text := range map[string]string{"CNAME": "example.org", "page/older.js": own, "notes/a/b.txt": "mine", "index.html": "an older page"} {
		path := filepath.Join(out, filepath.FromSlash(name))
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
		require.NoError(t, os.WriteFile(path, []byte(text), 0o644))
	}
	_, others, err := writeSite(out, t.TempDir())
	require.NoError(t, err)
	assert.Equal(t, []string{"CNAME", "notes", "page/older.js"}, others)
	assert.Equal(t, own, content(t, out, "page", "older.js"))
	assert.NotContains(t, content(t, out, "index.html"), "an older page")
	offline := content(t, out, "service-files.js")
	assert.Contains(t, offline, `"index.html"`)
	for _, name := range others {
		assert.NotContains(t, offline, name)
	}
}
