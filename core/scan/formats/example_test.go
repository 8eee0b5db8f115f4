package formats_test

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/png"

	"segfault/core/scan"
	"segfault/core/scan/formats"
)

// A picture of 4×2 pixels becomes a model's 4×4 input, and what the model makes of it becomes a picture again.
func Example() {
	picture := image.NewGray(image.Rect(0, 0, 4, 2))
	for x := range 4 {
		picture.SetGray(x, 0, color.Gray{Y: uint8(50 * x)})
		picture.SetGray(x, 1, color.Gray{Y: 200})
	}
	var file bytes.Buffer
	if err := png.Encode(&file, picture); err != nil {
		panic(err)
	}

	s, err := formats.Decode("slice.png", file.Bytes())
	if err != nil {
		panic(err)
	}
	slice, _ := s.Slice(0)
	scale, _ := scan.Max.Scale(slice)
	grid, _ := scan.NewGrid(s.Width, s.Height, 4)
	scale.Apply(slice, slice)
	input := make([]float32, 4*4)
	grid.Resample(input, slice)
	fmt.Println(s.Format, s.Type, s.Width, s.Height)
	for y := range 4 {
		fmt.Println(input[4*y : 4*y+4])
	}

	grid.Back(slice, input)
	scale.Invert(slice, slice)
	fmt.Println(slice)
	// Output:
	// png uint8 4 2
	// [0 0 0 0]
	// [0 0.25 0.5 0.75]
	// [1 1 1 1]
	// [0 0 0 0]
	// [0 50 100 150 200 200 200 200]
}

// What cannot be read is explained in one sentence.
func ExampleDecode() {
	_, err := formats.Decode("report.pdf", []byte("%PDF-1.7…"))
	fmt.Println(err)
	// Output:
	// scan: this is a PDF; choose a DICOM, MGH, NIfTI (.nii, .nii.gz), NRRD, MetaImage (.mha, .mhd), PNG, JPEG, TIFF, NPY or NPZ file
}
