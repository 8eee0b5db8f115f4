package unet

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"segfault/core"
	"segfault/core/weights"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// draw draws a state dict for a network.
func draw(s Spec) map[string]*core.Tensor {
	r := rand.New(rand.NewPCG(5, 5))
	tensors := map[string]*core.Tensor{}
	for _, n := range s.Tensors() {
		t := core.NewTensor(n.Shape...)
		for i := range t.Data {
			t.Data[i] = 0.5 + r.Float32()/4
		}
		tensors[n.Name] = t
	}
	return tensors
}

func TestTensorsAreTheLibrarys(t *testing.T) {
	data, err := os.ReadFile(shared(t, "oracle", "tensors.json"))
	require.NoError(t, err)
	var all map[string]struct {
		Parameters int
		Tensors    map[string][]int
	}
	require.NoError(t, json.Unmarshal(data, &all))
	require.Len(t, all, 7)
	for name, want := range all {
		t.Run(name, func(t *testing.T) {
			s, err := New(name, 3, 3, 1)
			require.NoError(t, err)
			assert.Equal(t, name, s.Name())
			got := map[string][]int{}
			for _, n := range s.Tensors() {
				got[n.Name] = n.Shape
			}
			assert.Equal(t, want.Tensors, got)
			assert.Equal(t, want.Parameters, s.Parameters())
		})
	}
}

// shared finds the reference data beside the checkout.
func shared(t *testing.T, path ...string) string {
	t.Helper()
	found := filepath.Join(append([]string{"..", "..", "..", "shared"}, path...)...)
	if _, err := os.Stat(found); err != nil {
		if os.Getenv("CI") != "" {
			t.Fatalf("%s is absent; CI must have it", found)
		}
		t.Skipf("skipped: %s is absent (reference data, which is not part of the repository)", found)
	}
	return found
}

func TestEveryNetworkIsRecognised(t *testing.T) {
	for name := range encoders {
		for _, divide := range []int{2, 4, 16} { // the oracle recognises full widths
			for _, prefix := range []string{plainPrefix, nestedPrefix} {
				t.Run(fmt.Sprint(prefix, name, " ", divide), func(t *testing.T) {
					s, err := New(prefix+name, 1, 2, divide)
					require.NoError(t, err)
					tensors := map[string]*core.Tensor{"decoder.blocks.0.conv1.1.num_batches_tracked": core.NewTensor(1), "total_ops": core.NewTensor(1)}
					for _, n := range s.Tensors() {
						tensors[n.Name] = core.NewTensor(n.Shape...)
					}
					got, err := Recognise(weights.Memory(tensors))
					require.NoError(t, err)
					assert.Equal(t, s, got)
				})
			}
		}
	}
}

