package main

import (
	"encoding/json"
	"fmt"
	"html"
	"html/template"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"

	"segfault/build/command"
)

// declaration is what a .d.ts file exports, or one of its members.
type declaration struct {
	Name      string
	Doc       string // Markdown
	Signature string // without its body
	Members   []declaration
}

// types is the folder of TypeScript, whose own parser reads declarations.
const types = "build/types"

// typescript runs a script of that folder, and reads what it says.
func typescript(said any, script string, args ...string) error {
	root, err := command.Root()
	if err != nil {
		return err
	}
	if err := installPackages(root, types); err != nil {
		return err
	}
	c := exec.Command("node", append([]string{filepath.Join(root, types, script)}, args...)...)
	c.Stderr = os.Stderr
	text, err := c.Output()
	if err != nil {
		return fmt.Errorf("site: the types cannot be read: %w", err)
	}
	return json.Unmarshal(text, said)
}

// declarationFile is what a file declares, and says of itself.
type declarationFile struct {
	About string
	List  []declaration
}

// parsed has what files declare, by their texts: TypeScript takes a second to start.
var parsed sync.Map

// declarations reads the exported declarations of a .d.ts file, in order, and what the file says of itself.
func declarations(path string) (about string, list []declaration, err error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return "", nil, fmt.Errorf("site: the types cannot be read: %w", err)
	}
	if before, ok := parsed.Load(string(text)); ok {
		said := before.(declarationFile)
		return said.About, said.List, nil
	}
	var said declarationFile
	if err = typescript(&said, "declared.mjs", path); err == nil {
		parsed.Store(string(text), said)
	}
	return said.About, said.List, err
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
		var err error
		if parts[i].about, parts[i].list, err = declarations(filepath.Join(folder, strings.TrimSuffix(parts[i].title, "js")+"d.ts")); err != nil {
			return "", err
		}
		for _, d := range parts[i].list {
			known[d.Name] = true
		}
	}
	var page strings.Builder
	for _, p := range parts {
		fmt.Fprintf(&page, "<h2>%s</h2>\n", p.title)
		if err := describe(&page, p.about); err != nil {
			return "", err
		}
		page.WriteString(`<ul class="names">`)
		for _, d := range p.list {
			fmt.Fprintf(&page, `<li><a href="#%s">%s</a></li>`, d.Name, d.Name)
		}
		page.WriteString("</ul>\n")
		for _, d := range p.list {
			fmt.Fprintf(&page, "<h3 id=%q><code>%s</code></h3>\n", d.Name, linkTypes(d.Signature, known, d.Name))
			if err := describe(&page, d.Doc); err != nil {
				return "", err
			}
			if len(d.Members) == 0 {
				continue
			}
			page.WriteString("<dl>\n")
			for _, m := range d.Members {
				fmt.Fprintf(&page, "<dt><code>%s</code></dt>\n<dd>", linkTypes(m.Signature, known, ""))
				if err := describe(&page, m.Doc); err != nil {
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
func describe(page *strings.Builder, doc string) error {
	text, err := renderReport([]byte(link.ReplaceAllString(doc, "[`$1`](#$1)")))
	page.WriteString(string(text))
	return err
}
