// Package scan is what is known of a picture or volume once it is read: a [Scan], its [Mask], and a slice's way into a model's input and back.
//
// The phases, in order:
//
//	formats.Read     bytes of a file or a series → Scan: values in the scan's own units, upright, with spacing and display window
//	Scan.Slice       one slice, Height×Width
//	Normalisation    the slice's Scale, which maps its units to [0, 1]: Scale.Apply
//	Grid             letterboxes the slice into the model's square: Grid.Resample
//	   …the model, the attack…
//	Grid.Back        from the square to the slice
//	Scale.Invert     from [0, 1] to the scan's own units
//	Scan.Round       to what the file's type can hold
//	formats.Encode   a copy of the file that holds other values
//
// Scale first, then resample: the padding is then 0 in the model's units, whatever the scan's units are.
//
// Files are read and written by [segfault/core/scan/formats], which knows their kinds, and which this package does not know: a scan only
// holds a [Store], behind which its file may be in another program.
//
// At most 8192 pixels per side and 2^28 values are held. NaN and infinite values, which floating-point files use for "nothing measured here",
// become 0; [Scan.NonFinite] counts them.
package scan
