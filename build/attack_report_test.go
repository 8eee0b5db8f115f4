package main

import (
	"encoding/json"
	"html"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The recipe on a report's page is one that replays.
func TestACommandsReportShowsTheSliceAndARecipeThatReplays(t *testing.T) {
	dir, _ := cooked(t)
	page := filepath.Join(dir, "new", "report.html")
	require.NoError(t, attackVerb([]string{"-weights", filepath.Join(dir, "w.safetensors"), "-scan", filepath.Join(dir, "x.npy"), "-out", filepath.Join(dir, "first"),
		"-method", "bim", "-steps", "3", "-epsilon", "0.02", "-alone", "-report", page}))
	text, err := os.ReadFile(page)
	require.NoError(t, err)
	assert.Equal(t, 2, strings.Count(string(text), `<img src="data:image/png;base64,`))
	for _, told := range []string{"As much noise", "Without gradients", "<dt>method</dt><dd>BIM</dd>", "<dt>steps</dt><dd>3</dd>"} {
		assert.Contains(t, string(text), told)
	}
	assert.NotContains(t, string(text), dir, "no path")
	pre := regexp.MustCompile(`<pre>([^<]*)</pre>`).FindSubmatch(text)
	require.NotNil(t, pre)
	var recipe map[string]any
	require.NoError(t, json.Unmarshal([]byte(html.UnescapeString(string(pre[1]))), &recipe))
	require.NoError(t, follow(t, dir, recipe, "-alone"))
}

func TestARecipesReplayHasNoReport(t *testing.T) {
	dir, recipe := cooked(t)
	assert.ErrorContains(t, follow(t, dir, recipe, "-report", filepath.Join(dir, "r.html")), "-report is of an attack")
}

func TestFoldersOfWhatIsWrittenAreMadeBeforeTheWork(t *testing.T) {
	dir, _ := cooked(t)
	file := filepath.Join(dir, "x.npy")
	args := []string{"-weights", filepath.Join(dir, "w.safetensors"), "-scan", file, "-alone"}
	out := filepath.Join(dir, "second")
	assert.ErrorContains(t, attackVerb(append(args, "-out", out, "-report", filepath.Join(file, "report.html"))), "attack: the folder cannot be made")
	assert.NoFileExists(t, filepath.Join(out, "metrics.json"))
	assert.ErrorContains(t, attackVerb(append(args, "-out", file)), "attack: the folder cannot be made")
	_, err := single(dir, "", "")
	assert.ErrorContains(t, err, "is a folder; give the file's name as -out "+filepath.Join(dir, "segfault.html"))
	_, err = single(filepath.Join(file, "s.html"), "", "")
	assert.ErrorContains(t, err, "site: the file's folder cannot be made")
	_, err = buildPackage(filepath.Join(file, "npm"))
	assert.ErrorContains(t, err, "package: ")
	assert.ErrorContains(t, benchVerb([]string{"-json", filepath.Join(dir, "b.json"), "-report", filepath.Join(file, "b.md")}), "bench: the folder of ")
}

func TestFilesOfAnEarlierAttackAreToldFromThoseOfThis(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"adversarial-0008.dcm", "adversarial.png", "panel.png", "metrics.json", "notes.txt"} {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), nil, 0o644))
	}
	w := writing{dir: dir, wrote: map[string]bool{}}
	require.NoError(t, w.files(nil, map[string][]byte{"panel.png": nil}))
	assert.Equal(t, []string{"adversarial-0008.dcm", "adversarial.png"}, w.stale())
}
