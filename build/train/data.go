package train

import (
	"fmt"

	"segfault/build/data"
	"segfault/core/scan"
)

// Class is an output channel.
type Class = data.Class

// Item is a slice with its truth.
type Item struct {
	Case   string    // the name of its file: what slices of one volume share
	Image  []float32 // Size×Size, normalised to [0, 1]
	Labels []uint8   // Size×Size: 0, or the number of a class, from 1
}

// normalisation is how images become inputs, in training as in use.
const normalisation = scan.Max

// LoadFolder reads the slices of a folder's scans, letterboxed to size×size. A mask is of the class whose mark its name
// carries; where the classes' marks are numbers, its labels tell.
func LoadFolder(folder string, size int, classes []Class) ([]Item, error) {
	pairs, err := data.List(folder)
	if err != nil {
		return nil, fmt.Errorf("train: %w", err)
	}
	labelled := data.Labelled(classes)
	var items []Item
	for _, p := range pairs {
		labels := labelled
		if labels == nil {
			class := data.ClassOf(p.Name, classes)
			if class < 0 {
				return nil, fmt.Errorf("train: the name of %s carries none of the classes' marks", p.Name)
			}
			labels = data.All(class)
		}
		of, err := loadItems(p, size, labels)
		if err != nil {
			return nil, fmt.Errorf("train: %w", err)
		}
		items = append(items, of...)
	}
	return items, nil
}

// loadItems reads the slices of a scan; channels has the number of the class, from 1, of every label.
func loadItems(p data.Pair, size int, channels *[256]uint8) ([]Item, error) {
	s, err := p.Open()
	if err != nil {
		return nil, err
	}
	items := make([]Item, s.Scan.Slices)
	for i := range items {
		pixels, err := s.Scan.Slice(i)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", p.Name, err)
		}
		image, grid, err := Normalise(pixels, s.Scan.Width, s.Scan.Height, size)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", p.Name, err)
		}
		own, err := s.Truth.Flat(i)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", p.Name, err)
		}
		labels := make([]uint8, size*size)
		grid.ResampleLabels(labels, own)
		for j, v := range labels {
			labels[j] = channels[v]
		}
		items[i] = Item{Case: p.Name, Image: image, Labels: labels}
	}
	return items, nil
}

// Normalise makes a slice a model's input of size×size.
func Normalise(pixels []float32, width, height, size int) ([]float32, scan.Grid, error) {
	grid, err := scan.NewGrid(width, height, size)
	if err != nil {
		return nil, grid, err
	}
	scale, err := normalisation.Scale(pixels)
	if err != nil {
		return nil, grid, err
	}
	scaled := make([]float32, len(pixels))
	scale.Apply(scaled, pixels)
	image := make([]float32, size*size)
	grid.Resample(image, scaled)
	return image, grid, nil
}
