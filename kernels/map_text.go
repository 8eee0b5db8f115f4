package kernels

import (
	"fmt"
	"math"
	"slices"
	"strings"
)

// mapSizes are the Sizes of a Map's shader: one pipeline serves all that do the same.
type mapSizes struct {
	Count, Reads, Terms, Rest int32
	mapNumbers
}

// mapNumbers are those of what a Map does.
type mapNumbers struct {
	Repeats [4 * MostReads]int32
	Numbers [4 * MostTerms]int32 // the bits of them
}

// Sizes implements Sized.
func (k Map) Sizes() any {
	return &mapSizes{int32(k.Count), int32(k.reads()), int32(k.terms()), 0, k.within()}
}

// within are a Map's numbers within a shader that makes what it reads so.
func (k Map) within() (n mapNumbers) {
	for i, r := range k.Reads[:k.reads()] {
		n.Repeats[4*i], n.Repeats[4*i+1] = int32(r.Div), int32(r.Mod)
	}
	for i, t := range k.Terms[:k.terms()] {
		for j, v := range t.Kernel.numbers() {
			n.Numbers[4*i+j] = int32(math.Float32bits(v))
		}
	}
	return n
}

// made is a Kernel of which the shader's text is made.
type made interface {
	Kernel
	// title names the text.
	title() string
	text() string
}

// titled is the name of a shader that reads what a Map makes; of none, the shader's.
func (k Map) titled(shader string) string {
	if k.terms() == 0 {
		return shader
	}
	return shader + "_of_" + k.title()
}

// title names a Map's shader by what is in its text.
func (k Map) title() string {
	name := "map"
	for _, r := range k.Reads[:k.reads()] {
		name += [...]string{"_repeated", "_whole"}[flag(k.whole(r))]
	}
	for _, t := range k.Terms[:k.terms()] {
		name += fmt.Sprintf("_%s_%d_%d", t.name(), t.Of[0], t.Of[1])
	}
	return name
}

// text is that of the shader. Its functions are those of the shaders whose work it does.
func (k Map) text() string {
	return "struct Sizes {\n  count: i32,\n  reads: i32,\n  terms: i32,\n  rest: i32,\n" + k.declarations() + `
@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = i32(id.y * groups.x * 64 + id.x);
  if (i < sizes.count) {
    y[i] = term(i);
  }
}
`
}

// into is the text of a shader with what the Map makes in place of the x that its function term reads.
func (k Map) into(shader string) string {
	text := source(shader)
	if k.terms() == 0 {
		return text
	}
	sizes, rest, _ := strings.Cut(text, "}\n")
	_, main, _ := strings.Cut(rest, "fn term(i: i32) -> f32 {\n  return x[i];\n}\n")
	return sizes + k.declarations() + main
}

// declarations end the Sizes, bind what is read and written, and make an element.
func (k Map) declarations() string {
	var head, body strings.Builder
	fmt.Fprintf(&head, "  repeats: array<vec4i, %d>,\n  numbers: array<vec4i, %d>,\n}\n\n", MostReads, MostTerms)
	for i, r := range k.Reads[:k.reads()] {
		fmt.Fprintf(&head, "@group(0) @binding(%d) var<storage, read> x%d: array<f32>;\n", i, i)
		at := "i"
		if !k.whole(r) {
			at = fmt.Sprintf("i / sizes.repeats[%d].x %% sizes.repeats[%d].y", i, i)
		}
		fmt.Fprintf(&body, "  let v%d = x%d[%s];\n", i, i, at)
	}
	fmt.Fprintf(&head, "@group(0) @binding(%d) var<storage, read_write> y: array<f32>;\n@group(0) @binding(%d) var<uniform> sizes: Sizes;\n", k.reads(), k.reads()+1)
	var called []string
	for i, t := range k.Terms[:k.terms()] {
		text, functions := t.Kernel.expression(fmt.Sprint("v", t.Of[0]), fmt.Sprint("v", t.Of[1]), fmt.Sprintf("bitcast<vec4f>(sizes.numbers[%d])", i))
		fmt.Fprintf(&body, "  let v%d = %s;\n", MostReads+i, text)
		for _, f := range functions {
			if !slices.Contains(called, f) {
				called = append(called, f)
				head.WriteString("\n" + f)
			}
		}
	}
	return fmt.Sprintf("%s\nfn term(i: i32) -> f32 {\n%s  return v%d;\n}\n", head.String(), body.String(), MostReads+k.terms()-1)
}

// function is the text of a function of a shader.
func function(shader, name string) string {
	_, rest, _ := strings.Cut(source(shader), "\nfn "+name+"(")
	text, _, _ := strings.Cut(rest, "\n}\n")
	return "fn " + name + "(" + text + "\n}\n"
}

// choice is what a shader assigns to y[i] for an op.
func choice(shader string, op int) string {
	text := source(shader)
	_, rest, ok := strings.Cut(text, fmt.Sprintf("case %d: { y[i] = ", op))
	if !ok {
		_, rest, _ = strings.Cut(text, "default: { y[i] = ")
	}
	text, _, _ = strings.Cut(rest, "; }")
	return text
}

func (k Unary) expression(a, _, _ string) (string, []string) {
	own := fmt.Sprintf("fn unary%d(v: f32) -> f32 {\n  let e = exp(-abs(v)); // never overflows\n  return %s;\n}\n", k.Op, choice("unary", int(k.Op)))
	return fmt.Sprintf("unary%d(%s)", k.Op, a),
		[]string{function("unary", "log1p"), function("unary", "rectify"), function("unary", "tanhOf"), function("unary", "erf"), own}
}

func (k Binary) expression(a, b, _ string) (string, []string) {
	own := fmt.Sprintf("fn binary%d(u: f32, v: f32) -> f32 {\n  return %s;\n}\n", k.Op, choice("binary", int(k.Op)))
	return fmt.Sprintf("binary%d(%s, %s)", k.Op, a, b), []string{own}
}

func (k Affine) expression(a, _, numbers string) (string, []string) {
	return fmt.Sprintf("%s.x * %s + %s.y", numbers, a, numbers), nil
}

func (k Swish) expression(a, _, _ string) (string, []string) {
	return "silu(" + a + ")", []string{function("swish", "sigmoid"), function("swish", "silu")}
}

func (k SwishGrad) expression(a, b, _ string) (string, []string) {
	return b + " * silu_slope(" + a + ")", []string{function("swish_grad", "sigmoid"), function("swish_grad", "silu_slope")}
}

func (k Between) expression(a, b, numbers string) (string, []string) {
	return fmt.Sprintf("select(%s.z * %s, %s, %s > %s.x && %s < %s.y)", numbers, a, a, b, numbers, b, numbers), nil
}
