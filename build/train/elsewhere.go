package train

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"strconv"

	"segfault/core/safetensors"
	"segfault/core/unet"
)

// Elsewhere reads weights that train_gpu.py wrote into a publication: batch-norm folded where the encoder can do without, and
// the recipe as the file's metadata has it.
func Elsewhere(path string, p *Publication) error {
	data, err := os.ReadFile(path)
	if err != nil {
		return fmt.Errorf("train: %w", err)
	}
	file, err := safetensors.Open(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return fmt.Errorf("train: %s: %w", path, err)
	}
	spec, err := unet.Recognise(file)
	if err != nil {
		return fmt.Errorf("train: %s: %w", path, err)
	}
	trainer := unet.NewTrainer(spec, 0)
	if err := trainer.Adopt(file); err != nil {
		return fmt.Errorf("train: %s: %w", path, err)
	}
	p.Spec, p.Tensors = trainer.Checkpoint()
	said := func(key string) string {
		v, known := file.Metadata[key]
		if !known && err == nil {
			err = fmt.Errorf("train: %s does not say %q of itself; expected weights that build/train/train_gpu.py wrote", path, key)
		}
		return v
	}
	or := func(key, before string) string { // what weights of before the key was there were trained with
		if v, known := file.Metadata[key]; known {
			return v
		}
		return before
	}
	share, badShare := strconv.ParseFloat(or("share", "0.06"), 64)
	strength, badStrength := strconv.ParseFloat(or("strength", "1"), 64)
	start, warming, weaker := or("start", ""), 300, ""
	if start != "" {
		warming = 50
	}
	if strength != 1 {
		weaker = fmt.Sprintf(", all at %g of their usual strength", strength)
	}
	p.Recipe = []Line{
		{"training", fmt.Sprintf("by `build/train/train_gpu.py` (PyTorch, bfloat16): AdamW, learning rate %s rising over %d steps and falling along a cosine, weight decay 0.05; Dice over the batch + Dice of the channels' union in each image + BCE; averaged weights; seed %s", said("lr"), warming, said("seed"))},
		{"stages", fmt.Sprintf("%s%s steps of %s images at %s×%s", start, said("steps"), said("batch"), said("size"), said("size"))},
		{"ran on", fmt.Sprintf("%s, for %s s", said("device"), said("seconds"))},
		{"augmentation", "flip, rotation to ±30°, scale, shift, elastic warp, blur, gamma, bias field, contrast, brightness, noise" + weaker + fmt.Sprintf("; %g %% simulated slices", 100*share)},
		{"selected", fmt.Sprintf("the best of the points that were validated, by the union's Dice on val: %.5s by the script", said("val_dice"))},
	}
	if p.Spec.Encoder != spec.Encoder {
		p.Recipe = append(p.Recipe, Line{"batch-norm", fmt.Sprintf("trained as %s, the encoder's batch-norm folded into its convolutions", spec.Encoder)})
	}
	return errors.Join(err, badShare, badStrength)
}
