package train

import (
	"fmt"
	"image"
	"image/png"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"segfault/core/phantom"
)

// simulations are the classes that slices can be simulated of, by their channels' names: a brain's tumours, or a heart.
var simulations = [][]string{
	{phantom.Glioma.String(), phantom.Meningioma.String(), phantom.Pituitary.String()},
	{"left ventricle"},
}

// Simulable says whether slices can be simulated of these classes.
func Simulable(classes []Class) bool {
	names := classNames(classes)
	return slices.ContainsFunc(simulations, func(known []string) bool { return slices.Equal(known, names) })
}

// notSimulable is the error where they cannot.
func notSimulable(classes []Class) error {
	var known []string
	for _, names := range simulations {
		known = append(known, strings.Join(names, ", "))
	}
	return fmt.Errorf("simulated slices are of the classes %s, not of %s", strings.Join(known, " or "), strings.Join(classNames(classes), ", "))
}

// Phantoms simulates n slices of classes that are Simulable: brains with the three
// kinds of tumours in every plane, or hearts.
func Phantoms(seed uint64, n, size int, classes []Class) []Item {
	items := make([]Item, n)
	for i := range items {
		class := i % len(classes)
		var s phantom.Slice
		if len(classes) == 1 {
			s = phantom.Heart(seed+uint64(i), size)
		} else {
			s = phantom.Brain(phantom.BrainOptions{Seed: seed + uint64(i), Size: size,
				Kind: phantom.Kind(class), Plane: phantom.Plane(i / len(classes) % 3)})
		}
		labels := make([]uint8, size*size)
		for j, v := range s.Masks[class] {
			if v > 0.5 {
				labels[j] = uint8(class + 1)
			}
		}
		image, _, err := Normalise(s.Image, size, size, size)
		if err != nil {
			panic(err) // a phantom always has contrast
		}
		items[i] = Item{Case: s.Name, Image: image, Labels: labels}
	}
	return items
}

// simulatedSize is the side of the slices that Simulate writes: the data's own.
const simulatedSize = 256

// Simulate writes simulated slices as a folder of data, images/ and masks/, for a trainer that is no part of this.
func Simulate(folder string, n int, classes []Class, seed uint64) error {
	if !Simulable(classes) {
		return fmt.Errorf("train: -simulate: %w", notSimulable(classes))
	}
	for _, dir := range []string{"images", "masks"} {
		if err := os.MkdirAll(filepath.Join(folder, dir), 0o755); err != nil {
			return fmt.Errorf("train: %w", err)
		}
	}
	for i, item := range Phantoms(seed, n, simulatedSize, classes) {
		picture, mask := image.NewGray(image.Rect(0, 0, simulatedSize, simulatedSize)), image.NewGray(image.Rect(0, 0, simulatedSize, simulatedSize))
		for j, v := range item.Image {
			picture.Pix[j] = uint8(v*255 + 0.5)
			mask.Pix[j] = min(item.Labels[j], 1) * 255
		}
		name := fmt.Sprintf("simulated_%04d_%s_.png", i, classes[i%len(classes)].Mark)
		for dir, p := range map[string]*image.Gray{"images": picture, "masks": mask} {
			if err := writePicture(filepath.Join(folder, dir, name), p); err != nil {
				return fmt.Errorf("train: %w", err)
			}
		}
	}
	return nil
}

func writePicture(path string, p image.Image) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	if err := png.Encode(f, p); err != nil {
		f.Close()
		return err
	}
	return f.Close()
}
