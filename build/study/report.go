package study

import (
	"bytes"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"text/template"

	"segfault/build/study/stats"
)

// The page, and the statements on it.
//
//go:embed *.md.tmpl
var templates embed.FS

// folder of a report's plots and tables, beside it.
const folder = "study"

// Publish writes the rows, tables, plots and report of studies. Equal rows give
// equal files, byte for byte.
func Publish(report string, results []Result) error {
	var sections []*section
	for _, r := range results {
		s, err := newSection(r)
		if err != nil {
			return err
		}
		sections = append(sections, s)
	}
	files := map[string][]byte{}
	for _, s := range sections {
		if err := s.writeRows(); err != nil {
			return err
		}
		exported, err := s.exported()
		if err != nil {
			return err
		}
		for name, content := range exported {
			files[name] = content
		}
	}
	text, err := write(sections, files)
	if err != nil {
		return err
	}
	if err := keepsAll(report, text); err != nil {
		return err
	}
	for name, content := range files {
		if err := writeWhole(filepath.Join(filepath.Dir(report), folder, name), content); err != nil {
			return err
		}
	}
	return writeWhole(report, text)
}

// keepsAll refuses to write a page in the place of one with sections that the new one has not.
func keepsAll(path string, page []byte) error {
	old, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("study: %w", err)
	}
	for line := range strings.Lines(string(old)) {
		if line = strings.TrimSpace(line); strings.HasPrefix(line, "## ") && !bytes.Contains(page, []byte("\n"+line+"\n")) {
			return fmt.Errorf("study: %s has a section %q, which this report lacks: write the report elsewhere, and take from it what is new", path, strings.TrimPrefix(line, "## "))
		}
	}
	return nil
}

// write fills the template; figures that it asks for are added to files.
func write(sections []*section, files map[string][]byte) ([]byte, error) {
	t, err := page(files)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	if err := t.Execute(&out, sections); err != nil {
		return nil, fmt.Errorf("study: %w", err)
	}
	return out.Bytes(), nil
}

// page is the template of a report, with its statements.
func page(files map[string][]byte) (*template.Template, error) {
	t, err := template.New("report.md.tmpl").Funcs(template.FuncMap{
		"figure": func(f *figure) (string, error) {
			content, err := f.svg()
			files[f.Name] = content
			return fmt.Sprintf("![%s](%s/%s)", f.Alt, folder, f.Name), err
		},
		"captioned": func(f *figure) (string, error) { // nothing where there is nothing to draw
			if f == nil {
				return "", nil
			}
			content, err := f.svg()
			files[f.Name] = content
			return fmt.Sprintf("![%s](%s/%s)\n\n*%s*", f.Alt, folder, f.Name, f.Caption), err
		},
		"file":        func(s *section, name string) string { return folder + "/" + s.file(name) },
		"number":      number,
		"interval":    interval,
		"probability": probability,
		"percent":     percent,
		"percents":    percents,
		"millions":    millions,
		"plural":      plural,
		"way":         way,
		"epsilon":     epsilonText,
		"title":       title,
		"enumerate":   enumerate,
		"join":        strings.Join,
		"resamples":   func() int { return stats.Resamples },
		"flips":       func() int { return stats.Flips },
		"confidence":  func() string { return percent(stats.Confidence) },
	}).ParseFS(templates, "*.md.tmpl")
	if err != nil {
		return nil, fmt.Errorf("study: %w", err)
	}
	return t, nil
}

// title is a task as a heading.
func title(task string) string {
	if task == "" {
		return "Own models"
	}
	return strings.ToUpper(task[:1]) + task[1:]
}

// enumerate joins words as a sentence does.
func enumerate(words []string) string {
	if n := len(words); n > 1 {
		return strings.Join(words[:n-1], ", ") + " and " + words[n-1]
	}
	return strings.Join(words, "")
}
