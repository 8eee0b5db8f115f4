package train

import (
	"context"
	"fmt"

	"segfault/core"
	"segfault/core/attack"
	"segfault/core/unet"
)

// attackSteps are the steps of PGD that a slice is attacked with while a network is trained, as in Madry et al. 2018 fewer than
// a robust Dice is measured with.
const attackSteps = 3

// attacker attacks slices with a network as it is just now.
type attacker struct {
	*attack.Session
	method attack.Method
}

// attacker is of the network with some of the training's tensors; of none of the trained ones is a graph that is used later.
func (s *state) attacker(tensors map[string]*core.Tensor, size int) (*attacker, error) {
	_, checkpoint := s.trainer.CheckpointOf(tensors)
	network, err := unet.NewModel(checkpoint)
	if err != nil {
		return nil, err
	}
	session, err := attack.NewSession(s.cpu, network, size, size)
	if err != nil {
		return nil, err
	}
	method, err := attack.Named("pgd")
	method.Steps, method.Grey, method.Epsilon = attackSteps, true, float32(s.config.Adversarial)
	return &attacker{session, method}, err
}

// move attacks an image, of all channels alike, away from its truth.
func (a *attacker) move(ctx context.Context, image []float32, truth []uint8, seed uint64) ([]float32, error) {
	a.method.Seed = seed
	_, fault, err := a.Run(ctx, attack.Problem{Image: image, Truth: truth}, a.method, nil)
	if err != nil {
		return nil, fmt.Errorf("train: %w", err)
	}
	return fault.Adversarial, nil
}

// harden attacks the first half of a batch with the network as it is.
func (s *state) harden(ctx context.Context, b batch, stage Stage) error {
	if s.config.Adversarial == 0 {
		return nil
	}
	a, err := s.attacker(s.trainer.Tensors, stage.Size)
	if err != nil {
		return err
	}
	defer a.Close()
	image, target := s.config.Spec.In*stage.Size*stage.Size, s.config.Spec.Classes*stage.Size*stage.Size
	for i := range stage.Batch / 2 {
		truth := make([]uint8, target)
		for j, v := range b.targets[i*target:][:target] {
			truth[j] = uint8(v)
		}
		moved, err := a.move(ctx, b.images[i*image:][:image], truth, uint64(s.step*stage.Batch+i))
		if err != nil {
			return err
		}
		copy(b.images[i*image:], moved)
	}
	return nil
}

// attacked are the validation's slices under the attack that is trained on, with the averaged weights.
func (s *state) attacked(ctx context.Context) ([]Item, error) {
	size := s.config.InputSize
	a, err := s.attacker(s.mean, size)
	if err != nil {
		return nil, err
	}
	defer a.Close()
	pixels := size * size
	items := make([]Item, len(s.val))
	for i, item := range s.val {
		image, truth := make([]float32, 0, s.config.Spec.In*pixels), make([]uint8, s.config.Spec.Classes*pixels)
		for range s.config.Spec.In {
			image = append(image, item.Image...)
		}
		for j, l := range item.Labels {
			if l > 0 {
				truth[(int(l)-1)*pixels+j] = 1
			}
		}
		moved, err := a.move(ctx, image, truth, uint64(i))
		if err != nil {
			return nil, err
		}
		items[i] = Item{Case: item.Case, Image: moved[:pixels], Labels: item.Labels}
	}
	return items, nil
}
