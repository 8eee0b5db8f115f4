package torch

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"fmt"
	"math"
	"os"
	"strings"
	"testing"
	"time"

	"segfault/core"
	"segfault/core/coretest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Pickles for tests, written in protocol 0 where it has the instruction, which reads as text.

func text(s string) string { return "V" + s + "\n" }

func whole0(n int) string { return fmt.Sprintf("I%d\n", n) }

func numbers(list ...int) string {
	code := "("
	for _, n := range list {
		code += whole0(n)
	}
	return code + "t"
}

// tensorCode is a tensor of count numbers in the storage of a key.
func tensorCode(class, key string, count, offset int, shape, strides []int) string {
	return "ctorch._utils\n_rebuild_tensor_v2\n((" + text("storage") + "ctorch\n" + class + "\n" + text(key) + text("cpu") + whole0(count) + "tQ" +
		whole0(offset) + numbers(shape...) + numbers(strides...) + "I00\nccollections\nOrderedDict\n(tRtR"
}

// dictCode is a dict of texts to values.
func dictCode(pairs ...string) string {
	code := "ccollections\nOrderedDict\n(tR("
	for i := 0; i < len(pairs); i += 2 {
		code += text(pairs[i]) + pairs[i+1]
	}
	return code + "u"
}

// packed is a file as PyTorch packs it.
func packed(t testing.TB, pickle string, storages map[string][]byte) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	put := func(name string, data []byte) {
		w, err := z.CreateHeader(&zip.FileHeader{Name: "archive/" + name, Method: zip.Store})
		require.NoError(t, err)
		_, err = w.Write(data)
		require.NoError(t, err)
	}
	put("data.pkl", []byte(pickle))
	for key, data := range storages {
		put("data/"+key, data)
	}
	require.NoError(t, z.Close())
	return b.Bytes()
}

func read(data []byte) (*Weights, error) {
	f, err := Open(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return nil, err
	}
	return f.Weights()
}

// bytesOf are numbers as a storage has them.
func bytesOf(t *testing.T, data any) []byte {
	t.Helper()
	b, err := binary.Append(nil, binary.LittleEndian, data)
	require.NoError(t, err)
	return b
}

func TestNumbersOfEveryTypeAreRead(t *testing.T) {
	want := []float32{1, -2, 0.5, 3}
	for class, c := range map[string]struct {
		data []byte
		want []float32
	}{
		"FloatStorage":    {bytesOf(t, want), want},
		"DoubleStorage":   {bytesOf(t, []float64{1, -2, 0.5, 3}), want},
		"HalfStorage":     {bytesOf(t, []uint16{0x3c00, 0xc000, 0x3800, 0x4200}), want},
		"BFloat16Storage": {bytesOf(t, []uint16{0x3f80, 0xc000, 0x3f00, 0x4040}), want},
		"LongStorage":     {bytesOf(t, []int64{1, -2, 5, 3}), []float32{1, -2, 5, 3}},
		"IntStorage":      {bytesOf(t, []int32{1, -2, 5, 3}), []float32{1, -2, 5, 3}},
		"ShortStorage":    {bytesOf(t, []int16{1, -2, 5, 3}), []float32{1, -2, 5, 3}},
		"CharStorage":     {bytesOf(t, []int8{1, -2, 5, 3}), []float32{1, -2, 5, 3}},
		"ByteStorage":     {[]byte{1, 2, 5, 255}, []float32{1, 2, 5, 255}},
		"BoolStorage":     {[]byte{1, 0, 0, 1}, []float32{1, 0, 0, 1}},
	} {
		t.Run(class, func(t *testing.T) {
			code := dictCode("w", tensorCode(class, "0", 4, 0, []int{1, 2, 2}, []int{4, 2, 1})) + "."
			w, err := read(packed(t, code, map[string][]byte{"0": c.data}))
			require.NoError(t, err)
			got, err := w.Tensor("w")
			require.NoError(t, err)
			assert.Equal(t, core.Shape{1, 2, 2}, got.Shape)
			assert.Equal(t, c.want, got.Data)
		})
	}
}

