package train

import (
	"fmt"
	"image"
	"image/png"
	"os"
	"path/filepath"
)

// simulatedSize is the side of the slices that Simulate writes: the data's own.
const simulatedSize = 256

// Simulate writes simulated slices as a folder of data, images/ and masks/, for a trainer that is no part of this.
func Simulate(folder string, n int, classes []Class, seed uint64) error {
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
