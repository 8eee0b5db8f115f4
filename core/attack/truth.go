package attack

// TruthPlanes makes a truth of classes×pixels from a binary mask whose class is
// not known: the class whose predicted probability is largest over the mask, by
// the logits of the foreground. It returns that class.
func TruthPlanes(mask []uint8, logits []float32, classes int) (truth []uint8, class int) {
	n := len(mask)
	best := float32(0)
	for c := range classes {
		var sum float32
		for i, m := range mask {
			if m != 0 {
				sum += max(-8, min(8, logits[c*n+i]))
			}
		}
		if c == 0 || sum > best {
			best, class = sum, c
		}
	}
	truth = make([]uint8, classes*n)
	for i, m := range mask {
		if m != 0 {
			truth[class*n+i] = 1
		}
	}
	return truth, class
}
