package main

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"image"
	"image/png"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"segfault/build/command"
	"segfault/core"
	"segfault/core/attack"
	"segfault/core/coretest"
	"segfault/core/lab"
	"segfault/core/safetensors"
	"segfault/core/unet"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// writeNPY writes a float32 array in NumPy's format, version 1.
func writeNPY(t *testing.T, path string, x *core.Tensor) {
	t.Helper()
	shape := ""
	for _, d := range x.Shape {
		shape += fmt.Sprintf("%d, ", d)
	}
	header := fmt.Sprintf("{'descr': '<f4', 'fortran_order': False, 'shape': (%s), }", shape)
	for (len(header)+11)%64 != 0 {
		header += " "
	}
	header += "\n"
	data := append([]byte("\x93NUMPY\x01\x00"), byte(len(header)), byte(len(header)>>8))
	data = append(data, header...)
	for _, v := range x.Data {
		data = binary.LittleEndian.AppendUint32(data, math.Float32bits(v))
	}
	require.NoError(t, os.WriteFile(path, data, 0o644))
}

// writeWeights writes an oracle model's checkpoint in float32.
func writeWeights(t *testing.T, path string, spec unet.Spec, o coretest.Oracle, change func(map[string]*core.Tensor)) {
	t.Helper()
	f := &safetensors.File{Tensors: map[string]*core.Tensor{}}
	for _, s := range spec.Tensors() {
		f.Tensors[s.Name] = o.Weight(s.Name, s.Shape)
	}
	if change != nil {
		change(f.Tensors)
	}
	data, err := safetensors.Write(f, safetensors.F32)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(path, data, 0o644))
}

func TestAttackReplaysTheOracle(t *testing.T) {
	data, err := os.ReadFile(coretest.Shared(t, "oracle", "unet-vgg13.safetensors"))
	require.NoError(t, err)
	want, err := safetensors.Read(data)
	require.NoError(t, err)
	o := coretest.ReadOracle(t, want)
	spec, err := unet.New("vgg13", 3, 3, 1)
	require.NoError(t, err)
	dir := t.TempDir()
	weights, image, truth := filepath.Join(dir, "w.safetensors"), filepath.Join(dir, "x.npy"), filepath.Join(dir, "t.npy")
	writeWeights(t, weights, spec, o, nil)
	writeNPY(t, image, o.Input(3, 64, 64))
	writeNPY(t, truth, o.Target(3, 64, 64))

	for _, swapped := range []bool{false, true} {
		out := filepath.Join(dir, fmt.Sprint("out", swapped))
		require.NoError(t, attackVerb([]string{"-weights", weights, "-scan", image, "-truth", truth, "-loss", "bce",
			fmt.Sprint("-swapped=", swapped), "-alone", "-out", out}))
		got, err := os.ReadFile(filepath.Join(out, "result.safetensors"))
		require.NoError(t, err)
		result, err := safetensors.Read(got)
		require.NoError(t, err)
		name := "grad_bce"
		if swapped {
			name += "_swapped"
		}
		assert.LessOrEqual(t, coretest.RelativeError(result.Tensors["gradient"].Data, want.Tensors[name].Data), coretest.OracleTolerance, name)
		assert.LessOrEqual(t, coretest.RelativeError(result.Tensors["logits_before"].Data, want.Tensors["logits"].Data), coretest.OracleTolerance)
		assert.Equal(t, o.Target(3, 64, 64).Data, result.Tensors["truth"].Data)
		for i, v := range result.Tensors["adversarial"].Data {
			require.LessOrEqual(t, math.Abs(float64(v-result.Tensors["image"].Data[i])), 0.009+1e-6)
		}
		var metrics map[string]any
		numbers, err := os.ReadFile(filepath.Join(out, "metrics.json"))
		require.NoError(t, err)
		require.NoError(t, json.Unmarshal(numbers, &metrics))
		assert.Equal(t, "truth", metrics["reference"])
		_, err = os.Stat(filepath.Join(out, "panel.png"))
		assert.NoError(t, err)
	}
}

