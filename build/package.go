package main

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"segfault/build/command"
	"segfault/core/names"
)

// largestPackaged is how large a model may be that every user of the npm package downloads, in bytes.
const largestPackaged = 3_000_000

// packageVerb writes the npm package: the site's folder, whose module and element it exports.
func packageVerb(args []string) error {
	flags := flag.NewFlagSet("package", flag.ContinueOnError)
	out := flags.String("out", "out/npm", "folder to write the package to, for npm pack and npm publish")
	if err := command.Parse(flags, args); err != nil {
		return err
	}
	if flags.NArg() > 0 {
		return fmt.Errorf("package: unexpected argument %q; give the folder as -out %s", flags.Arg(0), flags.Arg(0))
	}
	r, err := buildPackage(*out)
	if err != nil {
		return err
	}
	fmt.Printf("The npm package of Segfault %s with %s is in %s\n", r.Version, names.Counted(len(r.Models), "model"), *out)
	return nil
}

func buildPackage(out string) (release, error) {
	root, err := command.Root()
	if err != nil {
		return release{}, err
	}
	dist := filepath.Join(out, "dist")
	if _, err := os.Stat(filepath.Join(dist, "release.json")); err != nil && !empty(dist) {
		return release{}, fmt.Errorf("package: %s is no folder of a package built before, and would be written anew; give another folder as -out", dist)
	}
	if err := os.MkdirAll(out, 0o755); err != nil { // which is better said now than in a minute
		return release{}, fmt.Errorf("package: the folder cannot be made: %w", err)
	}
	small, remove, err := temporary("weights")
	if err != nil {
		return release{}, fmt.Errorf("package: %w", err)
	}
	defer remove()
	if err := copySmall(filepath.Join(root, "weights"), small); err != nil {
		return release{}, err
	}
	built, discard, err := temporary("package")
	if err != nil {
		return release{}, fmt.Errorf("package: %w", err)
	}
	defer discard()
	r, err := buildSite(built, small)
	if err != nil {
		return r, err
	}
	if err := os.RemoveAll(dist); err != nil { // of a build before
		return r, fmt.Errorf("package: %w", err)
	}
	if err := copyTree(built, dist); err != nil {
		return r, err
	}
	for _, from := range []string{"build/npm/README.md", "build/npm/copy.js", "LICENSE"} {
		if err := copyFile(filepath.Join(root, from), filepath.Join(out, filepath.Base(from))); err != nil {
			return r, err
		}
	}
	return r, describePackage(filepath.Join(root, "build", "npm", "package.json"), filepath.Join(out, "package.json"))
}

// empty is whether nothing is in a folder, or at its place.
func empty(folder string) bool {
	entries, err := os.ReadDir(folder)
	return errors.Is(err, fs.ErrNotExist) || err == nil && len(entries) == 0
}

// copySmall copies a folder of weights without the large models.
func copySmall(from, to string) error {
	return filepath.WalkDir(from, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return fmt.Errorf("package: the weights cannot be read: %w", err)
		}
		name, err := filepath.Rel(from, path)
		if err != nil {
			return err
		}
		if entry.IsDir() {
			return os.MkdirAll(filepath.Join(to, name), 0o755)
		}
		weights := strings.TrimSuffix(path, filepath.Ext(path)) + ".safetensors"
		if info, err := os.Stat(weights); err == nil && info.Size() > largestPackaged {
			return nil // a model, or its card
		}
		return copyFile(path, filepath.Join(to, name))
	})
}

// describePackage writes package.json with the release's version.
func describePackage(from, to string) error {
	text, err := os.ReadFile(from)
	if err != nil {
		return fmt.Errorf("package: %w", err)
	}
	var known map[string]json.RawMessage
	if err := json.Unmarshal(text, &known); err != nil {
		return fmt.Errorf("package: %s: %w", from, err)
	}
	known["version"] = json.RawMessage(`"` + version + `"`)
	text, err = json.MarshalIndent(known, "", "  ")
	if err != nil {
		return fmt.Errorf("package: %w", err)
	}
	if err := os.WriteFile(to, append(text, '\n'), 0o644); err != nil {
		return fmt.Errorf("package: %w", err)
	}
	return nil
}
