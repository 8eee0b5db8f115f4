package monai

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"segfault/core"
	"segfault/core/net"
	"segfault/core/weights"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// state draws a state dict, layer by layer.
type state struct {
	weights.Memory
	r *rand.Rand
}

func newState() state { return state{weights.Memory{}, rand.New(rand.NewPCG(8, 1))} }

func (s state) draw(name string, shape ...int) []float32 {
	t := core.NewTensor(shape...)
	fan := t.Shape.Count() / shape[0]
	for i := range t.Data {
		t.Data[i] = (s.r.Float32() - 0.4) * 2 / float32(math.Sqrt(float64(fan)))
	}
	s.Memory[name] = t
	return t.Data
}

// conv is a convolution's weights and what it does.
func (s state) conv(name string, in, out, k, stride int) func(planes) planes {
	w, b := s.draw(name+".weight", out, in, k, k), s.draw(name+".bias", out)
	return func(p planes) planes { return convolve(p, w, b, k, stride) }
}

func (s state) up(name string, in, out, k, stride int) func(planes) planes {
	w, b := s.draw(name+".weight", in, out, k, k), s.draw(name+".bias", out)
	return func(p planes) planes { return spread(p, w, b, k, stride) }
}

// prelu is a norm without weights and a rectifier with a slope.
func (s state) prelu(name string) func(planes) planes {
	slope := s.draw(name+".adn.A.weight", 1)
	return func(p planes) planes { return rectified(normed(p, nil, nil), slope[0]) }
}

// residualUNet is UNet(2, 2, 3, channels=(4, 6, 8), strides=(2, 2), num_res_units=2).
func residualUNet(s state) func(planes) planes {
	unit := func(name string, in, out, stride, count int, bare bool) func(planes) planes {
		var steps []func(planes) planes
		for i := range count {
			n := fmt.Sprintf("%s.conv.unit%d", name, i)
			steps = append(steps, s.conv(n+".conv", map[bool]int{true: in, false: out}[i == 0], out, 3, map[bool]int{true: stride, false: 1}[i == 0]))
			if !bare || i < count-1 {
				steps = append(steps, s.prelu(n))
			}
		}
		shortcut := func(p planes) planes { return p }
		if stride > 1 {
			shortcut = s.conv(name+".residual", in, out, 3, stride)
		} else if in != out {
			shortcut = s.conv(name+".residual", in, out, 1, 1)
		}
		return func(p planes) planes {
			y := p
			for _, f := range steps {
				y = f(y)
			}
			return added(y, shortcut(p))
		}
	}
	down0 := unit("model.0", 2, 4, 2, 2, false)
	down1 := unit("model.1.submodule.0", 4, 6, 2, 2, false)
	bottom := unit("model.1.submodule.1.submodule", 6, 8, 1, 2, false)
	up1, act1 := s.up("model.1.submodule.2.0.conv", 14, 4, 3, 2), s.prelu("model.1.submodule.2.0")
	after1 := unit("model.1.submodule.2.1", 4, 4, 1, 1, false)
	up0, act0 := s.up("model.2.0.conv", 8, 3, 3, 2), s.prelu("model.2.0")
	after0 := unit("model.2.1", 3, 3, 1, 1, true)
	return func(p planes) planes {
		a := down0(p)
		b := down1(a)
		c := after1(act1(up1(beside(b, bottom(b)))))
		return after0(act0(up0(beside(a, c))))
	}
}

// plainUNet is UNet(2, 1, 2, channels=(4, 6), strides=(2,), num_res_units=0).
func plainUNet(s state) func(planes) planes {
	down, act := s.conv("model.0.conv", 1, 4, 3, 2), s.prelu("model.0")
	bottom, deep := s.conv("model.1.submodule.conv", 4, 6, 3, 1), s.prelu("model.1.submodule")
	up := s.up("model.2.conv", 10, 2, 3, 2)
	return func(p planes) planes {
		a := act(down(p))
		return up(beside(a, deep(bottom(a))))
	}
}

// basicUNet is BasicUNet(2, 1, 2, features=(4, 4, 6, 6, 8, 5)).
func basicUNet(s state) func(planes) planes {
	f := []int{4, 4, 6, 6, 8}
	twice := func(name string, in, out int) func(planes) planes {
		var steps []func(planes) planes
		for i := range 2 {
			n := fmt.Sprintf("%s.conv_%d", name, i)
			conv := s.conv(n+".conv", map[bool]int{true: in, false: out}[i == 0], out, 3, 1)
			gamma, beta := s.draw(n+".adn.N.weight", out), s.draw(n+".adn.N.bias", out)
			steps = append(steps, func(p planes) planes { return rectified(normed(conv(p), gamma, beta), 0.1) })
		}
		return func(p planes) planes { return steps[1](steps[0](p)) }
	}
	first := twice("conv_0", 1, f[0])
	var downs [5]func(planes) planes
	for i := 1; i <= 4; i++ {
		downs[i] = twice(fmt.Sprintf("down_%d.convs", i), f[i-1], f[i])
	}
	var ups, joins [5]func(planes) planes
	for i := 4; i >= 1; i-- {
		half, out := f[i]/2, f[i-1]
		if i == 1 {
			half, out = f[1], 5
		}
		ups[i] = s.up(fmt.Sprintf("upcat_%d.upsample.deconv", i), f[i], half, 2, 2)
		joins[i] = twice(fmt.Sprintf("upcat_%d.convs", i), f[i-1]+half, out)
	}
	final := s.conv("final_conv", 5, 2, 1, 1)
	return func(p planes) planes {
		skips := []planes{first(p)}
		for i := 1; i <= 4; i++ {
			skips = append(skips, downs[i](pooled(skips[i-1])))
		}
		x := skips[4]
		for i := 4; i >= 1; i-- {
			x = joins[i](beside(skips[i-1], ups[i](x)))
		}
		return final(x)
	}
}

