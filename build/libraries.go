package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/evanw/esbuild/pkg/api"
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
	seen := map[string]bool{}
	for _, library := range libraries {
		if err := installPackages(root, library.folder); err != nil {
			return nil, err
		}
		result := api.Build(api.BuildOptions{
			AbsWorkingDir: root, EntryPoints: []string{library.folder + "/" + library.entry}, Outfile: filepath.Join(to, library.entry), Write: true,
			Bundle: true, Format: api.FormatESModule, Target: api.ES2022, LegalComments: api.LegalCommentsNone, Metafile: true,
			MinifyWhitespace: true, MinifySyntax: true, MinifyIdentifiers: true,
		})
		if len(result.Errors) > 0 {
			return nil, fmt.Errorf("site: %s of %s cannot be bundled: %s", library.entry, library.folder, result.Errors[0].Text)
		}
		var meta struct{ Inputs map[string]any }
		if err := json.Unmarshal([]byte(result.Metafile), &meta); err != nil {
			return nil, fmt.Errorf("site: %w", err)
		}
		for input := range meta.Inputs {
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
