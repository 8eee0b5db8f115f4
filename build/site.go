package main

import (
	"bytes"
	"cmp"
	"flag"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"segfault/build/codecs"
	"segfault/build/command"
	"segfault/core/names"
)

// site builds the static site: the pages as they are, the engine as WebAssembly, and the weights.
func site(args []string) error {
	flags := flag.NewFlagSet("site", flag.ContinueOnError)
	out := flags.String("out", "", "folder to write the site to, out/site by default; with -single the file, out/segfault.html by default")
	alone := flags.Bool("single", false, "write the page as one file that needs no server, for a USB stick or a teaching intranet")
	model := flags.String("model", "", "with -single: the model to put into it, by default the first")
	weights := flags.String("weights", "", "folder with the models to offer (default: the checkout's weights)")
	if err := command.Parse(flags, args); err != nil {
		return err
	}
	if flags.NArg() > 0 {
		return fmt.Errorf("site: unexpected argument %q; give the folder as -out %s", flags.Arg(0), flags.Arg(0))
	}
	if *model != "" && !*alone {
		return fmt.Errorf("site: -model is of -single, which puts one model into the page; for other models give their folder as -weights")
	}
	if *alone {
		*out = cmp.Or(*out, "out/segfault.html")
		r, err := single(*out, *weights, *model)
		if err == nil {
			fmt.Printf("Segfault %s with %s is in %s\n", r.Version, r.Models[0].Name, *out)
		}
		return err
	}
	*out = cmp.Or(*out, "out/site")
	r, others, err := writeSite(*out, *weights)
	if err != nil {
		return err
	}
	fmt.Printf("Segfault %s with %s is in %s\n", r.Version, names.Counted(len(r.Models), "model"), *out)
	if len(others) > 0 {
		fmt.Printf("what else is there is not of this site and was left as it is: %s\n", strings.Join(others, ", "))
	}
	return nil
}

// buildSite writes everything a web server needs to out. weights is the folder of the models; "" means the checkout's.
func buildSite(out, weights string) (release, error) {
	if weights != "" && !isFolder(weights) { // which is better said now than in a minute
		return release{}, fmt.Errorf("site: there is no folder of models at %s; give another as -weights, or leave it out for the checkout's", weights)
	}
	root, err := command.Root()
	if err != nil {
		return release{}, err
	}
	if err := copyTree(filepath.Join(root, "site"), out); err != nil {
		return release{}, err
	}
	installed := make(chan error, 1)
	go func() { installed <- installAll(root) }() // npm's registry is waited for while Go compiles
	engine := filepath.Join(out, "engine")
	for _, name := range slices.Sorted(maps.Keys(programs)) {
		fmt.Printf("compiling engine/%s\n", name)
		if err := compileWasm(root, programs[name], filepath.Join(engine, name)); err != nil {
			return release{}, err
		}
	}
	if err := <-installed; err != nil {
		return release{}, err
	}
	goroot, err := goTool(root, "env", "GOROOT")
	if err != nil {
		return release{}, err
	}
	for from, to := range map[string]string{
		filepath.Join(goroot, "lib", "wasm", "wasm_exec.js"): "wasm_exec.js",
		filepath.Join(root, "kernels", "simd128.mjs"):        "simd128.js", // servers know .js
		filepath.Join(root, "kernels", "simd128.wasm"):       "simd128.wasm",
		filepath.Join(root, "webgpu", "submit.mjs"):          "submit.js",
	} {
		if err := copyFile(from, filepath.Join(engine, to)); err != nil {
			return release{}, err
		}
	}
	modules, err := lighten(out)
	if err != nil {
		return release{}, err
	}
	if err := joinFigure(out); err != nil {
		return release{}, err
	}
	delete(modules, "seg-fault.js") // which imports nothing any more
	for _, module := range []string{"segfault.js", "engine/worker.js"} {
		if err := joinModule(out, modules, module); err != nil {
			return release{}, err
		}
	}
	if err := joinPage(out, modules); err != nil {
		return release{}, err
	}
	if err := copyCodecs(root, engine); err != nil {
		return release{}, err
	}
	packages, err := copyLibraries(root, filepath.Join(out, "vendor"))
	if err != nil {
		return release{}, err
	}
	conditions, err := licences(root, packages)
	if err != nil {
		return release{}, err
	}
	if weights == "" {
		weights = filepath.Join(root, "weights")
	}
	fmt.Println("describing the models, drawing the posters, writing the pages")
	models, err := copyWeights(weights, filepath.Join(out, "weights"))
	if err != nil {
		return release{}, err
	}
	if err := posters(weights, filepath.Join(out, "posters"), models); err != nil {
		return release{}, err
	}
	if err := fillPages(weights, out, models, conditions); err != nil {
		return release{}, err
	}
	if err := joinStyles(out); err != nil {
		return release{}, err
	}
	return describeRelease(out, models)
}

