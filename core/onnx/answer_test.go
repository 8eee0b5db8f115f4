package onnx

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"

	"segfault/core"
	"segfault/core/net"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var image = []message{infoOf("image", -1, 3, -1, -1)}

// network is a convolution to two classes and what follows it.
func network(output string, nodes ...message) parts {
	return parts{
		nodes:   append([]message{nodeOf("Conv", "scores", []string{"image", "w"}, list("pads", 1, 1, 1, 1))}, nodes...),
		weights: []message{weightOf("w", 2, 3, 3, 3)}, inputs: image, outputs: []message{infoOf(output)},
	}
}

func TestTheGraphIsCutBeforeItsActivation(t *testing.T) {
	axis := message{}.text(1, "axis").number(3, 1)
	for name, c := range map[string]struct {
		parts
		activation net.Activation
		told       bool
		says       string
	}{
		"no activation": {network("scores"), net.Sigmoid, false, "taken for logits"},
		"sigmoid":       {network("y", nodeOf("Sigmoid", "y", []string{"scores"})), net.Sigmoid, true, "before the Sigmoid"},
		"softmax":       {network("y", nodeOf("Softmax", "y", []string{"scores"}, axis)), net.Softmax, true, "before the Softmax"},
		"argmax":        {network("y", nodeOf("ArgMax", "y", []string{"scores"}, axis)), net.Softmax, true, "before the ArgMax"},
		"argmax of a softmax": {network("y", nodeOf("Softmax", "p", []string{"scores"}, axis), nodeOf("ArgMax", "y", []string{"p"}, axis)),
			net.Softmax, true, "before the Softmax"},
		"softmax between transposes": {network("y", nodeOf("Transpose", "last", []string{"scores"}, list("perm", 0, 2, 3, 1)), nodeOf("Softmax", "p", []string{"last"}),
			nodeOf("Transpose", "y", []string{"p"}, list("perm", 0, 3, 1, 2))), net.Softmax, true, "read as N×H×W×C with 2 classes"},
		"sigmoid that is then enlarged": {network("y", nodeOf("Sigmoid", "p", []string{"scores"}), nodeOf("AveragePool", "y", []string{"p"}, list("kernel_shape", 1, 1))),
			net.Sigmoid, true, "it holds probabilities"},
		"sigmoid in percent":         {network("y", nodeOf("Sigmoid", "p", []string{"scores"}), nodeOf("Mul", "y", []string{"hundred", "p"})), net.Sigmoid, true, "before the Sigmoid"},
		"sigmoid of bytes, rounded":  {network("y", nodeOf("Sigmoid", "p", []string{"scores"}), nodeOf("Mul", "q", []string{"p", "hundred"}), nodeOf("Round", "y", []string{"q"})), net.Sigmoid, true, "before the Sigmoid"},
		"logits that are scaled":     {network("y", nodeOf("Mul", "y", []string{"scores", "hundred"})), net.Sigmoid, false, "taken for logits"},
		"sums of sigmoids with more": {network("y", nodeOf("Sigmoid", "p", []string{"scores"}), nodeOf("Add", "y", []string{"p", "scores"})), net.Sigmoid, false, "taken for logits"},
		"mean of two softmaxes": {network("y", nodeOf("Softmax", "p", []string{"scores"}, axis), nodeOf("Neg", "less", []string{"scores"}), nodeOf("Softmax", "q", []string{"less"}, axis),
			nodeOf("Add", "sum", []string{"p", "q"}), nodeOf("Div", "y", []string{"sum", "two"})), net.Softmax, true, "it holds probabilities"},
		"threshold of a mean of sigmoids": {network("y", nodeOf("Sigmoid", "p", []string{"scores"}), nodeOf("Neg", "less", []string{"scores"}), nodeOf("Sigmoid", "q", []string{"less"}),
			nodeOf("Mean", "m", []string{"p", "q"}), nodeOf("Greater", "y", []string{"m", "half"})), net.Sigmoid, true, "it holds probabilities"},
		"softmax that is written out": {network("y", nodeOf("ReduceMax", "most", []string{"scores"}, list("axes", 1)), nodeOf("Sub", "less", []string{"scores", "most"}),
			nodeOf("Exp", "e", []string{"less"}), nodeOf("ReduceSum", "sum", []string{"e", "one"}), nodeOf("Div", "y", []string{"e", "sum"})).with(indicesOf("one", []int{1}, 1)), net.Softmax, true, "before the softmax"},
		"share of the image":       {network("y", nodeOf("Exp", "e", []string{"scores"}), nodeOf("ReduceSum", "sum", []string{"e"}), nodeOf("Div", "y", []string{"e", "sum"})), net.Sigmoid, false, "taken for logits"},
		"softmax of its logarithm": {network("y", nodeOf("LogSoftmax", "l", []string{"scores"}, axis), nodeOf("Exp", "y", []string{"l"})), net.Softmax, true, "before the softmax"},
		"sigmoid that is written out": {network("y", nodeOf("Neg", "less", []string{"scores"}), nodeOf("Exp", "e", []string{"less"}), nodeOf("Add", "grown", []string{"e", "unity"}),
			nodeOf("Div", "y", []string{"unity", "grown"})), net.Sigmoid, true, "before the sigmoid"},
		"reciprocal of what grows": {network("y", nodeOf("Neg", "less", []string{"scores"}), nodeOf("Exp", "e", []string{"less"}), nodeOf("Add", "grown", []string{"unity", "e"}),
			nodeOf("Reciprocal", "y", []string{"grown"})), net.Sigmoid, true, "before the sigmoid"},
		"values within 0 and 1":   {network("y", nodeOf("Clip", "y", []string{"scores", "zero", "unity"})), net.Sigmoid, true, "it holds probabilities"},
		"values within 0 and 100": {network("y", nodeOf("Clip", "y", []string{"scores", "zero", "hundred"})), net.Sigmoid, false, "taken for logits"},
		"softmax within 0 and 1":  {network("y", nodeOf("Softmax", "p", []string{"scores"}, axis), nodeOf("Clip", "y", []string{"p", "zero", "unity"})), net.Softmax, true, "it holds probabilities"},
		"mask of bytes": {network("y", nodeOf("Sigmoid", "p", []string{"scores"}), nodeOf("Greater", "m", []string{"p", "half"}), nodeOf("Cast", "n", []string{"m"}, message{}.text(1, "to").number(3, uint64(int64s))),
			nodeOf("Mul", "y", []string{"n", "white"})).with(indicesOf("white", []int{1}, 255)), net.Sigmoid, true, "before the Sigmoid"},
		"all but a sigmoid": {network("y", nodeOf("Sigmoid", "p", []string{"scores"}), nodeOf("Sub", "y", []string{"unity", "p"})), net.Sigmoid, true, "it holds probabilities"},
	} {
		for name, v := range map[string]float32{"hundred": 100, "two": 2, "half": 0.5, "unity": 1, "zero": 0} {
			c.parts = c.with(tensorOf(name, v))
		}
		t.Run(name, func(t *testing.T) {
			n, err := c.file(t).Load("")
			require.NoError(t, err)
			assert.Equal(t, net.Shape{In: 3, Classes: 2, Activation: c.activation, Multiple: 1}, n.Shape())
			assert.Equal(t, c.told, n.Told())
			assert.Contains(t, strings.Join(n.Notes(), " "), c.says)
			assert.Equal(t, core.Shape{1, 2, 8, 12}, n.Logits(core.NewInput("x", 1, 3, 8, 12)).Shape)
		})
	}
}

