package formats

import (
	"bytes"

	"segfault/core/scan"
)

// exifOrientation is how a camera or a viewer says that a picture is to be turned. EXIF is a TIFF without pictures.
func exifOrientation(exif []byte) scan.Orientation {
	if !isTIFF(exif) {
		return scan.Orientation{}
	}
	directories, _ := tiffDirectories(exif) // what is damaged, such as the second one, of a thumbnail, does not matter
	if len(directories) == 0 {
		return scan.Orientation{}
	}
	return numberedOrientation(directories[0].one(tiffOrientation, 1))
}

// exifOf says nothing but how a picture is to be turned.
func exifOf(o scan.Orientation) []byte {
	exif := []byte("MM\x00*\x00\x00\x00\x08\x00\x01\x01\x12\x00\x03\x00\x00\x00\x01\x00")
	return append(append(exif, byte(orientationNumber(o))), make([]byte, 6)...)
}

// exifMark is what precedes EXIF in a JPEG, and by mistake in some PNGs.
var exifMark = []byte("Exif\x00\x00")

func withoutMark(exif []byte) []byte { return bytes.TrimPrefix(exif, exifMark) }
