package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// joined is a page of two modules of which one is loaded later and shares what the first imports, and another page.
func joined(t *testing.T) string {
	t.Helper()
	out := t.TempDir()
	for name, text := range map[string]string{
		"page/main.js":    "import { open } from '../segfault.js'\nimport { say } from './status.js'\nimport { keep } from './kept.js'\nsay(open, keep, () => import('./late.js'))\n",
		"page/status.js":  "export const say = (...words) => console.log('status said', words)\nexport const hush = () => say('')\n",
		"page/late.js":    "import { hush } from './status.js'\nhush('late')\n",
		"page/kept.js":    "export const keep = 'kept'\n",
		"page/keep.js":    "import { keep } from './kept.js'\nconsole.log(keep)\n",
		"page/course.js":  "import './keep.js'\n",
		"figure/embed.js": "console.log('figure')\n",
		"segfault.js":     "export const open = 'opened'\n",
	} {
		path := filepath.Join(out, filepath.FromSlash(name))
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
		require.NoError(t, os.WriteFile(path, []byte(text), 0o644))
	}
	modules, err := lighten(out)
	require.NoError(t, err)
	require.NoError(t, joinPage(out, modules))
	return out
}

func TestPageIsOneScriptWhichLaterOnesShare(t *testing.T) {
	out := joined(t)
	page := content(t, out, "page", "main.js")
	assert.Contains(t, page, "status said")
	assert.Contains(t, page, `import("./late.js")`)
	assert.NotContains(t, page, `"./status.js"`)
	assert.Contains(t, content(t, out, "page", "late.js"), `from"./status.js"`)
	stub := content(t, out, "page", "status.js")
	assert.NotContains(t, stub, "status said", "there is none twice")
	for _, name := range strings.FieldsFunc(strings.TrimPrefix(strings.Split(stub, "}")[0], "export{"), func(r rune) bool { return r == ',' }) {
		given, taken, _ := strings.Cut(name, " as ")
		assert.Contains(t, []string{"say", "hush"}, taken)
		assert.Contains(t, page, " as "+given)
	}
	assert.Contains(t, stub, `from"./main.js"`)
}

func TestPageLeavesWhatOtherPagesImportAsItIs(t *testing.T) {
	out := joined(t)
	assert.Contains(t, content(t, out, "page", "kept.js"), "kept")
	assert.Contains(t, content(t, out, "page", "main.js"), `from"./kept.js"`)
	assert.Contains(t, content(t, out, "page", "main.js"), `from"../segfault.js"`)
	assert.Contains(t, content(t, out, "segfault.js"), "opened")
}

func TestStylesOfThePageAreOneFileInTheirOrder(t *testing.T) {
	out := t.TempDir()
	require.NoError(t, os.Mkdir(filepath.Join(out, "styles"), 0o755))
	require.NoError(t, os.WriteFile(filepath.Join(out, "styles", "a.css"), []byte("p { color: red; }\n"), 0o644))
	require.NoError(t, os.WriteFile(filepath.Join(out, "styles", "b.css"), []byte("p { filter: url(#b); }\n"), 0o644))
	require.NoError(t, os.WriteFile(filepath.Join(out, "index.html"), []byte(`<link rel="stylesheet" href="styles/a.css">`+"\n  "+`<link rel="stylesheet" href="styles/b.css">`+"\n<p>"), 0o644))
	require.NoError(t, joinStyles(out))
	assert.Equal(t, "p{color:red}p{filter:url(#b)}\n", content(t, out, "styles", "page.css"))
	assert.Equal(t, `<link rel="stylesheet" href="styles/page.css">`+"\n<p>", content(t, out, "index.html"))
}
