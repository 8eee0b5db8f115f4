// Command messages writes down what is in the lab's messages, so that the engine need not reflect on it: reflection would be 12 KB of a
// visitor's first download. `go generate ./core/lab` runs it. It does not import the lab, which need not compile.
package main

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/format"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
)

// file is what is written, in the lab's folder.
const file = "fields.go"

func main() {
	code, err := generate(".")
	if err == nil {
		err = os.WriteFile(file, code, 0o644)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "messages:", err)
		os.Exit(1)
	}
}

// generate writes, for the package in a folder, the functions that go over the fields of what its Lab's methods take and give, and the
// names of their options.
func generate(folder string) ([]byte, error) {
	pkg, err := load(folder)
	if err != nil {
		return nil, err
	}
	w := &writer{pkg: pkg, seen: map[string]bool{}, options: map[string][]string{}, decoded: true}
	for _, name := range []string{"Given", "Release", "Done", "Sketch"} { // which are not a method's
		w.add(pkg.Scope().Lookup(name).Type())
	}
	methods := types.NewMethodSet(types.NewPointer(pkg.Scope().Lookup("Lab").Type()))
	for _, w.decoded = range []bool{true, false} {
		w.options = map[string][]string{}
		for i := range methods.Len() {
			w.method(methods.At(i).Obj().(*types.Func))
		}
	}
	return w.text()
}

// load type-checks the package. What it lacks is what is about to be made, so that errors do not matter.
func load(folder string) (*types.Package, error) {
	set := token.NewFileSet()
	paths, err := filepath.Glob(filepath.Join(folder, "*.go"))
	if err != nil {
		return nil, err
	}
	var files []*ast.File
	for _, path := range paths {
		if strings.HasSuffix(path, "_test.go") || filepath.Base(path) == file {
			continue
		}
		f, err := parser.ParseFile(set, path, nil, 0)
		if err != nil {
			return nil, err
		}
		files = append(files, f)
	}
	config := types.Config{Importer: importer.ForCompiler(set, "source", nil), Error: func(error) {}}
	pkg, _ := config.Check("segfault/core/lab", set, files, nil)
	if pkg.Scope().Lookup("Lab") == nil {
		return nil, fmt.Errorf("there is no Lab in %s", folder)
	}
	return pkg, nil
}

// writer collects the cases of Fields.
type writer struct {
	pkg     *types.Package
	cases   []string
	seen    map[string]bool
	imports []string
	options map[string][]string // by method
	decoded bool                // what is added is decoded, too
}

// method takes in a method that takes parameters and gives a reply.
func (w *writer) method(m *types.Func) {
	s := m.Type().(*types.Signature)
	if !m.Exported() || s.Params().Len() != 2 || s.Results().Len() != 2 || w.name(s.Params().At(0).Type()) != "context.Context" {
		return
	}
	asked, given := s.Params().At(1).Type(), s.Results().At(0).Type()
	taken, is := asked.(*types.Pointer)
	reply, both := given.(*types.Pointer)
	if !is || !both { // of a part of a method's work
		return
	}
	params := taken.Elem()
	if w.decoded {
		w.add(params)
	} else {
		w.add(reply.Elem())
	}
	name := strings.ToLower(m.Name()[:1]) + m.Name()[1:]
	w.option(name, params)
}

// option takes in the options that a method's parameters embed.
func (w *writer) option(method string, params types.Type) {
	fields, ok := params.Underlying().(*types.Struct)
	if !ok {
		return
	}
	for i := range fields.NumFields() {
		switch f := fields.Field(i); {
		case f.Embedded() && strings.HasSuffix(f.Name(), "Options"):
			for _, member := range members(f.Type()) {
				w.options[method] = append(w.options[method], member.name)
			}
		case f.Embedded():
			w.option(method, f.Type())
		}
	}
}

// name is how the generated code calls a type.
func (w *writer) name(t types.Type) string {
	return types.TypeString(t, func(p *types.Package) string {
		if p == w.pkg {
			return ""
		}
		return p.Name()
	})
}

// member is a field of a struct that messages have.
type member struct {
	name, path string
	omit       bool // where it is empty
	of         types.Type
}

// tagged is a struct's field i as messages have it, if they do.
func tagged(s *types.Struct, i int) (member, bool) {
	tag, ok := reflect.StructTag(s.Tag(i)).Lookup("json")
	name, rest, _ := strings.Cut(tag, ",")
	return member{name, "p." + s.Field(i).Name(), rest == "omitempty", s.Field(i).Type()}, ok && name != "-"
}

// members are a struct's, and those of structs that it embeds.
func members(t types.Type) (list []member) {
	s, ok := t.Underlying().(*types.Struct)
	if !ok {
		return nil
	}
	for i := range s.NumFields() {
		if m, ok := tagged(s, i); ok {
			list = append(list, m)
		} else if s.Field(i).Embedded() {
			list = append(list, members(s.Field(i).Type())...)
		}
	}
	return list
}