// Whatever is done to them: what is likelier than not is above 0.
func TestLogitsAreMadeOfScaledAndAveragedProbabilities(t *testing.T) {
	halves := nodeOf("AveragePool", "a", []string{"p"}, list("kernel_shape", 1, 1)) // before which no graph is cut
	for name, last := range map[string][]message{
		"as they are": {nodeOf("Identity", "y", []string{"a"})},
		"in percent":  {nodeOf("Mul", "y", []string{"a", "hundred"})},
		"added up":    {nodeOf("Sum", "y", []string{"a", "p", "a"})},
		"averaged":    {nodeOf("Add", "s", []string{"a", "p"}), nodeOf("Div", "y", []string{"s", "two"})},
		"inverted":    {nodeOf("Mul", "s", []string{"a", "hundred"}), nodeOf("Sub", "t", []string{"hundred", "s"}), nodeOf("Sub", "y", []string{"hundred", "t"})},
	} {
		t.Run(name, func(t *testing.T) {
			p := parts{nodes: append([]message{nodeOf("Sigmoid", "p", []string{"image"}), halves}, last...), inputs: image, outputs: []message{infoOf("y")}}
			n, err := p.with(tensorOf("hundred", 100)).with(tensorOf("two", 2)).file(t).Load("")
			require.NoError(t, err)
			x := core.NewInput("x", 1, 3, 1, 1)
			program, err := core.NewCPU(1).Load(core.Compile(core.Outputs{"y": n.Logits(x)}))
			require.NoError(t, err)
			defer program.Close()
			want, got := []float32{-2, 0, 3}, make([]float32, 3)
			require.NoError(t, program.Write("x", want))
			require.NoError(t, program.Run(t.Context(), nil))
			require.NoError(t, program.Read(t.Context(), "y", got))
			assert.InDeltaSlice(t, want, got, 1e-4, "probabilities near 1 have few digits less than 1")
		})
	}
}

