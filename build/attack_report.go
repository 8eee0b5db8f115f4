package main

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"image"
	"image/png"
	"os"
	"slices"
	"strings"
	"time"

	"segfault/core/lab"
	"segfault/core/lab/recipe"
	"segfault/core/report"
)

// report writes a page on how the model stands an attack on a slice; volume is which of the file's it is.
func (w writing) report(path string, f *lab.Fault, given paths, volume int) error {
	ctx := context.Background()
	judged, err := w.Judge(ctx, &lab.JudgeParams{Of: f.ID})
	if err != nil {
		return err
	}
	r, err := w.Result(f.ID)
	if err != nil {
		return err
	}
	written, err := w.recipeOf(f, given, volume)
	if err != nil {
		return err
	}
	m := &f.Metrics
	whole := report.Scan{Slices: r.Subject.Scan.Slices, Reference: m.Reference, Dice: m.Dice.Union, True: m.Dice.True, Ending: m.Ending, LInf: m.LInf}
	if m.Target != nil {
		whole.Dice = *m.Target
	}
	shown := report.Slice{Judged: judged.Judged}
	if shown.Scan, err = (panel{r, m}).outlined(r.Image, r.Found(r.Before)); err != nil {
		return err
	}
	if shown.Adversarial, err = (panel{r, m}).outlined(r.Adversarial, r.Found(r.After)); err != nil {
		return err
	}
	page, err := w.Report(ctx, &lab.ReportParams{ReportOptions: lab.ReportOptions{
		AttackVolumeOptions: lab.AttackVolumeOptions{Model: f.Attack.Model, How: f.Attack.How}, Made: time.Now().Format(time.DateOnly),
		Scans: []report.Scan{whole}, Slices: []report.Slice{shown}, Recipe: string(written),
	}})
	if err != nil {
		return err
	}
	if err := os.WriteFile(path, []byte(page.HTML), 0o644); err != nil {
		return fmt.Errorf("attack: the report cannot be written: %w", err)
	}
	return nil
}

// recipeOf writes an attack down as the page does.
func (w writing) recipeOf(f *lab.Fault, given paths, volume int) ([]byte, error) {
	files, err := given.read()
	if err != nil {
		return nil, err
	}
	type digest struct {
		SHA256 string `json:"sha256"`
	}
	mask := func(file lab.File) *digest {
		if file == nil {
			return nil
		}
		return &digest{hashOf(file.(onDisk).data)}
	}
	scan := map[string]any{"volume": volume, "slice": f.Attack.Slice}
	var digests []string
	for _, file := range files.Scan {
		digests = append(digests, hashOf(file.(onDisk).data))
	}
	slices.Sort(digests)
	scan["sha256"] = digests
	var network recipe.Model
	for _, name := range strings.Split(f.Attack.Model, "+") {
		for _, n := range w.networks {
			if n.Name == f.Attack.Model {
				network.Network = n
			} else if n.Name == name {
				network.Mean = append(network.Mean, n)
			}
		}
	}
	network.Name = f.Attack.Model
	return json.Marshal(map[string]any{
		"recipe": 1, "version": "", "backend": "cpu", "model": network, "scan": scan,
		"truth": mask(files.Truth), "region": mask(files.Region), "target": mask(files.Target), "attack": f.Attack.How, "metrics": f.Metrics,
	})
}

// outlined is an image with lines around the reference, dashed, and around what the model finds, as a data: address.
func (r panel) outlined(x []float32, found []uint8) (string, error) {
	n := r.Width * r.Height
	canvas := image.NewRGBA(image.Rect(0, 0, r.Width, r.Height))
	rim := func(planes []uint8, i int) bool {
		if planes == nil || !anyClass(planes, i, n) {
			return false
		}
		left, top := i%r.Width, i/r.Width
		return left == 0 || top == 0 || left == r.Width-1 || top == r.Height-1 ||
			!anyClass(planes, i-1, n) || !anyClass(planes, i+1, n) || !anyClass(planes, i-r.Width, n) || !anyClass(planes, i+r.Width, n)
	}
	for i := range n {
		c := r.colour(x, i)
		switch dash := (i%r.Width+i/r.Width)/3%2 == 0; {
		case rim(found, i):
			c = falsePositive
		case dash && rim(r.Truth, i):
			c = falseNegative
		}
		canvas.Set(i%r.Width, i/r.Width, c)
	}
	var data bytes.Buffer
	err := png.Encode(&data, canvas)
	return "data:image/png;base64," + base64.StdEncoding.EncodeToString(data.Bytes()), err
}
