package lab

import (
	"context"
	"errors"
	"testing"
	"time"

	"segfault/core"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// fragile is a backend that fails when it is told to.
type fragile struct {
	core.Backend
	load, run error
}

func (f *fragile) Load(plan *core.Plan) (core.Program, error) {
	if f.load != nil {
		return nil, f.load
	}
	p, err := f.Backend.Load(plan)
	return fragileProgram{p, f}, err
}

type fragileProgram struct {
	core.Program
	of *fragile
}

func (p fragileProgram) Run(ctx context.Context, tick func(int)) error {
	if p.of.run != nil {
		return p.of.run
	}
	return p.Program.Run(ctx, tick)
}

// onGPU is a lab with a model and a scan, on a GPU that may fail.
func onGPU(t *testing.T, wish string) (l *Lab, f *fragile, d *device, scan int) {
	t.Helper()
	f = &fragile{Backend: core.NewCPU(1)}
	d = &device{Backend: f}
	h := newHost(t)
	h.bare, h.machine = true, machine{openedAs(d)} // nothing to race with, so that the GPU is taken
	l = New(h)
	info, err := l.Open(background, &OpenParams{OpenOptions: OpenOptions{Backend: wish}})
	require.NoError(t, err)
	require.Equal(t, "webgpu", info.Backend)
	assert.Equal(t, &Check{Shaders: 3, Error: 1e-7}, info.Check)
	_, err = l.LoadModel(background, &LoadModelParams{ModelParams: ModelParams{FileParams: FileParams{fileOf("small.safetensors", h.weights)}}})
	require.NoError(t, err)
	return l, f, d, loaded(t, l, 2)
}

func TestWhereTheGPUFailsTheCPUGoesOnWithWhatIsThere(t *testing.T) {
	l, f, d, id := onGPU(t, "auto")
	want := attacked(t, l, id, 0)
	assert.Nil(t, want.Info)
	f.run = errors.New("webgpu: the device was lost.")
	got := attacked(t, l, id, 1)
	require.NotNil(t, got.Info, "the reply tells of the change")
	assert.Equal(t, "cpu", got.Info.Backend)
	assert.Equal(t, "The CPU, because the GPU failed: the device was lost.", got.Info.Reason)
	assert.True(t, d.closed)
	again := attacked(t, l, id, 0)
	assert.Equal(t, want.Adversarial, again.Adversarial, "scans and gradients are what they were")
	assert.Nil(t, again.Info, "once is enough")
}

func TestAGPUThatFailsItsCheckGivesWayToTheCPU(t *testing.T) {
	l, f, d, id := onGPU(t, "auto")
	f.load = errors.New("webgpu: this GPU computes conv2d wrongly with the shader conv2d_tile.")
	got := attacked(t, l, id, 0)
	require.NotNil(t, got.Info)
	assert.Equal(t, "The CPU, because the GPU failed: this GPU computes conv2d wrongly with the shader conv2d_tile.", got.Info.Reason)
	assert.True(t, d.closed)
	assert.Nil(t, attacked(t, l, id, 1).Info, "once is enough")
}

func TestAVolumeGoesOnWhereTheGPUFails(t *testing.T) {
	l, f, _, id := onGPU(t, "auto")
	want, err := l.AttackVolume(background, NewVolumeAttack(id))
	require.NoError(t, err)
	l.gradients = nil
	ctx := Watched(background, Watch{Begun: func() {}, Progress: func(stage string, done, _ int) {
		if stage == "slice" && done == 1 {
			f.run = errors.New("webgpu: lost")
		}
	}})
	got, err := l.AttackVolume(ctx, NewVolumeAttack(id))
	require.NoError(t, err)
	assert.Equal(t, want.Slices, got.Slices)
	assert.Equal(t, "cpu", got.Info.Backend)
}

func TestAGPUThatWasInsistedOnFailsWithACode(t *testing.T) {
	l, f, _, id := onGPU(t, "webgpu")
	f.run = errors.New("webgpu: the device was lost")
	_, err := l.Attack(background, NewAttack(id))
	assert.EqualError(t, err, "webgpu: the device was lost")
	assert.Equal(t, BadDevice, CodeOf(err))
	f.run = nil
	attacked(t, l, id, 0)
}

func TestAPlanThatDoesNotFitAlthoughAllElseWasFreedIsForWantOfRoom(t *testing.T) {
	l, f, _, id := onGPU(t, "webgpu")
	attacked(t, l, id, 0)
	require.Positive(t, l.sessions.room.Bytes())
	f.load = core.NoRoom("core: the plan takes 9 GB")
	p := NewAttack(id)
	p.Loss = "bce"
	_, err := l.Attack(background, p)
	assert.ErrorContains(t, err, "the plan takes 9 GB")
	assert.Equal(t, NoRoom, CodeOf(err))
	assert.Zero(t, l.sessions.room.Bytes(), "all else was freed")
	f.load = nil
	attacked(t, l, id, 0)
}

func TestAnotherBackendKeepsScansAndModels(t *testing.T) {
	l, _, d, id := onGPU(t, "webgpu")
	want := attacked(t, l, id, 0)
	info, err := l.Use(background, &UseParams{"cpu"})
	require.NoError(t, err)
	assert.Equal(t, "cpu", info.Backend)
	assert.True(t, d.closed)
	assert.Equal(t, want.Adversarial, attacked(t, l, id, 0).Adversarial)
	_, err = l.Use(background, &UseParams{"wbgpu"})
	assert.ErrorContains(t, err, `unknown backend "wbgpu"`)
	assert.Equal(t, "cpu", l.info().Backend, "everything stays as it was")
}

// TestALookAtASliceLeavesTheNextToComeToo has two slices under way, of which one waits for what the other has of the model.
func TestALookAtASliceLeavesTheNextToComeToo(t *testing.T) {
	l, _, _, _ := onGPU(t, "webgpu")
	p := NewVolumeAttack(loaded(t, l, 4))
	require.NoError(t, p.Take("bim"))
	ctx, cancel := context.WithTimeout(background, 60*time.Second)
	defer cancel()
	sketches := 0
	_, err := l.AttackVolume(Watched(ctx, Watch{Begun: func() {}, Progress: func(string, int, int) {}, Sketch: func(int, int, *Sketch) { sketches++ }}), p)
	require.NoError(t, err)
	assert.Positive(t, sketches)
}
