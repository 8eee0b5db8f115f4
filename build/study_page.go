package main

import (
	"bytes"
	"errors"
	"fmt"
	"html/template"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"segfault/build/data"
	"segfault/core"
	"segfault/core/attack"
	"segfault/core/lab"
	"segfault/core/names"
	"segfault/core/scan/formats"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
)

// frame is what the site's pages take from the build: site/*.html are templates of it, which share those of parts.
type frame struct {
	Page      string        // the page's file
	Base      string        // the way from the page's folder to the site's: "" or "../"
	Study     template.HTML // the report of the study; empty without one
	Plots     []string      // tasks of which it has a plot over ε
	Reference template.HTML // the documentation of the site's JavaScript
	Samples   []lab.Sample
	Licences  []licence
	// What of an attack's options the paper compares; what else there is belongs to named methods.
	Losses, Schemes, Labels, Orders, Grounds, Movings []names.Entry
	Methods                                           []names.Entry // that take no more than a scan, strongest of its kind first
	Sought                                            []names.Entry // what a model may be led to find, a painted mask first
	Known                                             []knownModel  // models of the first sample's task
	MaxSteps                                          int
	Formats                                           string // what is read, in a row
	Poster                                            string // address of the first sample's picture; empty where no model segments it
}

// knownModel is a model as the page's choices call it, before the engine tells of it.
type knownModel struct {
	Title string
	Large bool // not taken until it is chosen
}

// known are the models that the first sample can be attacked with: what stands where the page's choices will.
func known(models []shippedModel) (list []knownModel) {
	for _, m := range models {
		if _, title, ok := strings.Cut(m.Title, ", "); ok && m.Task == lab.Samples[0].Task {
			list = append(list, knownModel{title, m.Bytes > 20_000_000})
		}
	}
	return list
}

// compared is what the paper's attacks are made of, which the study compares.
var compared = struct {
	Losses  []core.Loss
	Schemes []attack.Rule
	Labels  []attack.Target
}{[]core.Loss{core.BCE, core.Dice, core.Focal, core.DiceFocal}, []attack.Rule{attack.Additive, attack.Blend}, []attack.Target{attack.Truth, attack.Prediction}}

// only leaves those entries that are named.
func only[S ~string](entries []names.Entry, named []S) []names.Entry {
	return slices.DeleteFunc(entries, func(e names.Entry) bool { return !slices.Contains(named, S(e.Name)) })
}

// sought are the targets that a model is to find. A painted mask is the last of the table, and the first to be offered.
func sought() []names.Entry {
	list := slices.DeleteFunc(attack.Targets(), func(e names.Entry) bool { return !attack.Target(e.Name).Sought() })
	slices.Reverse(list)
	return list
}

// parts is the file in site/ of what the pages share.
const parts = "parts.tmpl"

// fillPages fills the site's pages in, and leaves out that of the study where there is no report. weights is the folder with
// STUDY.md and its plots.
func fillPages(weights, out string, models []shippedModel, conditions []licence) error {
	f := frame{
		Samples: lab.Samples, Licences: conditions, Known: known(models), MaxSteps: attack.MaxSteps, Formats: strings.Join(formats.Titles(), ", "),
		Losses: only(attack.Losses(), compared.Losses), Schemes: only(attack.Rules(), compared.Schemes), Labels: only(attack.Targets(), compared.Labels),
		Orders: attack.Orders(), Grounds: lab.Grounds(), Movings: lab.Movings(), Methods: attack.Iterations(), Sought: sought(),
	}
	var err error
	if f.Reference, err = reference(out); err != nil {
		return err
	}
	for _, sample := range lab.Samples {
		poster := "posters/" + sample.Name + ".svg"
		if _, err := os.Stat(filepath.Join(out, filepath.FromSlash(poster))); err == nil {
			f.Poster = poster + "#strong" // as the page attacks at first
			break
		}
	}
	report, err := os.ReadFile(filepath.Join(weights, "STUDY.md"))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		if err := os.Remove(filepath.Join(out, "study.html")); err != nil {
			return fmt.Errorf("site: %w", err)
		}
	case err != nil:
		return fmt.Errorf("site: %w", err)
	default:
		if f.Study, err = renderReport(report); err != nil {
			return err
		}
		if f.Study, err = withFigures(f.Study, weights); err != nil {
			return err
		}
		for _, plot := range plotted(weights) {
			f.Plots = append(f.Plots, strings.TrimSuffix(filepath.Base(plot), "-epsilon.svg"))
		}
		named := menuNames(models)
		f.Study = withContents(template.HTML(named.Replace(string(f.Study))))
		if err := copyPlots(filepath.Join(weights, "study"), filepath.Join(out, "study"), named); err != nil {
			return err
		}
	}
	pages, err := data.Matching(out, "*.html")
	if err != nil {
		return fmt.Errorf("site: %w", err)
	}
	examples := filepath.Join(out, "examples", "index.html")
	if _, err := os.Stat(examples); err == nil {
		pages = append(pages, examples)
	}
	shared := filepath.Join(out, parts)
	for _, path := range pages {
		page, err := template.ParseFiles(path, shared)
		if err != nil {
			return fmt.Errorf("site: %w", err)
		}
		f.Page, f.Base = filepath.Base(path), ""
		if path == examples {
			f.Page, f.Base = "examples/index.html", "../"
		}
		var filled bytes.Buffer
		if err := page.Execute(&filled, f); err != nil {
			return fmt.Errorf("site: %w", err)
		}
		if err := os.WriteFile(path, filled.Bytes(), 0o644); err != nil {
			return fmt.Errorf("site: %w", err)
		}
	}
	return os.Remove(shared)
}

