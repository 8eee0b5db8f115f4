package onnx

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"segfault/core"
	"segfault/core/coretest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The standard's own tests of operators: models with inputs and outputs, of which the oracle adds gradients.

// suite is where Debian's libonnx-testdata has them.
const suite = "/usr/share/libonnx-testdata/data/node"

// nodeTest is one of them.
type nodeTest struct {
	name, class string
	gradients   []string // inputs of which the oracle has the gradient
}

// nodeTests are those that the oracle lists.
func nodeTests(t *testing.T) (list []nodeTest) {
	t.Helper()
	text, err := os.ReadFile(coretest.Shared(t, "oracle-onnx", "nodes", "lists.tsv"))
	require.NoError(t, err)
	for line := range strings.Lines(string(text)) {
		if cells := strings.Split(line, "\t"); cells[0] == "1.12" {
			list = append(list, nodeTest{cells[2], cells[1], strings.Fields(cells[5])})
		}
	}
	require.NotEmpty(t, list)
	if _, err := os.Stat(suite); err != nil {
		if os.Getenv("CI") != "" {
			t.Fatalf("%s is absent; CI must have it", suite)
		}
		t.Skipf("skipped: %s is absent; apt-get install libonnx-testdata", suite)
	}
	return list
}

// nodeOracles unpacks the gradients.
func nodeOracles(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	out, err := exec.Command("tar", "-xJf", coretest.Shared(t, "oracle-onnx", "nodes", "nodes-1.12.tar.xz"), "-C", dir).CombinedOutput()
	require.NoError(t, err, "%s", out)
	return filepath.Join(dir, "1.12")
}

// stored reads a tensor of the suite.
func (f *File) stored(t *testing.T, path string) value {
	t.Helper()
	data, err := os.ReadFile(path)
	require.NoError(t, err)
	g := &File{wire: &wire{r: bytes.NewReader(data), budget: 1 << 22}}
	x := g.wire.tensor(span{0, int64(len(data))})
	v, err := g.read(x)
	if g.wire.err != nil || err != nil {
		return value{} // no tensor, or one of texts
	}
	return v
}

// reals are the tensors of floats in an oracle's file, nil where there is none.
func reals(t *testing.T, path string) map[string]*core.Tensor {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		return nil
	}
	n := binary.LittleEndian.Uint64(data)
	var header map[string]struct {
		DType   string
		Shape   []int
		Offsets [2]int `json:"data_offsets"`
	}
	require.NoError(t, json.Unmarshal(data[8:8+n], &header))
	tensors := map[string]*core.Tensor{}
	for name, e := range header {
		if e.DType == "F32" {
			x := core.NewTensor(e.Shape...)
			for i := range x.Data {
				x.Data[i] = math.Float32frombits(binary.LittleEndian.Uint32(data[8+int(n)+e.Offsets[0]+4*i:]))
			}
			tensors[name] = x
		}
	}
	return tensors
}

// attempt is what came of a test.
type attempt struct {
	refused error
	wrong   string
}

