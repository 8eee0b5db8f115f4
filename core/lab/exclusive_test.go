package lab

import (
	"math"
	"os"
	"slices"
	"strings"
	"testing"

	"segfault/core"
	"segfault/core/attack"
	"segfault/core/coretest"
	"segfault/core/scan"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// foreignFile is a network of the oracle.
func foreignFile(t *testing.T, name string) ModelParams {
	t.Helper()
	data, err := os.ReadFile(coretest.Shared(t, "oracle-onnx", name))
	require.NoError(t, err)
	return ModelParams{FileParams: FileParams{fileOf(name, data)}}
}

// A network that ends in a softmax names, counts, draws and saves its classes without the background, which is where none is likelier.
func TestABackgroundIsNoFinding(t *testing.T) {
	l, _ := opened(t)
	p := &LoadModelParams{ModelParams: foreignFile(t, "nnunet-plain.pth")}
	p.Size = 64
	m, err := l.LoadModel(background, p)
	require.NoError(t, err)
	assert.Equal(t, []string{"a", "b"}, m.Model.Classes)
	assert.Equal(t, "softmax", m.Model.Activation)

	id := loaded(t, l, 1)
	s := l.things.Get(id).(*Subject)
	a := NewAttack(id)
	a.Model, a.Loss, a.Steps, a.Epsilon = m.Model.Name, core.CE, 3, 0.2
	sketched := 0
	watch := Watched(background, Watch{Begun: func() {}, Progress: func(string, int, int) {}, Sketch: func(_, _ int, s *Sketch) {
		sketched++
		assert.Equal(t, a.Target == attack.Vanish, s.Sought, "whether the Dice of points is that with a target")
		assert.NotEmpty(t, s.Points)
	}})
	a.Target = attack.Vanish
	_, err = l.Attack(watch, a)
	require.NoError(t, err)
	a.Target = ""
	f, err := l.Attack(watch, a)
	require.NoError(t, err)
	assert.NotZero(t, sketched, "steps are seen of this network, too")
	const n = 64 * 64
	require.Len(t, f.Before.Logits, 3*n)
	require.Len(t, f.Before.Mask, 2*n)
	for _, p := range []Prediction{f.Before, f.After} {
		for i := range n {
			best := 0
			for k := 1; k < 3; k++ {
				if p.Logits[k*n+i] > p.Logits[best*n+i] {
					best = k
				}
			}
			for k := 1; k < 3; k++ {
				require.Equal(t, best == k, p.Mask[(k-1)*n+i] == 1)
			}
		}
	}
	assert.Len(t, f.Metrics.Dice.After, 2)
	assert.Len(t, f.Metrics.Radiology.Classes, 2)
	assert.Equal(t, 2*n, f.Metrics.Elements)

	r, err := l.Result(f.ID)
	require.NoError(t, err)
	labels, err := r.labels("after")
	require.NoError(t, err)
	want, err := s.Labels(r.Model, r.After)
	require.NoError(t, err)
	assert.Equal(t, want, labels)
	assert.LessOrEqual(t, slices.Max(labels), uint8(2))

	// What the model found, given back as truth, is what it finds: all of the labels, and the background of the rest.
	s.Truth, s.Named = &scan.Mask{Width: s.Scan.Width, Height: s.Scan.Height, Slices: 1, Layers: [][]uint8{labels}}, true
	planes, err := s.Planes(0, r.Model, nil)
	require.NoError(t, err)
	require.Len(t, planes, 3*n)
	for i := range n {
		assert.Equal(t, 1, int(planes[i]+planes[n+i]+planes[2*n+i]))
	}
	assert.Greater(t, attack.Compare(r.Model.Net.Shape(), attack.Mask(r.Model.Net.Shape(), r.After), planes).Union, 0.8)
}

// What makes probabilities may be told otherwise than the file does, and with it what the channels are.
func TestAnActivationCanBeTold(t *testing.T) {
	l, _ := opened(t)
	load := func(change func(*LoadModelParams)) ([]string, error) {
		p := &LoadModelParams{ModelParams: foreignFile(t, "nnunet-plain.pth")}
		change(p)
		m, err := l.LoadModel(background, p)
		if err != nil {
			return nil, err
		}
		return m.Model.Classes, nil
	}
	for _, c := range []struct {
		activation string
		told, want []string
		says       string
	}{
		{"", nil, []string{"a", "b"}, ""},
		{"sigmoid", nil, []string{"background", "a", "b"}, ""},
		{"", []string{"left", "right"}, []string{"left", "right"}, ""},
		{"softmax", []string{"none", "left", "right"}, []string{"left", "right"}, ""},
		{"sigmoid", []string{"x", "y"}, nil, "found 2 class names, but the network has 3 output channels"},
		{"", []string{"x"}, nil, "the first of which is the background"},
		{"tanh", nil, nil, `the activation "tanh" is unknown; use sigmoid or softmax`},
	} {
		got, err := load(func(p *LoadModelParams) { p.Activation, p.Classes = c.activation, c.told })
		if c.says != "" {
			assert.ErrorContains(t, err, c.says)
			continue
		}
		require.NoError(t, err)
		assert.Equal(t, c.want, got)
	}
	for activation, want := range map[string][]string{"": {"class 1", "class 2", "class 3"}, "softmax": {"class 1", "class 2"}} {
		p := &LoadModelParams{ModelParams: foreignFile(t, "nnunet-plain.onnx")}
		p.Activation = activation
		m, err := l.LoadModel(background, p)
		require.NoError(t, err)
		assert.Equal(t, want, m.Model.Classes, "what has no name is counted as it is in attacks: from the first that is found on")
	}
	one := &LoadModelParams{ModelParams: foreignFile(t, "classic-transposed.onnx")}
	one.Activation = "softmax"
	_, err := l.LoadModel(background, one)
	assert.ErrorContains(t, err, "one output channel has no softmax")
}

// Where a file does not show that outputs are probabilities, they are taken for logits unless that is told.
func TestOutputsCanBeToldToBeProbabilities(t *testing.T) {
	l, _ := opened(t)
	id := loaded(t, l, 1)
	load := func(name string, probabilities bool) *LoadModelParams {
		p := &LoadModelParams{ModelParams: foreignFile(t, name)}
		p.Probabilities = probabilities
		return p
	}
	file := foreignFile(t, "nnunet-plain.onnx")
	seen, err := l.InspectModel(background, &file)
	require.NoError(t, err)
	assert.True(t, seen.Raw)
	values, logits := predicted(t, l, id, load("nnunet-plain.onnx", false)), predicted(t, l, id, load("nnunet-plain.onnx", true))
	within := 0
	for i, p := range values {
		if p > 0.01 && p < 0.99 {
			within++
			require.InDelta(t, math.Log(float64(p/(1-p))), logits[i], 1e-4)
		}
	}
	assert.NotZero(t, within)
	file = foreignFile(t, "nnunet-plain.pth")
	seen, err = l.InspectModel(background, &file)
	require.NoError(t, err)
	assert.False(t, seen.Raw, "its architecture shows it")
	_, err = l.LoadModel(background, load("nnunet-plain.pth", true))
	assert.ErrorContains(t, err, "is known to be logits")
}

// predicted loads a model and returns its logits of a scan.
func predicted(t *testing.T, l *Lab, id int, p *LoadModelParams) []float32 {
	t.Helper()
	m, err := l.LoadModel(background, p)
	require.NoError(t, err)
	q := &PredictParams{Scan: id}
	q.Model = m.Model.Name
	c, err := l.Predict(background, q)
	require.NoError(t, err)
	return c.Logits
}

// What the network takes is told, or read from what its trainer left in its file and beside.
func TestWhatTheNetworkTakesIsToldOrInTheFile(t *testing.T) {
	l, _ := opened(t)
	id := loaded(t, l, 1)
	logits := func(change func(*LoadModelParams)) []float32 {
		p := &LoadModelParams{ModelParams: foreignFile(t, "nnunet-plain.pth")}
		p.Size = 64
		change(p)
		return predicted(t, l, id, p)
	}
	plain := logits(func(p *LoadModelParams) {})
	standard := logits(func(p *LoadModelParams) { p.Standardise, p.Normalisation = true, scan.MinMax })
	assert.NotEqual(t, plain, standard)

	p := foreignFile(t, "nnunet-plain.pth")
	p.Beside = []File{fileOf("plans.json", []byte(`{"configurations": {"2d": {"normalization_schemes": ["ZScoreNormalization"]}}}`))}
	seen, err := l.InspectModel(background, &p)
	require.NoError(t, err)
	assert.True(t, seen.Standardise)
	assert.Equal(t, scan.MinMax, seen.Normalisation)
	assert.Equal(t, standard, logits(func(q *LoadModelParams) { q.Beside = p.Beside }))
	p.Beside[0] = fileOf("plans.json", []byte(`{"configurations": {"2d": {"normalization_schemes": ["CTNormalization"]}},
		"foreground_intensity_properties_per_channel": {"0": {"mean": 100, "std": 50, "percentile_00_5": -100, "percentile_99_5": 300}}}`))
	seen, err = l.InspectModel(background, &p)
	require.NoError(t, err)
	assert.Equal(t, scan.Normalisation("-100 300"), seen.Normalisation)
	assert.Equal(t, [][]float32{{0.5}, {0.125}}, [][]float32{seen.Mean, seen.Deviation})
	p.Beside[0] = fileOf("plans.json", []byte(`{"configurations"`))
	_, err = l.InspectModel(background, &p)
	assert.ErrorContains(t, err, "plans.json is no JSON")
}

// Of several outputs of a network the likeliest is described first, and that which is told is attacked.
func TestTheOutputThatIsAttackedCanBeTold(t *testing.T) {
	l, _ := opened(t)
	id := loaded(t, l, 1)
	const features = "/u.2/u.2.3/Conv_output_0"
	file := foreignFile(t, "classic-transposed.onnx")
	data := make([]byte, file.File.Size())
	_, err := file.File.ReadAt(data, 0)
	require.NoError(t, err)
	file.File = fileOf("two.onnx", coretest.WithOutput(data, features))

	first, err := l.InspectModel(background, &file)
	require.NoError(t, err)
	assert.Equal(t, "logits", first.Outputs[0])
	assert.ElementsMatch(t, []string{"logits", features}, first.Outputs)
	assert.Len(t, first.Classes, 1)
	file.Output = features
	second, err := l.InspectModel(background, &file)
	require.NoError(t, err)
	assert.Equal(t, features, second.Outputs[0])
	assert.Greater(t, len(second.Classes), 1)

	for output, classes := range map[string]int{"": 1, "logits": 1, features: len(second.Classes)} {
		p := &LoadModelParams{ModelParams: file}
		p.Size, p.Output = 64, output
		assert.Len(t, predicted(t, l, id, p), classes*64*64, output)
	}
	file.Output = "nowhere"
	_, err = l.InspectModel(background, &file)
	assert.ErrorContains(t, err, `there is no output "nowhere"; expected one of logits, `+features)
}

func TestANetworkOfOblongImagesSaysWhatItTakes(t *testing.T) {
	l, _ := opened(t)
	file := foreignFile(t, "classic-bilinear.onnx")
	seen, err := l.InspectModel(background, &file)
	require.NoError(t, err)
	assert.Contains(t, strings.Join(seen.Notes, " "), "pixels alone, which arrays (NPY) of that size can be")
}
