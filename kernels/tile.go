package kernels

import (
	"fmt"
	"strconv"
	"strings"
)

// tile is how GPUs compute a convolution: as a product of matrices whose right
// side, the pixels under every tap, is never written out. Its rows are channels
// out, its columns pixels, and its inner side are channels in, k at a time, for
// each of which all taps follow each other while their pixels are near.
type tile struct {
	m, n   int // channels and pixels of a workgroup
	tm, tn int // of an invocation, by fours
	k      int // channels of a step
	kh, kw int // taps
	layout arrangement
	half   bool // whether weights are float16
}

// arrangement is how a tile's pixels lie, and are read.
type arrangement int

const (
	spaced  arrangement = iota // the four of a vector n/4 apart: any width, stride, dilation
	spread                     // so, over a gradient whose pixels a stride took apart
	rowwise                    // so, with a tap for every row of a step: no waste where channels are few
	quad                       // neighbours in a vector, read and written at once
	patch                      // a piece of the image with its rim, which serves all nine taps of a 3×3 filter
)

// patchWidth is how many pixels of a row a patch has. Its rows lie patchStride
// apart, so that those which neighbours read are in other banks.
const (
	patchWidth  = 16
	patchStride = 20
)

// name is the shader's.
func (t tile) name() string {
	name := fmt.Sprint("conv2d_tile_", t.m, "x", t.n, "x", t.k, "_", t.kh, "x", t.kw, [...]string{"", "_spread", "_flat", "_quad", "_patch"}[t.layout])
	if t.half {
		name += "_half"
	}
	return name
}

// threads are a workgroup's invocations.
func (t tile) threads() int { return t.m / t.tm * (t.n / t.tn) }

// panel is how many vectors of weights a workgroup keeps.
func (t tile) panel() int {
	if t.layout == patch {
		return 9 * t.k * t.m / 4
	}
	return t.k * t.m / 4
}

// patchRows are those of a patch, with the rim.
func (t tile) patchRows() int { return t.n/patchWidth + 2 }

// memory is what a workgroup's invocations share, in bytes.
func (t tile) memory() int {
	if t.layout == patch {
		return 16*t.panel() + 4*t.k*t.patchRows()*patchStride
	}
	return 16*t.panel() + 4*t.k*t.n
}

// source is the shader's text: one variable a vector, which a compiler keeps in
// registers, as it may not keep an array.
func (t tile) source() string {
	pixels, image, size, words, weight := "f32", "vec4f", t.k*t.n/4, "vec4f", "w[at]"
	body, end := productText, spacedEnd
	switch t.layout {
	case quad:
		pixels = "vec4f"
		body, end = strings.NewReplacer("@start\n", quadStart, "@step\n", quadStep).Replace(body), quadEnd
	case patch:
		image, size = "f32", t.k*t.patchRows()*patchStride
		body, end = patchText, patchEnd
	case rowwise:
		body = strings.NewReplacer("@start\n", spacedStart, "@step\n", flatStep).Replace(body)
	default:
		body = strings.NewReplacer("@start\n", spacedStart, "@step\n", spacedStep).Replace(body)
	}
	if t.half {
		words, weight = "vec2u", "vec4f(unpack2x16float(w[at].x), unpack2x16float(w[at].y)) * 0x1p-10"
	}
	helpers := putSpaced
	switch t.layout {
	case quad:
		helpers = putQuad
	case rowwise:
		helpers += flatText
	}
	scaled := "" // what channels are multiplied by, where single pixels are read
	switch {
	case t.kh*t.kw > 1 || t.layout == spread:
	case t.layout == quad:
		scaled = scaledQuad
	case t.layout == spaced:
		scaled = scaledSpaced
	}
	between := "" // what lies between a gradient's pixels is 0
	if t.layout == spread {
		between = spreadText
	}
	head, main, _ := strings.Cut(tileHead, "@compute")
	text := strings.NewReplacer("@scaled\n", scaled, "@PIXELS", pixels, "@WORDS", words, "@IMAGE", image, "@SIZE", strconv.Itoa(size), "@WEIGHT", weight, "@PANEL", strconv.Itoa(t.panel()),
		"@spread\n", between).Replace(head + helpers + "\n@compute" + main + strings.Replace(body, "@end\n", strings.Replace(end, "@finish\n", finishText, 1), 1))
	return t.unroll(text)
}

