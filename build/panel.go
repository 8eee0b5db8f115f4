package main

import (
	"bytes"
	"cmp"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"strings"

	"segfault/core/lab"
	"segfault/core/picture"

	"golang.org/x/image/font"
	"golang.org/x/image/font/basicfont"
	"golang.org/x/image/math/fixed"
)

// The panel's colours can be told apart with any colour vision (Okabe and Ito
// 2008), and differ in lightness too.
var (
	truePositive  = color.RGBA{0x00, 0x9e, 0x73, 0xff} // bluish green
	falseNegative = color.RGBA{0xf0, 0xe4, 0x42, 0xff} // yellow
	falsePositive = color.RGBA{0xd5, 0x5e, 0x00, 0xff} // vermilion
	maskColour    = color.RGBA{0x56, 0xb4, 0xe9, 0xff} // sky blue
)

const (
	captionHeight = 20
	gap           = 8
)

// panel is a picture of what an attack did.
type panel struct {
	*lab.Result
	metrics *lab.Metrics
}

// png draws scan, attacked scan and perturbation above the predictions before
// and after, and the errors after.
func (r panel) png() ([]byte, error) {
	reference, before, after := r.Truth, r.Found(r.Before), r.Found(r.After)
	if reference == nil {
		reference = before
	}
	zoom := max(1, (223+max(r.Width, r.Height))/max(r.Width, r.Height)) // so that captions have room
	grey := r.grey(r.Image)
	change, scale := r.change()
	dice, agreement := r.metrics.Dice, "Dice"
	if r.Truth == nil {
		agreement = "agreement"
	}
	tiles := []struct {
		caption string
		pixel   func(i int) color.Color
	}{
		{"scan", func(i int) color.Color { return r.colour(r.Image, i) }},
		{fmt.Sprintf("attacked, epsilon %.3g", r.How.Epsilon), func(i int) color.Color { return r.colour(r.Adversarial, i) }},
		{fmt.Sprintf("change, +-%.3g as white/black", scale), func(i int) color.Color { return over(0.5+change[i]/(2*scale), false, maskColour) }},
		{caption("before", "Dice", dice.Union.Before, dice.True.Before), func(i int) color.Color { return over(grey[i], anyClass(before, i, len(grey)), maskColour) }},
		{caption("after", agreement, dice.Union.After, dice.True.After), func(i int) color.Color { return over(grey[i], anyClass(after, i, len(grey)), maskColour) }},
		{"green hit, yellow miss, red false", func(i int) color.Color {
			found, wanted := anyClass(after, i, len(grey)), anyClass(reference, i, len(grey))
			switch {
			case found && wanted:
				return over(grey[i], true, truePositive)
			case wanted:
				return over(grey[i], true, falseNegative)
			default:
				return over(grey[i], found, falsePositive)
			}
		}},
	}
	w, h := r.Width*zoom, r.Height*zoom+captionHeight
	canvas := image.NewRGBA(image.Rect(0, 0, 3*w+4*gap, 2*h+3*gap))
	draw.Draw(canvas, canvas.Bounds(), image.White, image.Point{}, draw.Src)
	for k, t := range tiles {
		left, top := gap+(k%3)*(w+gap), gap+(k/3)*(h+gap)
		text := font.Drawer{Dst: canvas, Src: image.Black, Face: basicfont.Face7x13, Dot: fixed.P(left, top+13)}
		text.DrawString(t.caption)
		for i := range grey {
			x, y := left+i%r.Width*zoom, top+captionHeight+i/r.Width*zoom
			draw.Draw(canvas, image.Rect(x, y, x+zoom, y+zoom), image.NewUniform(t.pixel(i)), image.Point{}, draw.Src)
		}
	}
	var out bytes.Buffer
	err := png.Encode(&out, canvas)
	return out.Bytes(), err
}

// caption names a prediction, with its score where there is one, and that of the true class where it is another.
func caption(when, score string, union, own *float64) string {
	if union == nil {
		return when
	}
	text := fmt.Sprintf("%s: %s %.2f", when, score, *union)
	if of := fmt.Sprintf("%.2f", *own); !strings.HasSuffix(text, of) {
		text += ", true " + of
	}
	return text
}

// colour is a pixel of a model's input: its first three channels, or grey.
func (r panel) colour(x []float32, i int) color.Color {
	n := r.Width * r.Height
	c := [3]uint8{}
	for k := range c {
		c[k] = level(x[min(k, r.Channels-1)*n+i])
	}
	return color.RGBA{c[0], c[1], c[2], 0xff}
}

// change is the perturbation in the mean of channels, and the largest of it; 1 where there is none.
func (r panel) change() (change []float32, largest float32) {
	change = picture.Change(r.Image, r.Adversarial, r.Channels)
	for _, v := range change {
		largest = max(largest, v, -v)
	}
	return change, cmp.Or(largest, 1)
}

// grey is the mean of the channels.
func (r panel) grey(x []float32) []float32 {
	g := make([]float32, r.Width*r.Height)
	for i, v := range x {
		g[i%len(g)] += v / float32(r.Channels)
	}
	return g
}

func anyClass(planes []uint8, i, pixels int) bool {
	for ; i < len(planes); i += pixels {
		if planes[i] != 0 {
			return true
		}
	}
	return false
}

// over is a grey pixel, half covered with a colour where marked.
func over(grey float32, marked bool, c color.RGBA) color.Color {
	g := level(grey)
	if !marked {
		return color.RGBA{g, g, g, 0xff}
	}
	mix := func(a uint8) uint8 { return uint8((uint16(a)*3 + uint16(g)*2) / 5) }
	return color.RGBA{mix(c.R), mix(c.G), mix(c.B), 0xff}
}

func level(v float32) uint8 { return uint8(min(max(v, 0), 1)*255 + 0.5) }