// try computes a test's outputs and compares them, and the gradients that the oracle has.
func (n nodeTest) try(t *testing.T, oracles string) (a attempt) {
	dir := filepath.Join(suite, n.name)
	model, err := os.ReadFile(filepath.Join(dir, "model.onnx"))
	require.NoError(t, err)
	f, err := Open(bytes.NewReader(model), int64(len(model)))
	if f == nil || f.graph == nil {
		return attempt{refused: err}
	}
	if f.opset == 0 {
		return attempt{refused: fmt.Errorf("no operators of the standard")}
	}
	r := &reading{file: f, graph: f.graph, values: map[string]value{}, uses: f.graph.reach(f.Outputs()).uses}
	written := map[string][]float32{}
	var inputs []*core.Node
	at := 0
	for _, in := range f.graph.inputs {
		if f.graph.weights[in.name] != nil {
			continue
		}
		v := f.stored(t, filepath.Join(dir, "test_data_set_0", fmt.Sprintf("input_%d.pb", at)))
		at++
		if !v.given() {
			return attempt{refused: fmt.Errorf("an input is no tensor of numbers")}
		}
		for _, name := range n.gradients {
			if name == in.name {
				written[name] = v.node.Value.Data
				v.node, v.traced = core.NewInput(name, v.shape...), true
				inputs = append(inputs, v.node)
			}
		}
		r.values[in.name] = v
	}
	outputs := core.Outputs{}
	want := map[string][]float32{}
	var sum *core.Node
	grads := reals(t, filepath.Join(oracles, n.name+".safetensors"))
	for i, out := range f.graph.outputs {
		var got value
		if err := r.try(func() { got = r.value(out.name) }); err != nil {
			return attempt{refused: err}
		}
		official := f.stored(t, filepath.Join(dir, "test_data_set_0", fmt.Sprintf("output_%d.pb", i)))
		if !official.given() {
			return attempt{refused: fmt.Errorf("an output is no tensor of numbers")}
		}
		if !got.shape.Equal(official.shape) {
			return attempt{wrong: fmt.Sprintf("output %s is %v; right is %v", out.name, got.shape, official.shape)}
		}
		if official.empty() {
			continue
		}
		outputs["out."+out.name], want["out."+out.name] = core.Affine(got.floats(), 1, 0), official.floats().Value.Data
		if w := grads["cot."+out.name]; w != nil {
			term := core.Total(core.Mul(got.floats(), core.NewParameter("cot", w)))
			if sum != nil {
				term = core.Add(sum, term)
			}
			sum = term
		}
	}
	if sum != nil {
		for i, g := range core.Grad(sum, inputs...) {
			name := "grad." + inputs[i].Name
			require.NotNil(t, grads[name], name)
			outputs[name], want[name] = core.Affine(g, 1, 0), grads[name].Data
		}
	} else if len(n.gradients) > 0 && grads != nil {
		return attempt{wrong: "the oracle has no cotangent"}
	}
	if len(outputs) == 0 {
		return a
	}
	plan := core.Compile(outputs)
	program, err := core.NewCPU(1).Load(plan)
	require.NoError(t, err)
	defer program.Close()
	for name, data := range written {
		if _, used := plan.Inputs[name]; used {
			require.NoError(t, program.Write(name, data))
		}
	}
	require.NoError(t, program.Run(context.Background(), nil))
	for name, w := range want {
		got := make([]float32, len(w))
		require.NoError(t, program.Read(context.Background(), name, got))
		most, off := 0.0, 0.0
		for i, v := range w {
			if v != v && got[i] != got[i] || v == got[i] {
				continue
			}
			most, off = max(most, math.Abs(float64(v))), max(off, math.Abs(float64(got[i]-v)))
			if got[i] != got[i] {
				off = math.Inf(1)
			}
		}
		if strings.HasPrefix(name, "grad.") {
			if e := coretest.RelativeError(got, w); !(e <= 1e-3) && off > 1e-12 {
				return attempt{wrong: fmt.Sprintf("%s: relative error %.2g: %v; right is %v", name, e, got[:min(8, len(got))], w[:min(8, len(w))])}
			}
		} else if !(off <= 1e-3*most+1e-5) {
			return attempt{wrong: fmt.Sprintf("%s: off by %.2g: %v; right is %v", name, off, got[:min(8, len(got))], w[:min(8, len(w))])}
		}
	}
	return a
}

// refused are the tests of the classes must and should that are not computed, and why.
var refused = map[string]string{
	"test_averagepool_3d_default": volumes,
	"test_convtranspose_3d":       volumes,
	"test_maxpool_3d_default":     volumes,
	"test_sin":                    waves,
	"test_sin_example":            waves,
	"test_cos":                    waves,
	"test_cos_example":            waves,
	"test_mod_mixed_sign_float32": "networks reckon sizes with it, which are whole",
}

const (
	volumes = "networks of volumes are refused as a whole"
	waves   = "GPUs compute it with few digits far from 0; networks take it of places, which are known"
)

func TestOperatorsAreDifferentiatedAsTheStandardHasThem(t *testing.T) {
	list := nodeTests(t)
	oracles := nodeOracles(t)
	computed := map[string]int{}
	for _, n := range list {
		t.Run(n.class+"/"+n.name, func(t *testing.T) {
			a := n.try(t, oracles)
			if n.class != "either" { // of those the official value is in doubt
				assert.Empty(t, a.wrong)
			}
			switch {
			case a.refused == nil:
				computed[n.class]++
				assert.Empty(t, refused[n.name], "it is refused no more")
			case n.class == "must" || n.class == "should":
				assert.NotEmpty(t, refused[n.name], "it is refused without a reason: %v", a.refused)
			}
		})
	}
	t.Log("computed: ", computed)
}
