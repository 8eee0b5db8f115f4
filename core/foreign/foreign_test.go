package foreign_test

import (
	"archive/zip"
	"bytes"
	"context"
	"fmt"
	"io"
	"io/fs"
	"math"
	"os"
	"strconv"
	"strings"
	"testing"

	"segfault/core"
	"segfault/core/coretest"
	"segfault/core/foreign"
	"segfault/core/net"
	"segfault/core/safetensors"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func open(t *testing.T, data []byte) *net.Found {
	t.Helper()
	n, err := foreign.Open(bytes.NewReader(data), int64(len(data)), nil, "")
	require.NoError(t, err)
	return n
}

func TestCheckpointsAreDifferentiatedAsByPyTorch(t *testing.T) {
	for file, c := range map[string]struct {
		oracle, architecture string
		shape                net.Shape
		told                 bool
		classes              []string
	}{
		"nnunet-plain.pth":              {"nnunet-plain", "nnunet-plain", net.Shape{In: 1, Classes: 3, Activation: net.Softmax, Multiple: 8}, true, []string{"background", "a", "b"}},
		"lightning-unet-vgg13-w10.ckpt": {"lightning-unet-vgg13-w10", "unet-vgg13_bn", net.Shape{In: 3, Classes: 3, Multiple: 32}, false, nil},
		"nnunet-plain.onnx":             {"nnunet-plain", "onnx", net.Shape{In: 1, Classes: 3, Multiple: 8, Height: 64, Width: 64}, false, nil},
	} {
		t.Run(file, func(t *testing.T) {
			data, err := os.ReadFile(coretest.Shared(t, "oracle-onnx", file))
			require.NoError(t, err)
			n := open(t, data)
			assert.Equal(t, c.architecture, n.Architecture)
			assert.Equal(t, c.told, n.Told)
			assert.Equal(t, c.classes, n.Classes)
			if file != "nnunet-plain.onnx" {
				assert.Equal(t, c.shape, n.Shape())
			}
			data, err = os.ReadFile(coretest.Shared(t, "oracle-onnx", c.oracle+".safetensors"))
			require.NoError(t, err)
			want, err := safetensors.Read(data)
			require.NoError(t, err)
			compare(t, n, want)
		})
	}
}

// compare holds a network's logits, losses and gradients to an oracle's.
func compare(t *testing.T, n net.Network, want *safetensors.File) {
	t.Helper()
	x := core.NewInput("x", want.Tensors["input"].Shape...)
	target := core.NewInput("target", want.Tensors["target"].Shape...)
	logits := n.Logits(x)
	outputs := core.Outputs{"logits": logits}
	for _, l := range core.Losses {
		if want.Tensors["grad_"+string(l)] != nil {
			loss := l.Of(logits, target)
			outputs["loss_"+string(l)], outputs["grad_"+string(l)] = loss, core.Grad(loss, x)[0]
		}
	}
	program, err := core.NewCPU(0).Load(core.Compile(outputs))
	require.NoError(t, err)
	defer program.Close()
	ctx := context.Background()
	require.NoError(t, program.Write("x", want.Tensors["input"].Data))
	require.NoError(t, program.Write("target", want.Tensors["target"].Data))
	require.NoError(t, program.Run(ctx, nil))
	for name, y := range outputs {
		got := make([]float32, y.Shape.Count())
		require.NoError(t, program.Read(ctx, name, got))
		switch w := want.Tensors[name]; {
		case name == "logits":
			assert.Less(t, coretest.RelativeError(got, w.Data), 1e-4)
		case w != nil:
			same, all := 0, 0
			for i, v := range w.Data {
				if math.Abs(float64(v)) > 1e-7 {
					all++
					if got[i]*v > 0 {
						same++
					}
				}
			}
			assert.GreaterOrEqual(t, float64(same), 0.999*float64(all), name)
		default:
			loss, err := strconv.ParseFloat(want.Metadata[name], 64)
			require.NoError(t, err)
			assert.InEpsilon(t, loss, got[0], 1e-4, name)
		}
	}
}

// zipOf is a zip of empty files.
func zipOf(t *testing.T, names ...string) []byte {
	t.Helper()
	var data bytes.Buffer
	w := zip.NewWriter(&data)
	for _, name := range names {
		_, err := w.Create(name)
		require.NoError(t, err)
	}
	require.NoError(t, w.Close())
	return data.Bytes()
}

func TestFilesThatAreNoKnownNetworksAreRefused(t *testing.T) {
	write := func(tensors map[string]*core.Tensor) []byte {
		data, err := safetensors.Write(&safetensors.File{Tensors: tensors}, safetensors.F32)
		require.NoError(t, err)
		return data
	}
	for name, c := range map[string]struct {
		data []byte
		says string
	}{
		"nothing":                 {nil, "this is no network: expected an ONNX file, weights that PyTorch saved (.pt, .pth, .ckpt), or safetensors; the file is empty"},
		"a picture":               {[]byte("\x89PNG\r\n\x1a\n0000000000"), "the file is a picture (PNG): open it as a scan"},
		"a server's answer":       {[]byte("\n<!DOCTYPE html><title>Not found: Ä</title>"), "the file is HTML or XML"},
		"a pointer":               {[]byte("version https://git-lfs.github.com/spec/v1\n"), "git lfs pull"},
		"a text":                  {[]byte("Best model: epoch 12\r\n"), "the file is a text"}, // as an ONNX file may begin
		"a text of umlauts, cut":  {[]byte(strings.Repeat("x", 511) + "ä"), "the file is a text"},
		"Keras":                   {[]byte("\x89HDF\r\n\x1a\n00000000"), "the file is HDF5, as Keras saves: export"},
		"Keras, newer":            {zipOf(t, "config.json", "model.weights.h5"), "the zip holds 2 files, but no data.pkl, which every file of torch.save has: export what another library or torch.export saved to ONNX"},
		"TensorFlow":              {append([]byte("\x08\x01\x12\x80\x80\x08"), make([]byte, 1<<17)...), "no ONNX file; export networks of TensorFlow"},
		"TensorFlow's graph":      {[]byte("\n\x0e\n\x04conv\x12\x06Conv2D"), "export what another library saved to ONNX"},
		"TensorFlow.js":           {[]byte(`{"format": "layers-model", "modelTopology": {}}`), "the file is TensorFlow.js: export the network to ONNX"},
		"TensorFlow Lite":         {[]byte("\x1c\x00\x00\x00TFL3\x00\x00"), "export the network to ONNX"},
		"numbers":                 {[]byte{1, 2, 3, 0, 0, 0, 0, 0, 0, 9}, `the file begins with "\x01\x02\x03`},
		"an unknown architecture": {write(map[string]*core.Tensor{"inc.double_conv.0.weight": core.NewTensor(4, 1, 3, 3)}), `unknown: expected nnU-Net's 2-D networks`},
		"of volumes":              {write(map[string]*core.Tensor{"inc.conv.weight": core.NewTensor(4, 1, 3, 3, 3)}), `of volumes: its weights "inc.conv.weight" are 4×1×3×3×3`},
		"nnU-Net's of volumes": {write(map[string]*core.Tensor{"encoder.stages.0.0.convs.0.conv.weight": core.NewTensor(4, 1, 3, 3, 3)}),
			"of volumes: its first weights are 4×1×3×3×3; expected a 2-D configuration"},
		"an encoder alone": {write(map[string]*core.Tensor{"model.encoder.conv1.weight": core.NewTensor(4, 3, 7, 7)}), "an encoder without a U-Net's decoder"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := foreign.Open(bytes.NewReader(c.data), int64(len(c.data)), nil, "")
			assert.ErrorContains(t, err, c.says)
		})
	}
}

