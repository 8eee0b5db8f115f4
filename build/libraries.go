package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// libraries are the modules that the page takes from npm, each loaded when it is first wanted: the folder whose lock file pins them, and
// the module in it that says what is taken.
var libraries = []struct{ folder, entry string }{
	{"build/plots", "d3.js"},
	{"build/digest", "sha256.js"},
	{"build/archive", "zip.js"},
}

// copyLibraries makes one module of each library and what it imports, and returns the folders of the packages that are in them.
func copyLibraries(root, to string) (packages []string, err error) {
	notes, remove, err := temporary("libraries")
	if err != nil {
		return nil, fmt.Errorf("site: %w", err)
	}
	defer remove()
	seen := map[string]bool{}
	for _, library := range libraries {
		if err := installPackages(root, library.folder); err != nil {
			return nil, err
		}
		told := filepath.Join(notes, library.entry+".json")
		if _, err := esbuild(root, library.folder+"/"+library.entry, "--outfile="+filepath.Join(to, library.entry), "--metafile="+told,
			"--bundle", "--format=esm", "--target=es2022", "--legal-comments=none", "--minify"); err != nil {
			return nil, err
		}
		text, err := os.ReadFile(told)
		if err != nil {
			return nil, fmt.Errorf("site: %w", err)
		}
		var meta struct{ Inputs map[string]any }
		if err := json.Unmarshal(text, &meta); err != nil {
			return nil, fmt.Errorf("site: %w", err)
		}
		for _, input := range slices.Sorted(maps.Keys(meta.Inputs)) { // in one order, so that a release is the same again
			if folder, ok := packageOf(input); ok && !seen[folder] {
				seen[folder] = true
				packages = append(packages, filepath.Join(root, folder))
			}
		}
	}
	return packages, nil
}

// packageOf is the folder of the npm package that a file is of.
func packageOf(file string) (string, bool) {
	const modules = "node_modules/"
	i := strings.LastIndex(file, modules)
	if i < 0 {
		return "", false
	}
	at := i + len(modules)
	name := strings.Split(file[at:], "/")
	if strings.HasPrefix(name[0], "@") {
		return file[:at] + name[0] + "/" + name[1], true
	}
	return file[:at] + name[0], true
}

// packageName is what an npm package calls itself, and its version.
func packageName(folder string) (name, version string, err error) {
	text, err := os.ReadFile(filepath.Join(folder, "package.json"))
	if err != nil {
		return "", "", fmt.Errorf("site: %w", err)
	}
	var about struct{ Name, Version string }
	if err := json.Unmarshal(text, &about); err != nil {
		return "", "", fmt.Errorf("site: package.json of %s: %w", filepath.Base(folder), err)
	}
	return about.Name, about.Version, nil
}
