package lab

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"

	"segfault/core"
	"segfault/core/coretest"
	"segfault/core/foreign"
	"segfault/core/net"
	"segfault/core/safetensors"
	"segfault/core/scan"
	"segfault/core/scan/formats"
	"segfault/core/unet"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// bytesFile is a file in memory.
type bytesFile struct {
	*bytes.Reader
	name string
}

func (f bytesFile) Name() string { return f.name }

func fileOf(name string, data []byte) File { return bytesFile{bytes.NewReader(data), name} }

// testHost is a host of files in memory, on the CPU, with one shipped model.
type testHost struct {
	machine
	Alone
	weights []byte
	fetch   func(ctx context.Context) error // before the weights are there; may be nil
	bare    bool                            // ships nothing, and reads no foreign networks
	breathe func()

	sync.Mutex
	fetched   int
	forgotten []*scan.Scan
}

func newHost(t *testing.T) *testHost {
	none := func(context.Context) (Device, error) { return nil, errors.New("webgpu: there is none") }
	return &testHost{machine: machine{none}, weights: oracleWeights(t, "a,b")}
}

// oracleWeights is a small network's file of weights that find something.
func oracleWeights(t *testing.T, classes string) []byte { return seeded(t, classes, 3) }

// seeded is the file of others for each seed.
func seeded(t *testing.T, classes string, seed uint64) []byte {
	t.Helper()
	spec, err := unet.New("vgg11", 3, 2, 16)
	require.NoError(t, err)
	o := coretest.Oracle{Seed: seed, HeadGain: 2}
	f := &safetensors.File{Metadata: map[string]string{"classes": classes, "size": "32", "task": "brain", "normalisation": "minmax"}, Tensors: map[string]*core.Tensor{}}
	for _, n := range spec.Tensors() {
		f.Tensors[n.Name] = o.Weight(n.Name, n.Shape)
	}
	data, err := safetensors.Write(f, safetensors.F32)
	require.NoError(t, err)
	return data
}

func (h *testHost) Release() (Release, error) {
	if h.bare {
		return Release{}, nil
	}
	return Release{Version: "1", Models: []Shipped{{ModelInfo{Name: "small", Task: "brain", Classes: []string{"a", "b"}, Bytes: len(h.weights), Size: 32}, "small.safetensors"}}}, nil
}

func (h *testHost) Weights(ctx context.Context, file string, arrived func(int)) ([]byte, error) {
	if h.fetch != nil {
		if err := h.fetch(ctx); err != nil {
			return nil, err
		}
	}
	h.Lock()
	defer h.Unlock()
	h.fetched++
	arrived(len(h.weights))
	return h.weights, nil
}

func (h *testHost) Digest(context.Context, File) (string, error) { return "digest", nil }

func (h *testHost) Breathe() {
	if h.breathe != nil {
		h.breathe()
	}
}

func all(files []File) []formats.File {
	var list []formats.File
	for _, f := range files {
		data := make([]byte, f.Size())
		_, _ = f.ReadAt(data, 0)
		list = append(list, formats.File{Name: f.Name(), Data: data})
	}
	return list
}

func (h *testHost) Read(_ context.Context, files []File, volume int) (*scan.Scan, error) {
	return formats.Reader{Volume: volume}.Read(all(files)...)
}

func (h *testHost) ReadMask(_ context.Context, on *scan.Scan, files ...File) (*scan.Mask, error) {
	return formats.ReadMask(on, all(files)...)
}

func (h *testHost) Foreign(_ context.Context, p *ModelParams) (*net.Found, error) {
	if h.bare {
		return nil, errors.ErrUnsupported
	}
	return foreign.Open(p.File, p.File.Size(), p.Open, p.Output)
}

func (h *testHost) Copy(_ context.Context, s *scan.Scan, values []float32, identity bool) (Saved, error) {
	files, err := formats.Encode(s, values, formats.Saving{Identity: identity})
	if err != nil {
		return Saved{}, err
	}
	return Saved{Name: files[0].Name, Bytes: files[0].Data}, nil
}

func (h *testHost) WriteMask(_ context.Context, kind string, labels []uint8, names []string, first int, s *scan.Scan) (Saved, error) {
	mask := &scan.Mask{Width: s.Width, Height: s.Height, Slices: len(labels) / (s.Width * s.Height), Layers: [][]uint8{labels}}
	f, err := formats.WriteMask(kind, mask, first, s)
	return Saved{Name: f.Name, Bytes: f.Data}, err
}

func (h *testHost) Forget(s *scan.Scan) {
	h.Lock()
	defer h.Unlock()
	h.forgotten = append(h.forgotten, s)
}

var background = context.Background()

// opened is a lab on the CPU with its host.
func opened(t *testing.T) (*Lab, *testHost) {
	t.Helper()
	h := newHost(t)
	l := New(h)
	_, err := l.Open(background, &OpenParams{OpenOptions: OpenOptions{Backend: "cpu"}})
	require.NoError(t, err)
	return l, h
}

// volumeFile is a NIfTI of n slices of 40×36 pixels.
func volumeFile(t *testing.T, n int) []byte {
	t.Helper()
	grey := make([]uint8, n*40*36)
	x := (coretest.Oracle{Seed: 5}).Input(1, 36, n*40).Data
	for i := range grey {
		grey[i] = uint8(255 * x[i])
	}
	f, err := formats.WriteMask("nifti", &scan.Mask{Width: 40, Height: 36, Slices: n, Layers: [][]uint8{grey}}, 0, &scan.Scan{Width: 40, Height: 36, Slices: n})
	require.NoError(t, err)
	return f.Data
}

// loaded is the number of a scan of n slices.
func loaded(t *testing.T, l *Lab, n int) int {
	t.Helper()
	info, err := l.Load(background, &LoadParams{Files: []File{fileOf("x.nii", volumeFile(t, n))}})
	require.NoError(t, err)
	require.Equal(t, n, info.Slices)
	return info.ID
}

// attacked is an attack on a slice with an ε that shows.
func attacked(t *testing.T, l *Lab, scan, slice int) *Fault {
	t.Helper()
	p := NewAttack(scan)
	p.Slice, p.Epsilon = slice, 0.05
	f, err := l.Attack(background, p)
	require.NoError(t, err)
	return f
}

// painted paints a disc on a mask of a scan.
func paint(t *testing.T, l *Lab, scan int, as string, slice, label int) *MaskInfo {
	t.Helper()
	m, err := l.Paint(background, &PaintParams{scan, PaintOptions{As: as, Slice: slice, Label: label, Points: [][2]float64{{16, 16}}, Radius: 6}})
	require.NoError(t, err)
	return m
}

func TestTheHostIsOneOfALab(t *testing.T) {
	var _ Host = newHost(t)
	l, h := opened(t)
	assert.Equal(t, "The CPU, as chosen.", l.info().Reason)
	assert.Equal(t, 1, h.fetched, fmt.Sprint(l.info().Models))
}
