package main

import (
	"flag"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "draw the architecture anew")

// The drawing stands between these lines of architecture.md.
const (
	drawingFile  = "architecture.md"
	drawingBegin = "<!-- drawn from the imports: go test ./build -run Drawing -update -->\n"
	drawingEnd   = "<!-- end of the drawing -->\n"
)

// TestDrawingOfTheArchitectureIsOfTheImports shows in review what a change does to who knows whom.
func TestDrawingOfTheArchitectureIsOfTheImports(t *testing.T) {
	old, err := os.ReadFile(drawingFile)
	require.NoError(t, err)
	before, rest, begins := strings.Cut(string(old), drawingBegin)
	drawn, after, ends := strings.Cut(rest, drawingEnd)
	require.True(t, begins && ends, "%s has no place for the drawing", drawingFile)
	now := drawing(t)
	if *update {
		require.NoError(t, os.WriteFile(drawingFile, []byte(before+drawingBegin+now+drawingEnd+after), 0o644))
		return
	}
	assert.Equal(t, now, drawn, "after a change that is meant: go test ./build -run Drawing -update")
}

// drawing is the graph of the rooms, and what each package says of itself, from the ground up.
func drawing(t *testing.T) string {
	imported, about := graph(t)
	rooms := map[string]map[string]bool{}
	for pkg, list := range imported {
		from := room(pkg)
		if rooms[from] == nil {
			rooms[from] = map[string]bool{}
		}
		for to := range list {
			if room(to) != from {
				rooms[from][room(to)] = true
			}
		}
	}
	var s strings.Builder
	s.WriteString("```mermaid\nflowchart TD\n    site -. messages .-> wasm\n    site -. files .-> wasm/files\n")
	for _, from := range slices.Sorted(maps.Keys(rooms)) {
		for _, to := range slices.Sorted(maps.Keys(rooms[from])) {
			if !around(rooms, from, to) {
				fmt.Fprintf(&s, "    %s --> %s\n", from, to)
			}
		}
	}
	s.WriteString("```\n\n")
	packages := slices.Collect(maps.Keys(imported))
	slices.SortFunc(packages, func(a, b string) int {
		if d := height(imported, a) - height(imported, b); d != 0 {
			return d
		}
		return strings.Compare(a, b)
	})
	for _, pkg := range packages {
		fmt.Fprintf(&s, "- `%s` %s\n", pkg, about[pkg])
	}
	return s.String()
}

// room is where a package is drawn: all of the tool in one place.
func room(pkg string) string {
	if strings.HasPrefix(pkg, "build/") {
		return "build"
	}
	return pkg
}

// graph is which of our packages each imports on any platform, and how its comment goes on after its name.
func graph(t *testing.T) (imported map[string]map[string]bool, about map[string]string) {
	imported, about = map[string]map[string]bool{}, map[string]string{}
	for _, platform := range [][]string{nil, {"GOOS=js", "GOARCH=wasm"}} {
		c := exec.Command("go", "list", "-f", `{{.ImportPath}}|{{join .Imports " "}}|{{.Doc}}`, "segfault/...")
		c.Env = append(os.Environ(), platform...)
		out, err := c.Output()
		require.NoError(t, err)
		for line := range strings.Lines(string(out)) {
			part := strings.SplitN(strings.TrimSpace(line), "|", 3)
			pkg := strings.TrimPrefix(part[0], "segfault/")
			if imported[pkg] == nil {
				imported[pkg] = map[string]bool{}
			}
			for _, i := range strings.Fields(part[1]) {
				if to, ours := strings.CutPrefix(i, "segfault/"); ours {
					imported[pkg][to] = true
				}
			}
			if words := strings.SplitN(part[2], " ", 3); len(words) == 3 {
				about[pkg] = strings.NewReplacer("[", "", "]", "").Replace(words[2]) // links of Go's
			}
		}
	}
	for pkg := range imported {
		assert.NotEmpty(t, about[pkg], "the package %s has no comment", pkg)
	}
	return imported, about
}

// around is whether one can go from a room to another by a third, so that an arrow between them would tell nothing.
func around(rooms map[string]map[string]bool, from, to string) bool {
	for by := range rooms[from] {
		if by != to && leads(rooms, by, to) {
			return true
		}
	}
	return false
}

func leads(rooms map[string]map[string]bool, from, to string) bool {
	return from == to || slices.ContainsFunc(slices.Collect(maps.Keys(rooms[from])), func(by string) bool { return leads(rooms, by, to) })
}

// height is how many packages stand below one.
func height(imported map[string]map[string]bool, pkg string) (h int) {
	for below := range imported[pkg] {
		h = max(h, 1+height(imported, below))
	}
	return h
}
