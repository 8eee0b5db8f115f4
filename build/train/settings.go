package train

import (
	"cmp"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"segfault/build/data"
	"segfault/core/safetensors"
)

// setting is a part of what a training was given, as its checkpoint says it.
type setting struct{ name, value string }

// settings are what the trained weights depend on, beside the network, which is compared tensor by tensor.
func (c Config) settings() ([]setting, error) {
	images, contents, err := c.images()
	if err != nil {
		return nil, err
	}
	return []setting{
		{"data", images},
		{"contents", contents},
		{"classes", fmt.Sprint(c.Classes)},
		{"stages", fmt.Sprint(c.Stages)},
		{"size", fmt.Sprint(c.InputSize)},
		{"rate", fmt.Sprint(c.Rate)},
		{"decay", fmt.Sprint(c.Decay)},
		{"loss", string(c.Loss)},
		{"phantoms", fmt.Sprint(c.Phantoms)},
		{"strong", fmt.Sprint(c.Strong)},
		{"adversarial", fmt.Sprint(c.Adversarial)},
		{"from", strings.Join(files(c.From), ",")},
		{"narrow", fmt.Sprint(c.Narrow)},
		{"seed", fmt.Sprint(c.Seed)},
	}, nil
}

// images tells the data, wherever its folder lies: by the names of what is learnt from and of what is validated on, and by what is in the files.
func (c Config) images() (named, contents string, err error) {
	var all []data.Pair
	names := sha256.New()
	for _, part := range []string{"train", "val"} {
		pairs, err := data.List(c.Data + "/" + part)
		if err != nil {
			return "", "", fmt.Errorf("train: %w", err)
		}
		for _, p := range pairs {
			fmt.Fprintf(names, "%s/%s\n", part, p.Name)
		}
		all = append(all, pairs...)
	}
	if contents, err = data.Digest(all); err != nil {
		return "", "", fmt.Errorf("train: %w", err)
	}
	return fmt.Sprintf("%d images with names of digest %x", len(all), names.Sum(nil)[:4]), contents, nil
}

// Agree refuses a checkpoint of a training with other settings, which would go on as this one. What a checkpoint does not say is not
// compared: those from before said nothing.
func (c Config) Agree() error {
	file, err := os.Open(c.Checkpoint)
	if errors.Is(err, fs.ErrNotExist) { // as where none is kept
		return nil
	}
	if err != nil {
		return fmt.Errorf("train: %w", err)
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return fmt.Errorf("train: %w", err)
	}
	archive, err := safetensors.Open(file, info.Size())
	if err != nil {
		return fmt.Errorf("train: checkpoint %s: %w", c.Checkpoint, err)
	}
	settings, err := c.settings()
	if err != nil {
		return err
	}
	var other []string
	for _, here := range settings {
		if there, said := archive.Metadata[settingPrefix+here.name]; said && there != here.value {
			other = append(other, fmt.Sprintf("%s (%s there, %s here)", here.name, cmp.Or(there, "none"), cmp.Or(here.value, "none")))
		}
	}
	if len(other) > 0 {
		return fmt.Errorf("train: checkpoint %s is of a training with other settings: %s; give it the same, or move it away to begin anew", c.Checkpoint, strings.Join(other, ", "))
	}
	return nil
}
