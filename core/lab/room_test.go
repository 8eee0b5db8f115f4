package lab

import (
	"context"
	"fmt"
	"testing"

	"segfault/core"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// small is a backend with memory for so many bytes of buffers.
type small struct {
	core.Backend
	free  int64
	loads int
}

func (b *small) Load(p *core.Plan) (core.Program, error) {
	need := p.Bytes(core.Input) + p.Bytes(core.Computed)
	if need > b.free {
		return nil, fmt.Errorf("small: %w", core.ErrNoRoom)
	}
	b.loads++
	b.free -= need
	program, err := b.Backend.Load(p)
	return &smallProgram{program, func() { b.free += need }}, err
}

type smallProgram struct {
	core.Program
	closed func()
}

func (p *smallProgram) Close() {
	p.Program.Close()
	p.closed()
}

// plus is a plan of 800 bytes that adds a number.
func plus(shift float32) *core.Plan {
	return core.Compile(core.Outputs{"y": core.Affine(core.NewInput("x", 100), 1, shift)})
}

const ample = 1 << 40

// sum is what a program makes of 1.
func sum(t *testing.T, p core.Program) float32 {
	t.Helper()
	ctx, x, y := context.Background(), make([]float32, 100), make([]float32, 100)
	x[0] = 1
	require.NoError(t, p.Write("x", x))
	require.NoError(t, p.Run(ctx, nil))
	wait, err := p.Fetch(ctx, map[string][]float32{"y": y})
	require.NoError(t, err)
	require.NoError(t, wait())
	return y[0]
}

func load(t *testing.T, b core.Backend, shift float32) core.Program {
	t.Helper()
	p, err := b.Load(plus(shift))
	require.NoError(t, err)
	return p
}

func TestProgramsMakeRoomForTheNext(t *testing.T) {
	b := &small{Backend: core.NewCPU(1), free: 2000} // two programs
	r := NewRoom(b, ample)
	first, second := load(t, r, 1), load(t, r, 2)
	assert.EqualValues(t, 2, sum(t, first), "which is the latest used now")
	third := load(t, r, 3)
	assert.Equal(t, 3, b.loads)
	assert.EqualValues(t, 2, sum(t, first), "the latest used was kept")
	assert.Equal(t, 3, b.loads)
	assert.EqualValues(t, 3, sum(t, second), "and the one that had to go comes back")
	assert.Equal(t, 4, b.loads)
	assert.EqualValues(t, 4, sum(t, third))
	assert.EqualValues(t, 1600, r.Bytes())
}

func TestProgramsTakeSoManyBytesAtMost(t *testing.T) {
	b := &small{Backend: core.NewCPU(1), free: ample}
	r := NewRoom(b, 1600)
	programs := []core.Program{load(t, r, 0), load(t, r, 1), load(t, r, 2)}
	assert.EqualValues(t, 1600, r.Bytes())
	for i, p := range programs {
		assert.EqualValues(t, 1+i, sum(t, p))
	}
	large, err := r.Load(core.Compile(core.Outputs{"y": core.Neg(core.NewInput("x", 1000))}))
	require.NoError(t, err, "one alone may be larger")
	assert.EqualValues(t, 8000, r.Bytes())
	large.Close()
	assert.Zero(t, r.Bytes())
}

func TestWhatDoesNotFitAloneIsRefused(t *testing.T) {
	b := &small{Backend: core.NewCPU(1), free: 1000}
	r := NewRoom(b, ample)
	kept := load(t, r, 1)
	_, err := r.Load(core.Compile(core.Outputs{"y": core.Neg(core.NewInput("x", 1000))}))
	assert.ErrorIs(t, err, core.ErrNoRoom)
	assert.EqualValues(t, 2, sum(t, kept), "what had to go for nothing comes back")
}

func TestAProgramAtWorkDoesNotGo(t *testing.T) {
	b := &small{Backend: core.NewCPU(1), free: 1000}
	r := NewRoom(b, ample)
	ctx := context.Background()
	working := load(t, r, 1)
	refused := func(when string) {
		_, err := r.Load(plus(2))
		assert.ErrorIs(t, err, core.ErrNoRoom, when)
	}
	require.NoError(t, working.Write("x", make([]float32, 100)))
	refused("its input was written")
	require.NoError(t, working.Run(ctx, nil))
	refused("it was run")
	y := make([]float32, 100)
	wait, err := working.Fetch(ctx, map[string][]float32{"y": y})
	require.NoError(t, err)
	refused("its results are on the way")
	require.NoError(t, wait())
	assert.EqualValues(t, 1, y[0])
	load(t, r, 2)
}

func TestACancelledRunLetsItsProgramGo(t *testing.T) {
	b := &small{Backend: core.NewCPU(1), free: 1000}
	r := NewRoom(b, ample)
	p := load(t, r, 1)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	require.NoError(t, p.Write("x", make([]float32, 100)))
	require.ErrorIs(t, p.Run(ctx, nil), context.Canceled)
	load(t, r, 2)
	assert.ErrorContains(t, p.Run(context.Background(), nil), `lab: input "x" has to be written again`)
}
