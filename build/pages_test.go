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

// What a page's text has: blocks that are not looked into, code, and links. Code may be a path, or FILE: NAME.
var (
	blocks = regexp.MustCompile("(?ms)^```.*?^```$|^    .*?$")
	spans  = regexp.MustCompile("`([^`\n]+)`")
	links  = regexp.MustCompile(`\]\(([^)]+)\)`)
	aPath  = regexp.MustCompile(`^[\w.-]+(/[\w.-]+)*(/|\.\w+)$|^[\w-]+(/[\w.-]+)+$`)
	inFile = regexp.MustCompile(`^(\S+\.\w+): (\w+)$`)
)

// Pages for whoever carries on name files, and names in files as `FILE: NAME`; all of them exist.
func TestPagesForMaintainersNameWhatThereIs(t *testing.T) {
	const root = ".."
	for _, page := range []string{"CONTRIBUTING.md", "build/architecture.md"} {
		text, err := os.ReadFile(filepath.Join(root, page))
		require.NoError(t, err)
		prose := blocks.ReplaceAllString(string(text), "")
		names := 0
		for _, span := range spans.FindAllStringSubmatch(prose, -1) {
			switch at := inFile.FindStringSubmatch(span[1]); {
			case at != nil:
				names++
				in, err := os.ReadFile(filepath.Join(root, at[1]))
				if assert.NoError(t, err, "%s names %s", page, span[1]) {
					assert.True(t, regexp.MustCompile(`\b`+at[2]+`\b`).Match(in), "%s says that there is a %s in %s", page, at[2], at[1])
				}
			case aPath.MatchString(span[1]):
				_, err := os.Stat(filepath.Join(root, span[1]))
				assert.NoError(t, err, "%s names %s", page, span[1])
			}
		}
		assert.Greater(t, names, 10, "%s names nothing", page)
		for _, to := range links.FindAllStringSubmatch(prose, -1) {
			to, part, _ := strings.Cut(to[1], "#")
			if to != "" {
				assert.FileExists(t, filepath.Join(root, filepath.Dir(page), to), "%s links to it", page)
			} else {
				assert.Contains(t, anchors(string(text)), part, "%s links to a heading", page)
			}
		}
	}
}

// anchors are a page's headings as links have them.
func anchors(page string) (list []string) {
	for _, heading := range regexp.MustCompile(`(?m)^#+ (.+)$`).FindAllStringSubmatch(page, -1) {
		list = append(list, strings.ReplaceAll(strings.NewReplacer(",", "", ".", "").Replace(strings.ToLower(heading[1])), " ", "-"))
	}
	return list
}
