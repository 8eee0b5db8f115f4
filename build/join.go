package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// A first visit waits for each file that it asks for, so what it needs at once is joined: the page's scripts into page/main.js, the module's
// into segfault.js, the worker's into engine/worker.js, and the page's styles into one. What is loaded when it is wanted stays a file.

// script is a module of the site, as esbuild tells of it.
type script struct {
	Imports []struct{ Path, Kind string }
	Exports []string
}

// scripts are the modules of a folder, by path.
func scripts(folder, told string) (map[string]script, error) {
	text, err := os.ReadFile(told)
	if err != nil {
		return nil, fmt.Errorf("site: %w", err)
	}
	var of struct{ Outputs map[string]script }
	if err := json.Unmarshal(text, &of); err != nil {
		return nil, fmt.Errorf("site: what esbuild tells of %s cannot be read: %w", folder, err)
	}
	return of.Outputs, nil
}

// imported are modules with all that they import at once; with later, also what they load when it is wanted.
func imported(modules map[string]script, later bool, roots ...string) map[string]bool {
	found := map[string]bool{}
	for len(roots) > 0 {
		at := roots[0]
		if roots = roots[1:]; found[at] {
			continue
		}
		found[at] = true
		for _, i := range modules[at].Imports {
			if i.Kind == "import-statement" || later {
				roots = append(roots, path.Join(path.Dir(at), i.Path))
			}
		}
	}
	return found
}

// joinPage makes one file of the page's modules. Those that are loaded later share them: in place of each module stands one that hands on
// what is in the joined one, so that there is none twice. What other pages import, too, is left as it is.
func joinPage(out string, modules map[string]script) error {
	const page, module = "page/main.js", "segfault.js"
	others := imported(modules, true, module, "page/course.js", "page/keep.js", "figure/embed.js")
	var inside []string
	for name := range imported(modules, false, page) {
		if name != page && !others[name] {
			inside = append(inside, name)
		}
	}
	slices.Sort(inside)
	entry, args := "import './"+page+"'\n", []string{"--bundle", "--format=esm", "--minify", "--target=es2022", "--outfile=" + page, "--allow-overwrite"}
	stubs := map[string]string{}
	for i, name := range inside {
		var gives, takes []string
		for _, export := range modules[name].Exports {
			gives = append(gives, fmt.Sprintf("%s as %[1]s%d", export, i))
			takes = append(takes, fmt.Sprintf("%s%d as %[1]s", export, i))
		}
		to, err := filepath.Rel(filepath.Dir(filepath.FromSlash(name)), filepath.FromSlash(page))
		if err != nil {
			return fmt.Errorf("site: %w", err)
		}
		entry += fmt.Sprintf("export {%s} from './%s'\n", strings.Join(gives, ","), name)
		stubs[name] = fmt.Sprintf("export{%s}from\"./%s\"\n", strings.Join(takes, ","), filepath.ToSlash(to))
	}
	for name := range imported(modules, true, page) {
		if !slices.Contains(inside, name) && name != page {
			args = append(args, "--external:./"+name)
		}
	}
	if _, err := esbuildOf(out, entry, args...); err != nil {
		return err
	}
	for name, text := range stubs {
		if err := os.WriteFile(filepath.Join(out, filepath.FromSlash(name)), []byte(text), 0o644); err != nil {
			return fmt.Errorf("site: %w", err)
		}
	}
	return nil
}

// joinModule makes a module one file, with what it imports at once.
func joinModule(out string, modules map[string]script, module string) error {
	args := []string{module, "--bundle", "--format=esm", "--minify", "--target=es2022", "--outfile=" + module, "--allow-overwrite"}
	at := imported(modules, false, module)
	for name := range imported(modules, true, module) {
		if !at[name] {
			args = append(args, "--external:./"+name)
		}
	}
	_, err := esbuild(out, args...)
	return err
}

// stylesheets are all links to them in a row.
var stylesheets = regexp.MustCompile(stylesheet.String() + `(\s*` + stylesheet.String() + `)*`)

// joinStyles makes one of the styles of the site's first page.
func joinStyles(out string) error {
	const joined = "styles/page.css"
	at := filepath.Join(out, "index.html")
	page, err := os.ReadFile(at)
	if err != nil {
		return fmt.Errorf("site: %w", err)
	}
	var style []byte
	for _, link := range stylesheet.FindAllSubmatch(page, -1) {
		text, err := os.ReadFile(filepath.Join(out, filepath.FromSlash(string(link[1]))))
		if err != nil {
			return fmt.Errorf("site: %w", err)
		}
		style = append(style, text...)
	}
	page = stylesheets.ReplaceAll(page, []byte(`<link rel="stylesheet" href="`+joined+`">`))
	if style, err = esbuildOf(out, string(style), "--loader=css", "--minify"); err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(out, filepath.FromSlash(joined)), style, 0o644); err != nil {
		return fmt.Errorf("site: %w", err)
	}
	if err := os.WriteFile(at, page, 0o644); err != nil {
		return fmt.Errorf("site: %w", err)
	}
	return nil
}
