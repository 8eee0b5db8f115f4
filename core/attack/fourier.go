package attack

import "math"

// transform is the Fourier transform of a plane, or with the sign 1 its inverse, as many times too large as there are pixels.
func transform(k [][]complex128, sign float64) {
	for y, row := range k {
		k[y] = fourier(row, sign)
	}
	column := make([]complex128, len(k))
	for x := range k[0] {
		for y := range k {
			column[y] = k[y][x]
		}
		for y, v := range fourier(column, sign) {
			k[y][x] = v
		}
	}
}

// fourier is the transform of Cooley and Tukey (1965): those of every p-th value, p being the least factor of their number, joined. gonum has
// a faster one, which would be a hundredth of what a visitor first downloads.
func fourier(line []complex128, sign float64) []complex128 {
	n := len(line)
	if n == 1 {
		return []complex128{line[0]}
	}
	p := 2
	for n%p > 0 {
		p++
	}
	parts := make([][]complex128, p)
	for i := range parts {
		part := make([]complex128, n/p)
		for j := range part {
			part[j] = line[j*p+i]
		}
		parts[i] = fourier(part, sign)
	}
	joined := make([]complex128, n)
	for at := range joined {
		for i, part := range parts {
			sin, cos := math.Sincos(sign * 2 * math.Pi * float64(i*at%n) / float64(n))
			joined[at] += part[at%len(part)] * complex(cos, sin)
		}
	}
	return joined
}
