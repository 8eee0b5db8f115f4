package coretest

import (
	"context"
	"os"
	"strconv"
	"strings"
	"testing"

	"segfault/core"
	"segfault/core/safetensors"
	"segfault/core/unet"
)

// The oracle's own tolerances: the relative L2 error of logits and gradients,
// and the part of signs that must agree where |g| > SignFloor. float32 flips
// near-tied choices of max-pooling, so not all can. A backend that rounds in
// another order than the CPU's flips others, which carries gradients TiedTolerance
// away (PyTorch on a GPU 0.0082): UntiedNetworks say whether it is right.
const (
	OracleTolerance = 1e-4
	TiedTolerance   = 2e-2
	SignAgreement   = 0.999
	SignFloor       = 1e-8
)

// Reference is one of the oracle's models with its numbers.
type Reference struct {
	Model         *unet.Model
	Input, Target *core.Tensor
	Want          *safetensors.File
}

// LoadReference makes an oracle model. spec is the network that the file is of.
func LoadReference(t testing.TB, name string, spec unet.Spec) Reference {
	t.Helper()
	data, err := os.ReadFile(Shared(t, "oracle", name+".safetensors"))
	if err != nil {
		t.Fatal(err)
	}
	want, err := safetensors.Read(data)
	if err != nil {
		t.Fatal(err)
	}
	o := ReadOracle(t, want)
	tensors := map[string]*core.Tensor{}
	for _, s := range spec.Tensors() {
		tensors[s.Name] = o.Weight(s.Name, s.Shape)
	}
	model, err := unet.NewModel(tensors)
	if err != nil {
		t.Fatal(err)
	}
	if got := strconv.Itoa(spec.Parameters()); got != want.Metadata["parameters"] {
		t.Errorf("%s has %s parameters; the oracle says %s", name, got, want.Metadata["parameters"])
	}
	return Reference{model, o.Input(1, 3, 64, 64), o.Target(1, 3, 64, 64), want}
}

// ReadOracle takes the formula's constants from an oracle file's metadata.
func ReadOracle(t testing.TB, f *safetensors.File) Oracle {
	t.Helper()
	seed, err := strconv.ParseUint(f.Metadata["seed"], 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	gain, err := strconv.ParseFloat(f.Metadata["head_gain"], 64)
	if err != nil {
		t.Fatal(err)
	}
	return Oracle{seed, gain}
}

// Check compares logits, losses (all that the oracle has, where none is named) and their gradients,
// in both argument orders. The gradients may be gradients away from the reference.
func (r Reference) Check(t *testing.T, backend core.Backend, gradients float64, losses ...core.Loss) {
	if len(losses) == 0 {
		for _, l := range core.Losses {
			if _, known := r.Want.Metadata["loss_"+string(l)]; known {
				losses = append(losses, l)
			}
		}
	}
	x := core.NewInput("x", r.Input.Shape...)
	target := core.NewInput("target", r.Target.Shape...)
	logits := r.Model.Logits(x)
	outputs := core.Outputs{"logits": logits}
	for _, l := range losses {
		for suffix, loss := range map[string]*core.Node{"": l.Of(logits, target), "_swapped": l.Of(target, logits)} {
			outputs["loss_"+string(l)+suffix] = loss
			outputs["grad_"+string(l)+suffix] = core.Grad(loss, x)[0]
		}
	}
	plan := core.Compile(outputs)
	program, err := backend.Load(plan)
	if err != nil {
		t.Fatal(err)
	}
	defer program.Close()
	if err := program.Write("x", r.Input.Data); err != nil {
		t.Fatal(err)
	}
	if err := program.Write("target", r.Target.Data); err != nil {
		t.Fatal(err)
	}
	ctx := context.Background()
	if err := program.Run(ctx, nil); err != nil {
		t.Fatal(err)
	}
	for name := range outputs {
		got := make([]float32, plan.Shapes[name].Count())
		if err := program.Read(ctx, name, got); err != nil {
			t.Fatal(err)
		}
		t.Run(name, func(t *testing.T) {
			want := []float32{0}
			if w := r.Want.Tensors[name]; w != nil {
				want = w.Data
			} else if v, err := strconv.ParseFloat(r.Want.Metadata[name], 64); err == nil {
				want[0] = float32(v)
			} else {
				t.Fatalf("the oracle has no %s", name)
			}
			tolerance := OracleTolerance
			if strings.HasPrefix(name, "grad_") {
				tolerance = gradients
			}
			if e := RelativeError(got, want); !(e <= tolerance) {
				t.Errorf("relative error %.2g, more than %.0g", e, tolerance)
			}
			if share := signAgreement(got, want); share < SignAgreement {
				t.Errorf("%.3f %% of signs agree, fewer than %.1f %%", 100*share, 100*SignAgreement)
			}
		})
	}
}

// signAgreement is the share of signs that agree where |want| > SignFloor.
func signAgreement(got, want []float32) float64 {
	same, all := 0, 0
	for i, w := range want {
		if w > SignFloor || w < -SignFloor {
			all++
			if got[i] > 0 == (w > 0) && got[i] != 0 {
				same++
			}
		}
	}
	if all == 0 {
		return 1
	}
	return float64(same) / float64(all)
}