func TestNetworksComputeWhatTheirLayersDo(t *testing.T) {
	for name, c := range map[string]struct {
		make         func(state) func(planes) planes
		side         int
		shape        net.Shape
		architecture string
		notes        []string
	}{
		"UNet with residual units": {residualUNet, 12, net.Shape{In: 2, Classes: 3, Multiple: 4}, "monai-unet", []string{assumedNorm}},
		"UNet without":             {plainUNet, 6, net.Shape{In: 1, Classes: 2, Multiple: 2}, "monai-unet", []string{assumedNorm, assumedStrides}},
		"BasicUNet":                {basicUNet, 48, net.Shape{In: 1, Classes: 2, Multiple: 16}, "monai-basicunet", []string{assumedSlope}},
	} {
		t.Run(name, func(t *testing.T) {
			s := newState()
			reference := c.make(s)
			wrapped := weights.Memory{}
			for name, x := range s.Memory {
				wrapped["net."+name] = x
			}
			n, err := Load(Find(wrapped))
			require.NoError(t, err)
			assert.Equal(t, c.shape, n.Shape())
			assert.Equal(t, c.architecture, n.Name())
			assert.Equal(t, c.notes, n.Notes())

			image := newPlanes(c.shape.In, c.side, c.side)
			written := make([]float32, len(image.data))
			for i := range written {
				written[i] = s.r.Float32()
				image.data[i] = float64(written[i])
			}
			want := reference(image)
			x := core.NewInput("x", 1, c.shape.In, c.side, c.side)
			y := n.Logits(x)
			require.Equal(t, core.Shape{1, want.c, want.h, want.w}, y.Shape)
			program, err := core.NewCPU(1).Load(core.Compile(core.Outputs{"y": y}))
			require.NoError(t, err)
			defer program.Close()
			require.NoError(t, program.Write("x", written))
			require.NoError(t, program.Run(context.Background(), nil))
			got := make([]float32, y.Shape.Count())
			require.NoError(t, program.Read(context.Background(), "y", got))
			for i, v := range want.data {
				require.InDelta(t, v, got[i], 2e-3, "position %d", i)
			}
		})
	}
}

func TestCheckpointsThatDoNotFitAreRefused(t *testing.T) {
	for name, c := range map[string]struct {
		make  func(state) func(planes) planes
		spoil func(weights.Memory)
		says  string
	}{
		"of volumes": {plainUNet, func(w weights.Memory) { w["model.0.conv.weight"] = core.NewTensor(4, 1, 3, 3, 3) },
			"the network is of volumes: its first weights are 4×1×3×3×3"},
		"another activation": {plainUNet, func(w weights.Memory) { delete(w, "model.0.adn.A.weight") }, "leaves no trace; export the network to ONNX"},
		"something else":     {residualUNet, func(w weights.Memory) { w["head.weight"] = core.NewTensor(1) }, `tensor "head.weight" of shape 1 is not part of`},
		"a missing layer":    {basicUNet, func(w weights.Memory) { delete(w, "upcat_2.convs.conv_1.conv.weight") }, "lacks"},
		"another width":      {basicUNet, func(w weights.Memory) { w["down_2.convs.conv_0.conv.bias"] = core.NewTensor(1) }, `tensor "down_2.convs.conv_0.conv.bias" has shape 1`},
		"vast layers": {plainUNet, func(w weights.Memory) {
			w["model.0.conv.weight"], w["model.0.conv.bias"] = core.NewTensor(1<<17, 1, 3, 3), core.NewTensor(1<<17)
			w["model.1.submodule.conv.weight"], w["model.1.submodule.conv.bias"] = core.NewTensor(1<<17, 1, 3, 3), core.NewTensor(1<<17)
		}, `tensor "model.1.submodule.conv.weight" has shape 131072×1×3×3`},
		"not a number": {plainUNet, func(w weights.Memory) { w["model.2.conv.bias"].Data[0] = float32(math.NaN()) }, "holds NaN"},
	} {
		t.Run(name, func(t *testing.T) {
			s := newState()
			c.make(s)
			c.spoil(s.Memory)
			_, err := Load(Find(s.Memory))
			assert.ErrorContains(t, err, c.says)
		})
	}
}

func TestOtherNetworksAreNotFound(t *testing.T) {
	assert.Nil(t, Find(weights.Memory{"encoder.conv1.weight": core.NewTensor(1, 1, 3, 3)}))
}
