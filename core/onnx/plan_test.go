package onnx

import (
	"encoding/binary"
	"fmt"
	"math"
	"slices"
	"testing"

	"segfault/core"
	"segfault/core/coretest"
	"segfault/core/unet"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// exported is segmentation_models_pytorch's U-Net of the given widths as PyTorch exports it, its batch-norms folded.
func exported(in, classes int, encoder, decoder []int) parts {
	p := parts{inputs: []message{infoOf("image", 1, in, -1, -1)}, outputs: []message{infoOf("logits")}}
	scales := message{}
	for _, v := range []float32{1, 1, 2, 2} {
		scales = binary.LittleEndian.AppendUint32(scales, math.Float32bits(v))
	}
	p.weights = append(p.weights, message{}.number(1, 4).number(2, uint64(float32s)).text(8, "scales").part(9, scales))
	conv := func(x string, channels, width int) string {
		name := fmt.Sprintf("conv%d", len(p.nodes))
		p.weights = append(p.weights, weightOf(name+".w", width, channels, 3, 3), weightOf(name+".b", width))
		p.nodes = append(p.nodes, nodeOf("Conv", name, []string{x, name + ".w", name + ".b"}, list("pads", 1, 1, 1, 1)), nodeOf("Relu", name+"+", []string{name}))
		return name + "+"
	}
	x, channels, skips, widths := "image", in, []string{}, []int{}
	for i, width := range encoder {
		x = conv(conv(x, channels, width), width, width)
		channels, skips, widths = width, append(skips, x), append(widths, width)
		pooled := fmt.Sprintf("pooled%d", i)
		p.nodes = append(p.nodes, nodeOf("MaxPool", pooled, []string{x}, list("kernel_shape", 2, 2), list("strides", 2, 2)))
		x = pooled
	}
	x = conv(conv(x, channels, channels), channels, channels)
	for i, width := range decoder {
		up := fmt.Sprintf("up%d", i)
		p.nodes = append(p.nodes, nodeOf("Resize", up, []string{x, "", "scales"}, message{}.text(1, "mode").text(4, "nearest"),
			message{}.text(1, "coordinate_transformation_mode").text(4, "asymmetric"), message{}.text(1, "nearest_mode").text(4, "floor")))
		x = up
		if at := len(skips) - 1 - i; at > 0 {
			x = fmt.Sprintf("joined%d", i)
			p.nodes = append(p.nodes, nodeOf("Concat", x, []string{up, skips[at]}, message{}.text(1, "axis").number(3, 1)))
			channels += widths[at]
		}
		x, channels = conv(conv(x, channels, width), width, width), width
	}
	p.weights = append(p.weights, weightOf("head.w", classes, channels, 3, 3), weightOf("head.b", classes))
	p.nodes = append(p.nodes, nodeOf("Conv", "logits", []string{x, "head.w", "head.b"}, list("pads", 1, 1, 1, 1)))
	return p
}

// steps are the kernels of an attack's plan with their sizes.
func steps(n interface{ Logits(*core.Node) *core.Node }) (list []string, plan *core.Plan) {
	x := core.NewInput("x", 1, 3, 64, 64)
	logits := n.Logits(x)
	loss := core.BCE.Of(logits, core.NewInput("target", logits.Shape...))
	plan = core.Compile(core.Outputs{"logits": logits, "gradient": core.Grad(loss, x)[0]})
	for _, s := range plan.Steps {
		list = append(list, fmt.Sprintf("%s%+v", s.Kernel.Name(), s.Kernel))
	}
	slices.Sort(list)
	return list, plan
}

// So that a dropped network is as fast as one that is built here: its attack is the same kernels over as many bytes.
func TestAnExportedNetworkIsComputedAsTheOneThatIsBuiltHere(t *testing.T) {
	spec, err := unet.New("vgg13", 3, 2, 8)
	require.NoError(t, err)
	tensors := map[string]*core.Tensor{}
	for _, n := range spec.Tensors() {
		tensors[n.Name] = coretest.Oracle{Seed: 1, HeadGain: 1}.Weight(n.Name, n.Shape)
	}
	built, err := unet.NewModel(tensors)
	require.NoError(t, err)
	read, err := exported(3, 2, []int{8, 16, 32, 64, 64}, []int{32, 16, 8, 8, 8}).file(t).Load("")
	require.NoError(t, err)
	want, plan := steps(built)
	got, dropped := steps(read)
	assert.Equal(t, want, got)
	assert.Equal(t, plan.Live, dropped.Live)
}
