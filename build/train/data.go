package train

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"segfault/core/scan"
)

// Class is an output channel: the mark that file names carry, and its name.
type Class struct{ Mark, Name string }

// Item is a slice with its truth.
type Item struct {
	Name  string
	Image []float32 // Size×Size, normalised to [0, 1]
	Mask  []uint8   // Size×Size, 0 or 1
	Class int       // the channel of Mask
}

// normalisation is how images become inputs, in training as in use.
const normalisation = scan.Max

// LoadFolder reads folder/images/NAME.* with folder/masks/NAME.png, letterboxed
// to size×size. The class is the one whose mark stands in the name between
// underscores; with a single class every image is of it.
func LoadFolder(folder string, size int, classes []Class) ([]Item, error) {
	entries, err := os.ReadDir(filepath.Join(folder, "images"))
	if err != nil {
		return nil, fmt.Errorf("train: expected a folder with images/ and masks/ at %s: %v", folder, err)
	}
	var items []Item
	for _, e := range entries {
		name := strings.TrimSuffix(e.Name(), filepath.Ext(e.Name()))
		class := slices.IndexFunc(classes, func(c Class) bool {
			return len(classes) == 1 || strings.Contains(name, "_"+c.Mark+"_")
		})
		if class < 0 {
			return nil, fmt.Errorf("train: the name of %s carries none of the classes' marks", e.Name())
		}
		item, err := loadItem(filepath.Join(folder, "images", e.Name()), filepath.Join(folder, "masks", name+".png"), size)
		if err != nil {
			return nil, err
		}
		item.Name, item.Class = name, class
		items = append(items, item)
	}
	if len(items) == 0 {
		return nil, fmt.Errorf("train: %s holds no images", folder)
	}
	return items, nil
}

func loadItem(imagePath, maskPath string, size int) (Item, error) {
	data, err := os.ReadFile(imagePath)
	if err != nil {
		return Item{}, err
	}
	s, err := scan.Decode(filepath.Base(imagePath), data)
	if err != nil {
		return Item{}, fmt.Errorf("%s: %w", imagePath, err)
	}
	pixels, err := s.Slice(0)
	if err != nil {
		return Item{}, fmt.Errorf("%s: %w", imagePath, err)
	}
	image, grid, err := Normalise(pixels, s.Width, s.Height, size)
	if err != nil {
		return Item{}, fmt.Errorf("%s: %w", imagePath, err)
	}
	if data, err = os.ReadFile(maskPath); err != nil {
		return Item{}, err
	}
	m, err := scan.DecodeMask(filepath.Base(maskPath), data)
	if err != nil {
		return Item{}, fmt.Errorf("%s: %w", maskPath, err)
	}
	if m.Width != s.Width || m.Height != s.Height {
		return Item{}, fmt.Errorf("train: %s is %d×%d and its mask %d×%d", imagePath, s.Width, s.Height, m.Width, m.Height)
	}
	mask := make([]uint8, size*size)
	grid.ResampleLabels(mask, m.Labels)
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
