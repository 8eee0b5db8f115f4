package main

import (
	"flag"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/rhysd/actionlint"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
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
