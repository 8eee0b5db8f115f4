package attack

import (
	"context"
	"fmt"
	"slices"

	"segfault/core"
	"segfault/core/names"
	"segfault/core/net"
)

// Attention is where a network looks for a class, by Grad-CAM (Selvaraju et al. 2017) in the form for segmentation of Vinogradova et al.
// 2020: its score is the sum of the class's logits over the pixels where it is found.
type Attention struct {
	Map     []float32 // from 0 to 1, of the network's input's size
	Weights []float32 // of the stage's channels: the spatial mean of the score's gradient
	Raw     []float32 // the weighted sum of channels, Height×Width of the stage, before its ReLU
	Height  int
	Width   int
}

// Stages are the network's that Attention may look at; none where one cannot look into it.
func (s *Session) Stages() []string {
	if n, ok := s.Network.(net.Staged); ok {
		return n.Stages()
	}
	return nil
}

// Attention looks at a stage of the network's decoder, for a class counted from 1. Of a class that is found nowhere the map is 0.
func (s *Session) Attention(ctx context.Context, image []float32, class int, stage string) (*Attention, error) {
	shape := s.Network.Shape()
	if class < 1 || class > shape.Foreground() {
		return nil, fmt.Errorf("attack: class %d; the model has %d, counted from 1", class, shape.Foreground())
	}
	network, ok := s.Network.(net.Staged)
	if !ok {
		return nil, fmt.Errorf("attack: where this network looks cannot be shown: the stages of its decoder are not known; expected one of the U-Net family")
	}
	if stages := network.Stages(); !slices.Contains(stages, stage) {
		return nil, fmt.Errorf("attack: unknown stage %.60q of the decoder; expected %s", stage, names.Or(stages))
	}
	features, _ := network.Stage(s.input("image"), stage)
	a := &Attention{Height: features.Shape[2], Width: features.Shape[3], Weights: make([]float32, features.Shape[1])}
	a.Raw = make([]float32, a.Height*a.Width)
	chosen := make([]float32, shape.Classes)
	chosen[class-1+shape.Background()] = 1
	err := s.run(ctx, key{part: "attention of " + stage}, func(*memory) *core.Plan {
		features, logits := network.Stage(s.input("image"), stage)
		score := core.Total(core.Mul(core.Mul(logits, label(shape, logits)), core.NewInput("class", 1, shape.Classes, 1, 1)))
		weights := core.Mean(core.Grad(score, features)[0], 2, 3)
		return core.Compile(core.Outputs{"weights": weights, "raw": core.Sum(core.Mul(features, weights), 1)})
	}, values{"image": image, "class": chosen}, values{"weights": a.Weights, "raw": a.Raw})
	if err != nil {
		return nil, err
	}
	a.Map = enlarged(a.scaled(), a.Height, a.Width, s.Height, s.Width)
	return a, nil
}

// scaled is what is above 0, from 0 to 1.
func (a *Attention) scaled() []float32 {
	cam := make([]float32, len(a.Raw))
	for i, v := range a.Raw {
		cam[i] = max(v, 0)
	}
	low := slices.Min(cam)
	for i := range cam {
		cam[i] -= low
	}
	high := slices.Max(cam)
	for i := range cam {
		cam[i] /= high + 1e-7
	}
	return cam
}

// enlarged interpolates between pixels, whose values are those of their centres.
func enlarged(plane []float32, height, width, toHeight, toWidth int) []float32 {
	near := func(i, to, from int) (lo, hi int, share float32) {
		at := min(max((float32(i)+0.5)*float32(from)/float32(to)-0.5, 0), float32(from-1))
		lo = int(at)
		return lo, min(lo+1, from-1), at - float32(lo)
	}
	large := make([]float32, toHeight*toWidth)
	for y := range toHeight {
		y0, y1, down := near(y, toHeight, height)
		for x := range toWidth {
			x0, x1, across := near(x, toWidth, width)
			row := func(y int) float32 { return plane[y*width+x0]*(1-across) + plane[y*width+x1]*across }
			large[y*toWidth+x] = row(y0)*(1-down) + row(y1)*down
		}
	}
	return large
}