func TestViewsOfAStorageAreReadByTheirStrides(t *testing.T) {
	data := make([]float32, 24)
	for i := range data {
		data[i] = float32(i)
	}
	code := dictCode("w", tensorCode("FloatStorage", "7", 24, 2, []int{3, 2, 2}, []int{1, 6, 12})) + "."
	w, err := read(packed(t, code, map[string][]byte{"7": bytesOf(t, data)}))
	require.NoError(t, err)
	got, err := w.Tensor("w")
	require.NoError(t, err)
	assert.Equal(t, []float32{2, 14, 8, 20, 3, 15, 9, 21, 4, 16, 10, 22}, got.Data)
}

// kernel is a dict with the weights of a convolution.
var kernel = dictCode("conv.weight", tensorCode("FloatStorage", "0", 8, 0, []int{2, 1, 2, 2}, []int{4, 4, 2, 1}))

func TestWeightsAreFoundWherePeopleKeepThem(t *testing.T) {
	flat := tensorCode("FloatStorage", "0", 8, 0, []int{8}, []int{1})
	optimiser := dictCode("state", dictCode("0", kernel))
	for place, code := range map[string]string{
		"":                     kernel,
		"state_dict":           dictCode("epoch", whole0(3), "optimizer_states", optimiser, "ema", kernel, "state_dict", kernel),
		"network_weights":      dictCode("network_weights", kernel, "current_epoch", whole0(9)),
		"model":                dictCode("ema", kernel, "model", kernel),
		"ema":                  dictCode("ema", kernel, "loss", flat),
		"checkpoint.model":     dictCode("checkpoint", dictCode("model", kernel)),
		"student_weights":      dictCode("optimizer", optimiser, "student_weights", kernel),
		"model_state.backbone": dictCode("model_state", dictCode("backbone", kernel)),
	} {
		t.Run(place, func(t *testing.T) {
			w, err := read(packed(t, code+".", map[string][]byte{"0": make([]byte, 32)}))
			require.NoError(t, err)
			assert.Equal(t, place, w.Place)
			assert.Equal(t, map[string]core.Shape{"conv.weight": {2, 1, 2, 2}}, w.Shapes())
		})
	}
}

func TestFilesOfBeforeTheZipAreRead(t *testing.T) {
	pickles := "\x80\x02\x8a\x0a" + string(magic) + "." + "\x80\x02M\xe9\x03." + "\x80\x02}." + "\x80\x02" + kernel + "." + "\x80\x02]" + text("0") + "a."
	data := append([]byte(pickles), 8, 0, 0, 0, 0, 0, 0, 0)
	data = append(data, bytesOf(t, []float32{1, 2, 3, 4, 5, 6, 7, 8})...)
	w, err := read(data)
	require.NoError(t, err)
	got, err := w.Tensor("conv.weight")
	require.NoError(t, err)
	assert.Equal(t, []float32{1, 2, 3, 4, 5, 6, 7, 8}, got.Data)
	_, err = read(data[:len(data)-4])
	assert.ErrorContains(t, err, "the file is truncated")
}

func TestAPickleThatWantsToRunAnythingIsRefusedByName(t *testing.T) {
	for wants, code := range map[string]string{
		"posix.system":                   "cposix\nsystem\n(" + text("touch it") + "tR.",
		"builtins.eval":                  "\x80\x04\x8c\x08builtins\x8c\x04eval\x93(" + text("1") + "tR.",
		"__builtin__.exec":               "(" + text("1") + "i__builtin__\nexec\n.",
		"subprocess.Popen":               "(csubprocess\nPopen\n" + text("ls") + "o.",
		"builtins.getattr":               "cbuiltins\ngetattr\n(ctorch\nload\n" + text("__globals__") + "tR.",
		"segmentation_models.unet.Unet":  "csegmentation_models.unet\nUnet\n)\x81.",
		"torch.nn.modules.conv.Conv2d":   "ctorch.nn.modules.conv\nConv2d\n)}\x92.",
		"torch.storage._load_from_bytes": "ctorch.storage\n_load_from_bytes\n(" + text("x") + "tR.",
		"os.popen":                       "ctorch._tensor\n_rebuild_from_type_v2\n(cos\npopen\nctorch\nTensor\n(" + text("ls") + "t}tR.",
		"nt.system":                      "ccopyreg\n_reconstructor\n(cnt\nsystem\nNNtR.",
	} {
		t.Run(wants, func(t *testing.T) {
			_, err := read(packed(t, code, nil))
			assert.ErrorContains(t, err, "would run "+wants+", which is refused")
		})
	}
}

