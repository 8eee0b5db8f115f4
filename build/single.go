package main

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"segfault/build/data"
)

// single writes the page as one file that needs no server, with one model: modules bundled, and the engine and the weights as
// compressed text. A file has no origin of its own, so its policy names what it contains by digest, and blobs.
func single(out, weights, model string) (release, error) {
	if info, err := os.Stat(out); err == nil && info.IsDir() { // which is better said now than in a minute
		return release{}, fmt.Errorf("site: -single writes one file, and %s is a folder; give the file's name as -out %s", out, filepath.Join(out, "segfault.html"))
	}
	if err := os.MkdirAll(filepath.Dir(out), 0o755); err != nil {
		return release{}, fmt.Errorf("site: the file's folder cannot be made: %w", err)
	}
	folder, remove, err := temporary("single")
	if err != nil {
		return release{}, fmt.Errorf("site: %w", err)
	}
	defer remove()
	r, err := buildSite(folder, weights)
	if err != nil {
		return r, err
	}
	if r.Models, err = chosen(r.Models, model); err != nil {
		return r, err
	}
	page, err := pack(folder, r)
	if err != nil {
		return r, err
	}
	if err := os.WriteFile(out, page, 0o644); err != nil {
		return r, fmt.Errorf("site: %w", err)
	}
	return r, nil
}

// chosen is the one model of a name, by default the first.
func chosen(models []shippedModel, name string) ([]shippedModel, error) {
	if len(models) == 0 {
		return nil, fmt.Errorf("site: there is no model to put into the page; give a folder that has one as -weights")
	}
	if name == "" {
		return models[:1], nil
	}
	i := slices.IndexFunc(models, func(m shippedModel) bool { return m.Name == name })
	if i < 0 {
		names := []string{}
		for _, m := range models {
			names = append(names, m.Name)
		}
		return nil, fmt.Errorf("site: there is no model %q; there are %s", name, strings.Join(names, ", "))
	}
	return models[i : i+1], nil
}

// pack puts a built site's page and all that it fetches into one file.
func pack(folder string, r release) ([]byte, error) {
	page, err := os.ReadFile(filepath.Join(folder, "index.html"))
	if err != nil {
		return nil, fmt.Errorf("site: %w", err)
	}
	script, err := bundle(folder, "single/main.js", "esm")
	if err != nil {
		return nil, err
	}
	worker, err := bundle(folder, "single/worker.js", "iife")
	if err != nil {
		return nil, err
	}
	style := []byte{}
	for _, link := range stylesheet.FindAllSubmatch(page, -1) {
		text, err := os.ReadFile(filepath.Join(folder, string(link[1])))
		if err != nil {
			return nil, fmt.Errorf("site: %w", err)
		}
		style = append(style, text...)
	}
	parts, err := embedded(folder, r, worker)
	if err != nil {
		return nil, err
	}
	icon, err := os.ReadFile(filepath.Join(folder, "icon.svg"))
	if err != nil {
		return nil, fmt.Errorf("site: %w", err)
	}
	boot, err := os.ReadFile(filepath.Join(folder, "page", "boot.js"))
	if err != nil {
		return nil, fmt.Errorf("site: %w", err)
	}
	policy := fmt.Sprintf("default-src 'none'; script-src %s %s 'wasm-unsafe-eval'; style-src %s; img-src blob: data:; "+
		"worker-src blob:; base-uri 'none'; form-action 'none'", hash(boot), hash(script), hash(style))

	conditions, err := folded(folder)
	if err != nil {
		return nil, err
	}
	page = bytes.Replace(page, []byte(`<a href="licences.html">Licences</a></p>`), slices.Concat([]byte("</p>"), conditions), 1)
	page = linked.ReplaceAll(page, nil)
	page = bytes.ReplaceAll(page, []byte(`"`+contentPolicy+`"`), []byte(`"`+policy+`"`))
	page = bytes.ReplaceAll(page, []byte(`"icon.svg"`), []byte(`"data:image/svg+xml;base64,`+base64.StdEncoding.EncodeToString(icon)+`"`))
	page = bytes.Replace(page, []byte("</head>"), slices.Concat([]byte("<script>"), boot, []byte("</script>\n<style>"), style, []byte("</style>\n</head>")), 1)
	return bytes.Replace(page, []byte("</body>"), slices.Concat(parts, []byte(`<script type="module">`), script, []byte("</script>\n</body>")), 1), nil
}

// folded is the page of licences as a part of another that opens when it is wanted.
func folded(folder string) ([]byte, error) {
	page, err := os.ReadFile(filepath.Join(folder, "licences.html"))
	if err != nil {
		return nil, fmt.Errorf("site: %w", err)
	}
	_, main, _ := bytes.Cut(page, []byte("<h1>Licences</h1>"))
	main, _, _ = bytes.Cut(main, []byte("</main>"))
	return slices.Concat([]byte("<details class=\"privacy licences\"><summary>Licences</summary>"), main, []byte("</details>")), nil
}

var (
	stylesheet = regexp.MustCompile(`<link rel="stylesheet" href="([^"]*)">`)
	// linked is what the page loads from beside it, and links to what a single file has not.
	linked = regexp.MustCompile(`\s*(<link rel="(stylesheet|modulepreload|manifest|apple-touch-icon)"[^>]*>|<script [^>]*></script>|<a href="[a-z/]+(\.html|/)">[^<]*</a>|<img class="poster"[^>]*>)`)
)

// bundle makes one script of a module and all that it imports.
func bundle(folder, module, format string) ([]byte, error) {
	text, err := esbuild(folder, module, "--bundle", "--format="+format, "--target=es2022", "--minify-whitespace")
	return bytes.TrimSpace(text), err
}

// embedded are the files that the engine fetches, as text that site/single/main.js unpacks: gzip, then base64.
func embedded(folder string, r release, worker []byte) ([]byte, error) {
	about, err := json.Marshal(r)
	if err != nil {
		return nil, fmt.Errorf("site: %w", err)
	}
	files := map[string][]byte{"engine/worker.js": worker, "release.json": about}
	names := []string{"engine/worker.js", "release.json"}
	wasm, err := data.Matching(filepath.Join(folder, "engine"), "*.wasm")
	if err != nil {
		return nil, fmt.Errorf("site: %w", err)
	}
	for _, path := range append(wasm, filepath.Join(folder, "weights", r.Models[0].File)) {
		name, err := filepath.Rel(folder, path)
		if err != nil {
			return nil, fmt.Errorf("site: %w", err)
		}
		name = filepath.ToSlash(name)
		if files[name], err = os.ReadFile(path); err != nil {
			return nil, fmt.Errorf("site: %w", err)
		}
		names = append(names, name)
	}
	var text bytes.Buffer
	for _, name := range names {
		fmt.Fprintf(&text, "<script type=\"application/gzip\" data-path=%q>", name)
		encoder := base64.NewEncoder(base64.StdEncoding, &text)
		packer, err := gzip.NewWriterLevel(encoder, gzip.BestCompression)
		if err != nil {
			return nil, fmt.Errorf("site: %w", err)
		}
		packer.Write(files[name]) // to memory, which does not fail
		packer.Close()
		encoder.Close()
		text.WriteString("</script>\n")
	}
	return text.Bytes(), nil
}

// hash names an inline script or style in a policy.
func hash(text []byte) string {
	sum := sha256.Sum256(text)
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}