func TestACheckpointThatDoesNotFitIsRefused(t *testing.T) {
	for name, c := range map[string]struct {
		network string
		spoil   func(map[string]*core.Tensor)
		message string
	}{
		"no decoder": {"resnet18", func(w map[string]*core.Tensor) { delete(w, "segmentation_head.0.weight") },
			`unet: the checkpoint lacks tensor "segmentation_head.0.weight": it is an encoder without a U-Net's decoder`},
		"no weight": {"resnext50_32x4d", func(w map[string]*core.Tensor) { delete(w, "encoder.layer3.2.conv2.weight") },
			`unet: the resnext50_32x4d checkpoint lacks tensor "encoder.layer3.2.conv2.weight" of shape`},
		"no squeeze": {"efficientnet-b0", func(w map[string]*core.Tensor) { delete(w, "encoder._blocks.5._se_reduce.bias") },
			`lacks tensor "encoder._blocks.5._se_reduce.bias" of shape`},
		"no nested block": {"unetplusplus-efficientnet-b0", func(w map[string]*core.Tensor) { delete(w, "decoder.blocks.x_1_2.conv2.0.weight") },
			`lacks tensor "decoder.blocks.x_1_2.conv2.0.weight"`},
		"another decoder's block": {"efficientnet-b0", func(w map[string]*core.Tensor) { w["decoder.blocks.x_1_1.conv1.0.weight"] = core.NewTensor(8, 8, 3, 3) },
			`tensor "decoder.blocks.x_1_1.conv1.0.weight" is not part of the network`},
		"too many blocks": {"resnet18", func(w map[string]*core.Tensor) { w["encoder.layer2.7.conv1.weight"] = core.NewTensor(8, 8, 3, 3) },
			`stages of [2 8 2 2] residual blocks`},
		"another depth": {"efficientnet-b0", func(w map[string]*core.Tensor) { w["encoder._blocks.17._bn1.weight"] = core.NewTensor(8) },
			`has 18 blocks, which no EfficientNet from b0 to b7 has`},
		"wrong shape": {"resnet34", func(w map[string]*core.Tensor) { w["encoder.bn1.bias"] = core.NewTensor(3) },
			`tensor "encoder.bn1.bias" has shape 3; a resnet34 network expects 8`},
		"not a number": {"efficientnet-b1", func(w map[string]*core.Tensor) { w["encoder._bn0.bias"].Data[2] = float32(math.NaN()) },
			`tensor "encoder._bn0.bias" holds NaN at position 2`},
		"negative variance": {"resnet18", func(w map[string]*core.Tensor) { w["encoder.bn1.running_var"].Data[1] = -1 },
			`tensor "encoder.bn1.running_var" holds -1; a variance is not negative`},
		"empty weight": {"resnet18", func(w map[string]*core.Tensor) { w["encoder.layer1.0.conv1.weight"] = core.NewTensor(0, 0, 0, 0) },
			`tensor "encoder.layer1.0.conv1.weight" has shape 0×0×0×0`},
		"a flat weight": {"resnet50", func(w map[string]*core.Tensor) { w["encoder.layer2.0.conv3.weight"] = core.NewTensor(8) },
			`lacks tensor "encoder.layer2.0.conv3.weight" of four dimensions`},
		"a vast width": {"resnet18", func(w map[string]*core.Tensor) {
			w["encoder.layer1.0.conv2.weight"].Shape = core.Shape{1 << 20, 1, 1, 1}
		},
			`layers that are larger than can be computed`},
	} {
		t.Run(name, func(t *testing.T) {
			s, err := New(c.network, 1, 2, 16)
			require.NoError(t, err)
			tensors := draw(s)
			c.spoil(tensors)
			_, err = NewModel(tensors)
			assert.ErrorContains(t, err, c.message)
		})
	}
}

func TestUnknownEncoderIsRefused(t *testing.T) {
	_, err := New("densenet121", 3, 3, 1)
	assert.ErrorContains(t, err, `unet: unknown encoder "densenet121"; expected one of efficientnet-b0,`)
}

func run(t *testing.T, outputs core.Outputs, x *core.Node, image []float32) []float32 {
	t.Helper()
	plan := core.Compile(outputs)
	program, err := core.NewCPU(0).Load(plan)
	require.NoError(t, err)
	require.NoError(t, program.Write(x.Name, image))
	require.NoError(t, program.Run(context.Background(), nil))
	logits := make([]float32, plan.Shapes["logits"].Count())
	require.NoError(t, program.Read(context.Background(), "logits", logits))
	return logits
}

// A network trained with batch-norm in its encoder and published without
// computes what it would compute with it, in evaluation mode.
func TestCheckpointFoldsTheEncoder(t *testing.T) {
	s, err := New("vgg11_bn", 1, 2, 16)
	require.NoError(t, err)
	trainer := NewTrainer(s, 1)
	x := core.NewInput("x", 1, 1, 32, 32)
	trainer.Build(x)
	r := rand.New(rand.NewPCG(1, 2))
	for _, v := range trainer.Tensors { // as if trained
		for i := range v.Data {
			v.Data[i] = v.Data[i]*0.9 + 0.05 + r.Float32()*0.1
		}
	}
	plain, published := trainer.Checkpoint()
	assert.Equal(t, "vgg11", plain.Encoder)
	folded, err := NewModel(published)
	require.NoError(t, err)

	whole := map[string]*core.Tensor{} // the same weights under vgg11_bn's names
	for name, v := range trainer.Tensors {
		whole[name] = v
	}
	for _, n := range s.Tensors() {
		if whole[n.Name] != nil {
			continue
		}
		v := core.NewTensor(n.Shape...) // biases that training leaves out stay zero
		for suffix, part := range map[string]int{runningMean: 0, runningVar: 1} {
			if base, ok := strings.CutSuffix(n.Name, suffix); ok {
				copy(v.Data, trainer.Tensors[base+statistics].Data[part*len(v.Data):])
			}
		}
		whole[n.Name] = v
	}
	for name := range whole {
		if _, ok := strings.CutSuffix(name, statistics); ok {
			delete(whole, name)
		}
	}
	unfolded, err := NewModel(whole)
	require.NoError(t, err)
	image := make([]float32, 32*32)
	for i := range image {
		image[i] = r.Float32()
	}
	want := run(t, core.Outputs{"logits": unfolded.Logits(x)}, x, image)
	got := run(t, core.Outputs{"logits": folded.Logits(x)}, x, image)
	largest := max(slices.Max(want), -slices.Min(want))
	assert.InDeltaSlice(t, want, got, 1e-4*float64(largest), "rounding differs, through a dozen layers")
	assert.NotEqual(t, want[0], want[500], "the logits are not constant")
}

