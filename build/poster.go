package main

import (
	"bytes"
	"context"
	"encoding/base64"
	"fmt"
	"image"
	"image/jpeg"
	"os"
	"path/filepath"
	"strconv"
	"text/template"

	"segfault/core"
	"segfault/core/attack"
	"segfault/core/lab"
	"segfault/core/picture"
)

// poster is a sample and the same sample attacked, side by side, drawn as the page and <seg-fault> draw them live. An address's
// fragment says what it shows of the model: #strong both answers, the attacked one to many steps, #e0.009 that to one step of that ε, #before only the first one, #plain none.
var poster = template.Must(template.New("poster").Parse(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {{.Width}} {{.Size}}">
<style>
path { fill-opacity: .4; fill-rule: evenodd; stroke-width: 2.5px; stroke-linejoin: round; vector-effect: non-scaling-stroke }
.truth { stroke: #f5e663; fill: none; stroke-dasharray: 5 4 }
.before { stroke: #5bb8ee; fill: #5bb8ee }
.after { display: none; stroke: #ff7a3d; fill: #ff7a3d; stroke-dasharray: 1.5 4; stroke-linecap: round }
.after:target { display: inline }
#plain:target ~ .before { display: none }
</style>
<g id="plain"/>
<image width="{{.Size}}" height="{{.Size}}" href="data:image/jpeg;base64,{{.Scan}}"/>
<path class="truth" d="{{.Truth}}"/>
<path class="before" d="{{.Before}}"/>
<g transform="translate({{.Left}})">
<image width="{{.Size}}" height="{{.Size}}" href="data:image/jpeg;base64,{{.Adversarial}}"/>
<path class="truth" d="{{.Truth}}"/>
<path class="after" id="strong" d="{{.Strong}}"/>
{{- range .After}}
<path class="after" id="e{{.Epsilon}}" d="{{.Outline}}"/>
{{- end}}
</g>
</svg>
`))

// posterEpsilons are those of which posters have the outline: the stops of the dials, as far as figures go.
var posterEpsilons = []float64{
	0, 0.0005, 0.001, 0.0015, 0.002, 0.0025, 0.003, 0.0035, 0.004, 0.0045, 0.005,
	0.006, 0.007, 0.008, 0.009, 0.01, 0.012, 0.014, 0.016, 0.018, 0.02,
}

// posters draws every sample that a shipped model can segment, attacked as a figure attacks it by default.
func posters(models, out string, shipped []shippedModel) error {
	if err := os.MkdirAll(out, 0o755); err != nil {
		return fmt.Errorf("site: %w", err)
	}
	drawn := map[string]bool{}
	for _, s := range shipped {
		if drawn[s.Task] { // by the first model of a task, as in the menu
			continue
		}
		drawn[s.Task] = true
		data, err := os.ReadFile(filepath.Join(models, s.File))
		if err != nil {
			return fmt.Errorf("site: %w", err)
		}
		model, err := lab.ReadModel(data)
		if err != nil {
			return err
		}
		for _, sample := range lab.Samples {
			if sample.Task != s.Task {
				continue
			}
			text, err := drawPoster(context.Background(), model, sample.Subject(sample.Seed))
			if err != nil {
				return err
			}
			if err := os.WriteFile(filepath.Join(out, sample.Name+".svg"), text, 0o644); err != nil {
				return fmt.Errorf("site: %w", err)
			}
		}
	}
	return nil
}

// drawPoster attacks a sample with every ε; of the attacked pictures, which look alike, it shows that of the default one.
func drawPoster(ctx context.Context, model *lab.Model, subject *lab.Subject) ([]byte, error) {
	height, width := subject.InputSize(model)
	shape := model.Net.Shape()
	session, err := attack.NewSession(core.NewCPU(0), model.Net, height, width)
	if err != nil {
		return nil, err
	}
	defer session.Close()
	clean, err := subject.Image(0, model)
	if err != nil {
		return nil, err
	}
	truth, err := subject.Planes(0, model, func() ([]float32, error) { return session.Predict(ctx, clean) })
	if err != nil {
		return nil, err
	}
	a, p := attack.FGSM(), attack.Problem{Image: clean, Truth: truth}
	gradient, err := session.Gradient(ctx, p, a.Objective)
	if err != nil {
		return nil, err
	}
	attacked, err := session.Apply(ctx, p, gradient, a)
	if err != nil {
		return nil, err
	}
	answer := func(logits []float32) string {
		return picture.Outline(picture.Top(logits, shape.Classes), width, height, 0)
	}
	type outline struct{ Epsilon, Outline string }
	var after []outline
	for _, epsilon := range posterEpsilons {
		a.Epsilon = float32(epsilon)
		f, err := session.Apply(ctx, p, gradient, a)
		if err != nil {
			return nil, err
		}
		after = append(after, outline{strconv.FormatFloat(epsilon, 'f', -1, 64), answer(f.Logits)})
	}
	many, err := attack.Named(attack.Strong)
	if err != nil {
		return nil, err
	}
	_, strong, err := session.Run(ctx, p, many, nil)
	if err != nil {
		return nil, err
	}
	low, high, err := subject.Window(0, model.Normalisation)
	if err != nil {
		return nil, err
	}
	seen := func(image []float32) string {
		return jpegOf(picture.Input(picture.Window(image, low, high), shape.In), width)
	}
	present := make([]float32, width*height)
	for i, v := range truth {
		present[i%len(present)] = max(present[i%len(present)], float32(v))
	}
	const between = 2 // pixels, so that neither half shows a seam of the other
	var text bytes.Buffer
	err = poster.Execute(&text, map[string]any{
		"Size": width, "Left": width + between, "Width": 2*width + between,
		"Scan": seen(clean), "Adversarial": seen(attacked.Adversarial),
		"Truth": picture.Outline(present, width, height, 0.5), "Before": answer(gradient.Logits), "After": after, "Strong": answer(strong.Logits),
	})
	return text.Bytes(), err
}

// jpegOf is a square of RGBA pixels as base64.
func jpegOf(pixels []uint8, side int) string {
	var data bytes.Buffer
	jpeg.Encode(&data, &image.RGBA{Pix: pixels, Stride: 4 * side, Rect: image.Rect(0, 0, side, side)}, &jpeg.Options{Quality: 92}) // to memory, which does not fail
	return base64.StdEncoding.EncodeToString(data.Bytes())
}
