package main

import (
	"flag"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/rhysd/actionlint"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"
)

var tag = flag.String("tag", "v"+version, "the tag of a release, to be held against the version")

func TestTheVersionIsTheSameEverywhere(t *testing.T) {
	assert.Equal(t, "v"+version, *tag)
	for file, line := range map[string]string{"CITATION.cff": `(?m)^version: ` + version + `$`, "CHANGELOG.md": `^# Changes\n\n## ` + version + ` \(`} {
		text, err := os.ReadFile(filepath.Join("..", file))
		require.NoError(t, err)
		assert.Regexp(t, line, string(text), file)
	}
	path := filepath.Join(t.TempDir(), "package.json")
	require.NoError(t, describePackage(filepath.Join("npm", "package.json"), path))
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	assert.Contains(t, string(text), `"version": "`+version+`"`)
}

func TestWorkflowsAreWhatTheirHostRuns(t *testing.T) {
	files, err := filepath.Glob("../.github/workflows/*.yml")
	require.NoError(t, err)
	require.Len(t, files, 2)
	linter, err := actionlint.NewLinter(io.Discard, &actionlint.LinterOptions{})
	require.NoError(t, err)
	problems, err := linter.LintFiles(files, nil)
	require.NoError(t, err)
	for _, p := range problems {
		assert.Fail(t, p.Error())
	}
}

func TestWorkflowsCallVerbsThatThereAre(t *testing.T) {
	text, err := os.ReadFile("../.github/workflows/release.yml")
	require.NoError(t, err)
	calls := regexp.MustCompile(`go run ./build (\w+)`).FindAllSubmatch(text, -1)
	require.Len(t, calls, 3, "the site, the page in one file, and the npm package")
	for _, call := range calls {
		assert.Contains(t, usage(), "\n  "+string(call[1])+" ")
	}
}

func TestTheCitationSaysWhatItsFormatAsksFor(t *testing.T) {
	text, err := os.ReadFile("../CITATION.cff")
	require.NoError(t, err)
	type author struct {
		Name   string
		Family string `yaml:"family-names"`
	}
	var citation struct { // Citation File Format 1.2.0: what must be there, of a reference too
		Format     string `yaml:"cff-version"`
		Message    string
		Title      string
		Authors    []author
		References []struct {
			Type, Title string
			Authors     []author
		}
	}
	require.NoError(t, yaml.Unmarshal(text, &citation))
	assert.Equal(t, "1.2.0", citation.Format)
	assert.NotEmpty(t, citation.Message)
	assert.Equal(t, "Segfault", citation.Title)
	require.Len(t, citation.References, 1)
	assert.Equal(t, "article", citation.References[0].Type)
	require.NotEmpty(t, citation.References[0].Title)
	for _, list := range [][]author{citation.Authors, citation.References[0].Authors} {
		require.NotEmpty(t, list)
		for _, one := range list {
			assert.NotEmpty(t, one.Name+one.Family)
		}
	}
}