// unroll writes out lines that begin with @: for every row that an invocation
// reads, every vector of weights, every vector of its sums.
func (t tile) unroll(text string) string {
	threads, quarter := t.threads(), t.n/4
	known := strings.NewReplacer("$threads", strconv.Itoa(threads), "$quarter", strconv.Itoa(quarter), "$taps", strconv.Itoa(t.kh*t.kw),
		"$columns", strconv.Itoa(t.n/t.tn), "$m4", strconv.Itoa(t.m/4), "$m", strconv.Itoa(t.m), "$n", strconv.Itoa(t.n), "$kw", strconv.Itoa(t.kw), "$k", strconv.Itoa(t.k),
		"$tm", strconv.Itoa(t.tm), "$across", strconv.Itoa(t.tn/4), "$high", strconv.Itoa(4*t.m/t.tm),
		"$rows", strconv.Itoa(t.patchRows()), "$height", strconv.Itoa(t.n/patchWidth), "$tn", strconv.Itoa(t.tn), "$panel", strconv.Itoa(t.panel()))
	var out strings.Builder
	// times writes a line, guarded where not all invocations have a last one.
	times := func(line, index string, step, limit int) {
		for i := 0; i*step < limit; i++ {
			at := fmt.Sprint(index, " + ", i*step)
			s := strings.NewReplacer("$at", at, "$i", strconv.Itoa(i)).Replace(line)
			if (i+1)*step > limit {
				s = fmt.Sprintf("if (%s < %d) { %s }", at, limit, s)
			}
			out.WriteString("    " + s + "\n")
		}
	}
	for line := range strings.Lines(text) {
		line = known.Replace(strings.TrimRight(line, "\n"))
		word, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
		switch word {
		case "@rows":
			times(rest, "row", threads/quarter, t.k)
		case "@weights":
			times(rest, "l", threads, t.panel())
		case "@pixels":
			for j := range t.tn / 4 {
				out.WriteString("      " + strings.NewReplacer("$j", strconv.Itoa(j), "$apart", strconv.Itoa(j*t.n/t.tn)).Replace(rest) + "\n")
			}
		case "@column":
			for j := range t.tn + 2 {
				out.WriteString("        " + strings.ReplaceAll(rest, "$j", strconv.Itoa(j)) + "\n")
			}
		case "@taps": // one below the other
			for ky := range 3 {
				for j := range t.tn / 4 {
					first := ky + 4*j
					fmt.Fprintf(&out, "        let p%d_%d = vec4f(q%d, q%d, q%d, q%d);\n", ky, j, first, first+1, first+2, first+3)
				}
				for i := range t.tm / 4 {
					fmt.Fprintf(&out, "        let w%d_%d = panel[u + %d];\n", ky, i, ky*3*t.k*t.m/4+i*t.m/t.tm)
				}
				for i := range t.tm {
					for j := range t.tn / 4 {
						fmt.Fprintf(&out, "        s%d_%d = fma(vec4f(w%d_%d.%c), p%d_%d, s%d_%d);\n", i, j, ky, i/4, "xyzw"[i%4], ky, j, i, j)
					}
				}
			}
		case "@channels":
			for i := range t.tm / 4 {
				out.WriteString("      " + strings.NewReplacer("$i", strconv.Itoa(i), "$apart", strconv.Itoa(i*t.m/t.tm)).Replace(rest) + "\n")
			}
		case "@sums":
			for i := range t.tm {
				for j := range t.tn / 4 {
					out.WriteString("      " + strings.NewReplacer("$i", strconv.Itoa(i), "$j", strconv.Itoa(j), "$at", strconv.Itoa(i*t.tn/4+j),
						"$w", fmt.Sprintf("w%d.%c", i/4, "xyzw"[i%4])).Replace(rest) + "\n")
				}
			}
		default:
			out.WriteString(line + "\n")
		}
	}
	return out.String()
}
