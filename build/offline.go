package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// kept is what the service worker learns of a release: service-files.js.
type kept struct {
	Version string            `json:"version"`
	Files   map[string]string `json:"files"` // path → the start of its SHA-256
	First   []string          `json:"first"` // those that are fetched at the first visit
}

// writeKept writes the list of a finished site's files for its service worker. digests are those of every file but the
// worker's own.
func writeKept(out string, r release, digests map[string]string) error {
	k := kept{Version: r.Version, Files: map[string]string{}, First: []string{}}
	for name, digest := range digests {
		k.Files[name] = digest[:16]
		if soon(name, r.Models) {
			k.First = append(k.First, name)
		}
	}
	slices.Sort(k.First)
	text, err := json.MarshalIndent(k, "", " ")
	if err != nil {
		return fmt.Errorf("site: %w", err)
	}
	text = append(append([]byte("// What the service worker keeps; written by the build.\nself.release = "), text...), '\n')
	if err := os.WriteFile(filepath.Join(out, "service-files.js"), text, 0o644); err != nil {
		return fmt.Errorf("site: %w", err)
	}
	return nil
}

// soon says whether a file is needed to work without a network at all. Other models are kept when they are first used, and what
// is only read, such as a type's declaration, when it is first read.
func soon(name string, models []shippedModel) bool {
	switch folder, _, _ := strings.Cut(name, "/"); folder {
	case "weights":
		return len(models) > 0 && name == "weights/"+models[0].File
	case "examples", "reference", "study":
		return false
	}
	return name != "engine/whole.wasm" && path.Ext(name) != ".md" && !strings.HasSuffix(name, ".d.ts")
}