// Networks of other trainers are attacked as they are, and differentiated as PyTorch would.
func TestAttackTakesForeignNetworks(t *testing.T) {
	for file, oracle := range map[string]string{"nnunet-plain.pth": "nnunet-plain", "lightning-unet-vgg13-w10.ckpt": "lightning-unet-vgg13-w10", "modern.onnx": "modern"} {
		t.Run(file, func(t *testing.T) {
			data, err := os.ReadFile(coretest.Shared(t, "oracle-onnx", oracle+".safetensors"))
			require.NoError(t, err)
			want, err := safetensors.Read(data)
			require.NoError(t, err)
			dir := t.TempDir()
			image, truth := filepath.Join(dir, "x.npy"), filepath.Join(dir, "t.npy")
			for path, x := range map[string]*core.Tensor{image: want.Tensors["input"], truth: want.Tensors["target"]} {
				writeNPY(t, path, &core.Tensor{Shape: x.Shape[1:], Data: x.Data})
			}
			for _, loss := range core.Losses {
				gradient := want.Tensors["grad_"+string(loss)]
				if gradient == nil {
					continue
				}
				out := filepath.Join(dir, string(loss))
				require.NoError(t, attackVerb([]string{"-weights", coretest.Shared(t, "oracle-onnx", file), "-scan", image, "-truth", truth, "-loss", string(loss), "-on", "input", "-alone", "-out", out}))
				got, err := os.ReadFile(filepath.Join(out, "result.safetensors"))
				require.NoError(t, err)
				result, err := safetensors.Read(got)
				require.NoError(t, err)
				assert.Less(t, coretest.RelativeError(result.Tensors["logits_before"].Data, want.Tensors["logits"].Data), 1e-4)
				same, all := 0, 0
				for i, v := range gradient.Data {
					if math.Abs(float64(v)) > 1e-7 {
						all++
						if result.Tensors["gradient"].Data[i]*v > 0 {
							same++
						}
					}
				}
				assert.GreaterOrEqual(t, float64(same), 0.999*float64(all), loss)
			}
		})
	}
}

// writeGrey writes a square picture of a ramp with a disc.
func writeGrey(t *testing.T, path string, side int) {
	t.Helper()
	picture := image.NewGray(image.Rect(0, 0, side, side))
	for i := range picture.Pix {
		x, y := i%side-side/3, i/side-side/2
		picture.Pix[i] = uint8(40 + i%side)
		if 16*(x*x+y*y) < side*side {
			picture.Pix[i] = 220
		}
	}
	f, err := os.Create(path)
	require.NoError(t, err)
	defer f.Close()
	require.NoError(t, png.Encode(f, picture))
}

// What the page asks of a network is told to the command by flags.
func TestAttackIsToldWhatANetworksFileDoesNotSay(t *testing.T) {
	const features = "/u.2/u.2.3/Conv_output_0"
	dir := t.TempDir()
	data, err := os.ReadFile(coretest.Shared(t, "oracle-onnx", "classic-transposed.onnx"))
	require.NoError(t, err)
	network, scan := filepath.Join(dir, "two.onnx"), filepath.Join(dir, "x.png")
	require.NoError(t, os.WriteFile(network, coretest.WithOutput(data, features), 0o644))
	writeGrey(t, scan, 64)
	run := func(flags ...string) (*core.Tensor, string) {
		t.Helper()
		out := t.TempDir()
		require.NoError(t, attackVerb(append([]string{"-weights", network, "-scan", scan, "-on", "input", "-size", "64", "-alone", "-out", out}, flags...)))
		got, err := os.ReadFile(filepath.Join(out, "result.safetensors"))
		require.NoError(t, err)
		result, err := safetensors.Read(got)
		require.NoError(t, err)
		metrics, err := os.ReadFile(filepath.Join(out, "metrics.json"))
		require.NoError(t, err)
		return result.Tensors["logits_before"], string(metrics)
	}
	plain, _ := run()
	assert.Equal(t, core.Shape{1, 64, 64}, plain.Shape)
	for _, flags := range [][]string{{"-range", "-1,1"}, {"-mean", "0.5,0.4,0.3", "-deviation", "0.25,0.25,0.25"}, {"-standardise"}, {"-normalisation", "0 0.5"}, {"-size", "32"}} {
		told, _ := run(flags...)
		assert.False(t, slices.Equal(plain.Data, told.Data), flags)
	}
	wide, metrics := run("-output", features)
	channels := wide.Shape[0]
	require.Greater(t, channels, 1)
	assert.Contains(t, metrics, "class "+strconv.Itoa(channels))
	names := make([]string, channels)
	for i := range names {
		names[i] = fmt.Sprintf("n%d", i)
	}
	_, metrics = run("-output", features, "-activation", "softmax", "-classes", strings.Join(names, ","))
	assert.NotContains(t, metrics, `"n0"`, "the background is not found")
	assert.Contains(t, metrics, names[channels-1])
	for want, flags := range map[string][]string{
		`the activation "tanh" is unknown`: {"-activation", "tanh"},
		`there is no output "nowhere"`:     {"-output", "nowhere"},
		"expected numbers":                 {"-range", "low,high"},
		"the network has 1 output channel": {"-classes", "a,b"},
		"expected a multiple of":           {"-size", "5000"},
	} {
		err := attackVerb(append([]string{"-weights", network, "-scan", scan, "-on", "input", "-out", filepath.Join(dir, "refused")}, flags...))
		assert.ErrorContains(t, err, want)
	}
}

