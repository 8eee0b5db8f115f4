package main

import (
	"fmt"
	"html"
	"html/template"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

// declaration is an exported function, type, interface or class of a .d.ts file, or one of the members of the latter two.
type declaration struct {
	name      string
	doc       string // Markdown
	signature string // without its body
	members   []declaration
}

// declarations reads the exported declarations of a .d.ts file in the house's style, in order, and what the file says of itself: a
// comment followed by a blank line. It is no parser of TypeScript; what it does not understand is an error, so that nothing is
// left out unseen.
func declarations(source string) (about string, list []declaration, err error) {
	r := &reader{lines: strings.Split(source, "\n")}
	for !r.done() {
		doc, statement, err := r.next()
		if err != nil {
			return "", nil, err
		}
		switch {
		case statement == "" && about == "":
			about = doc
		case statement == "" || strings.HasPrefix(statement, "import ") || strings.HasPrefix(statement, "declare global"):
		case strings.HasPrefix(statement, "export "):
			d, err := declared(doc, strings.TrimPrefix(statement, "export "))
			if err != nil {
				return "", nil, err
			}
			list = append(list, d)
		default:
			return "", nil, fmt.Errorf("site: the reference cannot be made: %q is neither exported nor a comment", statement)
		}
	}
	return about, list, nil
}

var nameOf = regexp.MustCompile(`^(?:function|interface|class|type) (\w+)`)

// declared takes a statement apart.
func declared(doc, statement string) (declaration, error) {
	match := nameOf.FindStringSubmatch(statement)
	if match == nil {
		return declaration{}, fmt.Errorf("site: the reference cannot be made: %q declares nothing known", statement)
	}
	d := declaration{name: match[1], doc: doc, signature: statement}
	if strings.HasPrefix(statement, "interface ") || strings.HasPrefix(statement, "class ") {
		head, body, _ := strings.Cut(statement, "{\n")
		d.signature = strings.TrimSpace(head)
		r := &reader{lines: strings.Split(strings.TrimSuffix(body, "}"), "\n")}
		for !r.done() {
			doc, statement, err := r.next()
			if err != nil {
				return d, err
			}
			if statement != "" {
				d.members = append(d.members, declaration{doc: doc, signature: statement})
			}
		}
	}
	return d, nil
}

// reader goes through lines, one statement with its comment at a time.
type reader struct{ lines []string }

func (r *reader) done() bool { return len(r.lines) == 0 }

func (r *reader) line() string {
	line := r.lines[0]
	r.lines = r.lines[1:]
	return strings.TrimRight(line, " ")
}

// next is a comment and the statement that follows it at once; either may be "". A statement ends where its brackets are closed.
func (r *reader) next() (doc, statement string, err error) {
	for !r.done() && strings.TrimSpace(r.lines[0]) == "" {
		r.line()
	}
	if !r.done() && strings.HasPrefix(strings.TrimSpace(r.lines[0]), "/**") {
		var text []string
		for ended := false; !ended; {
			if r.done() {
				return "", "", fmt.Errorf("site: the reference cannot be made: a comment does not end")
			}
			line := strings.TrimSpace(r.line())
			ended = strings.HasSuffix(line, "*/")
			line = strings.TrimSuffix(strings.TrimPrefix(line, "/**"), "*/")
			text = append(text, strings.TrimPrefix(strings.TrimPrefix(line, "*"), " "))
		}
		doc = strings.TrimSpace(strings.Join(text, "\n"))
	}
	depth := 0
	for !r.done() && (depth > 0 || strings.TrimSpace(r.lines[0]) != "") {
		line := r.line()
		depth += strings.Count(line, "{") + strings.Count(line, "(") - strings.Count(line, "}") - strings.Count(line, ")")
		statement += strings.TrimSpace(line) + "\n"
		if depth == 0 {
			break
		}
	}
	if depth != 0 {
		return "", "", fmt.Errorf("site: the reference cannot be made: the brackets of %q are not closed", statement)
	}
	return doc, strings.TrimSpace(statement), nil
}

// reference renders the documentation of the site's JavaScript: the module's, then the element's.
func reference(folder string) (template.HTML, error) {
	type part struct {
		title, about string
		list         []declaration
	}
	parts := []part{{title: "segfault.js"}, {title: "seg-fault.js"}}
	known := map[string]bool{}
	for i := range parts {
		source, err := os.ReadFile(filepath.Join(folder, strings.TrimSuffix(parts[i].title, "js")+"d.ts"))
		if err != nil {
			return "", fmt.Errorf("site: %w", err)
		}
		if parts[i].about, parts[i].list, err = declarations(string(source)); err != nil {
			return "", err
		}
		for _, d := range parts[i].list {
			known[d.name] = true
		}
	}
	var page strings.Builder
	for _, p := range parts {
		fmt.Fprintf(&page, "<h2>%s</h2>\n", p.title)
		if err := describe(&page, p.about, known); err != nil {
			return "", err
		}
		page.WriteString(`<ul class="names">`)
		for _, d := range p.list {
			fmt.Fprintf(&page, `<li><a href="#%s">%s</a></li>`, d.name, d.name)
		}
		page.WriteString("</ul>\n")
		for _, d := range p.list {
			fmt.Fprintf(&page, "<h3 id=%q><code>%s</code></h3>\n", d.name, linkTypes(d.signature, known, d.name))
			if err := describe(&page, d.doc, known); err != nil {
				return "", err
			}
			if len(d.members) == 0 {
				continue
			}
			page.WriteString("<dl>\n")
			for _, m := range d.members {
				fmt.Fprintf(&page, "<dt><code>%s</code></dt>\n<dd>", linkTypes(m.signature, known, ""))
				if err := describe(&page, m.doc, known); err != nil {
					return "", err
				}
				page.WriteString("</dd>\n")
			}
			page.WriteString("</dl>\n")
		}
	}
	return template.HTML(page.String()), nil
}

var (
	word = regexp.MustCompile(`[A-Za-z]\w*`)
	link = regexp.MustCompile(`\{@link (\w+)\}`)
)

// linkTypes makes the names of types in a signature lead to where they are described, but for its own.
func linkTypes(signature string, known map[string]bool, own string) string {
	return word.ReplaceAllStringFunc(html.EscapeString(signature), func(name string) string {
		if !known[name] || name == own {
			return name
		}
		return fmt.Sprintf(`<a href="#%s">%s</a>`, name, name)
	})
}

// describe renders a comment.
func describe(page *strings.Builder, doc string, known map[string]bool) error {
	text, err := renderReport([]byte(link.ReplaceAllString(doc, "[`$1`](#$1)")))
	page.WriteString(string(text))
	return err
}
