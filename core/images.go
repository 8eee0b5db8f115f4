package core

// OnImages is an op of images, N×C×H×W, for values with one axis (N×C×W) or three
// (N×C×D×H×W); a depth must be 1. Its result has as many axes as x.
func OnImages(x *Node, op func(x *Node) *Node) *Node {
	y := op(AsImages(x))
	s := y.Shape
	switch {
	case len(x.Shape) == 3 && s[2] == 1:
		return Reshape(y, s[0], s[1], s[3])
	case len(x.Shape) == 5:
		return Reshape(y, s[0], s[1], 1, s[2], s[3])
	}
	return y
}

// AsImages is what OnImages gives to an op: a filter needs it, too.
func AsImages(x *Node) *Node {
	switch s := x.Shape; {
	case len(s) == 4:
		return x
	case len(s) == 3:
		return Reshape(x, s[0], s[1], 1, s[2])
	case len(s) == 5 && s[2] == 1:
		return Reshape(x, s[0], s[1], s[3], s[4])
	case len(s) == 5:
		refuse("OnImages", "%v has a depth of %d: volumes are computed slice by slice, so only a depth of 1 can be", s, s[2])
	}
	refuse("OnImages", "%v is not an image: N×C×H×W is expected, N×C×W, or N×C×D×H×W with a depth of 1", x.Shape)
	return nil
}