// Of such an answer the classes that are left say each for itself how likely it is.
func TestASoftmaxWithAClassTakenOutIsNoneAnyMore(t *testing.T) {
	axis := message{}.text(1, "axis").number(3, 1)
	softmax := nodeOf("Softmax", "p", []string{"scores"}, axis)
	for name, c := range map[string]struct {
		parts
		classes    int
		activation net.Activation
	}{
		"the foreground alone": {network("y", softmax, nodeOf("Slice", "y", []string{"p", "one", "two", "one"})), 1, net.Sigmoid},
		"every class":          {network("y", softmax, nodeOf("AveragePool", "y", []string{"p"}, list("kernel_shape", 1, 1))), 2, net.Softmax},
	} {
		t.Run(name, func(t *testing.T) {
			for name, v := range map[string]uint64{"one": 1, "two": 2} {
				c.parts = c.with(message{}.number(1, 1).number(2, uint64(int64s)).text(8, name).number(7, v))
			}
			n, err := c.file(t).Load("")
			require.NoError(t, err)
			assert.Equal(t, c.classes, n.Shape().Classes)
			assert.Equal(t, c.activation, n.Shape().Activation)
		})
	}
}

func TestOfSeveralOutputsTheOneOfTheImagesSizeIsTaken(t *testing.T) {
	p := network("coarse", nodeOf("MaxPool", "coarse", []string{"scores"}, list("kernel_shape", 2, 2), list("strides", 2, 2)))
	p.outputs = append(p.outputs, infoOf("scores"))
	n, err := p.file(t).Load("")
	require.NoError(t, err)
	assert.Contains(t, strings.Join(n.Notes(), " "), `output "scores" is taken (the others are coarse)`)
	n, err = p.file(t).Load("coarse")
	require.NoError(t, err)
	assert.Contains(t, strings.Join(n.Notes(), " "), "enlarged 2 times")
}

