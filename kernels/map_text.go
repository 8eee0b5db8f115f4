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

// text is that of the shader.
func (k Map) text() string {
	p := k.part("", 0, "fn term(i: i32) -> f32 {\n")
	return "struct Sizes {\n  count: i32,\n  reads: i32,\n  terms: i32,\n  rest: i32,\n" + p.fields + "}\n\n" + p.bindings + written(k.reads()) + strings.Join(p.functions, "") + p.main + `
@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = i32(id.y * groups.x * 64 + id.x);
  if (i < sizes.count) {
    y[i] = term(i);
  }
}
`
}

// part is what the text of a shader has for a Map.
type part struct {
	fields, bindings string
	functions        []string // those of the shaders whose work it does
	main             string   // makes an element
}

// part names its sizes by a prefix, and binds from an array on. Of a main that is given the first value it reads the rest.
func (k Map) part(prefix string, first int, main string) (p part) {
	p.fields = fmt.Sprintf("  %srepeats: array<vec4i, %d>,\n  %snumbers: array<vec4i, %d>,\n", prefix, MostReads, prefix, MostTerms)
	p.main = "\n" + main
	for i, r := range k.Reads[:k.reads()] {
		if i == 0 && strings.Contains(main, "given") {
			p.main += "  let v0 = given;\n"
			first--
			continue
		}
		p.bindings += fmt.Sprintf("@group(0) @binding(%d) var<storage, read> x%d: array<f32>;\n", first+i, first+i)
		at := "i"
		if !k.whole(r) {
			at = fmt.Sprintf("i / sizes.%srepeats[%d].x %% sizes.%srepeats[%d].y", prefix, i, prefix, i)
		}
		p.main += fmt.Sprintf("  let v%d = x%d[%s];\n", i, first+i, at)
	}
	for i, t := range k.Terms[:k.terms()] {
		text, functions := t.Kernel.expression(fmt.Sprint("v", t.Of[0]), fmt.Sprint("v", t.Of[1]), fmt.Sprintf("bitcast<vec4f>(sizes.%snumbers[%d])", prefix, i))
		p.main += fmt.Sprintf("  let v%d = %s;\n", MostReads+i, text)
		for _, f := range functions {
			if f = "\n" + f; !slices.Contains(p.functions, f) {
				p.functions = append(p.functions, f)
			}
		}
	}
	p.main += fmt.Sprintf("  return v%d;\n}\n", MostReads+k.terms()-1)
	return p
}

// written binds what is written, after what is read, and the sizes.
func written(reads int) string {
	return fmt.Sprintf("@group(0) @binding(%d) var<storage, read_write> y: array<f32>;\n@group(0) @binding(%d) var<uniform> sizes: Sizes;\n", reads, reads+1)
}

// into is the text of a shader with what a Map makes in place of the x that its function term reads, and with what another
// does in place of its function finished.
func into(shader string, of, then Map) string {
	sizes, rest, _ := strings.Cut(source(shader), "}\n")
	_, main, _ := strings.Cut(rest, "@compute")
	p, reads := termsAndEnd(of, then, strings.Contains(rest, finished))
	return sizes + p.fields + "}\n\n" + p.bindings + written(reads) + strings.Join(p.functions, "") + p.main + "\n@compute" + main
}

// What makes an element of a sum, and what becomes of the sum.
const term, finished = "fn term(i: i32) -> f32 {\n", "fn finished(given: f32, i: i32) -> f32 {\n"

// termsAndEnd is what the text of a shader of sums has for the Maps before them and, where it can do that, after; and how many arrays both read.
func termsAndEnd(of, then Map, ending bool) (p part, reads int) {
	terms := part{bindings: "@group(0) @binding(0) var<storage, read> x: array<f32>;\n", main: "\n" + term + "  return x[i];\n}\n"}
	reads = 1
	if of.terms() > 0 {
		terms, reads = of.part("", 0, term), of.reads()
	}
	ends := part{main: "\n" + finished + "  return given;\n}\n"}
	if then.terms() > 0 {
		ends = then.part("then_", reads, finished)
		reads += then.reads() - 1
	}
	p = part{bindings: terms.bindings + ends.bindings, functions: terms.functions, main: terms.main}
	for _, f := range ends.functions {
		if !slices.Contains(p.functions, f) {
			p.functions = append(p.functions, f)
		}
	}
	unused := Map{}
	p.fields = unused.part("", 0, "").fields
	if ending {
		p.fields += unused.part("then_", 0, "").fields
		p.main += ends.main
	}
	return p, reads
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
		append(telling(own), function("unary", "log1p"), function("unary", "rectify"), function("unary", "tanhOf"), function("unary", "erf"), own)
}

func (k Binary) expression(a, b, _ string) (string, []string) {
	own := fmt.Sprintf("fn binary%d(u: f32, v: f32) -> f32 {\n  return %s;\n}\n", k.Op, choice("binary", int(k.Op)))
	return fmt.Sprintf("binary%d(%s, %s)", k.Op, a, b), append(telling(own), own)
}

// telling is the function that tells numbers from NaN, where a text calls it.
func telling(text string) []string {
	if name := "isNumber"; calls(text, name) {
		return []string{function("unary", name)}
	}
	return nil
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
