package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// rooms says which of the project's packages each may import, by prefix. A
// package's tests may import coretest besides.
var rooms = []struct {
	prefix string
	may    []string
}{
	{"kernels", nil},
	{"core/scan/formats", []string{"core/scan", "core/names"}},
	{"core/scan", []string{"core/names"}},
	{"core/phantom", nil},
	{"core/safetensors", []string{"core"}},
	{"core/names", nil},
	{"core/picture", nil},
	{"core/net", []string{"core", "core/names"}},
	{"core/weights", []string{"core"}},
	{"core/torch", []string{"core"}},
	{"core/nnunet", []string{"core", "core/net", "core/weights"}},
	{"core/monai", []string{"core", "core/net", "core/weights"}},
	{"core/foreign", []string{"core", "core/monai", "core/names", "core/net", "core/nnunet", "core/onnx", "core/safetensors", "core/torch", "core/unet", "core/weights"}},
	{"core/unet", []string{"core", "core/names", "core/net", "core/weights", "kernels"}},
	{"core/onnx", []string{"core", "core/net", "kernels"}},
	{"core/attack", []string{"core", "core/metrics", "core/names", "core/net"}},
	{"core/metrics", nil},
	{"core/report", []string{"core/attack", "core/names"}},
	{"core/lab", []string{"core", "core/"}},
	{"core/coretest", []string{"core", "core/names", "kernels", "core/attack", "core/safetensors", "core/unet"}},
	{"core", []string{"core/names", "kernels"}},
	{"webgpu/script", nil},
	{"webgpu", []string{"kernels", "core", "webgpu/script"}},
	{"wasm/wire", []string{"core/scan"}},
	{"wasm/files", []string{"core/scan", "core/scan/formats", "wasm/wire", "webgpu/script"}},
	{"wasm", []string{"core", "core/", "webgpu", "webgpu/script", "kernels", "wasm/"}},
	{"build/bench/engine", []string{"core", "core/", "build/bench", "kernels", "webgpu"}},
	{"build", []string{"core", "core/", "build/", "kernels"}},
}

// imports lists "package: import import ..." for a platform.
func imports(t *testing.T, env ...string) map[string][]string {
	t.Helper()
	return packageWords(t, `{{join .Imports " "}}`, env...)
}

// packageWords has the words that a template of go list makes of each package, for a platform.
func packageWords(t *testing.T, words string, env ...string) map[string][]string {
	t.Helper()
	c := exec.Command("go", "list", "-f", "{{.ImportPath}} "+words, "segfault/...")
	c.Env = append(os.Environ(), env...)
	out, err := c.Output()
	require.NoError(t, err)
	list := map[string][]string{}
	for line := range strings.Lines(string(out)) {
		fields := strings.Fields(line)
		list[strings.TrimPrefix(fields[0], "segfault/")] = fields[1:]
	}
	require.NotEmpty(t, list)
	return list
}

func TestPackagesImportOnlyWhatTheirRoomAllows(t *testing.T) {
	for _, env := range [][]string{nil, {"GOOS=js", "GOARCH=wasm"}} {
		for pkg, list := range imports(t, env...) {
			for _, i := range list {
				target, ours := strings.CutPrefix(i, "segfault/")
				if !ours {
					continue
				}
				assert.True(t, allowed(pkg, target), "%s must not import %s", pkg, target)
			}
		}
	}
}

func allowed(pkg, target string) bool {
	for _, room := range rooms {
		if pkg != room.prefix && !strings.HasPrefix(pkg, room.prefix+"/") {
			continue
		}
		for _, may := range room.may {
			if target == may || strings.HasSuffix(may, "/") && strings.HasPrefix(target, may) {
				return true
			}
		}
		return false
	}
	return false
}

func TestOnlyTheEdgeKnowsTheBrowser(t *testing.T) {
	for pkg, list := range imports(t, "GOOS=js", "GOARCH=wasm") {
		for _, i := range list {
			if i == "syscall/js" || strings.Contains(i, "gowebapi") {
				room, _, _ := strings.Cut(pkg, "/")
				assert.Contains(t, []string{"webgpu", "wasm"}, room, "%s imports %s", pkg, i)
			}
		}
	}
}

// A fresh clone waits for the tool to be compiled before it serves.
func TestToolNeedsNothingThatOnlyStudiesCountAndDrawWith(t *testing.T) {
	deps := packageWords(t, `{{join .Deps " "}}`)
	with := func(pkg string) bool {
		return slices.ContainsFunc(deps[pkg], func(dep string) bool { return strings.HasPrefix(dep, "gonum.org/") })
	}
	assert.True(t, with("build/studies"))
	assert.False(t, with("build"))
}

// The engine decodes a message, calls the lab and encodes its answer; what is more belongs into the lab, where it is tested without a browser.
func TestTheEngineIsSmall(t *testing.T) {
	files, err := filepath.Glob("../wasm/*.go")
	require.NoError(t, err)
	lines := 0
	for _, file := range files {
		if !strings.HasSuffix(file, "_test.go") {
			text, err := os.ReadFile(file)
			require.NoError(t, err)
			lines += strings.Count(string(text), "\n")
		}
	}
	assert.Positive(t, lines)
	assert.LessOrEqual(t, lines, 800)
}

func TestOnlyTestsAndTheirToolKnowCoretest(t *testing.T) {
	for pkg, list := range imports(t) {
		if pkg != "build/e2e/checkpoint" {
			assert.NotContains(t, list, "segfault/core/coretest", pkg)
		}
	}
}

// reached lists the packages that a program for js/wasm is made of.
func reached(t *testing.T, program string) []string {
	t.Helper()
	c := exec.Command("go", "list", "-deps", program)
	c.Env = append(os.Environ(), "GOOS=js", "GOARCH=wasm")
	out, err := c.Output()
	require.NoError(t, err)
	return strings.Fields(string(out))
}

func TestTheFirstLoadHoldsNothingThatReadsFiles(t *testing.T) {
	for _, pkg := range reached(t, "segfault/wasm") {
		for _, reader := range []string{"segfault/core/scan/formats", "image", "compress", "hash/crc32"} {
			assert.False(t, pkg == reader || strings.HasPrefix(pkg, reader+"/"), "the engine holds %s", pkg)
		}
	}
}

func TestTheModuleForFilesHoldsNothingElse(t *testing.T) {
	ours := []string{}
	for _, pkg := range reached(t, "segfault/wasm/files") {
		if name, ok := strings.CutPrefix(pkg, "segfault/"); ok {
			ours = append(ours, name)
		}
	}
	assert.ElementsMatch(t, []string{"core/names", "core/scan", "core/scan/formats", "wasm/files", "wasm/wire", "webgpu/script"}, ours)
}