// Running statistics that overflow a float16 are published as ones that do not.
func TestCheckpointStandardisesStatistics(t *testing.T) {
	s, err := New("resnet18", 1, 1, 8)
	require.NoError(t, err)
	trainer := NewTrainer(s, 1)
	x := core.NewInput("x", 1, 1, 32, 32)
	trainer.Build(x)
	running := trainer.Tensors["decoder.blocks.0.conv1.1"+statistics]
	for i := range running.Data {
		running.Data[i] = 1e5
	}
	_, published := trainer.Checkpoint()
	variance := published["decoder.blocks.0.conv1.1"+runningVar]
	mean := published["decoder.blocks.0.conv1.1"+runningMean]
	for i := range variance.Data {
		assert.InDelta(t, 1, variance.Data[i], 1e-4)
		assert.InDelta(t, 316.2, mean.Data[i], 0.1)
	}
}

// A network that was trained is published under the library's names, and
// learns: a few steps on one batch lower the loss.
func TestEveryFamilyTrains(t *testing.T) {
	for _, name := range []string{"resnet18", "resnext50_32x4d", "efficientnet-b0", "unetplusplus-efficientnet-b0", "unetplusplus-vgg11_bn"} {
		t.Run(name, func(t *testing.T) {
			s, err := New(name, 1, 1, 16)
			require.NoError(t, err)
			trainer := NewTrainer(s, 1)
			x, target, rate := core.NewInput("x", 4, 1, 32, 32), core.NewInput("target", 4, 1, 32, 32), core.NewInput("rate", 3)
			logits, parameters, effects := trainer.Build(x)
			loss := core.BCE.Of(logits, target)
			adam := core.DefaultAdamW
			for i, g := range core.Grad(loss, parameters...) {
				effects = append(effects, adam.Update(parameters[i], g, rate, core.NewMoments(parameters[i].Shape)))
			}
			program, err := core.NewCPU(0).Load(core.Compile(core.Outputs{"loss": loss}, effects...))
			require.NoError(t, err)
			r := rand.New(rand.NewPCG(3, 3))
			image, truth := make([]float32, 4*32*32), make([]float32, 4*32*32)
			for i := range image {
				image[i] = r.Float32()
				if i%32 > 12 {
					image[i]++
					truth[i] = 1
				}
			}
			require.NoError(t, program.Write("x", image))
			require.NoError(t, program.Write("target", truth))
			var first, last [1]float32
			for step := range 12 {
				for name, v := range trainer.Survival(r) {
					require.NoError(t, program.Write(name, v))
				}
				require.NoError(t, program.Write("rate", adam.Rate(0.01, step+1)))
				require.NoError(t, program.Run(context.Background(), nil))
				require.NoError(t, program.Read(context.Background(), "loss", last[:]))
				if step == 0 {
					first = last
				}
			}
			assert.Less(t, last[0], first[0]/2)

			published, tensors := trainer.Checkpoint()
			m, err := NewModel(tensors)
			require.NoError(t, err)
			assert.Equal(t, published, m.Spec)
		})
	}
}

func TestSurvivalKeepsTheMean(t *testing.T) {
	s, err := New("efficientnet-b0", 1, 1, 16)
	require.NoError(t, err)
	trainer := NewTrainer(s, 1)
	trainer.Build(core.NewInput("x", 1000, 1, 32, 32))
	drawn := trainer.Survival(rand.New(rand.NewPCG(1, 1)))
	if len(drawn) != 9 { // blocks with a shortcut
		t.Fatalf("%d inputs", len(drawn))
	}
	for name, keep := range drawn {
		var sum float32
		for _, v := range keep {
			sum += v
		}
		assert.InDelta(t, 1, sum/1000, 0.1, name) // five standard deviations at the highest rate
	}
}