// A folder's name tells what its scans show, as in a study; the last one counts, and of networks whose task is unknown nothing is said.
func TestAScanOfAnotherTaskIsNoticedByItsFolder(t *testing.T) {
	for _, c := range []struct{ task, scan, other string }{
		{"brain", "/data/heart/test/images/1.nii.gz", "heart"},
		{"brain", "/data/brain/test/images/1.nii.gz", ""},
		{"brain", "/heart/brain/1.nii.gz", ""},
		{"hippocampus", "/data/brain/1.png", "brain"},
		{"hippocampus", "/brain/hippocampus/1.png", ""},
		{"heart", "/data/heart.png", ""},
		{"heart", "/data/1.png", ""},
		{"", "/data/heart/1.png", ""},
	} {
		assert.Equal(t, c.other, elsewhere(c.task, c.scan), c)
	}
}

// A header brings the files of its voxels.
func TestFilesThatAHeaderNamesAreReadWithIt(t *testing.T) {
	series := coretest.Shared(t, "data", "masks", "series_oblique")
	for header, count := range map[string]int{
		"meta/detached.mhd": 1, "meta/header_size_minus_1.mhd": 1, "meta/slices.mhd": 7, "nrrd/detached.nhdr": 1, "nrrd/detached_gz_skip.nhdr": 1, "nrrd/slices.nhdr": 7,
		"nrrd/overlap.seg.nrrd": 0,
	} {
		path := filepath.Join(filepath.Dir(series), filepath.FromSlash(header))
		beside, err := besides(path)
		require.NoError(t, err)
		assert.Len(t, beside, count, header)
	}
	pair := t.TempDir()
	for _, name := range []string{"a.hdr", "a.img", "a.IMG.gz", "a.nii", "ab.img"} {
		require.NoError(t, os.WriteFile(filepath.Join(pair, name), []byte("b.img"), 0o644))
	}
	beside, err := besides(filepath.Join(pair, "a.hdr"))
	require.NoError(t, err)
	assert.Len(t, beside, 2)
	mask := filepath.Join(filepath.Dir(series), "meta", "detached.mhd")
	files, err := paths{scan: mask}.read()
	require.NoError(t, err)
	assert.Len(t, files.Scan, 2)
	require.NoError(t, attackVerb([]string{"-weights", "../weights/" + defaultWeights + ".safetensors", "-scan", series, "-truth", mask, "-slice", "3", "-alone", "-out", t.TempDir()}))
}

func TestFolderOfLinksIsReadAsOneOfFiles(t *testing.T) {
	series, links := coretest.Shared(t, "data", "masks", "series_oblique"), t.TempDir()
	files, err := readFiles(series)
	require.NoError(t, err)
	entries, err := os.ReadDir(series)
	require.NoError(t, err)
	for _, e := range entries {
		require.NoError(t, os.Symlink(filepath.Join(series, e.Name()), filepath.Join(links, e.Name())))
	}
	linked, err := readFiles(links)
	require.NoError(t, err)
	assert.Len(t, linked, len(files))
}

func TestEpsilonsDefaultIsPrintedAsPeopleWriteIt(t *testing.T) {
	assert.Equal(t, "0.009", fmt.Sprint(shortest(attack.FGSM().Epsilon)))
}

