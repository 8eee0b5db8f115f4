package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"github.com/evanw/esbuild/pkg/api"
)

// plotPackages is the folder whose lock file pins the libraries that draw the page's plots.
const plotPackages = "build/plots"

// copyPlotLibraries makes one module of the libraries that draw plots, which the page loads when it first draws one, and puts
// their licences beside it.
func copyPlotLibraries(root, to string) error {
	if err := installPackages(root, plotPackages); err != nil {
		return err
	}
	folder := filepath.Join(root, filepath.FromSlash(plotPackages))
	if err := os.MkdirAll(to, 0o755); err != nil {
		return fmt.Errorf("site: %w", err)
	}
	result := api.Build(api.BuildOptions{
		EntryPoints: []string{filepath.Join(folder, "d3.js")}, Outfile: filepath.Join(to, "d3.js"), Write: true,
		Bundle: true, Format: api.FormatESModule, Target: api.ES2022,
		MinifyWhitespace: true, MinifySyntax: true, MinifyIdentifiers: true,
	})
	if len(result.Errors) > 0 {
		return fmt.Errorf("site: the plotting libraries cannot be bundled: %s", result.Errors[0].Text)
	}
	licences, err := filepath.Glob(filepath.Join(folder, "node_modules", "*", "LICENSE"))
	if err != nil {
		return fmt.Errorf("site: %w", err)
	}
	slices.Sort(licences)
	var text bytes.Buffer
	for _, path := range licences {
		licence, err := os.ReadFile(path)
		if err != nil {
			return fmt.Errorf("site: %w", err)
		}
		fmt.Fprintf(&text, "%s\n\n%s\n", filepath.Base(filepath.Dir(path)), licence)
	}
	if err := os.WriteFile(filepath.Join(to, "licences.txt"), text.Bytes(), 0o644); err != nil {
		return fmt.Errorf("site: %w", err)
	}
	return nil
}
