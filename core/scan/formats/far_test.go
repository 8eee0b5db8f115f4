package formats

import (
	"encoding/binary"
	"fmt"
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// farNIfTI is a NIfTI-2 file of two slices of one pixel with the sform or the pixdim of so many mm.
func farNIfTI(sform bool, mm float64) []byte {
	h := make([]byte, 544)
	put := func(at int, values ...float64) {
		for i, v := range values {
			le.PutUint64(h[at+8*i:], math.Float64bits(v))
		}
	}
	le.PutUint32(h, 540)
	copy(h[4:], "n+2\x00")
	binary.LittleEndian.PutUint16(h[12:], 2)
	for i, n := range []uint64{3, 1, 1, 2} {
		le.PutUint64(h[16+8*i:], n)
	}
	le.PutUint64(h[168:], 544)
	if sform {
		le.PutUint32(h[348:], 1)
		put(400, mm, 0, 0, 0, 0, mm, 0, 0, 0, 0, mm, 0)
	} else {
		put(112, mm, mm, mm)
	}
	return append(h, 1, 2)
}

func TestSpacingBeyondAllPlacesIsUnknown(t *testing.T) {
	for _, mm := range []float64{1e120, 1e200, 1e308} {
		text := fmt.Sprint(mm)
		for name, file := range map[string][]byte{
			"NRRD directions":     []byte("NRRD0004\ntype: uint8\ndimension: 3\nspace: left-posterior-superior\nsizes: 1 1 2\nspace directions: (" + text + ",0,0) (0," + text + ",0) (0,0," + text + ")\nencoding: raw\n\n\x01\x02"),
			"NRRD spacings":       []byte("NRRD0004\ntype: uint8\ndimension: 3\nsizes: 1 1 2\nspacings: " + text + " " + text + " " + text + "\nencoding: raw\n\n\x01\x02"),
			"MetaImage":           []byte("ObjectType = Image\nNDims = 3\nDimSize = 1 1 2\nElementSpacing = " + text + " " + text + " " + text + "\nElementType = MET_UCHAR\nElementDataFile = LOCAL\n\x01\x02"),
			"NIfTI-2 of an sform": farNIfTI(true, mm),
			"NIfTI-2 of a pixdim": farNIfTI(false, mm),
			"DICOM": dicomFileOf(explicitLE, append([]dicomElement{{tagSliceThickness, "DS", text}, {tagPixelSpacing, "DS", text + `\` + text}},
				greyDICOM(1, 1, 8, dicomElement{tagPixelData, "OB", []byte{1}})...)...),
		} {
			s, err := Decode("", file)
			require.NoError(t, err, name)
			for _, row := range append(s.Affine[:], [4]float64{s.Spacing[0], s.Spacing[1], s.Spacing[2]}) {
				for _, known := range row {
					assert.LessOrEqual(t, math.Abs(known), 1.0, "%s of %g mm", name, mm)
				}
			}
		}
	}
}

func TestSlicesBeyondAllPlacesHaveNoDistance(t *testing.T) {
	var series []File
	for _, at := range []string{"0", "1e200"} {
		series = append(series, File{Data: dicomFileOf(explicitLE, append([]dicomElement{{tagSeries, "UI", "1.2"},
			{tagPosition, "DS", `0\0\` + at}, {tagOrientation, "DS", `1\0\0\0\1\0`}, {tagPixelSpacing, "DS", `1\1`}},
			greyDICOM(1, 1, 8, dicomElement{tagPixelData, "OB", []byte{1}})...)...)})
	}
	s, err := Reader{}.Read(series...)
	require.NoError(t, err)
	assert.Equal(t, [3]float64{1, 1, 0}, s.Spacing)
}