func TestAttackSaysWhatBecameNaN(t *testing.T) {
	dir := t.TempDir()
	spec, err := unet.New("vgg11", 3, 2, 16)
	require.NoError(t, err)
	o := coretest.Oracle{Seed: 1, HeadGain: 1}
	weights, image, out := filepath.Join(dir, "w.safetensors"), filepath.Join(dir, "x.npy"), filepath.Join(dir, "out")
	writeWeights(t, weights, spec, o, func(m map[string]*core.Tensor) { m["encoder.features.3.weight"].Data[0] = 3e38 })
	writeNPY(t, image, o.Input(3, 32, 32))
	err = attackVerb([]string{"-weights", weights, "-scan", image, "-out", out})
	assert.ErrorContains(t, err, "attack: the logits of the model w became")
	assert.ErrorContains(t, err, "first at encoder.features.3")
	assert.ErrorContains(t, err, "which is taken to expect values from 0 to 1")
	err = attackVerb([]string{"-weights", weights, "-scan", image, "-out", out, "-range", "-1,1"})
	assert.ErrorContains(t, err, "which is taken to expect values from -1 to 1")
	written, err := os.ReadDir(out)
	require.NoError(t, err)
	assert.Empty(t, written, "the folder is made before the attack, whose results are not")
}

func TestABareNameIsOfAModelInTheCheckoutWhereverInItOneStands(t *testing.T) {
	root, err := command.Root()
	require.NoError(t, err)
	for _, folder := range []string{"build", "core/lab"} {
		t.Chdir(filepath.Join(root, folder))
		f, err := readModel(defaultWeights)
		require.NoError(t, err)
		assert.Equal(t, defaultWeights+".safetensors", f.Name())
	}
}

func TestAttackRefusesBadInputInOneSentence(t *testing.T) {
	dir := t.TempDir()
	file := func(name string) string { return filepath.Join(dir, name) }
	spec, err := unet.New("vgg11", 3, 2, 16)
	require.NoError(t, err)
	o := coretest.Oracle{Seed: 1, HeadGain: 1}
	writeWeights(t, file("good.safetensors"), spec, o, nil)
	writeWeights(t, file("lacks.safetensors"), spec, o, func(m map[string]*core.Tensor) { delete(m, "decoder.blocks.2.conv2.1.running_var") })
	writeWeights(t, file("shape.safetensors"), spec, o, func(m map[string]*core.Tensor) { m["decoder.center.0.1.bias"] = core.NewTensor(3) })
	writeWeights(t, file("extra.safetensors"), spec, o, func(m map[string]*core.Tensor) { m["extra.weight"] = core.NewTensor(3) })
	writeWeights(t, file("nan.safetensors"), spec, o, func(m map[string]*core.Tensor) {
		m["segmentation_head.0.bias"].Data[1] = float32(math.NaN())
	})
	writeWeights(t, file("other.safetensors"), spec, o, func(m map[string]*core.Tensor) {
		for name := range m {
			delete(m, name)
		}
		m["conv1.weight"] = core.NewTensor(8, 3, 7, 7)
	})
	writeNPY(t, file("scan.npy"), o.Input(3, 32, 32))
	writeNPY(t, file("truth.npy"), o.Target(2, 32, 64))
	require.NoError(t, os.MkdirAll(filepath.Join(file("folder"), "images"), 0o755))
	require.NoError(t, os.Mkdir(file("nothing"), 0o755))
	require.NoError(t, os.WriteFile(file("text.png"), []byte("hello"), 0o644))
	require.NoError(t, os.WriteFile(file("empty.nii"), nil, 0o644))
	require.NoError(t, os.WriteFile(file("text.safetensors"), []byte("hello, this is text"), 0o644))

	for name, c := range map[string]struct{ weights, scan, extra, says string }{
		"lacking tensor":         {"lacks", "scan.npy", "", `lacks tensor "decoder.blocks.2.conv2.1.running_var"`},
		"shape that is wrong":    {"shape", "scan.npy", "", `tensor "decoder.center.0.1.bias" has shape 3`},
		"tensor too many":        {"extra", "scan.npy", "", `tensor "extra.weight" is not part of the network`},
		"weight that is NaN":     {"nan", "scan.npy", "", `tensor "segmentation_head.0.bias" holds NaN`},
		"unknown architecture":   {"other", "scan.npy", "", `the first called "conv1.weight"`},
		"no safetensors":         {"text", "scan.npy", "", "text.safetensors: foreign: this is no network"},
		"no such weights":        {"absent", "scan.npy", "", "absent.safetensors; give an ONNX file"},
		"unknown scan":           {"good", "text.png", "", "scan:"},
		"empty scan":             {"good", "empty.nii", "", "scan:"},
		"epsilon too large":      {"good", "scan.npy", "-epsilon=1.5", "epsilon 1.5 is out of range"},
		"epsilon not a number":   {"good", "scan.npy", "-epsilon=NaN", "epsilon NaN is out of range"},
		"unknown loss":           {"good", "scan.npy", "-loss=hinge", `unknown loss "hinge"`},
		"slice out of range":     {"good", "scan.npy", "-slice=3", "slice 3 was asked for"},
		"truth of another size":  {"good", "scan.npy", "-truth=" + file("truth.npy"), "attack: the truth truth.npy: scan: the mask is 64×32"},
		"target of another size": {"good", "scan.npy", "-target=" + file("truth.npy"), "attack: the target truth.npy: scan: the mask is 64×32"},
		"target of no use":       {"good", "scan.npy", "-label=vanish -target=" + file("truth.npy"), "attack: -target is for -label painted, not vanish; leave one of them out"},
		"no steps":               {"good", "scan.npy", "-steps=0", "0 steps; expected 1 to 1000"},
		"folder of nothing":      {"good", "nothing", "", "the folder nothing has no files; give one with a DICOM series, or a file"},
		"folder of scans":        {"good", "folder", "", "folder is a folder of scans; give one of its images/, or take -universal"},
	} {
		t.Run(name, func(t *testing.T) {
			args := []string{"-weights", file(c.weights + ".safetensors"), "-scan", file(c.scan), "-out", file("out")}
			args = append(args, strings.Fields(c.extra)...)
			err := attackVerb(args)
			require.Error(t, err)
			assert.Contains(t, err.Error(), c.says)
			assert.NotContains(t, err.Error(), "\n")
		})
	}
}

