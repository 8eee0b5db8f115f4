package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// pages copies the site's pages and fills them in with a report; "" means that there is none.
func pages(t *testing.T, report string, posters ...string) (out string) {
	t.Helper()
	out, weights := t.TempDir(), t.TempDir()
	for _, name := range []string{"index.html", "study.html", parts, "segfault.d.ts", "seg-fault.d.ts"} {
		require.NoError(t, copyFile(filepath.Join("..", "site", name), filepath.Join(out, name)))
	}
	if report != "" {
		require.NoError(t, os.WriteFile(filepath.Join(weights, "STUDY.md"), []byte(report), 0o644))
		require.NoError(t, os.Mkdir(filepath.Join(weights, "study"), 0o755))
		require.NoError(t, os.WriteFile(filepath.Join(weights, "study", "dice.svg"), []byte("<svg/>"), 0o644))
	}
	require.NoError(t, os.Mkdir(filepath.Join(out, "posters"), 0o755))
	for _, name := range posters {
		require.NoError(t, os.WriteFile(filepath.Join(out, "posters", name), []byte("<svg/>"), 0o644))
	}
	require.NoError(t, fillPages(weights, out, nil))
	return out
}

func content(t *testing.T, path ...string) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(path...))
	require.NoError(t, err)
	return string(data)
}

func TestReportBecomesAPageWithItsPlots(t *testing.T) {
	out := pages(t, "# Study\n\n| model | Dice |\n|---|---:|\n| [a](a.md) | 0.5 |\n\n![Dice](study/dice.svg)\n")
	page := content(t, out, "study.html")
	assert.Contains(t, page, `<h1 id="study">Study</h1>`)
	assert.Contains(t, page, `<td align="right">0.5</td>`, "the policy forbids inline styles")
	assert.Contains(t, page, `<a href="weights/a.md">a</a>`)
	assert.Contains(t, page, `<img src="study/dice.svg" alt="Dice">`)
	assert.Equal(t, "<svg/>", content(t, out, "study", "dice.svg"))
	assert.Contains(t, content(t, out, "index.html"), `<a href="study.html">Study</a>`)
}

func TestWithoutAReportThereIsNoPageAndNoLink(t *testing.T) {
	out := pages(t, "")
	assert.NoFileExists(t, filepath.Join(out, "study.html"))
	assert.NotContains(t, content(t, out, "index.html"), "study.html")
}

func TestReportsOwnHTMLIsLeftOut(t *testing.T) {
	assert.NotContains(t, content(t, pages(t, "before <script>alert(1)</script> after\n"), "study.html"), "alert(1)</script>")
}

func TestFilledPagesKeepTheirPolicy(t *testing.T) {
	out := pages(t, "# Study\n")
	for _, name := range []string{"index.html", "study.html"} {
		assert.Contains(t, content(t, out, name), `content="`+contentPolicy+`"`)
	}
}

func TestPageShowsAPosterWhereThereIsOne(t *testing.T) {
	assert.NotContains(t, content(t, pages(t, ""), "index.html"), "poster")
	out := pages(t, "", "meningioma.svg")
	assert.Contains(t, content(t, out, "index.html"), `<img class="poster" src="posters/meningioma.svg#e0.009" alt="">`)
}
