package scan

import (
	"bytes"
	"fmt"
	"path"
	"strings"
)

// readable lists what this package reads, for errors.
const readable = "a DICOM, NIfTI (.nii, .nii.gz), PNG, JPEG, TIFF, NPY or NPZ file"

// sniff recognises a supported format from the first bytes, or returns "".
func sniff(data []byte) string {
	switch {
	case bytes.HasPrefix(data, []byte("\x89PNG\r\n\x1a\n")):
		return "png"
	case bytes.HasPrefix(data, []byte("\xff\xd8\xff")):
		return "jpeg"
	case bytes.HasPrefix(data, []byte("\x93NUMPY")):
		return "npy"
	case len(data) >= 132 && string(data[128:132]) == "DICM":
		return "dicom"
	case isTIFF(data):
		return "tiff"
	case bytes.HasPrefix(data, []byte("PK\x03\x04")), bytes.HasPrefix(data, []byte("PK\x05\x06")):
		return "zip"
	case isGzip(data):
		return "nifti"
	}
	if layout, _ := niftiKind(data); layout != nil {
		return "nifti"
	}
	return ""
}

// isTIFF knows TIFF and BigTIFF, in both byte orders.
func isTIFF(data []byte) bool {
	for _, magic := range []string{"II*\x00", "MM\x00*", "II+\x00", "MM\x00+"} {
		if bytes.HasPrefix(data, []byte(magic)) {
			return true
		}
	}
	return false
}

// foreign names formats that people are likely to drop here, so that the error can say what the file is.
var foreign = []struct{ magic, name string }{
	{"GIF8", "a GIF"},
	{"BM", "a BMP picture"},
	{"RIFF", "a WebP picture"},
	{"\x89HDF", "an HDF5 file"},
	{"NRRD", "an NRRD file"},
	{"ObjectType", "a MetaImage file"},
	{"%PDF", "a PDF"},
}

// unreadable explains why nothing can be read from data, which is not empty.
func unreadable(name string, data []byte) error {
	for _, f := range foreign {
		if bytes.HasPrefix(data, []byte(f.magic)) {
			return fmt.Errorf("scan: this is %s; choose %s", f.name, readable)
		}
	}
	claims := map[string]string{
		".png": "PNG", ".jpg": "JPEG", ".jpeg": "JPEG", ".tif": "TIFF", ".tiff": "TIFF", ".npy": "NPY", ".npz": "NPZ",
		".nii": "NIfTI", ".gz": "gzipped NIfTI", ".dcm": "DICOM", ".dicom": "DICOM",
	}
	if claim, ok := claims[strings.ToLower(path.Ext(name))]; ok {
		return fmt.Errorf("scan: the file's name says %s, but its content is none (%d bytes); export or copy it again", claim, len(data))
	}
	return fmt.Errorf("scan: the file's content is not recognised; choose %s", readable)
}