// What a trainer leaves beside or within a file fills in what nobody told.
func TestMetadataOfTrainersAreRead(t *testing.T) {
	bundle := func(text string) foreign.Beside {
		return func(name string) (io.ReaderAt, int64, error) {
			if name != "metadata.json" {
				return nil, 0, fs.ErrNotExist
			}
			return strings.NewReader(text), int64(len(text)), nil
		}
	}
	data, err := os.ReadFile(coretest.Shared(t, "oracle-onnx", "nnunet-plain.onnx"))
	require.NoError(t, err)
	open := func(beside foreign.Beside) (*net.Found, error) {
		return foreign.Open(bytes.NewReader(data), int64(len(data)), beside, "")
	}
	const format = `{"network_data_format": {"inputs": {"image": {"value_range": [-1, 1]}}, "outputs": {"pred": {"channel_def": {"0": %q, "1": "liver", "2": "tumour"}}}}}`

	found, err := open(bundle(fmt.Sprintf(format, "Background")))
	require.NoError(t, err)
	assert.Equal(t, []string{"Background", "liver", "tumour"}, found.Classes)
	assert.Equal(t, net.Softmax, found.Shape().Activation)
	assert.True(t, found.Told)
	assert.Equal(t, []float32{-1, 1}, found.Input.Range)

	found, err = open(bundle(fmt.Sprintf(format, "spleen")))
	require.NoError(t, err)
	assert.Equal(t, net.Sigmoid, found.Shape().Activation, "without a background classes may overlap")

	found, err = open(bundle(`{"network_data_format": {"outputs": {"pred": {"channel_def": {"0": "background", "1": "liver"}}}}}`))
	require.NoError(t, err)
	assert.Empty(t, found.Classes, "of another number of channels")
	assert.False(t, found.Told)

	_, err = open(bundle(`{"network_data_format"`))
	assert.ErrorContains(t, err, "metadata.json is no JSON")

	found, err = open(func(name string) (io.ReaderAt, int64, error) {
		text := map[string]string{
			"plans.json":   `{"configurations": {"2d": {"normalization_schemes": ["ZScoreNormalization"]}}}`,
			"dataset.json": `{"labels": {"tumour": 2, "background": 0, "liver": 1}, "channel_names": {"0": "CT"}}`,
		}[name]
		if text == "" {
			return nil, 0, fs.ErrNotExist
		}
		return strings.NewReader(text), int64(len(text)), nil
	})
	require.NoError(t, err)
	assert.Equal(t, []string{"background", "liver", "tumour"}, found.Classes, "of nnU-Net's files beside")
	assert.Equal(t, net.Softmax, found.Shape().Activation)
	assert.True(t, found.Input.Standardised)
	assert.Contains(t, strings.Join(found.Notes, " "), "Its input is CT.")

	// An ONNX file's own properties: the wire format's field 14 of the model.
	property := func(key, value string) []byte {
		entry := append([]byte{1<<3 | 2, byte(len(key))}, key...)
		entry = append(append(entry, 2<<3|2, byte(len(value))), value...)
		return append([]byte{14<<3 | 2, byte(len(entry))}, entry...)
	}
	data = append(append(data, property("classes", "a,b,c")...), property("activation", "softmax")...)
	found, err = open(nil)
	require.NoError(t, err)
	assert.Equal(t, map[string]string{"classes": "a,b,c", "activation": "softmax"}, found.Metadata)
}
