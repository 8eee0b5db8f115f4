package main

import (
	"context"
	"maps"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"segfault/core"
	"segfault/core/attack"
	"segfault/core/lab"
	"segfault/core/names"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// shape is what a value has: a kind by path, as build/types/shapes.mjs writes it.
type shape map[string]string

// declared are the methods of the module as its types have them: what they take as options, and what they promise.
func declared(t *testing.T) map[string]struct{ Takes, Gives shape } {
	t.Helper()
	found := map[string]struct{ Takes, Gives shape }{}
	site := filepath.Join("..", "site")
	require.NoError(t, typescript(&found, "shapes.mjs", "Lab", filepath.Join(site, "segfault.d.ts"), filepath.Join(site, "seg-fault.d.ts")))
	return found
}

// tables are those whose names the types repeat, so that editors know them.
var tables = map[reflect.Type][]names.Entry{
	reflect.TypeFor[core.Loss](): attack.Losses(), reflect.TypeFor[attack.Target](): attack.Targets(), reflect.TypeFor[attack.Weight](): attack.Weights(),
	reflect.TypeFor[attack.Norm](): attack.Norms(), reflect.TypeFor[attack.Rule](): attack.Rules(), reflect.TypeFor[attack.Schedule](): attack.Schedules(),
	reflect.TypeFor[attack.Start](): attack.Starts(), reflect.TypeFor[attack.Ending](): attack.Endings(), reflect.TypeFor[lab.Moving](): lab.Movings(), reflect.TypeFor[lab.Ground](): lab.Grounds(),
	reflect.TypeFor[lab.Where](): lab.Wheres(),
}

// union are the names of a table as a union.
func union(table []names.Entry) string {
	list := names.All(table)
	slices.Sort(list)
	return "'" + strings.Join(list, "' | '") + "'"
}

// classes are what arrays become in messages.
var classes = map[reflect.Type]string{
	reflect.TypeFor[[]float32](): "Float32Array", reflect.TypeFor[lab.Values](): "Float32Array", reflect.TypeFor[[]uint8](): "Uint8Array",
	reflect.TypeFor[lab.RGBA](): "Uint8ClampedArray",
}

// of notes what a type of the lab is under a path. taken says that it is a parameter, which is told in plain arrays.
func (s shape) of(t reflect.Type, path string, taken bool) {
	if class, ok := classes[t]; ok && (!taken || class == "Uint8Array") {
		s[path] = class
		return
	}
	if table, ok := tables[t]; ok {
		s[path] = union(table)
		return
	}
	switch t.Kind() {
	case reflect.String:
		s[path] = "string"
	case reflect.Bool:
		s[path] = "boolean"
	case reflect.Int, reflect.Uint64, reflect.Float32, reflect.Float64:
		s[path] = "number"
	case reflect.Interface: // what a host makes
	case reflect.Pointer:
		s.of(t.Elem(), path, taken)
		if !taken && !strings.HasSuffix(path, "?") {
			kind, ok := s[path]
			if !ok {
				kind = "object"
			}
			s[path] = kind + " | null"
		}
	case reflect.Slice, reflect.Array:
		s.of(t.Elem(), path+"[]", taken)
	case reflect.Map:
		s.of(t.Elem(), path+"{}", taken)
	case reflect.Struct:
		if path != "" {
			path += "."
		}
		s.members(t, path, taken)
	default:
		panic("what is a " + t.String())
	}
}

func (s shape) members(t reflect.Type, path string, taken bool) {
	for i := range t.NumField() {
		f := t.Field(i)
		tag, ok := f.Tag.Lookup("json")
		name, empty, _ := strings.Cut(tag, ",")
		switch {
		case ok && name == "-" || f.Type == reflect.TypeFor[lab.Unseen]():
		case ok && name == "reference" && f.Type == reflect.TypeFor[attack.Target]():
			s[path+name] = "'prediction' | 'truth'" // what an attack leads away from
		case ok && name == "method" && t == reflect.TypeFor[attack.Method]():
			s[path+"method?"] = union(attack.Methods())
		case ok:
			if taken || empty == "omitempty" && f.Type.Kind() != reflect.Slice {
				name += "?"
			}
			s.of(f.Type, path+name, taken)
		case f.Anonymous:
			s.members(f.Type, path, taken)
		}
	}
}

// method is what a lab's method takes as options, and gives.
func method(t *testing.T, name string) (takes, gives shape) {
	t.Helper()
	m, ok := reflect.TypeFor[*lab.Lab]().MethodByName(strings.ToUpper(name[:1]) + name[1:])
	require.True(t, ok, name)
	require.Equal(t, reflect.TypeFor[context.Context](), m.Type.In(1))
	takes, gives = shape{}, shape{}
	takes.options(m.Type.In(2).Elem())
	gives.of(m.Type.Out(0).Elem(), "", false)
	return takes, gives
}

// options are those that a method's parameters embed.
func (s shape) options(params reflect.Type) {
	for i := range params.NumField() {
		switch f := params.Field(i); {
		case f.Anonymous && strings.HasSuffix(f.Name, "Options"):
			s.members(f.Type, "", true)
		case f.Anonymous:
			s.options(f.Type)
		}
	}
}

// plainly are shapes with unions of strings as strings where the lab has no table of them, and without what may be left out of options being
// told, since all of a lab's may be.
func plainly(theirs, ours shape, options bool) shape {
	plain := shape{}
	for path, kind := range theirs {
		if options {
			first, rest, deep := strings.Cut(path, "[")
			first = strings.TrimSuffix(first, "?") + "?"
			if path = first; deep {
				path += "[" + rest
			}
		}
		if strings.HasPrefix(kind, "'") && ours[path] == "string" {
			kind = "string"
		}
		plain[path] = kind
	}
	return plain
}

// same compares what the lab has with what the types say, each path by itself.
func same(t *testing.T, ours, theirs shape) {
	t.Helper()
	for path, kind := range ours {
		assert.Equal(t, kind, theirs[path], "%s in segfault.d.ts", path)
	}
	for path := range theirs {
		assert.Contains(t, ours, path, "the lab has no %s", path)
	}
}

// The types of the module say what the lab's own types do, in every option and all that is promised, but for what the module sees to itself.
func TestTheTypesAreTheLabs(t *testing.T) {
	declared := declared(t)
	for name, of := range map[string]string{ // what the module calls them, and the lab
		"open": "open", "use": "use", "load": "load", "sample": "sample", "slice": "slice", "planes": "planes", "loadTruth": "loadMask", "inspectModel": "inspectModel",
		"loadModel": "loadModel", "paint": "paint", "unpaint": "unpaint", "predict": "predict", "attack": "attack", "attackVolume": "attackVolume",
		"least": "least", "attention": "attention", "beside": "beside", "judge": "judge", "universal": "universal", "transfer": "transfer",
		"save": "save", "render": "render",
	} {
		t.Run(name, func(t *testing.T) {
			takes, gives := method(t, of)
			theirs := declared[name]
			for _, own := range []string{"signal?", "enough?", "onProgress?", "site?", "onReset?"} {
				delete(theirs.Takes, own)
			}
			takes = plainly(takes, takes, true)
			same(t, takes, plainly(theirs.Takes, takes, true))
			switch name {
			case "save", "open": // a File, a Lab
				return
			case "loadModel": // the model alone
				gives = shape{}
				gives.of(reflect.TypeFor[lab.ModelInfo](), "", false)
			case "load", "sample", "loadTruth", "paint", "unpaint": // with digests of files
				maps.DeleteFunc(theirs.Gives, func(path, _ string) bool { return strings.Contains(path, "sha256") })
			case "predict", "attack", "attackVolume", "least", "universal", "transfer": // lab.info has it
				maps.DeleteFunc(gives, func(path, _ string) bool { return strings.HasPrefix(strings.TrimPrefix(path, "fault."), "info?") })
			}
			maps.DeleteFunc(theirs.Gives, func(path, kind string) bool { return path == "" && strings.HasPrefix(kind, "object") }) // it may be null
			same(t, gives, plainly(theirs.Gives, gives, false))
		})
	}
}
