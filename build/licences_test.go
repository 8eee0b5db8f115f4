package main

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"segfault/build/codecs"
	"segfault/build/command"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// gathered are the licences of the checkout, by name.
func gathered(t *testing.T) map[string]licence {
	t.Helper()
	root, err := command.Root()
	require.NoError(t, err)
	if _, err := os.Stat(filepath.Join(root, "build", "codecs", codecs.File)); err != nil && os.Getenv("CI") == "" {
		t.Skip("the packages of npm are not installed: npm ci in build/codecs, build/plots, build/digest and build/archive")
	}
	packages, err := copyLibraries(root, t.TempDir())
	require.NoError(t, err)
	list, err := licences(root, packages)
	require.NoError(t, err)
	all := map[string]licence{}
	for _, l := range list {
		assert.Empty(t, all[l.Name].Name, "twice")
		all[l.Name] = l
	}
	return all
}

func TestLicencesNameEveryModuleThatIsLinked(t *testing.T) {
	all := gathered(t)
	root, err := command.Root()
	require.NoError(t, err)
	for name, program := range programs {
		path := filepath.Join(t.TempDir(), name)
		require.NoError(t, compileWasm(root, program, path))
		text, err := os.ReadFile(path)
		require.NoError(t, err)
		linked := regexp.MustCompile(`(?m)^dep\t(\S+)\t(\S+)`).FindAllSubmatch(text, -1) // Go's own record in the binary
		require.NotEmpty(t, linked, name)
		for _, module := range linked {
			assert.Equal(t, string(module[2]), all[string(module[1])].Version)
			assert.NotEmpty(t, all[string(module[1])].Text)
		}
	}
	assert.Contains(t, all["Go"].Text, "The Go Authors")
	assert.Contains(t, all["Segfault"].Text, "Apache License")
}

func TestLicencesNameEveryPackageOfThePage(t *testing.T) {
	all := gathered(t)
	for _, name := range []string{"d3-scale", "d3-shape", "d3-path", "hash-wasm", "dcmjs-codecs"} {
		assert.NotEmpty(t, all[name].Text, name)
		assert.NotEmpty(t, all[name].Version, name)
	}
}

// Each library in the decoders leaves something by which it can be told.
func TestLicencesNameEveryLibraryInTheDecoders(t *testing.T) {
	all := gathered(t)
	root, err := command.Root()
	require.NoError(t, err)
	wasm, err := os.ReadFile(filepath.Join(root, "build", "codecs", codecs.File))
	require.NoError(t, err)
	for name, sign := range map[string]string{
		"libjpeg": "Not a JPEG file: starts with", "CharLS": "charls::", "OpenJPEG": "opj_j2k_", "OpenJPH": "DecodeHtJpeg2000", "libjxl": "JxlDecoder", "skcms": "skcms_",
	} {
		assert.True(t, bytes.Contains(wasm, []byte(sign)), "%s is not in the decoders any more", name)
		assert.NotEmpty(t, all[name].Text, name)
	}
}

func TestEveryPageLinksToTheLicences(t *testing.T) {
	root, err := command.Root()
	require.NoError(t, err)
	pages, err := filepath.Glob(filepath.Join(root, "site", "*.html"))
	require.NoError(t, err)
	require.NotEmpty(t, pages)
	for _, page := range append(pages, filepath.Join(root, "site", "examples", "index.html")) {
		text, err := os.ReadFile(page)
		require.NoError(t, err)
		assert.Regexp(t, `href="(\.\./)?licences\.html"|\{\{template "foot" \.\}\}`, string(text), page)
	}
	shared, err := os.ReadFile(filepath.Join(root, "site", parts))
	require.NoError(t, err)
	_, foot, _ := strings.Cut(string(shared), `{{define "foot"`)
	assert.Contains(t, foot, `href="{{.Base}}licences.html"`)
}

func TestAPartWithoutALicenceIsNotPassedOn(t *testing.T) {
	_, err := conditions("a part", t.TempDir())
	assert.ErrorContains(t, err, "a part has no licence")
}