func TestAttackedCopyNamesNobodyUnlessAsked(t *testing.T) {
	marked := coretest.Shared(t, "data", "formats-3", "identity", "marks.nii")
	spec, err := unet.New("vgg11", 3, 2, 16)
	require.NoError(t, err)
	weights := filepath.Join(t.TempDir(), "model.safetensors")
	writeWeights(t, weights, spec, coretest.Oracle{Seed: 1, HeadGain: 1}, nil)
	for _, identity := range []bool{false, true} {
		out := t.TempDir()
		require.NoError(t, attackVerb([]string{"-weights", weights, "-scan", marked, "-alone", "-out", out, fmt.Sprintf("-identity=%t", identity)}))
		copied, err := os.ReadFile(filepath.Join(out, "adversarial.nii"))
		require.NoError(t, err)
		assert.Equal(t, identity, strings.Contains(string(copied), "SECRET"))
	}
}

func TestCommandTellsNoScoreWhereThereIsNone(t *testing.T) {
	one, none := 1.0, 0.0
	union := func(before, after *float64) *lab.Metrics {
		return &lab.Metrics{Dice: lab.Dice{Union: attack.Pair{Before: before, After: after}, True: attack.Pair{Before: before, After: after}}}
	}
	assert.Equal(t, "Dice 1.0000 → 0.0000", told(union(&one, &none)))
	assert.Equal(t, "Agreement with its own first answer 0.0000, there being no truth", told(union(nil, &none)))
	assert.Equal(t, "Nothing to find, and nothing was found", told(union(nil, nil)))
	swapped := union(&one, &one)
	swapped.Dice.True.After = &none
	assert.Equal(t, "Dice 1.0000 → 1.0000 (true class 0.0000)", told(swapped))
	assert.Equal(t, "after: Dice 1.00, true 0.00", caption("after", "Dice", &one, &none))
	assert.Equal(t, "after: Dice 1.00", caption("after", "Dice", &one, &one))
}
