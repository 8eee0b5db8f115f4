// Package formats reads and writes files: the bytes of one or several become a [scan.Scan] or a [scan.Mask], and copies with other values are
// written in the kind of file that they came in.
//
// One table lists the kinds of files (see table.go); each is a row, and has a file of its own or several whose names begin with its. A new kind is
// such a file and a line in the table. PNG, JPEG, TIFF and BigTIFF, NPY and NPZ, NIfTI (also gzipped), NRRD, MetaImage, MGH and DICOM are read; content decides,
// the file's name is only a hint. What DICOM compresses as JPEG, JPEG-LS or JPEG 2000 goes through a [Codec].
//
// # Bad input
//
// Files come from anywhere. Sizes are checked against [scan.MaxSide], [scan.MaxValues] and the length of the data before
// anything is allocated, what a file may cost beside is counted (see budget), and every failure is one sentence that begins with "scan:".
// Of a DICOM or NIfTI header only geometry, intensity and the kind of object are ever looked at: no patient's
// field is returned or put into an error, or kept but for a copy that is to have it, and neither is the file's name.
package formats

import (
	"fmt"
	"slices"

	"segfault/core/names"
	"segfault/core/scan"
)

// File is the bytes of a file. Its name is only a hint, which sharpens errors.
type File struct {
	Name string
	Data []byte
}

// Reader reads scans. The zero value takes the first volume and refuses DICOM that only a [Codec] can decompress.
type Reader struct {
	Volume int // of a 4-D NIfTI or DICOM series, from 0
	Codec  Codec
}

// Decode reads a scan of any supported kind from one file, with a zero [Reader].
func Decode(name string, data []byte) (*scan.Scan, error) {
	return Reader{}.Read(File{Name: name, Data: data})
}

// Read reads a scan of any supported kind from one file, or from the several DICOM files of a series. The content
// decides which kind it is.
func (r Reader) Read(files ...File) (*scan.Scan, error) {
	f, err := formatOf(files)
	if err != nil {
		return nil, err
	}
	if r.Volume != 0 && !f.volumes {
		return nil, fmt.Errorf("scan: volume %d was asked for, but only %s files have more than volume 0", r.Volume, titles(func(f format) bool { return f.volumes }))
	}
	s, err := f.read(r, files)
	if err != nil {
		return nil, err
	}
	s.Identifiable = f.identifiable
	return s, nil
}

// ReadMask reads a mask with a zero [Reader].
func ReadMask(on *scan.Scan, files ...File) (*scan.Mask, error) {
	return Reader{}.ReadMask(on, files...)
}

// ReadMask reads a segmentation of a scan, and lays it as the scan lies. The volume is the scan's, whatever the reader's.
//
//   - PNG: values up to 31, and the indices of a colour palette, are class numbers. Otherwise distinct grey levels
//     (at most 32) are classes in order of brightness, so that 0 and 255 give 0 and 1, and 0, 128 and 255 give 0, 1
//     and 2. A picture with more levels has a soft edge: it is cut at half of its maximum.
//   - TIFF: a label map of whole numbers from 0 to 255, the indices of a colour palette, or other colours as in a PNG.
//   - NIfTI, NRRD, MetaImage, MGH: such a label map; of several volumes, the one of the scan's volume where its file has as many, else classes that
//     may overlap. Slicer's segments are classes in their order.
//   - DICOM: a segmentation, whose segments' numbers are classes, or contours, whose regions' numbers are; both are laid on the scan by where they lie.
//   - NPY, NPZ: such labels of H×W or slices×H×W, or, of a single slice, at most four planes of 0 and 1, which are classes that may overlap.
//
// Of labels that are only 0 and another value of 255 or more, that counts as 1.
func (r Reader) ReadMask(on *scan.Scan, files ...File) (*scan.Mask, error) {
	f, err := formatOf(files)
	if err != nil {
		return nil, err
	}
	if len(files) > 1 && !slices.ContainsFunc(files, func(file File) bool { return f.owns(file.Data) }) {
		return nil, fmt.Errorf("scan: a mask is one file, or a header with the file of its voxels, and %d others were given; load the scan's files first, then its mask alone", len(files))
	}
	if f.readMask == nil {
		return nil, fmt.Errorf("scan: %s is not read as a mask; save the mask as %s", f.title, titles(writesMasks))
	}
	mask, err := f.readMask(r, files, on)
	if err != nil {
		return nil, err
	}
	return mask.On(on)
}

// WriteMask writes a mask of a scan's slices, from the first on, in a kind of file that holds masks. It has the scan's geometry, but for the number of slices.
func WriteMask(kind string, mask *scan.Mask, first int, on *scan.Scan) (Saved, error) {
	if mask.Width != on.Width || mask.Height != on.Height || first < 0 || mask.Slices > on.Slices-first {
		return Saved{}, fmt.Errorf("scan: the mask has %d×%d pixels in %s, but the scan %d×%d in %d, of which it is from %d",
			mask.Width, mask.Height, names.Counted(mask.Slices, "slice"), on.Width, on.Height, on.Slices, first)
	}
	f, ok := find(func(f format) bool { return f.name == kind && writesMasks(f) })
	if !ok {
		return Saved{}, fmt.Errorf("scan: a mask is saved as %s, not as %.20q", titles(writesMasks), kind)
	}
	return f.writeMask(mask, first, on)
}

func writesMasks(f format) bool { return f.writeMask != nil }

// alone is how a kind reads whose scans are each in one file.
func alone(decode func(data []byte) (*scan.Scan, error)) func(Reader, []File) (*scan.Scan, error) {
	return func(_ Reader, files []File) (*scan.Scan, error) { return decode(files[0].Data) }
}

// picture returns a one-slice scan with everything set but Values, Window and what is peculiar to its kind of file.
func picture(format, kind string, bits, width, height int) *scan.Scan {
	return &scan.Scan{
		Format: format, Width: width, Height: height, Slices: 1, Channels: 1, Volumes: 1,
		Type: kind, Bits: bits, Slope: 1,
	}
}

// truncated says that a file ends before its data do.
func truncated(format string, need, have int64) error {
	return fmt.Errorf("scan: the %s is truncated: it needs %d bytes of data and holds %d; copy or export it again", format, need, have)
}
