package core_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"segfault/core"
	"segfault/kernels"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// small is two convolutions and a pooling with a loss.
func small() (image, target, loss *core.Node) {
	image = core.NewInput("image", 1, 1, 8, 8)
	target = core.NewInput("target", 1, 1, 4, 4)
	weight := func(name string, shape ...int) *core.Node { return core.NewParameter(name, core.NewTensor(shape...)) }
	x := core.Conv2D(image, weight("w1", 4, 1, 3, 3), core.Conv{Pad: core.Around(1), Bias: weight("b1", 4), Act: kernels.ReLU})
	x = core.MaxPool(x, core.Pool{Size: core.Square(2), Stride: core.Square(2)})
	logits := core.Conv2D(x, weight("w2", 1, 4, 3, 3), core.Conv{Pad: core.Around(1), Bias: weight("b2", 1)})
	return image, target, core.BCE.Of(logits, target)
}

// The plan of an attack's gradient: no gradient of a weight, and buffers of
// values that are no longer needed used again.
const golden = `8 steps, 11 buffers: 320 bytes of inputs, 312 of parameters, 2308 computed; 2940 are live at once
conv2d{N:1 Ca:1 Cb:0 H:8 W:8 Up:1 Cout:4 Window:{KH:3 KW:3 StrideH:1 StrideW:1 DilationH:1 DilationW:1 Top:1 Left:1 Bottom:1 Right:1} Groups:1 Scaled:false Bias:true Plus:false Act:1 Keep:false} image image w1 b1 → #7
max_pool2d{N:4 H:8 W:8 Window:{KH:2 KW:2 StrideH:2 StrideW:2 DilationH:1 DilationW:1 Top:0 Left:0 Bottom:0 Right:0}} #7 → #8
conv2d{N:1 Ca:4 Cb:0 H:4 W:4 Up:1 Cout:1 Window:{KH:3 KW:3 StrideH:1 StrideW:1 DilationH:1 DilationW:1 Top:1 Left:1 Bottom:1 Right:1} Groups:1 Scaled:false Bias:true Plus:false Act:0 Keep:false} #8 #8 w2 b2 → #9
sum{N:1 C:1 Inner:16 Kept:1 Of:{16 whole whole unary4[0 0] binary2[0 1] binary1[6 7]} Then:{1 whole affine[0 0] [0.0625 0 0]}} #9 target → #10
map{16 1×1 whole whole affine[0 0] [0.0625 0 0] unary0[6 0] binary2[7 1] unary3[2 0] binary2[6 9] binary0[8 10]} #6 target #9 → #8
conv2d_grad_input{N:1 Cin:4 First:0 C:4 H:4 W:4 Up:1 Cout:1 Window:{KH:3 KW:3 StrideH:1 StrideW:1 DilationH:1 DilationW:1 Top:1 Left:1 Bottom:1 Right:1} Groups:1 Plus:false Gate:0} #8 #8 w2 → #9
max_pool2d_grad{N:4 H:8 W:8 Window:{KH:2 KW:2 StrideH:2 StrideW:2 DilationH:1 DilationW:1 Top:0 Left:0 Bottom:0 Right:0} Plus:false Gate:true} #7 #9 #9 → #8
conv2d_grad_input{N:1 Cin:1 First:0 C:1 H:8 W:8 Up:1 Cout:4 Window:{KH:3 KW:3 StrideH:1 StrideW:1 DilationH:1 DilationW:1 Top:1 Left:1 Bottom:1 Right:1} Groups:1 Plus:false Gate:0} #8 #8 w1 → #9
`

func TestPlanOfAGradientIsTheGolden(t *testing.T) {
	image, _, loss := small()
	plan := core.Compile(core.Outputs{"loss": loss, "gradient": core.Grad(loss, image)[0]})
	assert.Equal(t, golden, plan.String())
}

func TestPlanLeavesOutWhatIsNotAsked(t *testing.T) {
	image, _, loss := small()
	core.Grad(loss, image) // built, but no output
	plan := core.Compile(core.Outputs{"loss": loss})
	assert.NotContains(t, plan.String(), "grad")
}

func TestPlanComputesNoWeightGradientsForAnAttack(t *testing.T) {
	image, _, loss := small()
	plan := core.Compile(core.Outputs{"gradient": core.Grad(loss, image)[0]})
	assert.NotContains(t, plan.String(), "conv2d_grad_weight")
}

func TestBuffersAreSharedButNeverBetweenAStepsInputsAndOutput(t *testing.T) {
	x := core.NewInput("x", 1, 10, 10, 10)
	y := x
	for range 10 {
		y = core.Conv2D(y, core.NewParameter("w", core.NewTensor(10, 10, 1, 1)), core.Conv{})
	}
	plan := core.Compile(core.Outputs{"y": y})
	assert.EqualValues(t, 2*4000, plan.Bytes(core.Computed), "a chain needs two buffers")
	for _, s := range plan.Steps {
		assert.NotContains(t, s.Bind[:len(s.Bind)-1], s.Bind[len(s.Bind)-1])
	}
}