// lighten leaves out of a site's scripts what only their readers need, a third of their download; examples are there to be read.
// It returns what there is of them.
func lighten(out string) (map[string]script, error) {
	var paths []string
	err := filepath.WalkDir(out, func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && entry.Name() == "examples":
			return filepath.SkipDir
		case filepath.Ext(path) != ".js":
			return nil
		}
		name, err := filepath.Rel(out, path)
		paths = append(paths, name)
		return err
	})
	if err != nil {
		return nil, err
	}
	notes, remove, err := temporary("scripts")
	if err != nil {
		return nil, fmt.Errorf("site: %w", err)
	}
	defer remove()
	told := filepath.Join(notes, "scripts.json")
	if _, err := esbuild(out, append(paths, "--minify", "--outdir=.", "--outbase=.", "--allow-overwrite", "--metafile="+told)...); err != nil {
		return nil, err
	}
	return scripts(out, told)
}

// joinFigure makes the element's module one file: what it imports by relative paths is not found from within a page that carries its
// scripts in itself, as Pandoc and R Markdown write them. What is fetched when it is needed stays a file.
func joinFigure(out string) error {
	const module = "seg-fault.js"
	text, err := esbuild(out, module, "--bundle", "--format=esm", "--minify", "--target=es2022", "--external:../vendor/*")
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(out, module), bytes.ReplaceAll(text, []byte(`"../vendor/`), []byte(`"./vendor/`)), 0o644) // from where the file is
}

// decoders is the folder of those of compressed DICOM.
const decoders = "build/codecs"

// installAll fetches the packages of npm that the site is made with.
func installAll(root string) error {
	folders := []string{bundler, decoders, types}
	for _, library := range libraries {
		folders = append(folders, library.folder)
	}
	return installPackages(root, folders...)
}

// copyCodecs adds the decoders for compressed DICOM, which the page fetches when it needs them.
func copyCodecs(root, engine string) error {
	return copyFile(filepath.Join(root, decoders, codecs.File), filepath.Join(engine, "codecs.wasm"))
}

// copyTree copies a folder's files over those of another.
func copyTree(from, to string) error {
	return filepath.WalkDir(from, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return fmt.Errorf("site: the pages cannot be read: %w", err)
		}
		target := filepath.Join(to, strings.TrimPrefix(path, from))
		if entry.IsDir() {
			if err := os.MkdirAll(target, 0o755); err != nil {
				return fmt.Errorf("site: the folder cannot be made: %w", err)
			}
			return nil
		}
		return copyFile(path, target)
	})
}

// copyFile copies one file.
func copyFile(from, to string) error {
	data, err := os.ReadFile(from)
	if err != nil {
		return fmt.Errorf("site: a part of the site is missing: %w", err)
	}
	if err := os.WriteFile(to, data, 0o644); err != nil {
		return fmt.Errorf("site: %w", err)
	}
	return nil
}
