package attack

import "segfault/core"

// adapt is the adaptive segmentation mask attack of Ozbulak et al. 2019, the least change under which the network finds a target:
//
//	x ← x + (β·IoU + τ)·∇(Σ of the logits that are not yet as wanted − ‖x − x₀‖²)
//
// (equations 2 to 4, and the distance of their code). Their β and τ are of the size of one network's gradients: here a step is as long
// as it is told to be where IoU is 0, and grows and shrinks from there with the gradient, as theirs. Theirs has no budget but this.
func adapt(b *memory, at *moment, now *score) {
	const beta = 10 // of τ, as their examples have it
	elements := float32(now.logits.Shape.Count())
	change := core.Sub(at.image, at.origin)
	at.gradient = core.Sub(core.Affine(at.gradient, elements, 0), core.Affine(change, 2, 0))

	started, first := b.keep("started", 0, 1), b.keep("first length", 0, 1)
	size := core.Affine(length(at.gradient, 1), 1, tiny)
	unit := core.Where(started, first, size)
	b.set(started, core.Constant(1))
	b.set(first, unit)

	either := core.Sub(core.Add(now.found, now.wanted), now.both)
	iou := core.Div(now.both, core.Affine(either, 1, tiny))
	at.step = core.Mul(at.step, core.Mul(core.Div(size, unit), core.Affine(iou, beta, 1)))
}
