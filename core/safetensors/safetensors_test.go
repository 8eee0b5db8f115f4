package safetensors

import (
	"bytes"
	"encoding/binary"
	"errors"
	"math"
	"strings"
	"testing"

	"segfault/core"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func example() *File {
	return &File{Metadata: map[string]string{"title": "a model"}, Tensors: map[string]*core.Tensor{
		"b.weight": {Shape: core.Shape{2, 2}, Data: []float32{1, -2, 0.5, 3}},
		"a.bias":   {Shape: core.Shape{1}, Data: []float32{0.25}},
		"scalar":   {Shape: core.Shape{}, Data: []float32{7}},
	}}
}

func TestWhatIsWrittenIsRead(t *testing.T) {
	for _, dtype := range []DType{F32, F16} {
		data, err := Write(example(), dtype)
		require.NoError(t, err)
		got, err := Read(data)
		require.NoError(t, err)
		assert.Equal(t, example(), got)
	}
}

func TestFloat16Rounds(t *testing.T) {
	data, err := Write(&File{Tensors: map[string]*core.Tensor{"x": {Shape: core.Shape{1}, Data: []float32{1.0 / 3}}}}, F16)
	require.NoError(t, err)
	got, err := Read(data)
	require.NoError(t, err)
	assert.InDelta(t, 1.0/3, got.Tensors["x"].Data[0], 1.0/3*math.Pow(2, -11))
}

func file(header, body string) []byte {
	n := len(header)
	return append([]byte{byte(n), byte(n >> 8), 0, 0, 0, 0, 0, 0}, header+body...)
}

func TestIntegersAreLeftOutAndBfloat16IsRead(t *testing.T) {
	f, err := Read(file(`{"n":{"dtype":"I64","shape":[],"data_offsets":[0,8]},"x":{"dtype":"BF16","shape":[1],"data_offsets":[8,10]}}`, "\x01\x00\x00\x00\x00\x00\x00\x00\x80\x3f"))
	require.NoError(t, err)
	assert.Len(t, f.Tensors, 1)
	assert.Equal(t, []float32{1}, f.Tensors["x"].Data)
}

func TestFloat64IsRounded(t *testing.T) {
	f, err := Read(file(`{"x":{"dtype":"F64","shape":[2],"data_offsets":[0,16]},"flag":{"dtype":"BOOL","shape":[1],"data_offsets":[16,17]}}`,
		"\x9a\x99\x99\x99\x99\x99\xb9\x3f\x00\x00\x00\x00\x00\x00\x00\xc0\x01"))
	require.NoError(t, err)
	assert.Len(t, f.Tensors, 1)
	assert.Equal(t, []float32{0.1, -2}, f.Tensors["x"].Data)
}

func TestBadFilesAreRefusedInOneSentence(t *testing.T) {
	for name, c := range map[string]struct {
		data []byte
		says string
	}{
		"empty":               {nil, "found 0 bytes"},
		"text":                {[]byte("this is not a model at all"), "no safetensors file"},
		"header too long":     {[]byte("\xff\xff\xff\xff\x00\x00\x00\x00{}"), "truncated"},
		"not JSON":            {file(`{"a":`, ""), "not valid JSON"},
		"no object":           {file(`{"x":[1]}`, ""), `entry of tensor "x" cannot be read`},
		"no shape":            {file(`{"x":{"dtype":"F32","data_offsets":[0,4]}}`, "1234"), `"x" cannot be read (it has no shape)`},
		"no whole shape":      {file(`{"x":{"dtype":"F32","shape":[1.5],"data_offsets":[0,4]}}`, "1234"), `"x" cannot be read`},
		"one offset":          {file(`{"x":{"dtype":"F32","shape":[1],"data_offsets":[0]}}`, "1234"), "1 data_offsets in place of 2"},
		"metadata of numbers": {file(`{"__metadata__":{"a":1}}`, ""), "not a map of strings"},
		"unknown type":        {file(`{"x":{"dtype":"F8_E5M2","shape":[1],"data_offsets":[0,1]}}`, "1"), `tensor "x" has type "F8_E5M2"`},
		"past the end":        {file(`{"x":{"dtype":"F32","shape":[4],"data_offsets":[0,16]}}`, "1234"), "truncated or damaged"},
		"shape that lies":     {file(`{"x":{"dtype":"F32","shape":[9],"data_offsets":[0,4]}}`, "1234"), "truncated or damaged"},
		"shape that is huge":  {file(`{"x":{"dtype":"F32","shape":[99999999999,99999999999],"data_offsets":[0,4]}}`, "1234"), "impossible shape"},
		"negative offset":     {file(`{"x":{"dtype":"F32","shape":[1],"data_offsets":[-4,0]}}`, "1234"), "truncated or damaged"},
		"tensors that overlap": {file(`{"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"y":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}`, "1234"),
			`tensor "y" lies where others do`},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Read(c.data)
			require.ErrorContains(t, err, c.says)
			assert.True(t, strings.HasPrefix(err.Error(), "safetensors: "))
		})
	}
}

func TestTensorLargerThanAPartIsReadWhole(t *testing.T) {
	x := core.NewTensor(chunk/2 + 3) // in two parts and a bit of float32
	for i := range x.Data {
		x.Data[i] = float32(i)
	}
	data, err := Write(&File{Tensors: map[string]*core.Tensor{"x": x}}, F32)
	require.NoError(t, err)
	got, err := Read(data)
	require.NoError(t, err)
	assert.Equal(t, x.Data, got.Tensors["x"].Data)
}

// headerOnly is a file that cannot be read from some byte on.
type headerOnly struct {
	*bytes.Reader
	end int64
}

func (h headerOnly) ReadAt(p []byte, at int64) (int, error) {
	if at+int64(len(p)) > h.end {
		return 0, errors.New("the file has been moved")
	}
	return h.Reader.ReadAt(p, at)
}

func TestOpeningReadsTheHeaderOnly(t *testing.T) {
	data, err := Write(example(), F32)
	require.NoError(t, err)
	end := 8 + int64(binary.LittleEndian.Uint64(data))
	a, err := Open(headerOnly{bytes.NewReader(data), end}, int64(len(data)))
	require.NoError(t, err)
	assert.Equal(t, core.Shape{2, 2}, a.Shapes()["b.weight"])
	_, err = a.Tensor("b.weight")
	assert.ErrorContains(t, err, "the file has been moved")
}

func FuzzRead(f *testing.F) {
	data, err := Write(example(), F16)
	require.NoError(f, err)
	f.Add(data)
	f.Add(data[:len(data)-1])
	f.Add(file(`{"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}`, "1234"))
	f.Fuzz(func(t *testing.T, data []byte) {
		if file, err := Read(data); err == nil {
			for name, tensor := range file.Tensors {
				assert.Len(t, tensor.Data, tensor.Shape.Count(), name)
			}
		}
	})
}
