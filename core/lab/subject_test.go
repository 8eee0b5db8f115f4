package lab

import (
	"bytes"
	"fmt"
	"math"
	"testing"

	"segfault/core"
	"segfault/core/net"
	"segfault/core/safetensors"
	"segfault/core/scan"
	"segfault/core/unet"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// file is a small network's weights with metadata.
func file(t *testing.T, metadata map[string]string) []byte {
	t.Helper()
	spec, err := unet.New("vgg11", 3, 2, 16)
	require.NoError(t, err)
	f := &safetensors.File{Metadata: metadata, Tensors: map[string]*core.Tensor{}}
	for _, n := range spec.Tensors() {
		f.Tensors[n.Name] = core.NewTensor(n.Shape...)
	}
	data, err := safetensors.Write(f, safetensors.F16)
	require.NoError(t, err)
	return data
}

func smallModel(t *testing.T) *Model {
	t.Helper()
	m, err := ReadModel(file(t, map[string]string{"classes": "a,b", "size": "32", "normalisation": "minmax"}))
	require.NoError(t, err)
	return m
}

func TestModelIsWhatItsMetadataSays(t *testing.T) {
	want := map[string]string{"title": "T", "task": "brain", "classes": "a,b", "size": "64", "normalisation": "minmax", "dice": "0.8125"}
	m, err := ReadModel(file(t, want))
	require.NoError(t, err)
	assert.Equal(t, want, m.Metadata())
}

func TestMetadataThatCannotBeIsRefused(t *testing.T) {
	for _, meta := range []map[string]string{
		{"size": "1073741824"}, {"size": "-32"}, {"size": "0"}, {"size": "33"}, {"size": "much"}, {"size": "2.5e2"},
		{"normalisation": "nonsense"}, {"dice": "NaN"}, {"dice": "Inf"}, {"dice": "2"}, {"dice": "-0.1"}, {"dice": "good"},
	} {
		for key, value := range meta {
			data := file(t, meta)
			_, err := ReadModel(data)
			assert.ErrorContains(t, err, fmt.Sprintf("lab: the checkpoint says %s %q of itself", key, value))
			_, err = openModel(bytes.NewReader(data), int64(len(data)), true)
			assert.ErrorContains(t, err, key, "from the header alone")
		}
	}
}

func TestSeedsAreWholeNumbers(t *testing.T) {
	for _, v := range []float64{-1, 1.5, math.NaN(), math.Inf(1), 1 << 53} {
		_, err := Seed(v)
		assert.ErrorContains(t, err, "expected a whole number from 0 to 9007199254740991", "%v", v)
	}
	seed, err := Seed(MaxSeed)
	require.NoError(t, err)
	assert.EqualValues(t, MaxSeed, seed)
}

func TestForeignModelGetsDefaults(t *testing.T) {
	m, err := ReadModel(file(t, nil))
	require.NoError(t, err)
	assert.Equal(t, []string{"class 1", "class 2"}, m.Classes)
	assert.Equal(t, DefaultSize, m.Size)
	assert.Equal(t, scan.Max, m.Normalisation)
}

func TestClassNamesMustGoWithTheNetwork(t *testing.T) {
	_, err := ReadModel(file(t, map[string]string{"classes": "a,b,c"}))
	assert.ErrorContains(t, err, "found 3 class names, but the network has 2 output channels")
}

// ofClasses is a network of as many classes.
type ofClasses int

func (ofClasses) Logits(x *core.Node) *core.Node { return x }
func (n ofClasses) Shape() net.Shape             { return net.Shape{In: 1, Classes: int(n), Multiple: 1} }

func TestClassesAreAsManyAsAMaskCanNumber(t *testing.T) {
	m, err := describe(&net.Found{Network: ofClasses(255)})
	require.NoError(t, err)
	assert.Equal(t, "class 255", m.Classes[254])
	_, err = describe(&net.Found{Network: ofClasses(256)})
	assert.ErrorContains(t, err, "the network has 256 output channels, but a mask numbers 255 classes at most")
}

// subject is a scan of 2×1 pixels in two slices.
func subject() *Subject {
	return &Subject{Scan: &scan.Scan{Width: 2, Height: 1, Slices: 2, Channels: 1, Values: []float32{0, 10, 5, 5}}}
}

func TestImageIsNormalisedLetterboxedAndCopiedToEveryChannel(t *testing.T) {
	x, err := subject().Image(0, smallModel(t))
	require.NoError(t, err)
	require.Len(t, x, 3*32*32)
	assert.Equal(t, float32(0), x[0], "above the letterbox")
	row := 16 * 32
	assert.Equal(t, float32(0), x[row])
	assert.Equal(t, float32(1), x[row+31])
	assert.Equal(t, x[:32*32], x[32*32:2*32*32])
	assert.Equal(t, x[:32*32], x[2*32*32:])
}

func TestNormalisedArrayIsTheInputItself(t *testing.T) {
	s := &Subject{Scan: &scan.Scan{Width: 32, Height: 64, Slices: 1, Channels: 3, Normalised: true, Values: make([]float32, 3*32*64)}}
	h, w := s.InputSize(smallModel(t))
	assert.Equal(t, []int{64, 32}, []int{h, w})
	x, err := s.Image(0, smallModel(t))
	require.NoError(t, err)
	assert.Len(t, x, 3*32*64)
	s.Scan.Channels = 2
	_, err = s.Image(0, smallModel(t))
	assert.ErrorContains(t, err, "the array has 2 channels; the model expects 3")
}

func TestTruthMustFitTheScan(t *testing.T) {
	s := subject()
	err := s.SetTruth(&scan.Mask{Width: 3, Height: 1, Slices: 2})
	assert.ErrorContains(t, err, "the mask is 3×1 pixels in 2 slices, but the scan is 2×1 pixels in 2 slices")
	assert.Nil(t, s.Truth)
}

func TestBinaryTruthIsOfTheLikeliestClass(t *testing.T) {
	s := subject()
	require.NoError(t, s.SetTruth(&scan.Mask{Width: 2, Height: 1, Slices: 2, Layers: [][]uint8{{0, 1, 0, 0}}}))
	logits := make([]float32, 2*32*32)
	for i := range 32 * 32 {
		logits[i], logits[32*32+i] = -1, 1 // the second class everywhere
	}
	planes, err := s.Planes(0, smallModel(t), func() ([]float32, error) { return logits, nil })
	require.NoError(t, err)
	require.Len(t, planes, 2*32*32)
	assert.NotContains(t, planes[:32*32], uint8(1))
	assert.Equal(t, uint8(1), planes[32*32+16*32+31])
	assert.Equal(t, uint8(0), planes[32*32+16*32])
}

func TestLabelsAreTheClasses(t *testing.T) {
	s := subject()
	require.NoError(t, s.SetTruth(&scan.Mask{Width: 2, Height: 1, Slices: 2, Layers: [][]uint8{{1, 2, 0, 0}}}))
	planes, err := s.Planes(0, smallModel(t), nil)
	require.NoError(t, err)
	row := 16 * 32
	assert.Equal(t, []uint8{1, 0}, []uint8{planes[row], planes[row+31]})
	assert.Equal(t, []uint8{0, 1}, []uint8{planes[32*32+row], planes[32*32+row+31]})
}

func TestSliceOutOfRangeIsRefused(t *testing.T) {
	_, err := subject().Image(2, smallModel(t))
	assert.EqualError(t, err, "lab: slice 2 was asked for, but the scan has 2, counted from 0")
}

func TestInspectingTellsWhatReadingDoes(t *testing.T) {
	data := file(t, map[string]string{"classes": "a,b", "size": "64"})
	seen, err := openModel(bytes.NewReader(data), int64(len(data)), true)
	require.NoError(t, err)
	read, err := ReadModel(data)
	require.NoError(t, err)
	assert.Equal(t, read.Net.Shape(), seen.Net.Shape())
	assert.Equal(t, read.Metadata(), seen.Metadata())
}

func TestInputSizeIsAMultipleWithinBounds(t *testing.T) {
	m := smallModel(t)
	require.NoError(t, m.SetSize(96))
	assert.Equal(t, 96, m.Size)
	for _, size := range []int{0, -32, 100, 2048} {
		assert.ErrorContains(t, m.SetSize(size), "expected a multiple of 32 up to 1024")
	}
}

func TestSavedMasksSayWhatTheirLabelsAre(t *testing.T) {
	s := &scan.Scan{Width: 2, Height: 1, Slices: 1}
	one, two := s.NewMask(), s.NewMask()
	one.Layers[0][0], two.Layers[0][1] = 1, 2
	classes := []string{"a", "b"}
	for name, c := range map[string]struct {
		what    string
		subject Subject
		want    []string
	}{
		"a prediction":                      {"after", Subject{}, classes},
		"a region":                          {"region", Subject{Region: one}, []string{"region of interest"}},
		"a truth of any class":              {"truth", Subject{Truth: one}, []string{"truth"}},
		"a truth of the model's classes":    {"truth", Subject{Truth: one, Named: true}, classes},
		"a truth of several classes":        {"truth", Subject{Truth: two}, classes},
		"a target, which is of the classes": {"target", Subject{Target: one}, classes},
	} {
		assert.Equal(t, c.want, labelled(c.what, &volume{subject: &c.subject, names: classes}), name)
	}
}
