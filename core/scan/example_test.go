package scan_test

import (
	"fmt"

	"segfault/core/scan"
)

// A slice of 2×4 pixels becomes a model's input of 4×4: normalised, then letterboxed.
func Example() {
	s := &scan.Scan{Width: 4, Height: 2, Slices: 1, Channels: 1, Type: "uint8", Slope: 1, Values: []float32{0, 50, 100, 150, 200, 200, 200, 200}}
	slice, err := s.Slice(0)
	if err != nil {
		panic(err)
	}
	scale, err := scan.Max.Scale(slice)
	if err != nil {
		panic(err)
	}
	grid, err := scan.NewGrid(s.Width, s.Height, 4)
	if err != nil {
		panic(err)
	}
	x, input := make([]float32, len(slice)), make([]float32, 4*4)
	scale.Apply(x, slice)
	grid.Resample(input, x)
	for y := range 4 {
		fmt.Println(input[4*y : 4*y+4])
	}
	// Output:
	// [0 0 0 0]
	// [0 0.25 0.5 0.75]
	// [1 1 1 1]
	// [0 0 0 0]
}

// Masks have layers: classes may lie over each other.
func ExampleMask_Add() {
	mask := (&scan.Scan{Width: 3, Height: 1, Slices: 1}).NewMask()
	mask.Add(1, 0, []uint8{1, 1, 0})
	mask.Add(2, 0, []uint8{0, 1, 1})
	planes, err := mask.Planes(0, 2)
	fmt.Println(planes[:3], planes[3:], err)
	// Output: [1 1 0] [0 1 1] <nil>
}

// A slice of unequal extents is centred in the square, and a point of the square has its place in the slice.
func ExampleGrid_Own() {
	grid, err := scan.NewGrid(100, 50, 10)
	fmt.Println(grid.X, grid.Y, grid.W, grid.H, err)
	fmt.Println(grid.Own([2]float64{5, 5}))
	// Output:
	// 0 2 10 5 <nil>
	// [50 30]
}
