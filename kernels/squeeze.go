package kernels

// MostHidden is how many numbers a Squeeze may have between its layers, which a
// workgroup of the shader keeps.
const MostHidden = 512

// Squeeze is two 1×1 convolutions of one pixel, one after the other, as networks
// have them to weigh channels by what all of them are (Hu et al. 2018).
//
// Bindings: x as First reads it, its weights, its bias, Last's weights and bias,
// before as First has it with Keep, y of Last. Without Bias, a bias is any buffer.
// With Pool its sums are what First reads, and in place of x is what Pool reads.
type Squeeze struct {
	Pool        Sum
	First, Last Conv2D
}

// Squeezed joins two convolutions, and says whether that can be.
func Squeezed(first, last Conv2D) (k Squeeze, ok bool) {
	return Squeeze{First: first, Last: last}, first.onOnePixel() && last.onOnePixel() && !first.Plus && !last.Plus && !first.Scaled && !last.Scaled && !last.Keep && first.Cout <= MostHidden
}

func (k Conv2D) onOnePixel() bool {
	return k.pointwise() && k.N*k.H*k.W*k.Groups == 1
}

// SqueezeGrad is the input gradient of a Squeeze: that of its last layer, then of
// its first.
//
// Bindings: dy of Last or what Pool reads, gate of Last, Last's weights, First's weights, dx of First.
type SqueezeGrad struct {
	Pool        Sum
	Last, First Conv2DGradInput
}

// SqueezedGrad joins the gradients of two convolutions, and says whether that can be.
func SqueezedGrad(last, first Conv2DGradInput) (k SqueezeGrad, ok bool) {
	return SqueezeGrad{Last: last, First: first}, last.onOnePixel() && first.onOnePixel() && !last.Plus && !first.Plus && first.Gate == Identity && last.C <= MostHidden
}

func (k Conv2DGradInput) onOnePixel() bool {
	return k.onePixel() && k.N*k.H*k.W*k.Groups*k.Up == 1 && k.C == k.Cin
}

// squeezeSizes are the Sizes of squeeze.wgsl.
type squeezeSizes struct {
	Channels, Hidden, Out                    int32
	FirstNext, FirstStep, LastNext, LastStep int32
	FirstBias, LastBias, Gate                int32
	Act, Keep, End                           int32
	Inner, RestA, RestB                      int32
}

// Name implements Kernel.
func (k Squeeze) Name() string { return "squeeze" }

func (k Squeeze) title() string { return k.Pool.squeezeTitle("squeeze") }

func (k Squeeze) text() string {
	return k.Pool.squeezeText(" first first_bias last last_bias before y ")
}

// Workgroups implements Kernel: one does all.
func (k Squeeze) Workgroups() [3]int { return [3]int{1, 1, 1} }

// Needs implements Needing.
func (k Squeeze) Needs() Needs { return k.Pool.squeezing() }

// Work implements Counted.
func (k Squeeze) Work() (operations, outputs int) {
	first, _ := k.First.Work()
	operations, outputs = k.Last.Work()
	return first + operations, outputs
}

// Updates implements Updater.
func (k Squeeze) Updates() int { return k.First.Updates() }

// Sizes implements Sized.
func (k Squeeze) Sizes() any {
	return squeezeSizes{Channels: int32(k.First.Ca), Hidden: int32(k.First.Cout), Out: int32(k.Last.Cout),
		FirstNext: int32(k.First.Ca), FirstStep: 1, LastNext: int32(k.Last.Ca), LastStep: 1,
		FirstBias: flag(k.First.Bias), LastBias: flag(k.Last.Bias), Act: int32(k.First.Act), Keep: flag(k.First.Keep), End: int32(k.Last.Act)}.with(k.Pool)
}

// Order implements Padded.
func (k Squeeze) Order() (bind []int, writes int) {
	n := k.Pool.arrays()
	bind = upTo(n)
	bind = append(bind, n, n+1)
	if k.Pool.C == 0 {
		bind = append(bind, 0)
	}
	if bind = append(bind, n+2, n+3); k.First.Keep {
		return append(bind, n+4, n+5), 2
	}
	return append(bind, Spare, n+4), 2
}

// upTo are the first numbers.
func upTo(n int) (list []int) {
	for i := range n {
		list = append(list, i)
	}
	return list
}

// Bind implements Kernel.
func (k Squeeze) Bind(w *Workers, b [][]float32) []Stage {
	between := make([]float32, k.First.Cout)
	stages, x, b := k.Pool.pooling(w, b)
	ends := [][]float32{between}
	if k.First.Keep {
		ends = [][]float32{b[4], between}
	}
	stages = append(stages, k.First.Bind(w, append([][]float32{x, x, b[0], b[1]}, ends...))...)
	return append(stages, k.Last.Bind(w, [][]float32{between, between, b[2], b[3], b[len(b)-1]})...)
}

// Name implements Kernel.
func (k SqueezeGrad) Name() string { return "squeeze_grad" }

// title says that the shader is a Squeeze's.
func (k SqueezeGrad) title() string { return k.Pool.squeezeTitle("squeeze_grad") }

func (k SqueezeGrad) text() string { return k.Pool.squeezeText(" first open last y ") }

// Workgroups implements Kernel: one does all.
func (k SqueezeGrad) Workgroups() [3]int { return [3]int{1, 1, 1} }

// Work implements Counted.
func (k SqueezeGrad) Work() (operations, outputs int) {
	last, _ := k.Last.Work()
	operations, outputs = k.First.Work()
	return last + operations, outputs
}

// Needs implements Needing.
func (k SqueezeGrad) Needs() Needs { return k.Pool.squeezing() }

// Sizes implements Sized.
func (k SqueezeGrad) Sizes() any {
	return squeezeSizes{Channels: int32(k.Last.Cout), Hidden: int32(k.Last.C), Out: int32(k.First.C),
		FirstNext: 1, FirstStep: int32(k.Last.C), LastNext: 1, LastStep: int32(k.First.C), Gate: int32(k.Last.Gate)}.with(k.Pool)
}

// Order implements Padded.
func (k SqueezeGrad) Order() (bind []int, writes int) {
	if n := k.Pool.arrays(); k.Pool.C > 0 {
		return append(upTo(n), n+1, n, n+2, n+3), 1
	}
	return []int{0, 2, 0, 1, 3, 0, Spare, 4}, 2
}

// Bind implements Kernel.
func (k SqueezeGrad) Bind(w *Workers, b [][]float32) []Stage {
	between := make([]float32, k.Last.C)
	stages, dy, b := k.Pool.pooling(w, b)
	stages = append(stages, k.Last.Bind(w, [][]float32{dy, b[0], b[1], between})...)
	return append(stages, k.First.Bind(w, [][]float32{between, between, b[2], b[3]})...)
}
