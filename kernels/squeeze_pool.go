package kernels

import (
	"fmt"
	"slices"
	"strings"
)

// Pooling is a Kernel that can also make the sums that it reads.
type Pooling interface {
	Kernel
	// Pooled is the kernel that does so; where that is not free, it cannot.
	Pooled(sum Sum) (pooled Kernel, free bool)
}

// mostPooled is how many numbers one workgroup may add up in about the time of a
// dispatch, and mostChannels how many sums of them it keeps, each in parts.
const (
	mostPooled   = 1 << 15
	mostChannels = 576
	poolParts    = 4
)

// pools is whether a squeeze whose shader binds so many buffers beside can make a sum.
func (k Sum) pools(channels, others int) bool {
	return k.N == 1 && k.Kept == 1 && k.C == channels && k.C <= mostChannels && k.C*k.Inner <= mostPooled && k.arrays()+others <= 8
}

// arrays is how many a sum reads; of none, it is none.
func (k Sum) arrays() int {
	if k.C == 0 {
		return 1
	}
	return max(1, k.Of.reads()) + k.extra()
}

// Pooled implements Pooling.
func (k Squeeze) Pooled(sum Sum) (pooled Kernel, free bool) {
	free = k.Pool.C == 0 && sum.pools(k.First.Ca, 6)
	k.Pool = sum
	return k, free
}

// Pooled implements Pooling.
func (k SqueezeGrad) Pooled(sum Sum) (pooled Kernel, free bool) {
	free = k.Pool.C == 0 && sum.pools(k.Last.Cout, 4)
	k.Pool = sum
	return k, free
}

// Others implements Varied.
func (k Squeeze) Others() []Shader { return k.Pool.then(Squeeze{First: k.First, Last: k.Last}) }

// Others implements Varied.
func (k SqueezeGrad) Others() []Shader { return k.Pool.then(SqueezeGrad{Last: k.Last, First: k.First}) }

// then is one after the other, for drivers on the processor: they take seconds to compile what waits so often.
func (k Sum) then(squeeze Kernel) []Shader {
	if k.C == 0 {
		return nil
	}
	n := k.arrays()
	sum, next := Shaders(k)[0], Shaders(squeeze)[0]
	sum.Bind, sum.Writes, sum.Scratch, sum.Software, sum.Next = append(upTo(n), Parts), 1, k.C, true, &next
	for i, at := range next.Bind {
		switch {
		case at == 0:
			next.Bind[i] = Parts
		case at > 0:
			next.Bind[i] = at - 1 + n
		}
	}
	return []Shader{sum}
}

// with are the Sizes of a squeeze that makes its sums.
func (s squeezeSizes) with(pool Sum) any {
	if pool.C == 0 {
		return &s
	}
	s.Inner = int32(pool.Inner)
	then := pool.Then.within()
	return &struct {
		squeezeSizes
		mapNumbers
		thenNumbers
	}{s, pool.Of.within(), thenNumbers{then.Repeats, then.Numbers}}
}

// squeezing is what the shader needs.
func (k Sum) squeezing() Needs {
	n := Needs{Memory: 4 * (256 + MostHidden), Invocations: 256, Barriers: true}
	if k.C > 0 {
		n.Memory += 4 * poolParts * mostChannels
	}
	return n
}

// squeezeTitle names the shader of a squeeze.
func (k Sum) squeezeTitle(name string) string {
	if k.C == 0 {
		return "squeeze"
	}
	return name + "_of_" + k.title()
}

// poolText makes what the first layer reads.
const poolText = `
var<workgroup> pooled: array<f32, %d>;

fn pool(l: i32) {
  const parts = %d; // of a sum, by neighbours
  for (var i = l; i < sizes.channels * parts; i += 256) {
    let row = i / parts * sizes.inner;
    var sum = 0.0;
    for (var j = i %% parts; j < sizes.inner; j += parts) {
      sum += term(row + j);
    }
    pooled[i %% parts * sizes.channels + i / parts] = sum;
  }
  workgroupBarrier();
  for (var c = l; c < sizes.channels; c += 256) {
    var sum = pooled[c];
    for (var i = 1; i < parts; i++) {
      sum += pooled[i * sizes.channels + c];
    }
    pooled[c] = finished(sum, c);
  }
  workgroupBarrier();
}

fn input_of(i: i32) -> f32 {
  return pooled[i];
}
`

// squeezeText is that of the shader, which binds those of its buffers that are
// named, after what the sum reads; those that are not it neither reads nor writes.
func (k Sum) squeezeText(bound string) string {
	text := source("squeeze")
	if k.C == 0 {
		return text
	}
	sizes, rest, _ := strings.Cut(text, "}\n")
	_, rest, _ = strings.Cut(rest, "var<uniform> sizes: Sizes;\n")
	rest = strings.Replace(rest, "\n// What the first layer reads.\n"+function("squeeze", "input_of"), fmt.Sprintf(poolText, poolParts*mostChannels, poolParts), 1)
	rest = strings.Replace(rest, "let l = i32(index);\n", "let l = i32(index);\n  pool(l);\n", 1)
	m, at := termsAndEnd(k.Of, k.Then, true)
	bindings := m.bindings
	for _, name := range strings.Fields("first first_bias open last last_bias before y") {
		access := "read"
		if name == "before" || name == "y" {
			access = "read_write"
		}
		if !strings.Contains(bound, " "+name+" ") {
			bindings += fmt.Sprintf("var<private> %s: array<f32, 1>;\n", name)
			continue
		}
		bindings += fmt.Sprintf("@group(0) @binding(%d) var<storage, %s> %s: array<f32>;\n", at, access, name)
		at++
	}
	bindings += fmt.Sprintf("@group(0) @binding(%d) var<uniform> sizes: Sizes;\n", at)
	m.functions = slices.DeleteFunc(m.functions, func(f string) bool { return strings.Contains(rest, f) })
	return sizes + m.fields + "}\n\n" + bindings + strings.Join(m.functions, "") + m.main + rest
}

// pooling are the stages that make what a squeeze reads, and where it finds that and the rest.
func (k Sum) pooling(w *Workers, b [][]float32) (stages []Stage, given []float32, rest [][]float32) {
	if k.C == 0 {
		return nil, b[0], b[1:]
	}
	n := k.arrays()
	given = make([]float32, k.C)
	return k.Bind(w, append(append([][]float32{}, b[:n]...), given)), given, b[n:]
}