// add writes a struct's case, and those of what is in it.
func (w *writer) add(t types.Type) {
	name := w.name(t)
	if w.seen[name] {
		return
	}
	w.seen[name] = true
	s, ok := t.Underlying().(*types.Struct)
	if !ok || len(members(t)) == 0 {
		return
	}
	if named, ok := t.(*types.Named); ok && named.Obj().Pkg() != w.pkg {
		w.imports = append(w.imports, named.Obj().Pkg().Path())
	}
	text := "case *" + name + ":\n"
	for i := range s.NumFields() {
		f := s.Field(i)
		if m, ok := tagged(s, i); ok {
			text += w.field(m)
		} else if f.Embedded() && len(members(f.Type())) > 0 {
			w.add(f.Type())
			text += fmt.Sprintf("Fields(&p.%s, f)\n", f.Name())
		}
	}
	w.cases = append(w.cases, text)
}

// field writes how a field is passed on: as a pointer to a value of few types, to a struct, or as a List.
func (w *writer) field(m member) string {
	plain := func(at string) string { return fmt.Sprintf("f(%q, %s)\n", m.name, at) }
	switch w.name(m.of) {
	case "Unseen": // not sent
		return ""
	case "File", "[]uint8", "[]float32", "Values":
		return plain("&" + m.path)
	case "[]File", "[]int", "[]string", "[][2]float64":
		return plain(fmt.Sprintf("list(&%s)", m.path))
	case "any":
		return plain(m.path)
	}
	switch t := m.of.Underlying().(type) {
	case *types.Basic:
		at := "&" + m.path
		if w.name(m.of) != t.Name() {
			at = fmt.Sprintf("(*%s)(&%s)", t.Name(), m.path)
		}
		if m.omit {
			empty := "0"
			switch {
			case t.Info()&types.IsString != 0:
				empty = `""`
			case t.Info()&types.IsBoolean != 0:
				empty = "false"
			}
			at = fmt.Sprintf("Optional{%s, %s == %s}", at, m.path, empty)
		}
		return plain(at)
	case *types.Struct:
		w.add(m.of)
		return plain("&" + m.path)
	case *types.Slice:
		w.add(t.Elem())
		grow, element := "nil", "&"+m.path+"[i]"
		if w.decoded {
			grow = fmt.Sprintf("func(n int) { %s = make(%s, n) }", m.path, w.name(m.of))
		}
		if _, nested := t.Elem().(*types.Slice); nested {
			element = "list(" + element + ")"
		}
		return plain(fmt.Sprintf("List{len(%s), func(i int) any { return %s }, %s}", m.path, element, grow))
	case *types.Array:
		return plain(fmt.Sprintf("List{len(%s), func(i int) any { return &%[1]s[i] }, nil}", m.path))
	case *types.Map:
		w.entries(t)
		return plain("&" + m.path)
	case *types.Pointer:
		if _, basic := t.Elem().(*types.Basic); basic {
			if m.omit {
				return plain(fmt.Sprintf("Optional{&%s, %[1]s == nil}", m.path))
			}
			return plain("&" + m.path)
		}
		w.add(t.Elem())
		if w.decoded && !m.omit {
			return plain(fmt.Sprintf("maybe(&%s)", m.path))
		}
		text := fmt.Sprintf("if %s != nil {\n%s}", m.path, plain(m.path))
		if !m.omit {
			text += " else {\n" + plain("nil") + "}"
		}
		return text + "\n"
	}
	panic(fmt.Sprintf("messages: no message has a %s, as %s is", m.of, m.name))
}

// entries writes a map's case: each of its values under its name.
func (w *writer) entries(t *types.Map) {
	if name := w.name(t); !w.seen[name] {
		w.seen[name] = true
		w.cases = append(w.cases, "case *"+name+":\nfor name, v := range *p {\nf(name, &v)\n}\n")
	}
}

// text is the code.
func (w *writer) text() ([]byte, error) {
	var b bytes.Buffer
	b.WriteString("// Code generated by go generate; DO NOT EDIT.\n\npackage lab\n\n")
	if len(w.imports) > 0 {
		slices.Sort(w.imports)
		b.WriteString("import (\n")
		for _, path := range slices.Compact(w.imports) {
			fmt.Fprintf(&b, "%q\n", path)
		}
		b.WriteString(")\n\n")
	}
	b.WriteString("// Fields passes on what messages have of a struct or a map, of which it is given a pointer: names, and pointers to what is under them.\n")
	b.WriteString("func Fields(of any, f func(name string, at any)) {\nswitch p := of.(type) {\n")
	slices.Sort(w.cases)
	for _, text := range w.cases {
		b.WriteString(text)
	}
	b.WriteString("default:\npanic(\"lab: a message has no such thing; run go generate\")\n}\n}\n\n// options are what a caller may ask of a method beside what it works on.\nvar options = map[string][]string{\n")
	for _, method := range slices.Sorted(maps.Keys(w.options)) {
		fmt.Fprintf(&b, "%q: {\"%s\"},\n", method, strings.Join(w.options[method], `", "`))
	}
	b.WriteString("}\n")
	return format.Source(b.Bytes())
}
