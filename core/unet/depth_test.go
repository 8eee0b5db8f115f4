package unet

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"segfault/core"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// pattern is an image.
func pattern(n int) []float32 {
	r := rand.New(rand.NewPCG(5, 8))
	image := make([]float32, n)
	for i := range image {
		image[i] = r.Float32()
	}
	return image
}

func TestShallowDecodersAreRecognisedUnderDeepEncoders(t *testing.T) {
	for _, name := range []string{"unet-vgg13_bn", "unet-resnet18", "unet-resnext50_32x4d", "unet-efficientnet-b0", "unetplusplus-resnet18", "unetplusplus-vgg11"} {
		for depth := 3; depth <= 5; depth++ {
			t.Run(fmt.Sprint(name, " ", depth), func(t *testing.T) {
				whole, err := New(name, 5, 2, 8)
				require.NoError(t, err)
				s := whole
				s.Decoder = s.Decoder[5-depth:]
				tensors := draw(s)
				for name, x := range draw(whole) { // the library keeps the encoder's deeper stages
					if tensors[name] == nil && strings.HasPrefix(name, "encoder.") {
						tensors[name] = x
					}
				}
				m, err := NewModel(tensors)
				require.NoError(t, err)
				assert.Equal(t, s, m.Spec)
				assert.Equal(t, 1<<depth, m.Shape().Multiple)
				side := 3 << depth
				logits := m.Logits(core.NewInput("x", 1, 5, side, side))
				assert.Equal(t, core.Shape{1, 2, side, side}, logits.Shape)
			})
		}
	}
}

// With weights of zero a channel and a pixel count half each, so that attention changes nothing.
func TestAttentionThatWeighsEverythingAlikeChangesNothing(t *testing.T) {
	for _, name := range []string{"unet-resnet18", "unetplusplus-vgg11"} {
		t.Run(name, func(t *testing.T) {
			s, err := New(name, 1, 2, 4)
			require.NoError(t, err)
			plain := draw(s)
			for _, x := range plain {
				if len(x.Shape) == 4 { // so that values keep their size
					for i, v := range x.Data {
						x.Data[i] = (v - 0.625) * 20 / float32(math.Sqrt(float64(x.Shape[1:].Count())))
					}
				}
			}
			without, err := NewModel(plain)
			require.NoError(t, err)
			s.Attention = true
			attentive := map[string]*core.Tensor{}
			for _, n := range s.Tensors() {
				if attentive[n.Name] = plain[n.Name]; plain[n.Name] == nil {
					assert.Contains(t, n.Name, ".attention.")
					attentive[n.Name] = core.NewTensor(n.Shape...)
				}
			}
			with, err := NewModel(attentive)
			require.NoError(t, err)
			assert.Equal(t, s, with.Spec)
			x, image := core.NewInput("x", 1, 1, 32, 32), pattern(32*32)
			want := run(t, core.Outputs{"logits": without.Logits(x)}, x, image)
			assert.InDeltaSlice(t, want, run(t, core.Outputs{"logits": with.Logits(x)}, x, image), 1e-4)

			attentive["decoder.blocks."+map[bool]string{true: "x_0_", false: ""}[s.Nested]+"1.attention1.attention.sSE.0.bias"].Data[0] = 2
			with, err = NewModel(attentive)
			require.NoError(t, err)
			assert.NotEqual(t, want, run(t, core.Outputs{"logits": with.Logits(x)}, x, image))
		})
	}
}
