package main

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"segfault/core/scan"
	"segfault/core/scan/formats"
)

// version is the release's name. The site adds a digest of its content.
const version = "0.1.0"

// release is what release.json tells the page about the site it belongs to.
type release struct {
	Version string         `json:"version"`
	Bytes   int64          `json:"bytes"` // of the engine, uncompressed
	Files   shippedFile    `json:"files"` // the module that reads and writes files
	Whole   shippedFile    `json:"whole"` // the engine that reads networks of other trainers, too
	Models  []shippedModel `json:"models"`
	Formats []scan.Format  `json:"formats"`
}

// shippedFile is what release.json tells of a file that is fetched when it is used, and held against what is told.
type shippedFile struct {
	Bytes  int64  `json:"bytes"`
	SHA256 string `json:"sha256"`
}

// describeRelease writes release.json, with a digest over every other file, and the list for the service worker.
func describeRelease(out string, models []shippedModel) (release, error) {
	digests, err := digestFiles(out)
	if err != nil {
		return release{}, err
	}
	sum := sha256.New()
	for _, name := range slices.Sorted(maps.Keys(digests)) {
		fmt.Fprintf(sum, "%s %s\n", name, digests[name])
	}
	engine, err := os.Stat(filepath.Join(out, "engine", "segfault.wasm"))
	if err != nil {
		return release{}, fmt.Errorf("site: %w", err)
	}
	files, err := os.Stat(filepath.Join(out, "engine", "files.wasm"))
	if err != nil {
		return release{}, fmt.Errorf("site: %w", err)
	}
	whole, err := os.Stat(filepath.Join(out, "engine", "whole.wasm"))
	if err != nil {
		return release{}, fmt.Errorf("site: %w", err)
	}
	r := release{
		Version: version + "+" + hex.EncodeToString(sum.Sum(nil))[:8],
		Bytes:   engine.Size(),
		Files:   shippedFile{files.Size(), digests["engine/files.wasm"]},
		Whole:   shippedFile{whole.Size(), digests["engine/whole.wasm"]},
		Models:  models,
		Formats: formats.All(),
	}
	text, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return r, fmt.Errorf("site: %w", err)
	}
	text = append(text, '\n')
	if err := os.WriteFile(filepath.Join(out, "release.json"), text, 0o644); err != nil {
		return r, fmt.Errorf("site: %w", err)
	}
	digests["release.json"] = fmt.Sprintf("%x", sha256.Sum256(text))
	delete(digests, "service.js") // which browsers keep and renew themselves
	return r, writeKept(out, r, digests)
}

// digestFiles is the SHA-256 of every file of the site, by its path with slashes, but for those that are made of it.
func digestFiles(out string) (map[string]string, error) {
	digests := map[string]string{}
	err := filepath.WalkDir(out, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || entry.Name() == "release.json" || entry.Name() == "service-files.js" {
			return err
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		name, err := filepath.Rel(out, path)
		digests[filepath.ToSlash(name)] = fmt.Sprintf("%x", sha256.Sum256(data))
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("site: the written site cannot be read: %w", err)
	}
	return digests, nil
}