// Beside its classes a network may tell how certain it is of them.
func TestWhatIsReckonedOfTheClassesIsNotTakenForThem(t *testing.T) {
	axis := message{}.text(1, "axis").number(3, 1)
	for _, outputs := range [][]message{{infoOf("certainty"), infoOf("scores")}, {infoOf("scores"), infoOf("certainty")}} {
		p := network("", nodeOf("Softmax", "p", []string{"scores"}, axis), nodeOf("ReduceMax", "certainty", []string{"p"}, list("axes", 1)))
		p.outputs = outputs
		n, err := p.file(t).Load("")
		require.NoError(t, err)
		assert.Equal(t, "scores", n.Outputs()[0])
	}
	for _, classes := range []int{1, 2} {
		refined := network("", nodeOf("Conv", "fine", []string{"scores", "v"}))
		refined.outputs = []message{infoOf("scores"), infoOf("fine")}
		n, err := refined.with(weightOf("v", classes, 2, 1, 1)).file(t).Load("")
		require.NoError(t, err)
		assert.Equal(t, "fine", n.Outputs()[0], "what is learned of others, be they classes or features, is the last word")
	}
}

func TestImagesWithTheirChannelsLastAreFound(t *testing.T) {
	p := network("y", nodeOf("Transpose", "y", []string{"scores"}, list("perm", 0, 2, 3, 1)))
	p.nodes[0] = nodeOf("Conv", "scores", []string{"first", "w"}, list("pads", 1, 1, 1, 1))
	p.nodes = append(p.nodes, nodeOf("Transpose", "first", []string{"image"}, list("perm", 0, 3, 1, 2)))
	p.inputs = []message{infoOf("image", 1, 64, 96, 3)}
	n, err := p.file(t).Load("")
	require.NoError(t, err)
	assert.Equal(t, net.Shape{In: 3, Classes: 2, Multiple: 1, Height: 64, Width: 96}, n.Shape())
	assert.Contains(t, n.Notes()[0], "N×H×W×C")
}

func TestAnInputThatDoesNotFitIsRefusedWithTheMultiple(t *testing.T) {
	n, err := network("y",
		nodeOf("MaxPool", "half", []string{"scores"}, list("kernel_shape", 2, 2), list("strides", 2, 2)),
		nodeOf("ConvTranspose", "whole", []string{"half", "up"}, list("strides", 2, 2)),
		nodeOf("Concat", "y", []string{"scores", "whole"}, message{}.text(1, "axis").number(3, 1))).
		with(weightOf("up", 2, 2, 2, 2)).file(t).Load("")
	require.NoError(t, err)
	assert.Equal(t, 2, n.Shape().Multiple)
	assert.ErrorContains(t, n.Shape().Check(9, 8), "multiples of 2")
}

func (p parts) with(weight message) parts {
	p.weights = append(p.weights, weight)
	return p
}

func TestWhatCannotBeComputedIsNamedBeforeAWeightIsRead(t *testing.T) {
	foreign := nodeOf("Swirl", "y", []string{"scores"}).text(7, "com.example")
	for name, c := range map[string]struct {
		parts
		says string
	}{
		"unknown operator": {network("y", nodeOf("Det", "y", []string{"scores"})), `node "the Det" (operator Det of domain ai.onnx): it is not supported`},
		"of many nodes once": {network("y", nodeOf("Det", "a", []string{"scores"}), nodeOf("Det", "b", []string{"a"}), nodeOf("Det", "y", []string{"b"})),
			`onnx: node "the Det" (operator Det of domain ai.onnx) and 2 more of it: it is not supported`},
		"foreign domain": {network("y", foreign), `operator Swirl of domain com.example): only operators of the ONNX standard`},
		"quantised": {network("y", nodeOf("QuantizeLinear", "q", []string{"scores", "scale"}), nodeOf("Relu", "y", []string{"q"})),
			"rounding has no gradient"},
		"loop": {network("y", nodeOf("Loop", "y", []string{"", "", "scores"})), "dynamic control flow"},
	} {
		t.Run(name, func(t *testing.T) {
			p := c.parts
			p.weights = nil // so that none can be read
			for _, w := range c.weights {
				p.weights = append(p.weights, w.text(13, ""))
			}
			_, err := p.file(t).Load("")
			assert.ErrorContains(t, err, c.says)
			assert.Equal(t, 1, strings.Count(err.Error(), "node "), "a sentence for each operator")
		})
	}
}

