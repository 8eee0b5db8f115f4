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
	"text/template"

	"segfault/core/attack"
	"segfault/core/study"
	"segfault/wasm/picture"
)

// poster is a sample and the same sample attacked, side by side, as <seg-fault> shows them live.
var poster = template.Must(template.New("poster").Parse(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {{.Width}} {{.Size}}">
<style>
path { fill: none; stroke-width: 1; stroke-linejoin: round }
.truth { stroke: #f5e663; stroke-dasharray: 3 2.5 }
.before { stroke: #5bb8ee }
.after { stroke: #ff7a3d; stroke-dasharray: 1 2.2; stroke-width: 1.5; stroke-linecap: round }
</style>
<image width="{{.Size}}" height="{{.Size}}" href="data:image/jpeg;base64,{{.Scan}}"/>
<path class="truth" d="{{.Truth}}"/>
<path class="before" d="{{.Before}}"/>
<g transform="translate({{.Left}})">
<image width="{{.Size}}" height="{{.Size}}" href="data:image/jpeg;base64,{{.Adversarial}}"/>
<path class="truth" d="{{.Truth}}"/>
<path class="before" d="{{.Before}}"/>
<path class="after" d="{{.After}}"/>
</g>
</svg>
`))

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
		model, err := openModel(filepath.Join(models, s.File))
		if err != nil {
			return err
		}
		for _, sample := range study.Samples {
			if sample.Task != s.Task {
				continue
			}
			r, err := attackSlice(context.Background(), model, sample.Subject(sample.Seed), 0, attack.FGSM(), study.Input)
			if err != nil {
				return err
			}
			text, err := r.poster()
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

// poster draws the result of a sample.
func (r *result) poster() ([]byte, error) {
	present := make([]float32, r.width*r.height)
	for i, v := range r.truth {
		present[i%len(present)] = max(present[i%len(present)], float32(v))
	}
	prediction := func(logits []float32) string {
		return picture.Outline(picture.Top(logits, r.model.Net.Shape().Classes), r.width, r.height, 0)
	}
	scan, err := r.jpeg(r.image)
	if err != nil {
		return nil, err
	}
	adversarial, err := r.jpeg(r.fault.Adversarial)
	if err != nil {
		return nil, err
	}
	const between = 2 // pixels, as between the wells of a figure
	var text bytes.Buffer
	err = poster.Execute(&text, map[string]any{
		"Size": r.width, "Left": r.width + between, "Width": 2*r.width + between,
		"Scan": scan, "Adversarial": adversarial,
		"Truth":  picture.Outline(present, r.width, r.height, 0.5),
		"Before": prediction(r.gradient.Logits), "After": prediction(r.fault.Logits),
	})
	return text.Bytes(), err
}

// jpeg is a model's input as base64.
func (r *result) jpeg(x []float32) (string, error) {
	pixels := &image.RGBA{Pix: picture.Input(x, r.channels), Stride: 4 * r.width, Rect: image.Rect(0, 0, r.width, r.height)}
	var data bytes.Buffer
	err := jpeg.Encode(&data, pixels, &jpeg.Options{Quality: 92})
	return base64.StdEncoding.EncodeToString(data.Bytes()), err
}