func TestSpecialTensorsAreRefusedByName(t *testing.T) {
	_, err := read(packed(t, "ctorch._utils\n_rebuild_qtensor\n(tR.", nil))
	assert.ErrorContains(t, err, "torch._utils._rebuild_qtensor: quantised, sparse and other special tensors are not supported")
}

func TestWhatTrainersKeepBesideWeightsIsPassedOver(t *testing.T) {
	scalar := "cnumpy.core.multiarray\nscalar\n(cnumpy\ndtype\n(" + text("f8") + "I00\nI01\ntR(" + whole0(3) + text("<") + "tbc_codecs\nencode\n(" + text("x") + text("latin1") + "tRtR"
	code := dictCode("state_dict", kernel, "logging", dictCode("dice", "("+scalar+scalar+"l"), "hyper_parameters",
		"cargparse\nNamespace\n(tR("+text("lr")+"F0.1\ndb", "path", "cpathlib\nPosixPath\n("+text("x")+"tR",
		"range", "c__builtin__\nxrange\n("+whole0(0)+whole0(3)+whole0(1)+"tR", "last", "ccollections\ndeque\n((l"+whole0(5)+"tR("+scalar+"e",
		"activation", "cfunctools\npartial\n(ctorch.nn.functional\nrelu\ntR(ctorch.nn.functional\nrelu\n(t}Ntb") + "."
	f, err := Open(bytes.NewReader(packed(t, code, map[string][]byte{"0": make([]byte, 32)})), 0)
	assert.Nil(t, f)
	assert.Error(t, err)
	data := packed(t, code, map[string][]byte{"0": make([]byte, 32)})
	f, err = Open(bytes.NewReader(data), int64(len(data)))
	require.NoError(t, err)
	_, err = f.Weights()
	require.NoError(t, err)
	assert.Equal(t, map[string]any{"lr": 0.1}, f.Note("hyper_parameters"))
}

func TestAWholeModelOfBeforeTheZipIsRefusedByItsClass(t *testing.T) {
	model := "(" + text("module") + "ctorch.nn.modules.conv\nConv2d\n" + text("conv.py") + text("class Conv2d: pass") + "tQ)\x81}b"
	pickles := "\x80\x02\x8a\x0a" + string(magic) + "." + "\x80\x02M\xe9\x03." + "\x80\x02}." + "\x80\x02" + model + "." + "\x80\x02]."
	_, err := read([]byte(pickles))
	assert.ErrorContains(t, err, "would run torch.nn.modules.conv.Conv2d, which is refused; save the weights alone")
}

func TestFilesThatAreDamagedAreRefused(t *testing.T) {
	whole := packed(t, kernel+".", map[string][]byte{"0": make([]byte, 32)})
	for name, c := range map[string]struct {
		data []byte
		says string
	}{
		"nothing":               {nil, "no file that PyTorch saved"},
		"text":                  {[]byte("hello, this is text"), "no file that PyTorch saved"},
		"truncated":             {whole[:len(whole)-30], "zip in the file is truncated or damaged"},
		"another pickle":        {[]byte("\x80\x02}q\x00."), "none that PyTorch saved"},
		"pickle cut":            {packed(t, kernel[:len(kernel)-20], map[string][]byte{"0": make([]byte, 32)}), "damaged or truncated at byte"},
		"no storage":            {packed(t, kernel+".", nil), `lacks the file "data/0"`},
		"short storage":         {packed(t, kernel+".", map[string][]byte{"0": make([]byte, 31)}), "has only 31 bytes"},
		"beyond its storage":    {packed(t, dictCode("w", tensorCode("FloatStorage", "0", 8, 1, []int{2, 1, 2, 2}, []int{4, 4, 2, 1}))+".", map[string][]byte{"0": make([]byte, 32)}), "does not lie in its storage"},
		"repeats its storage":   {packed(t, dictCode("w", tensorCode("FloatStorage", "0", 8, 0, []int{1000, 1000, 1000}, []int{0, 0, 0}))+".", map[string][]byte{"0": make([]byte, 32)}), "repeats the 8 of its storage"},
		"negative strides":      {packed(t, dictCode("w", tensorCode("FloatStorage", "0", 8, 7, []int{8}, []int{-1}))+".", map[string][]byte{"0": make([]byte, 32)}), "damaged"},
		"no weights":            {packed(t, dictCode("a", whole0(1))+".", nil), `no weights were found in the file; expected a state dict, at the top or under "state_dict`},
		"a number":              {packed(t, "I1\n.", nil), "expected a state dict"},
		"complex":               {packed(t, dictCode("w", tensorCode("ComplexFloatStorage", "0", 8, 0, []int{8}, []int{1}))+".", nil), "torch.ComplexFloatStorage, which is not supported"},
		"memo that is not set":  {packed(t, "g5\n.", nil), "damaged"},
		"text that is too long": {packed(t, "X\xff\xff\xff\x7fabc.", nil), "damaged"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := read(c.data)
			assert.ErrorContains(t, err, c.says)
		})
	}
}

