package main

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// listed writes a site of the given files and returns the list for its service worker.
func listed(t *testing.T, files map[string]string) kept {
	t.Helper()
	out := t.TempDir()
	files["engine/files.wasm"], files["engine/whole.wasm"] = "files", "whole"
	for name, text := range files {
		path := filepath.Join(out, filepath.FromSlash(name))
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
		require.NoError(t, os.WriteFile(path, []byte(text), 0o644))
	}
	_, err := describeRelease(out, []shippedModel{{File: "a.safetensors"}, {File: "b.safetensors"}})
	require.NoError(t, err)
	text, err := os.ReadFile(filepath.Join(out, "service-files.js"))
	require.NoError(t, err)
	var k kept
	require.NoError(t, json.Unmarshal(text[strings.IndexByte(string(text), '{'):], &k))
	return k
}

func TestServiceWorkerKeepsEveryFileButItsOwn(t *testing.T) {
	k := listed(t, map[string]string{"engine/segfault.wasm": "engine", "index.html": "page", "service.js": "worker"})
	assert.Len(t, k.Files, 5)
	assert.Contains(t, k.Files, "index.html")
	assert.Contains(t, k.Files, "release.json")
	assert.NotContains(t, k.Files, "service.js")
	assert.Equal(t, fmt.Sprintf("%x", sha256.Sum256([]byte("page")))[:16], k.Files["index.html"])
}

func TestServiceWorkerFetchesTheFirstModelOnlyAtOnce(t *testing.T) {
	k := listed(t, map[string]string{"engine/segfault.wasm": "engine", "weights/a.safetensors": "a", "weights/b.safetensors": "b"})
	assert.Contains(t, k.First, "weights/a.safetensors")
	assert.NotContains(t, k.First, "weights/b.safetensors")
	assert.Contains(t, k.Files, "weights/b.safetensors")
}

func TestServiceWorkerFetchesAtOnceWhatOpensFiles(t *testing.T) {
	k := listed(t, map[string]string{"engine/segfault.wasm": "engine", "engine/files.js": "its script", "engine/codecs.wasm": "decoders"})
	for _, part := range []string{"engine/files.wasm", "engine/files.js", "engine/codecs.wasm"} {
		assert.Contains(t, k.First, part)
	}
	assert.NotContains(t, k.First, "engine/whole.wasm", "which few want")
}

func TestSinglePageNamesTheModelsThatThereAre(t *testing.T) {
	_, err := chosen([]shippedModel{{Name: "brain"}, {Name: "heart"}}, "lung")
	assert.EqualError(t, err, `site: there is no model "lung"; there are brain, heart`)
}

func TestSinglePageNeedsAModel(t *testing.T) {
	_, err := chosen(nil, "")
	assert.ErrorContains(t, err, "no model")
}
