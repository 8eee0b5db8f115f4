// Package scan turns the bytes of a file into a [Scan], and a slice of it into a model's input and back.
//
// The phases, in order:
//
//	Reader.Read      bytes of a file or a series → Scan: values in the scan's own units, upright, with spacing and display window
//	Scan.Slice       one slice, Height×Width
//	Normalisation    the slice's Scale, which maps its units to [0, 1]: Scale.Apply
//	Grid             letterboxes the slice into the model's square: Grid.Resample
//	   …the model, the attack…
//	Grid.Back        from the square to the slice
//	Scale.Invert     from [0, 1] to the scan's own units
//	Scan.Round       to what the file's type can hold
//	Scan.Encode      a copy of the file that holds other values
//
// Scale first, then resample: the padding is then 0 in the model's units, whatever the scan's units are.
//
// Each format has a file of its own. PNG, JPEG, TIFF and BigTIFF, NPY and NPZ, NIfTI (also gzipped) and DICOM are read; content decides,
// the file's name is only a hint. What DICOM compresses as JPEG, JPEG-LS or JPEG 2000 goes through a [Codec].
//
// # Bad input
//
// Files come from anywhere. Sizes are checked against the limits below and against the length of the data before
// anything is allocated, what a file may cost beside is counted (see budget), and every failure is one sentence that begins with "scan:". At most 8192 pixels per side and
// 2^28 values are read. Of a DICOM or NIfTI header only geometry, intensity and the kind of object are ever looked at: no patient's
// field is returned or put into an error, or kept but for a copy that is to have it, and neither is the file's name.
//
// NaN and infinite values, which floating-point files use for "nothing measured here", become 0; [Scan.NonFinite]
// counts them.
package scan