// renderReport makes HTML of GitHub's Markdown. Cells are aligned by attribute, as the page's policy forbids inline styles; HTML
// within the Markdown is left out.
func renderReport(source []byte) (template.HTML, error) {
	markdown := goldmark.New(
		goldmark.WithExtensions(extension.Strikethrough, extension.Linkify,
			extension.NewTable(extension.WithTableCellAlignMethod(extension.TableCellAlignAttribute))),
		goldmark.WithParserOptions(parser.WithAutoHeadingID()),
	)
	document := markdown.Parser().Parse(text.NewReader(source))
	relocate(document)
	var html bytes.Buffer
	if err := markdown.Renderer().Render(&html, source, document); err != nil {
		return "", fmt.Errorf("site: STUDY.md cannot be rendered: %w", err)
	}
	// What is wide scrolls by itself, by keyboard too.
	framed := strings.NewReplacer("<table>", `<div class="table-frame" tabindex="0"><table>`, "</table>", "</table></div>",
		"<pre>", `<pre tabindex="0">`).Replace(html.String())
	return template.HTML(framed), nil
}

// pictured is an image of a plot that stands alone in a paragraph, and its caption, where the next one is nothing but emphasised.
var pictured = regexp.MustCompile(`<p>(<img src="(study/[\w-]+\.svg)" alt="[^"]*">)</p>(?:\n<p><em>([^<]*)</em></p>)?`)

// withFigures makes figures of a report's plots, to be kept as files. A plot whose points tell their values to whoever points at them is put into the page, since a
// picture of one tells nothing.
func withFigures(report template.HTML, weights string) (template.HTML, error) {
	var failed error
	made := pictured.ReplaceAllStringFunc(string(report), func(image string) string {
		found := pictured.FindStringSubmatch(image)
		shown, path, caption := found[1], found[2], found[3]
		if caption != "" {
			caption += "<br>"
		}
		content, err := os.ReadFile(filepath.Join(weights, filepath.FromSlash(path)))
		if err != nil {
			failed = fmt.Errorf("site: %w", err)
			return image
		}
		if at := bytes.Index(content, []byte("<svg")); at >= 0 && bytes.Contains(content, []byte("</title></circle>")) {
			shown = strings.TrimSpace(string(content[at:]))
		}
		return `<figure>` + shown + `<figcaption>` + caption + `<a href="` + path + `" download>Keep this plot (SVG)</a></figcaption></figure>`
	})
	return template.HTML(made), failed
}

// chapter is a heading of a report that its contents list.
var chapter = regexp.MustCompile(`<h([23]) id="([^"]+)">(.*?)</h[23]>`)

// glossary leads to what the words of a report mean, which are the workbench's.
const glossary = `<p>Its words are those of the workbench: <a href="course.html#words">what they mean</a>.</p>`

// withContents puts what a report contains behind its title, and where its words are explained.
func withContents(report template.HTML) template.HTML {
	chapters := chapter.FindAllStringSubmatch(string(report), -1)
	if len(chapters) == 0 {
		return report
	}
	var list strings.Builder
	list.WriteString(`<nav class="contents" aria-label="Contents"><ul>`)
	for _, c := range chapters {
		fmt.Fprintf(&list, `<li class="level-%s"><a href="#%s">%s</a></li>`, c[1], c[2], markup.ReplaceAllString(c[3], ""))
	}
	list.WriteString("</ul></nav>")
	before, after, _ := strings.Cut(string(report), "</h1>")
	return template.HTML(before + "</h1>" + list.String() + glossary + after)
}

var markup = regexp.MustCompile(`<[^>]*>`)

// menuNames gives models in the tables and plots of a report the names that the menus have for them.
func menuNames(models []shippedModel) *strings.Replacer {
	var names []string
	for _, m := range models {
		_, name, _ := strings.Cut(m.Name, m.Task+"-")
		_, title, ok := strings.Cut(m.Title, ", ")
		if name != "" && ok {
			for _, after := range []string{"<", ","} { // of a plot's point more is told
				names = append(names, ">"+name+after, ">"+template.HTMLEscapeString(title)+after)
			}
		}
	}
	return strings.NewReplacer(names...)
}

// relocate makes links to the cards beside STUDY.md lead to where the site has them.
func relocate(document ast.Node) {
	ast.Walk(document, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if link, ok := n.(*ast.Link); ok && entering {
			if to := string(link.Destination); strings.HasSuffix(to, ".md") && !strings.Contains(to, "/") {
				link.Destination = []byte("weights/" + to)
			}
		}
		return ast.WalkContinue, nil
	})
}

// plotted are the plots over ε of a folder's study.
func plotted(weights string) []string {
	plots, _ := data.Matching(filepath.Join(weights, "study"), "*-epsilon.svg")
	return plots
}

// copyPlots copies a report's plots, with the menus' names of models, and its tables, those in folders too.
func copyPlots(from, to string, named *strings.Replacer) error {
	plots, err := data.Matching(from, "*")
	if err != nil {
		return fmt.Errorf("site: %w", err)
	}
	if err := os.MkdirAll(to, 0o755); err != nil {
		return fmt.Errorf("site: %w", err)
	}
	for _, path := range plots {
		if about, err := os.Stat(path); err == nil && about.IsDir() {
			if err := copyPlots(path, filepath.Join(to, filepath.Base(path)), named); err != nil {
				return err
			}
			continue
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return fmt.Errorf("site: %w", err)
		}
		if filepath.Ext(path) == ".svg" {
			text = []byte(named.Replace(string(text)))
		}
		if err := os.WriteFile(filepath.Join(to, filepath.Base(path)), text, 0o644); err != nil {
			return fmt.Errorf("site: %w", err)
		}
	}
	return nil
}