func TestNodesThatCannotBeAsTheyAreAreRefused(t *testing.T) {
	statistics := []string{"scores", "two", "two", "two", "two"}
	for name, c := range map[string]struct {
		parts
		says string
	}{
		"without an input": {network("y", nodeOf("Relu", "y", nil)), "it lacks its input 1"},
		"in training mode": {network("y", nodeOf("BatchNormalization", "y", statistics).text(2, "mean").text(2, "variance")), "it is in training mode, or keeps no statistics"},
	} {
		t.Run(name, func(t *testing.T) {
			p := c.with(weightOf("two", 2))
			p.nodes = append(p.nodes, nodeOf("Add", "both", []string{"y", "scores"}))
			p.outputs = []message{infoOf("both")}
			_, err := p.file(t).Load("")
			assert.ErrorContains(t, err, c.says)
		})
	}
}

func TestFilesThatAreNoNetworksOfImagesAreRefused(t *testing.T) {
	volume := network("scores")
	volume.inputs = []message{infoOf("image", 1, 1, 32, 32, 32)}
	two := network("y", nodeOf("Add", "y", []string{"scores", "more"}))
	two.inputs = append([]message{infoOf("more", 1, 2, 8, 8)}, image...)
	for name, c := range map[string]struct {
		data []byte
		says string
	}{
		"nothing":    {nil, "no ONNX file"},
		"text":       {[]byte("this is no network at all"), "onnx:"},
		"of volumes": {volume.bytes(), "of volumes: its input \"image\" is 1×1×32×32×32"},
		"two inputs": {two.bytes(), `2 inputs, "more" (1×2×8×8), "image" (any×3×any×any)`},
		"no graph":   {parts{}.bytes(), "0 nodes"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Open(bytes.NewReader(c.data), int64(len(c.data)))
			assert.ErrorContains(t, err, c.says)
		})
	}
}

func TestANetworkOfSeveralImagesAtATimeIsRefusedWithTheirNumber(t *testing.T) {
	p := network("y", nodeOf("Reshape", "y", []string{"scores", "shape"}))
	p.inputs = []message{infoOf("image", 4, 3, 8, 12)}
	p.weights = append(p.weights, message{}.number(1, 4).number(2, uint64(int64s)).text(8, "shape").number(7, 4).number(7, 2).number(7, 8).number(7, 12))
	_, err := p.file(t).Load("")
	assert.ErrorContains(t, err, "1×2×8×12 does not go into 4×2×8×12 (the network may take 4 images at a time only: export it for one, or for any number)")
	p.nodes, p.outputs = p.nodes[:1], []message{infoOf("scores")}
	_, err = p.file(t).Load("")
	assert.NoError(t, err, "one of them")
}

func TestAnOutputOfSizesIsRefused(t *testing.T) {
	sizes := nodeOf("Shape", "sizes", []string{"scores"})
	for want, n := range map[string]message{
		`the value "y" has no elements (0)`: nodeOf("Slice", "y", []string{"sizes", "two", "two"}),
		"expected an image of classes":      nodeOf("Mean", "y", []string{"sizes", "sizes"}),
	} {
		p := network("y", sizes, n)
		p.weights = append(p.weights, message{}.number(1, 1).number(2, uint64(int64s)).text(8, "two").number(7, 2))
		_, err := p.file(t).Load("")
		assert.ErrorContains(t, err, want)
	}
}

func TestAnOutputThatNoGradientReachesIsRefused(t *testing.T) {
	_, err := network("y", nodeOf("Round", "q", []string{"scores"}), nodeOf("Relu", "y", []string{"q"})).file(t).Load("")
	assert.ErrorContains(t, err, `no gradient of the output "y" reaches the image`)
}

