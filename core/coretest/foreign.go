package coretest

import (
	"context"
	"math"
	"os"
	"strconv"
	"testing"

	"segfault/core"
	"segfault/core/safetensors"
)

// Foreign is what PyTorch computes of a network in another's file: its input, target, logits, and the gradients of some losses.
type Foreign struct {
	File string // the network's
	Want *safetensors.File
}

// LoadForeign reads the reference numbers of a network of the given name.
func LoadForeign(t testing.TB, name, file string) Foreign {
	t.Helper()
	data, err := os.ReadFile(Shared(t, "oracle-onnx", name+".safetensors"))
	if err != nil {
		t.Fatal(err)
	}
	want, err := safetensors.Read(data)
	if err != nil {
		t.Fatal(err)
	}
	return Foreign{Shared(t, "oracle-onnx", file), want}
}

// Compute gives a network's logits, and the losses that there are numbers of with their gradients.
func (f Foreign) Compute(t *testing.T, logits func(x *core.Node) *core.Node, backend core.Backend) map[string][]float32 {
	t.Helper()
	x, target := core.NewInput("x", f.Want.Tensors["input"].Shape...), core.NewInput("target", f.Want.Tensors["target"].Shape...)
	y := logits(x)
	if !y.Shape.Equal(f.Want.Tensors["logits"].Shape) {
		t.Fatalf("the logits are %v; expected %v", y.Shape, f.Want.Tensors["logits"].Shape)
	}
	outputs := core.Outputs{"logits": y}
	for _, l := range core.Losses {
		if f.Want.Tensors["grad_"+string(l)] != nil {
			loss := l.Of(y, target)
			outputs["loss_"+string(l)], outputs["grad_"+string(l)] = loss, core.Grad(loss, x)[0]
		}
	}
	check := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	program, err := backend.Load(core.Compile(outputs))
	check(err)
	defer program.Close()
	ctx := context.Background()
	check(program.Write("x", f.Want.Tensors["input"].Data))
	check(program.Write("target", f.Want.Tensors["target"].Data))
	check(program.Run(ctx, nil))
	got := map[string][]float32{}
	for name, n := range outputs {
		got[name] = make([]float32, n.Shape.Count())
		check(program.Read(ctx, name, got[name]))
	}
	return got
}

// Check holds a network to the numbers: logits to a relative 1e-4, signs of the gradient to 99.9 % where it is no rounding.
func (f Foreign) Check(t *testing.T, logits func(x *core.Node) *core.Node, backend core.Backend) {
	t.Helper()
	for name, got := range f.Compute(t, logits, backend) {
		want := f.Want.Tensors[name]
		switch {
		case name == "logits":
			if off := RelativeError(got, want.Data); !(off < 1e-4) {
				t.Errorf("the logits are off by %.2g", off)
			}
		case want != nil:
			if same := signAgreement(got, want.Data); same < SignAgreement {
				t.Errorf("%s: %.2f %% of the signs agree", name, 100*same)
			}
		default:
			loss, err := strconv.ParseFloat(f.Want.Metadata[name], 64)
			if err != nil || !(math.Abs(float64(got[0])-loss) <= 1e-4*math.Abs(loss)) {
				t.Errorf("%s is %g; expected %g", name, got[0], loss)
			}
		}
	}
}
