package scan

import "fmt"

// palette makes a table of greys of a colour palette: for each value that the stored bits can hold, from the least, its
// luma in units of 8 bits.
func (f *dicomFile) palette(stored int) ([]float64, error) {
	var channels [3][]float64
	for c := range channels {
		table, err := f.paletteChannel(tag(c), stored)
		if err != nil {
			return nil, err
		}
		channels[c] = table
	}
	grey := make([]float64, 1<<stored)
	for i := range grey {
		r, g, b := channels[0][i], channels[1][i], channels[2][i]
		if grey[i] = r; r != g || r != b {
			grey[i] = luma(r, g, b)
		}
	}
	return grey, nil
}

// paletteChannel reads one colour's table. Its descriptor tells the number of entries (0 for 65536), the stored value of the
// first (signed where pixels are) and the bits of each; values outside get the nearest entry.
func (f *dicomFile) paletteChannel(c tag, stored int) ([]float64, error) {
	descriptor, data := f.fields[tagRedDescriptor+c], f.fields[tagRedTable+c]
	if len(descriptor) < 6 || stored > 16 {
		return nil, fmt.Errorf("scan: the DICOM's colour palette is missing or of an unusual kind; export it as grey")
	}
	count, first, bits := int(f.order.Uint16(descriptor)), int(f.order.Uint16(descriptor[2:])), int(f.order.Uint16(descriptor[4:]))
	if count == 0 {
		count = 1 << 16
	}
	low := 0
	if f.short(tagPixelRepresentation, 0) == 1 {
		first, low = int(int16(first)), -1<<(stored-1)
	}
	width := len(data) / count // entries of 8 bits may be written as bytes or as words
	if bits != 8 && bits != 16 || width < 1 || bits == 16 && width < 2 {
		return nil, fmt.Errorf("scan: the DICOM's colour palette should have %d entries of 8 or 16 bits, but holds %d bytes; export it again", count, len(data))
	}
	table := make([]float64, 1<<stored)
	for i := range table {
		at := min(max(i+low-first, 0), count-1)
		switch {
		case bits == 16:
			table[i] = float64(f.order.Uint16(data[2*at:])) / 257
		case width >= 2:
			table[i] = float64(f.order.Uint16(data[2*at:]) & 255)
		default:
			table[i] = float64(data[at])
		}
	}
	return table, nil
}
