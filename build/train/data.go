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
	Name  string
	Image []float32 // Size×Size, normalised to [0, 1]
	Mask  []uint8   // Size×Size, 0 or 1
	Class int       // the channel of Mask
}

// normalisation is how images become inputs, in training as in use.
const normalisation = scan.Max

// LoadFolder reads a folder's slices, letterboxed to size×size, each of the
// class whose mark its name carries.
func LoadFolder(folder string, size int, classes []Class) ([]Item, error) {
	pairs, err := data.List(folder)
	if err != nil {
		return nil, fmt.Errorf("train: %w", err)
	}
	var items []Item
	for _, p := range pairs {
		class := data.ClassOf(p.Name, classes)
		if class < 0 {
			return nil, fmt.Errorf("train: the name of %s carries none of the classes' marks", p.Name)
		}
		item, err := loadItem(p, size)
		if err != nil {
			return nil, fmt.Errorf("train: %w", err)
		}
		item.Name, item.Class = p.Name, class
		items = append(items, item)
	}
	return items, nil
}

func loadItem(p data.Pair, size int) (Item, error) {
	s, err := p.Open()
	if err != nil {
		return Item{}, err
	}
	pixels, err := s.Scan.Slice(0)
	if err != nil {
		return Item{}, fmt.Errorf("%s: %w", p.Name, err)
	}
	image, grid, err := Normalise(pixels, s.Scan.Width, s.Scan.Height, size)
	if err != nil {
		return Item{}, fmt.Errorf("%s: %w", p.Name, err)
	}
	labels, err := s.Truth.Flat(0)
	if err != nil {
		return Item{}, fmt.Errorf("%s: %w", p.Name, err)
	}
	mask := make([]uint8, size*size)
	grid.ResampleLabels(mask, labels)
	for i, v := range mask {
		mask[i] = min(v, 1)
	}
	return Item{Image: image, Mask: mask}, nil
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
