package kernels

// Loops over arrays that an architecture may provide as vector code: all that
// the heavy elementwise kernels are made of. Vector code takes whole vectors of
// lanes elements and the scalar loop the rest; both round alike, so that where
// an array is divided does not show. Sums are the exception: they add in
// another order.

// whole is the part of n elements that vector code takes.
func whole(n int) int {
	if useSIMD {
		return n / lanes * lanes
	}
	return 0
}

// scaleShift computes dst = act(scale·x + shift).
func scaleShift(dst, x []float32, scale, shift float32, act Activation) {
	n := whole(len(x))
	if n > 0 {
		vectors.scaleShift(dst[:n], x, scale, shift, act)
	}
	x, dst = x[n:], dst[n:]
	if act == ReLU {
		for i, v := range x {
			dst[i] = rectify(scale*v + shift)
		}
		return
	}
	for i, v := range x {
		dst[i] = scale*v + shift
	}
}

// gated computes dst = x where open > 0, else 0.
func gated(dst, x, open []float32) {
	n := whole(len(x))
	if n > 0 {
		vectors.gated(dst[:n], x, open)
	}
	for i, v := range x[n:] {
		dst[n+i] = gate(v, open[n+i])
	}
}

// add computes dst = a + b.
func add(dst, a, b []float32) {
	n := whole(len(a))
	if n > 0 {
		vectors.add(dst[:n], a, b)
	}
	for i, v := range a[n:] {
		dst[n+i] = v + b[n+i]
	}
}

// multiply computes dst = a · b.
func multiply(dst, a, b []float32) {
	n := whole(len(a))
	if n > 0 {
		vectors.multiply(dst[:n], a, b)
	}
	for i, v := range a[n:] {
		dst[n+i] = v * b[n+i]
	}
}

// combine computes dst = a·x + b·y + c.
func combine(dst, x, y []float32, a, b, c float32) {
	n := whole(len(x))
	if n > 0 {
		vectors.combine(dst[:n], x, y, a, b, c)
	}
	for i, v := range x[n:] {
		dst[n+i] = a*v + b*y[n+i] + c
	}
}

// sum64 adds in float64.
func sum64(x []float32) float64 {
	n := whole(len(x))
	var s float64
	if n > 0 {
		s = vectors.sum(x[:n])
	}
	for _, v := range x[n:] {
		s += float64(v)
	}
	return s
}

// Finite says whether none of the numbers is NaN or infinite: then their sum is not, either.
func Finite(x []float32) bool {
	s := sum64(x)
	return s-s == 0
}

// products is Σ g and Σ g·(x − mean).
func products(g, x []float32, mean float32) (sum, product float32) {
	n := whole(len(g))
	if n > 0 {
		sum, product = vectors.products(g[:n], x, mean)
	}
	for i, v := range g[n:] {
		sum += v
		product += v * (x[n+i] - mean)
	}
	return sum, product
}

// softplus computes dst = ln(1 + eˣ).
func softplus(dst, x []float32) {
	n := whole(len(x))
	if n > 0 {
		vectors.softplus(dst[:n], x)
	}
	for i, v := range x[n:] {
		dst[n+i] = softplus32(v)
	}
}

// swish computes dst = x·σ(x).
func swish(dst, x []float32) {
	n := whole(len(x))
	if n > 0 {
		vectors.swish(dst[:n], x)
	}
	for i, v := range x[n:] {
		dst[n+i] = swish32(v)
	}
}

// swishGrad computes dst = dy·σ(x)·(1 + x·(1 − σ(x))).
func swishGrad(dst, x, dy []float32) {
	n := whole(len(x))
	if n > 0 {
		vectors.swishGrad(dst[:n], x, dy)
	}
	for i, v := range x[n:] {
		dst[n+i] = dy[n+i] * swishSlope32(v)
	}
}

// maxOfFour computes dst[i], the largest of top and bottom at 2i and 2i+1.
func maxOfFour(dst, top, bottom []float32) {
	n := whole(len(dst))
	if n > 0 {
		vectors.maxOfFour(dst[:n], top, bottom)
	}
	for i := n; i < len(dst); i++ {
		dst[i] = max(top[2*i], top[2*i+1], bottom[2*i], bottom[2*i+1])
	}
}

// toFirstOfFour is the gradient of maxOfFour: dy[i] goes to the first of the
// largest, in up or down, the others get 0.
func toFirstOfFour(up, down, top, bottom, dy []float32) {
	n := whole(len(dy))
	if n > 0 {
		vectors.toFirstOfFour(up, down, top, bottom, dy[:n])
	}
	for i := n; i < len(dy); i++ {
		d, a, b, c, e := dy[i], top[2*i], top[2*i+1], bottom[2*i], bottom[2*i+1]
		up[2*i], up[2*i+1], down[2*i], down[2*i+1] = 0, 0, 0, 0
		switch max(a, b, c, e) {
		case a:
			up[2*i] = d
		case b:
			up[2*i+1] = d
		case c:
			down[2*i] = d
		case e:
			down[2*i+1] = d
		}
	}
}

// twice computes dst[2i] = dst[2i+1] = x[i].
func twice(dst, x []float32) {
	n := whole(len(x))
	if n > 0 {
		vectors.twice(dst, x[:n])
	}
	for i := n; i < len(x); i++ {
		dst[2*i], dst[2*i+1] = x[i], x[i]
	}
}

// sumOfFour computes dst[i], the sum of top and bottom at 2i and 2i+1, in that
// order, from 0 on.
func sumOfFour(dst, top, bottom []float32) {
	n := whole(len(dst))
	if n > 0 {
		vectors.sumOfFour(dst[:n], top, bottom)
	}
	for i := n; i < len(dst); i++ {
		dst[i] = 0 + top[2*i] + top[2*i+1] + bottom[2*i] + bottom[2*i+1]
	}
}
