package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// pages copies the site's pages and fills them in with a report; "" means that there is none.
func pages(t *testing.T, report string, posters ...string) (out string) {
	t.Helper()
	out, weights := t.TempDir(), t.TempDir()
	require.NoError(t, os.Mkdir(filepath.Join(out, "examples"), 0o755))
	for _, name := range []string{"index.html", "study.html", "examples/index.html", parts, "segfault.d.ts", "seg-fault.d.ts"} {
		require.NoError(t, copyFile(filepath.Join("..", "site", name), filepath.Join(out, name)))
	}
	if report != "" {
		require.NoError(t, os.WriteFile(filepath.Join(weights, "STUDY.md"), []byte(report), 0o644))
		require.NoError(t, os.Mkdir(filepath.Join(weights, "study"), 0o755))
		require.NoError(t, os.WriteFile(filepath.Join(weights, "study", "dice.svg"), []byte("<svg><text>net-w4</text></svg>"), 0o644))
		require.NoError(t, os.Mkdir(filepath.Join(weights, "study", "claims"), 0o755))
		require.NoError(t, os.WriteFile(filepath.Join(weights, "study", "claims", "models.csv"), []byte("model\n"), 0o644))
	}
	require.NoError(t, os.Mkdir(filepath.Join(out, "posters"), 0o755))
	for _, name := range posters {
		require.NoError(t, os.WriteFile(filepath.Join(out, "posters", name), []byte("<svg/>"), 0o644))
	}
	require.NoError(t, fillPages(weights, out, []shippedModel{{Name: "brain-net-w4", Task: "brain", Title: "Brain tumours, Net, a quarter"}}, nil))
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
	assert.Contains(t, page, `<figcaption><a href="study/dice.svg" download>Keep this plot (SVG)</a></figcaption>`)
	assert.Equal(t, "<svg><text>Net, a quarter</text></svg>", content(t, out, "study", "dice.svg"), "models are called as in the menus")
	assert.Contains(t, content(t, out, "index.html"), `<a href="study.html">Study</a>`)
	assert.Equal(t, "model\n", content(t, out, "study", "claims", "models.csv"), "tables in folders are the report's, too")
}

// TestTheReportsLinksIntoItselfLead holds the published one: a heading's id has no Greek letters, which a link would have.
func TestTheReportsLinksIntoItselfLead(t *testing.T) {
	words := regexp.MustCompile(`(?m)^!\[.*\)$`).ReplaceAllString(content(t, "..", "weights", "STUDY.md"), "") // its plots lie elsewhere
	page := content(t, pages(t, words), "study.html")
	links := regexp.MustCompile(`href="#([^"]+)"`).FindAllStringSubmatch(page, -1)
	require.NotEmpty(t, links)
	for _, link := range links {
		assert.True(t, strings.Contains(page, `id="`+link[1]+`"`), link[1]) // not Contains, which would print the page
	}
}

func TestAPlotWhosePointsTellTheirValuesIsInThePage(t *testing.T) {
	const report = `<p><img src="study/dice.svg" alt="Dice"></p><p><img src="study/plain.svg" alt="Plain"></p>`
	weights := t.TempDir()
	require.NoError(t, os.Mkdir(filepath.Join(weights, "study"), 0o755))
	const plot = `<svg role="img"><circle r="7"><title>w4: 0.5</title></circle></svg>`
	for name, text := range map[string]string{"dice.svg": "<?xml version=\"1.0\"?>\n" + plot + "\n", "plain.svg": "<svg/>"} {
		require.NoError(t, os.WriteFile(filepath.Join(weights, "study", name), []byte(text), 0o644))
	}
	made, err := withFigures(report, weights)
	require.NoError(t, err)
	assert.Contains(t, string(made), "<figure>"+plot+"<figcaption>")
	assert.Contains(t, string(made), `<figure><img src="study/plain.svg" alt="Plain"><figcaption>`)
	made, err = withFigures("<p><img src=\"study/plain.svg\" alt=\"Plain\"></p>\n<p><em>What is seen.</em></p>\n<p>More.</p>", weights)
	require.NoError(t, err)
	assert.Contains(t, string(made), "<figcaption>What is seen.<br><a href=\"study/plain.svg\" download>Keep this plot (SVG)</a></figcaption></figure>\n<p>More.</p>", "the caption is the figure's")
	_, err = withFigures(`<p><img src="study/none.svg" alt=""></p>`, weights)
	assert.ErrorContains(t, err, "none.svg")
}

func TestAReportHasContentsAndCallsModelsAsTheMenusDo(t *testing.T) {
	page := content(t, pages(t, "# Study\n\nText of net-w4.\n\n## In *short*\n\n### More\n\n| model | Dice |\n|---|---:|\n| net-w4 | 0.5 |\n"), "study.html")
	assert.Contains(t, page, `<h1 id="study">Study</h1><nav class="contents" aria-label="Contents"><ul><li class="level-2"><a href="#in-short">In short</a></li><li class="level-3"><a href="#more">More</a></li></ul></nav>`)
	assert.Contains(t, page, `Its words are those of the workbench: <a href="course.html#words">`)
	assert.Contains(t, page, "<td>Net, a quarter</td>")
	assert.Contains(t, page, "Text of net-w4.", "words stay as they are")
}

func TestEveryPageHasTheSameNavigation(t *testing.T) {
	out := pages(t, "# Study\n")
	links := regexp.MustCompile(`<a href="([^"]*)"( aria-current="page")?>([A-Z][a-z]+)</a>`)
	of := func(name string) (titles []string, current string) {
		_, nav, _ := strings.Cut(content(t, out, name), `<nav class="views"`)
		nav, _, _ = strings.Cut(nav, "</nav>")
		for _, link := range links.FindAllStringSubmatch(nav, -1) {
			titles = append(titles, link[3])
			if link[2] != "" {
				current = link[3]
			}
		}
		return titles, current
	}
	for name, want := range map[string]string{"index.html": "Attack", "study.html": "Study", "examples/index.html": "Examples"} {
		titles, current := of(name)
		assert.Equal(t, []string{"Attack", "Compare", "Sweep", "Folder", "Study", "Course", "Reference", "Examples"}, titles, name)
		assert.Equal(t, want, current, name)
	}
	assert.Contains(t, content(t, out, "examples/index.html"), `<a href="../study.html">Study</a>`)
	assert.Contains(t, content(t, out, "examples/index.html"), `<a href="../#view=sweep">Sweep</a>`)
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
	assert.Contains(t, content(t, out, "index.html"), `<img class="poster" src="posters/meningioma.svg#strong" alt="">`)
}
