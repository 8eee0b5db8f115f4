package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"segfault/build/data"
	"segfault/core"
	"segfault/core/lab"
	"segfault/core/names"
	"segfault/core/safetensors"
)

// universal makes one change for the slices of a scan, or for all scans of a folder with images/ and masks/.
func (w writing) universal(p *lab.AttackParams, given paths, volume int) error {
	scans, err := w.scans(given, volume)
	if err != nil {
		return err
	}
	if err := w.folders(); err != nil {
		return err
	}
	all := lab.NewUniversal(scans...)
	all.AttackVolumeOptions = p.AttackVolumeOptions
	f, err := w.Universal(context.Background(), all)
	if err != nil {
		return err
	}
	if err := w.change(f); err != nil {
		return err
	}
	for _, part := range []struct {
		name string
		lab.Carried
	}{{"it was made of", f.Made}, {"held out", f.Held}, {"under as much noise", f.Noise}} {
		fmt.Printf("%s %s: Dice %s → %s, successful on %d\n", names.Counted(part.Slices, "slice"), part.name,
			both(part.Union.Before, part.True.Before), both(part.Union.After, part.True.After), part.Succeeded)
	}
	fmt.Printf("See %s\n", w.dir)
	return nil
}

// scans loads a scan, or those of a folder of which each has a mask; one that cannot be loaded is left out, and it is said why.
func (w writing) scans(given paths, volume int) (scans []int, err error) {
	if _, err := os.Stat(filepath.Join(given.scan, "images")); err != nil {
		one, err := w.open(given, volume)
		return []int{one}, err
	}
	if given.truth+given.region+given.target != "" {
		return nil, fmt.Errorf("attack: the masks of a folder lie in its masks/; leave out -truth, -region and -target")
	}
	pairs, err := data.List(given.scan)
	if err != nil {
		return nil, err
	}
	for _, pair := range pairs {
		if pair.Mask == "" {
			fmt.Fprintf(os.Stderr, "attack: left out: %s: it has no mask\n", pair.Name)
			continue
		}
		one, err := w.open(paths{scan: pair.Image, truth: pair.Mask}, volume)
		if err != nil {
			fmt.Fprintf(os.Stderr, "attack: left out: %s: %v\n", pair.Name, err)
			continue
		}
		scans = append(scans, one)
	}
	return scans, nil
}

// change writes a universal change and its numbers.
func (w writing) change(f *lab.UniversalFault) error {
	n := f.Height * f.Width
	tensor := &core.Tensor{Shape: core.Shape{len(f.Change) / n, f.Height, f.Width}, Data: f.Change}
	data, err := safetensors.Write(&safetensors.File{Tensors: map[string]*core.Tensor{"change": tensor}}, safetensors.F32)
	if err != nil {
		return err
	}
	return w.files(f.UniversalNumbers, map[string][]byte{"result.safetensors": data})
}

// transfer attacks a slice on the model and on others, and tells what each of them makes of each attack.
func (w writing) transfer(p *lab.AttackParams, model *lab.LoadModelParams, others []string) error {
	asked := lab.NewTransfer(p.Scan)
	asked.How, asked.Slice, asked.Models = p.How, p.Slice, []string{p.Model}
	for _, path := range others {
		name, err := w.load(path, model)
		if err != nil {
			return err
		}
		asked.Models = append(asked.Models, name)
	}
	told, err := w.Transfer(context.Background(), asked)
	if err != nil {
		return err
	}
	for _, row := range told.Rows {
		fmt.Printf("crafted on %s, judged on %s: Dice %s → %s, %s\n", row.Crafted, row.Judged,
			both(row.Union.Before, row.True.Before), both(row.Union.After, row.True.After), row.Ending)
	}
	for i, o := range told.Noise {
		fmt.Printf("as much noise, judged on %s: Dice %s → %s, %s\n", asked.Models[i],
			both(o.Union.Before, o.True.Before), both(o.Union.After, o.True.After), o.Ending)
	}
	return w.files(told, nil)
}

// digits is a score, of which there may be none.
func digits(score *float64) string {
	if score == nil {
		return "–"
	}
	return fmt.Sprintf("%.4f", *score)
}