func TestAssignChangesTheInputForTheNextRun(t *testing.T) {
	x := core.NewInput("x", 3)
	twice := core.Affine(x, 2, 0)
	program, err := core.NewCPU(1).Load(core.Compile(core.Outputs{"twice": twice}, core.Assign(x, twice)))
	require.NoError(t, err)
	require.NoError(t, program.Write("x", []float32{1, 2, 3}))
	got := make([]float32, 3)
	for range 3 {
		require.NoError(t, program.Run(context.Background(), nil))
	}
	require.NoError(t, program.Read(context.Background(), "twice", got))
	assert.Equal(t, []float32{8, 16, 24}, got)
}

func TestARunTellsHowManyStepsAreDone(t *testing.T) {
	x := core.NewInput("x", 3)
	plan := core.Compile(core.Outputs{"y": core.ReduceMax(core.Exp(x))})
	program, err := core.NewCPU(1).Load(plan)
	require.NoError(t, err)
	require.NoError(t, program.Write("x", []float32{1, 2, 3}))
	var told []int
	ctx, cancel := context.WithCancel(context.Background())
	require.NoError(t, program.Run(ctx, func(step int) { told = append(told, step) }))
	assert.Equal(t, []int{1, 2}, told)
	assert.Len(t, plan.Steps, 2)
	told = nil
	assert.ErrorIs(t, program.Run(ctx, func(step int) {
		told = append(told, step)
		cancel()
	}), context.Canceled)
	assert.Equal(t, []int{1}, told, "what was cancelled meanwhile does no further step")
}

func TestAdamWMatchesItsFormula(t *testing.T) {
	p := &core.Tensor{Shape: core.Shape{1, 2}, Data: []float32{1, -2}}
	g, rate := core.NewInput("g", 1, 2), core.NewInput("rate", 3)
	a := core.AdamW{Beta1: 0.9, Beta2: 0.999, Eps: 1e-8, Decay: 0.1}
	node := core.NewParameter("p", p)
	program, err := core.NewCPU(1).Load(core.Compile(nil, a.Update(node, g, rate, core.NewMoments(p.Shape))))
	require.NoError(t, err)
	require.NoError(t, program.Write("g", []float32{0.5, -3}))
	require.NoError(t, program.Write("rate", a.Rate(0.01, 1)))
	require.NoError(t, program.Run(context.Background(), nil))
	// the first step moves by the learning rate against the gradient's sign, and decays
	assert.InDeltaSlice(t, []float32{1 - 0.01 - 0.01*0.1*1, -2 + 0.01 + 0.01*0.1*2}, p.Data, 1e-6)
}

func TestCosineWarmsUpAndFalls(t *testing.T) {
	assert.InDelta(t, 0.1, core.Cosine(1, 0, 0, 10, 100), 1e-9)
	assert.InDelta(t, 1, core.Cosine(1, 0, 10, 10, 100), 1e-9)
	assert.InDelta(t, 0.5, core.Cosine(1, 0, 55, 10, 100), 1e-9)
	assert.InDelta(t, 0, core.Cosine(1, 0, 100, 10, 100), 1e-9)
}

func TestProgramsNameWhatIsMissing(t *testing.T) {
	x := core.NewInput("x", 2, 3)
	program, err := core.NewCPU(1).Load(core.Compile(core.Outputs{"y": core.Neg(x)}))
	require.NoError(t, err)
	assert.EqualError(t, program.Write("z", nil), `core: the plan has no input "z"`)
	assert.EqualError(t, program.Write("x", make([]float32, 5)), `core: input "x" has 6 values (2×3), not 5`)
	assert.EqualError(t, program.Read(context.Background(), "x", nil), `core: the plan has no output "x"`)
}

func TestAWrongGraphPanicsWithItsShapes(t *testing.T) {
	for name, build := range map[string]func(){
		"Sub: shapes 2 and 3":                    func() { core.Sub(core.NewInput("a", 2), core.NewInput("b", 3)) },
		"Conv2D: weight 4×2×3×3 does not take 3": func() { core.Conv2D(core.NewInput("x", 1, 3, 8, 8), core.NewInput("w", 4, 2, 3, 3), core.Conv{}) },
		"Grad: a gradient is of one number":      func() { core.Grad(core.NewInput("a", 2)) },
		`two inputs are called "a"`:              func() { core.Compile(core.Outputs{"y": core.Add(core.NewInput("a", 2), core.NewInput("a", 2))}) },
	} {
		t.Run(name, func(t *testing.T) {
			defer func() {
				assert.Contains(t, fmt.Sprint(recover()), name)
			}()
			build()
		})
	}
}

func TestPlanComputesTheSameOnce(t *testing.T) {
	x := core.NewInput("x", 4)
	sum := core.Add(core.Reshape(core.Sigmoid(x), 2, 2), core.Sigmoid(core.Reshape(x, 2, 2)))
	plan := core.Compile(core.Outputs{"y": core.Mul(sum, core.Reshape(core.Sigmoid(x), 2, 2))})
	require.Len(t, plan.Steps, 1, "a sigmoid, a sum and a product")
	assert.Equal(t, 1, strings.Count(plan.String(), "unary3"))

	program, err := core.NewCPU(1).Load(plan)
	require.NoError(t, err)
	require.NoError(t, program.Write("x", []float32{0, 0, 0, 0}))
	require.NoError(t, program.Run(context.Background(), nil))
	y := make([]float32, 4)
	require.NoError(t, program.Read(context.Background(), "y", y))
	assert.Equal(t, []float32{0.5, 0.5, 0.5, 0.5}, y)
}