func TestKeysOfAnySizeAndNumberAreNotLookedAtForLong(t *testing.T) {
	deep := "(I1\nt"
	for i := range 64 { // each twice the one before it
		deep += fmt.Sprintf("p%d\n0(g%d\ng%d\nt", i, i, i)
	}
	var many strings.Builder
	for i := range 200_000 {
		fmt.Fprintf(&many, "V%d\nI1\n", i)
	}
	for name, pickle := range map[string]string{"deep": "}" + deep + "I1\ns.", "many": "}(" + many.String() + "u."} {
		done := make(chan error, 1)
		go func() {
			_, err := read(packed(t, pickle, nil))
			done <- err
		}()
		select {
		case err := <-done:
			assert.ErrorContains(t, err, "no weights were found", name)
		case <-time.After(10 * time.Second):
			t.Errorf("%s: no answer within ten seconds", name)
		}
	}
}

func TestACompiledProgramIsRefused(t *testing.T) {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, name := range []string{"m/data.pkl", "m/constants.pkl"} {
		_, err := z.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Store})
		require.NoError(t, err)
	}
	require.NoError(t, z.Close())
	_, err := read(b.Bytes())
	assert.ErrorContains(t, err, "TorchScript program")
}

func TestFilesOfTrainersAreRead(t *testing.T) {
	for name, c := range map[string]struct{ place, tensor string }{
		"nnunet-plain.pth":              {"network_weights", "decoder.transpconvs.0.weight"},
		"lightning-unet-vgg13-w10.ckpt": {"state_dict", "model.segmentation_head.0.weight"},
	} {
		t.Run(name, func(t *testing.T) {
			data, err := os.ReadFile(coretest.Shared(t, "oracle-onnx", name))
			require.NoError(t, err)
			w, err := read(data)
			require.NoError(t, err)
			assert.Equal(t, c.place, w.Place)
			x, err := w.Tensor(c.tensor)
			require.NoError(t, err)
			var sum float64
			for _, v := range x.Data {
				sum += math.Abs(float64(v))
			}
			assert.NotZero(t, sum)
		})
	}
}

func FuzzOpen(f *testing.F) {
	f.Add([]byte(kernel+"."), false)
	f.Add([]byte(strings.Repeat("(", 100)+"t."), false)
	f.Add([]byte("\x80\x02\x8a\x0a"+string(magic)+"."+"\x80\x02M\xe9\x03."+"\x80\x02}."+"\x80\x02"+kernel+"."+"\x80\x02]"+text("0")+"a.\x08\x00\x00\x00\x00\x00\x00\x00"+strings.Repeat("1", 32)), true)
	f.Add([]byte("(lp0\ng0\na."), false)
	f.Fuzz(func(t *testing.T, data []byte, bare bool) {
		if !bare {
			data = packed(t, string(data), map[string][]byte{"0": make([]byte, 32)})
		}
		file, err := Open(bytes.NewReader(data), int64(len(data)))
		if err != nil {
			return
		}
		file.Note("init_args")
		if w, err := file.Weights(); err == nil {
			for name := range w.Shapes() {
				w.Tensor(name)
			}
		}
	})
}