func TestLongTextsInAFileArePassedOver(t *testing.T) {
	entry := func(key, value string) message { return message{}.text(1, key).text(2, value) }
	data := message(network("scores").bytes()).part(14, entry("graph", strings.Repeat("x", 100_000))).part(14, entry("classes", "a,b"))
	f, err := Open(bytes.NewReader(data), int64(len(data)))
	require.NoError(t, err)
	assert.Equal(t, map[string]string{"graph": "", "classes": "a,b"}, f.Metadata)
}

func TestWeightsThatAreNaNAreNamed(t *testing.T) {
	zero := float32(0)
	p := network("scores")
	p.weights = []message{tensorOf("w", zero/zero, 2, 3, 3, 3)}
	_, err := p.file(t).Load("")
	assert.ErrorContains(t, err, `tensor "w" holds NaN at position 0`)
}

// external is a weight whose values lie in another file.
func external(name, location string, dims ...int) message {
	m := message{}
	for _, d := range dims {
		m = m.number(1, uint64(d))
	}
	entry := func(key, value string) message { return message{}.text(1, key).text(2, value) }
	return m.number(2, uint64(float32s)).text(8, name).part(13, entry("location", location)).number(14, 1)
}

func TestWeightsInAnotherFileAreTakenFromBesideThisOne(t *testing.T) {
	p := network("scores")
	p.weights = []message{external("w", "weights.bin", 2, 3, 3, 3)}
	f := p.file(t)
	assert.Equal(t, []string{"weights.bin"}, f.External())
	_, err := f.Load("")
	assert.ErrorContains(t, err, `weights lie in the file "weights.bin"; give it together with this one`)

	data := make([]byte, 2*3*3*3*4)
	f = p.file(t)
	f.Beside = func(name string) (io.ReaderAt, int64, error) { return bytes.NewReader(data), int64(len(data)), nil }
	_, err = f.Load("")
	assert.NoError(t, err)

	f = p.file(t)
	f.Beside = func(name string) (io.ReaderAt, int64, error) {
		return bytes.NewReader(data[1:]), int64(len(data)) - 1, nil
	}
	_, err = f.Load("")
	assert.ErrorContains(t, err, "truncated or damaged")

	f = p.file(t)
	f.Beside = func(name string) (io.ReaderAt, int64, error) { return nil, 0, errors.New("no such file") }
	_, err = f.Load("")
	assert.ErrorContains(t, err, "no such file")
}

func TestWeightsOutsideOfTheFoldersAreRefused(t *testing.T) {
	p := network("scores")
	p.weights = []message{external("w", "../secret", 2, 3, 3, 3)}
	_, err := p.file(t).Load("")
	assert.ErrorContains(t, err, "no file beside this one")
}

// Of more channels than pictures have, too, the last axis is theirs where it is the shortest of an image.
func TestChannelsOfAnImageMayBeLastAndMany(t *testing.T) {
	for _, sides := range [][2]int{{16, 16}, {-1, -1}} {
		n, err := parts{
			nodes: []message{
				nodeOf("Transpose", "first", []string{"image"}, list("perm", 0, 3, 1, 2)),
				nodeOf("Conv", "scores", []string{"first", "w"}, list("pads", 1, 1, 1, 1)),
				nodeOf("Transpose", "y", []string{"scores"}, list("perm", 0, 2, 3, 1)),
			},
			weights: []message{weightOf("w", 5, 5, 3, 3)}, inputs: []message{infoOf("image", 1, sides[0], sides[1], 5)}, outputs: []message{infoOf("y")},
		}.file(t).Load("")
		require.NoError(t, err)
		assert.Equal(t, net.Shape{In: 5, Classes: 5, Multiple: 1, Height: max(sides[0], 0), Width: max(sides[1], 0)}, n.Shape())
	}
}
