package kernels

import (
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// examples are kernels that together use every shader, in every way they are
// declared.
var examples = []Kernel{
	Adam{}, Affine{}, Band{}, Between{}, Box{}, BatchNorm{}, BatchNormGrad{}, BatchNormGradStats{}, BatchNormStats{}, Binary{},
	Concat{N: 1, Widths: [MostParts]int{1}}, Copy(0, 1), Fold{}, Lerp{},
	MaxPool2D{Window: plain}, MaxPool2DGrad{Window: plain}, Most{}, Sum{}, Swish{}, SwishGrad{}, Unary{},
	UpsampleNearest{}, UpsampleNearestGrad{}, mapExample(12), Squeeze{}, SqueezeGrad{}, Squeeze{Pool: Sum{N: 1, C: 1, Inner: 1, Kept: 1}}, SqueezeGrad{Pool: sums(1, 12)},
	Sum{N: 1, C: 1, Inner: 12, Kept: 1, Of: mapExample(12), Then: thenExample(1)}, Fold{Rows: 1, Inner: 12, Parts: 4, Of: mapExample(12)},
	Conv2D{N: 1, Ca: 1, H: 4, W: 4, Up: 1, Cout: 1, Window: plain, Groups: 1},
	Conv2D{N: 1, Ca: 2, H: 4, W: 4, Up: 1, Cout: 2, Window: plain, Groups: 2},
	Conv2DGradInput{N: 1, Cin: 20, C: 20, H: 4, W: 4, Up: 1, Cout: 20, Window: plain, Groups: 1},
	Conv2DGradInput{N: 1, Cin: 2, C: 2, H: 4, W: 4, Up: 1, Cout: 2, Window: plain, Groups: 2},
	Conv2D{N: 1, Ca: 17, Cb: 20, H: 6, W: 6, Up: 2, Cout: 40, Window: plain, Groups: 1},
	Conv2DGradInput{N: 1, Cin: 20, C: 20, H: 8, W: 8, Up: 2, Cout: 20, Window: plain, Groups: 1},
	Conv2DGradInput{N: 1, Cin: 3, C: 3, H: 9, W: 9, Up: 1, Cout: 5, Window: Window{KH: 5, KW: 5, StrideH: 2, StrideW: 2, DilationH: 1, DilationW: 1}, Groups: 1},
	Conv2DGradWeight{N: 1, Ca: 1, H: 4, W: 4, Up: 1, Cout: 1, Window: plain, Groups: 1},
}

// shadersOf are all shaders of a kernel, with what comes before them and after.
func shadersOf(k Kernel) (list []Shader) {
	for _, s := range append(Shaders(k), Tiles(k)...) {
		list = append(list, s)
		if s.Next != nil {
			list = append(list, *s.Next)
		}
		if s.Packing != nil {
			list = append(list, s.Packing.Shader(false))
		}
	}
	return list
}

// eachShader runs a test for every shader of the examples.
func eachShader(t *testing.T, f func(t *testing.T, s Shader, text string)) {
	for _, k := range examples {
		for _, s := range shadersOf(k) {
			t.Run(fmt.Sprintf("%s of %s", s.Name, k.Name()), func(t *testing.T) { f(t, s, comments.ReplaceAllString(s.Source(), "")) })
		}
	}
}

var comments = regexp.MustCompile(`//.*`)

func TestEveryShaderHasAnExample(t *testing.T) {
	var used []string
	for _, k := range examples {
		for _, s := range shadersOf(k) {
			if m, ok := k.(made); (!ok || m.title() == k.Name()) && s.tile == nil {
				used = append(used, s.Name)
			}
		}
	}
	slices.Sort(used)
	assert.Equal(t, Names(), slices.Compact(used))
}

// TestAShaderHasTheFunctionsThatItCalls, of which what it is put together of may call another's.
func TestAShaderHasTheFunctionsThatItCalls(t *testing.T) {
	ours := map[string]bool{}
	eachShader(t, func(t *testing.T, s Shader, text string) {
		for _, m := range regexp.MustCompile(`fn (\w+)\(`).FindAllStringSubmatch(text, -1) {
			ours[m[1]] = true
		}
	})
	has := func(t *testing.T, text string) {
		for _, m := range regexp.MustCompile(`(\w+)\(`).FindAllStringSubmatch(text, -1) {
			if ours[m[1]] {
				assert.Contains(t, text, "fn "+m[1]+"(")
			}
		}
	}
	eachShader(t, func(t *testing.T, s Shader, text string) { has(t, text) })
	for op := Neg; op <= Round; op++ {
		has(t, Map{Terms: [MostTerms]Term{{Kernel: Unary{Op: op}}}}.text())
	}
	for op := Add; int(op) < len(binary); op++ {
		has(t, Map{Terms: [MostTerms]Term{{Kernel: Binary{Op: op}}}}.text())
	}
}

// A driver that reckons with numbers alone may take a value for equal to itself, NaN or not.
func TestNoShaderComparesAValueWithItself(t *testing.T) {
	eachShader(t, func(t *testing.T, s Shader, text string) {
		for _, m := range regexp.MustCompile(`([\w.\[\]]+) (?:==|!=) ([\w.\[\]]+)`).FindAllStringSubmatch(text, -1) {
			assert.NotEqual(t, m[1], m[2], "ask for its bits")
		}
	})
}

// Constants are the overrides without a value, and may be others, name for name.
func TestConstantsAreTheShadersOverrides(t *testing.T) {
	eachShader(t, func(t *testing.T, s Shader, text string) {
		var must, may, have []string
		for _, m := range regexp.MustCompile(`(?m)^override (\w+)(?:: \w+)?( =)?`).FindAllStringSubmatch(text, -1) {
			may = append(may, m[1])
			if m[2] == "" {
				must = append(must, m[1])
			}
		}
		for _, c := range s.Constants {
			have = append(have, c.Name)
		}
		for _, c := range s.Half().Constants {
			if _, weighted := s.kernel.(Weighted); weighted && s.Packing == nil {
				assert.Contains(t, may, c.Name)
			}
		}
		assert.Subset(t, have, must)
		assert.Subset(t, may, have)
		assert.Len(t, slices.Compact(slices.Sorted(slices.Values(have))), len(have), "none is named twice")
	})
}

// Sizes are the shader's struct of that name, field for field.
func TestSizesAreTheShadersStruct(t *testing.T) {
	eachShader(t, func(t *testing.T, s Shader, text string) {
		var want, have []string
		words := 0
		if body := regexp.MustCompile(`(?s)struct Sizes \{(.*?)\}`).FindStringSubmatch(text); body != nil {
			for _, m := range regexp.MustCompile(`(\w+): (array<\w+, \d+>|\w+),`).FindAllStringSubmatch(body[1], -1) {
				want = append(want, strings.ReplaceAll(m[1], "_", "")+" "+m[2])
			}
		}
		if s.Sizes != nil {
			have, words = fieldsOf(t, reflect.TypeOf(s.Sizes).Elem(), 0)
		}
		assert.Equal(t, want, have)
		assert.Len(t, s.Words(), words)
	})
}

// fieldsOf writes a struct's fields as WGSL does, and counts words from at on.
func fieldsOf(t *testing.T, sizes reflect.Type, at int) (list []string, words int) {
	for i := range sizes.NumField() {
		f := sizes.Field(i)
		name, kind, n := strings.ToLower(f.Name), "i32", 1
		switch f.Type.Kind() {
		case reflect.Struct:
			inner, next := fieldsOf(t, f.Type, at)
			list, at = append(list, inner...), next
			continue
		case reflect.Array: // of integers, by fours, as a uniform buffer wants them
			n = f.Type.Len()
			require.Equal(t, reflect.Int32, f.Type.Elem().Kind())
			require.Zero(t, n%4+at%4, "%s must fill vectors", f.Name)
			kind = fmt.Sprintf("array<vec4i, %d>", n/4)
		case reflect.Float32:
			kind = "f32"
		case reflect.Int32:
		default:
			t.Fatalf("%s is a %v, which no shader can read", f.Name, f.Type)
		}
		list, at = append(list, name+" "+kind), at+n
	}
	return list, at
}

// Needs are what the text uses.
func TestNeedsAreWhatTheShaderUses(t *testing.T) {
	eachShader(t, func(t *testing.T, s Shader, text string) {
		var n Needs
		for _, m := range regexp.MustCompile(`var<workgroup> \w+: array<(\w+), ([^>]+)>`).FindAllStringSubmatch(text, -1) {
			n.Memory += product(t, text, m[2]) * map[string]int{"f32": 4, "vec4f": 16}[m[1]]
		}
		size := regexp.MustCompile(`@workgroup_size\(([^)]+)\)`).FindStringSubmatch(text)
		require.NotNil(t, size)
		n.Invocations = product(t, text, strings.ReplaceAll(size[1], ",", "*"))
		n.Barriers = strings.Contains(text, "workgroupBarrier()")
		if m := regexp.MustCompile(`(?m)^enable (.*);`).FindStringSubmatch(text); m != nil {
			n.Feature = map[string]string{"f16": "shader-f16", "subgroups": "subgroups"}[m[1]]
			require.NotEmpty(t, n.Feature)
		}
		assert.Equal(t, n, s.Needs)
	})
}

// product works out a * b * … of numbers and consts.
func product(t *testing.T, text, expression string) int {
	p := 1
	for _, factor := range strings.Split(expression, "*") {
		factor = strings.TrimSpace(factor)
		if m := regexp.MustCompile(`const ` + factor + ` = (\d+);`).FindStringSubmatch(text); m != nil {
			factor = m[1]
		}
		n, err := strconv.Atoi(factor)
		require.NoError(t, err)
		p *= n
	}
	return p
}

// TestNoFunctionIsWrittenTwice holds the files: what several shaders call is in shared/functions.wgsl. (In place of term stands what a Map makes.)
func TestNoFunctionIsWrittenTwice(t *testing.T) {
	files, err := filepath.Glob("*.wgsl")
	require.NoError(t, err)
	where := map[string]string{}
	for _, file := range append(files, "shared/functions.wgsl") {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		for _, m := range regexp.MustCompile(`(?m)^fn (\w+)\(`).FindAllStringSubmatch(string(text), -1) {
			if first, again := where[m[1]]; m[1] != "main" && m[1] != "term" {
				assert.False(t, again, "%s has %s, as %s does", file, m[1], first)
				where[m[1]] = file
			}
		}
	}
}

// TestAShaderHasTheSharedFunctionsThatItCalls and no other, be the call its own or another shared function's.
func TestAShaderHasTheSharedFunctionsThatItCalls(t *testing.T) {
	eachShader(t, func(t *testing.T, s Shader, text string) {
		for _, m := range regexp.MustCompile(`(?m)^fn (\w+)\(`).FindAllStringSubmatch(functions, -1) {
			uses := len(regexp.MustCompile(`\b`+m[1]+`\(`).FindAllString(text, -1))
			written := strings.Count(text, "\nfn "+m[1]+"(")
			assert.LessOrEqual(t, written, 1, m[1])
			assert.Equal(t, written == 1, uses > 0, m[1])
			assert.NotEqual(t, 1, uses, "%s is there, and not called", m[1])
		}
	})
}

// Every one-dimensional shader finds its index alike, and the sizes of what
// windows move over.
func TestSharedLinesAreTheSame(t *testing.T) {
	for _, name := range Names() {
		text := source(name)
		if strings.Contains(text, "global_invocation_id") {
			assert.Contains(t, text, "fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {", name)
			assert.Regexp(t, `= (i32\()?id\.y \* groups\.x \* 64 \+ id\.x\)?;`, text, name)
		}
		if strings.Contains(text, "override StrideH") {
			const shared = `override StrideH: i32;
override StrideW: i32;
override DilationH: i32;
override DilationW: i32;
override Top: i32;
override Left: i32;
override Bottom: i32;
override Right: i32;
`
			assert.Contains(t, text, shared, name)
			assert.Contains(t, text, `override Ho = (H + Top + Bottom - (KH - 1) * DilationH - 1) / StrideH + 1;
override Wo = (W + Left + Right - (KW - 1) * DilationW - 1) / StrideW + 1;
`, name)
		}
	}
}
