package unet

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"segfault/core"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// weights draws a state dict for a network.
func weights(s Spec) map[string]*core.Tensor {
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
	s, err := New("vgg13", 3, 3, 1)
	require.NoError(t, err)
	got := map[string][]int{}
	for _, n := range s.Tensors() {
		got[n.Name] = n.Shape
	}
	assert.Equal(t, all["unet-vgg13"].Tensors, got)
	assert.Equal(t, all["unet-vgg13"].Parameters, s.Parameters())
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

func TestEveryVGGIsRecognised(t *testing.T) {
	for name := range vggDepths {
		for _, suffix := range []string{"", "_bn"} {
			for _, divide := range []int{4, 16} {
				t.Run(fmt.Sprint(name, suffix, " ", divide), func(t *testing.T) {
					s, err := New(name+suffix, 1, 2, divide)
					require.NoError(t, err)
					tensors := weights(s)
					tensors["decoder.center.0.1.num_batches_tracked"] = core.NewTensor(1)
					got, err := Recognise(tensors)
					require.NoError(t, err)
					assert.Equal(t, s, got)
				})
			}
		}
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
	require.NoError(t, program.Run(context.Background()))
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
	assert.InDeltaSlice(t, want, got, 1e-3)
	assert.NotEqual(t, want[0], want[500], "the logits are not constant")
}
