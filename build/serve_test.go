package main

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// served asks siteHandler for one file of a folder that holds it.
func served(t *testing.T, name string) http.Header {
	t.Helper()
	folder := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(folder, name), []byte("content"), 0o644))
	reply := httptest.NewRecorder()
	siteHandler(folder).ServeHTTP(reply, httptest.NewRequest(http.MethodGet, "/"+name, nil))
	require.Equal(t, http.StatusOK, reply.Code)
	return reply.Header()
}

func TestServedWebAssemblyCanBeCompiledWhileItArrives(t *testing.T) {
	assert.Equal(t, "application/wasm", served(t, "segfault.wasm").Get("Content-Type"))
}

func TestServedModulesAreScripts(t *testing.T) {
	assert.Equal(t, "text/javascript; charset=utf-8", served(t, "segfault.js").Get("Content-Type"))
}

func TestServedFilesAreNeverStale(t *testing.T) {
	assert.Equal(t, "no-cache", served(t, "release.json").Get("Cache-Control"))
}

func TestServedFilesMayBeUsedByOtherOrigins(t *testing.T) {
	assert.Equal(t, "*", served(t, "segfault.js").Get("Access-Control-Allow-Origin"))
}

func TestServedPolicyIsThePagesOwn(t *testing.T) {
	shared, err := os.ReadFile(filepath.Join("..", "site", parts))
	require.NoError(t, err)
	assert.Contains(t, string(shared), `content="`+contentPolicy+`"`)
	pages, err := filepath.Glob(filepath.Join("..", "site", "*.html"))
	require.NoError(t, err)
	require.NotEmpty(t, pages)
	for _, name := range pages {
		page, err := os.ReadFile(name)
		require.NoError(t, err)
		assert.Contains(t, string(page), `{{template "meta" .}}`, name)
	}
}

func TestServeSaysWhichAddressIsTaken(t *testing.T) {
	taken := httptest.NewServer(http.NotFoundHandler())
	defer taken.Close()
	err := serve([]string{"-addr", taken.Listener.Addr().String()})
	assert.ErrorContains(t, err, "choose another with -addr")
}

func TestServeSaysWhereNoSiteIs(t *testing.T) {
	err := serve([]string{"-addr", "localhost:0", "-site", t.TempDir()})
	assert.ErrorContains(t, err, "write one with go run ./build site")
}
