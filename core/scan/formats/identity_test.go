package formats

import (
	"bytes"
	"encoding/binary"
	"math"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// mark is planted wherever a file could name somebody.
const mark = "SECRET"

// checkIdentity saves a changed copy with and without identity, and asks that the marks are in the one and not in the other, which
// is otherwise the same scan.
func checkIdentity(t *testing.T, file []byte) {
	t.Helper()
	s := decode(t, file)
	values := moved(s)
	marks := bytes.Count(file, []byte(mark))
	for _, identity := range []bool{true, false} {
		saved, err := Encode(s, values, Saving{Identity: identity})
		require.NoError(t, err)
		back := again(t, saved)
		assert.Equal(t, values, back.Values)
		assert.Equal(t, []any{s.Width, s.Height, s.Slices, s.Type, s.Spacing, s.Affine, s.Orientation},
			[]any{back.Width, back.Height, back.Slices, back.Type, back.Spacing, back.Affine, back.Orientation})
		if identity {
			assert.GreaterOrEqual(t, bytes.Count(saved[0].Data, []byte(mark)), max(marks, 1), "marks that a copy with identity keeps")
		} else {
			assert.NotContains(t, string(saved[0].Data), mark)
		}
	}
}

// markedNIfTI plants marks in all texts of a header, in an extension, in the gap before the values and behind them.
func markedNIfTI(order binary.ByteOrder, wide bool) []byte {
	body := encode(order, []int16{1, 2, 3, 400})
	file, texts, offset := niftiFile(order, []int16{2, 2, 1}, 4, body, nil), []int{4, 14, 22, 148, 190, 228, 328}, 348
	if wide {
		file, texts, offset = nifti2File([]int64{2, 2, 1}, 4, body), []int{240, 300, 320, 508, 526}, 540
	}
	for _, at := range texts {
		copy(file[at:], mark)
	}
	extension := append(encode(order, []uint32{1, 32, 6}), mark+" in an extension"...)
	extension = append(extension[:4+32:4+32], mark+" in the gap  "...)
	values := offset + len(extension)
	if wide {
		order.PutUint64(file[168:], uint64(values))
	} else {
		order.PutUint32(file[108:], math.Float32bits(float32(values)))
	}
	return append(append(append(file[:offset:offset], extension...), body...), mark+" behind"...)
}

func TestNIfTICopyNamesNobodyUnlessAsked(t *testing.T) {
	checkIdentity(t, markedNIfTI(le, false))
	checkIdentity(t, markedNIfTI(be, false))
	checkIdentity(t, markedNIfTI(le, true))
}

func TestMarkedNIfTIOfTheTrialNamesNobody(t *testing.T) {
	file, err := os.ReadFile(filepath.Join(shared(t, "formats-3"), "identity", "marks.nii"))
	require.NoError(t, err)
	checkIdentity(t, file)
}

func TestGzippedNIfTICopyNamesNobodyUnlessAsked(t *testing.T) {
	s := decode(t, gzipFile(markedNIfTI(le, false)))
	for _, identity := range []bool{true, false} {
		saved, err := Encode(s, moved(s), Saving{Identity: identity})
		require.NoError(t, err)
		assert.Equal(t, identity, bytes.Contains(saved[0].Data, []byte(mark)))
	}
}

func TestHeadersOfTextKeepNumbersAndKnownWords(t *testing.T) {
	for name, file := range map[string]string{
		"NRRD": "NRRD0004\n# " + mark + "\ntype: uchar\ncontent: " + mark + "\ndimension: 3\nspace: " + mark + "\nspace dimension: 3" + mark + "\nsizes: 2 1 1\n" +
			"space directions: (1,0,0) (0,2,0) (0,0,3)\nspace origin: (1,2," + mark + ")\nspacings: 1 " + mark + " 3\nkinds: domain " + mark + " domain\n" +
			"centerings: " + mark + "\nspace units: \"" + mark + "\"\nkey:=" + mark + "\nencoding: raw\n\n\x01\x02" + mark,
		"NRRD that is placed": "NRRD0005\nType: UCHAR\nDimension: 4\nSpace: LPS\nSizes: 1 2 1 2\nKinds: List Domain Domain " + mark + "\n" +
			"space directions: none (1,0,0) (0,2,0) (0,0,3)\nspace origin: (1,2,3)\nmeasurement frame: " + mark + "\nencoding: raw\n\n\x01\x02\x03\x04",
		"NRRD without directions": "NRRD0004\ntype: uchar\ndimension: 4\nspace: RAS\nsizes: 1 2 1 2\nspace directions: none (1,0,0) (0,2,0) (0,0," + mark + ")\n" +
			"space origin: (1,2,3)\nencoding: raw\n\n\x01\x02\x03\x04",
		"MetaImage": "ObjectType = Image\nComment = " + mark + "\nNDims = 3\nTransformMatrix = 1 0 0 0 1 0 0 0 " + mark + "\nOffset = " + mark + "\nElementSpacing = 1 2 " + mark +
			"\nAnatomicalOrientation = " + mark + "\nCenterOfRotation = " + mark + "\nDimSize = 2 1 1\nElementType = MET_UCHAR\nName = " + mark + "\nElementDataFile = LOCAL\n\x01\x02" + mark,
		"NPY": string(npyText("{'descr': '"+mark+"', 'descr': '|u1', 'fortran_order': True, 'shape': (3, 2) }"+string(make([]byte, 100)))) + mark,
	} {
		s := decode(t, []byte(file))
		values := moved(s)
		saved, err := Encode(s, values, Saving{})
		require.NoError(t, err, name)
		assert.NotContains(t, string(saved[0].Data), mark, name)
		back := again(t, saved)
		assert.Equal(t, values, back.Values, name)
		assert.Equal(t, []any{s.Spacing, s.Affine, s.Space, s.Volumes}, []any{back.Spacing, back.Affine, back.Space, back.Volumes}, name)
	}
}

func TestNumbersThatDoNotCountAreForgotten(t *testing.T) {
	mgh := make([]byte, mghHeader+2)
	for i, n := range []uint32{1, 2, 1, 1, 1, 0} {
		be.PutUint32(mgh[4*i:], n)
	}
	copy(mgh[24:], "MARK")
	copy(mgh[30:], mark)
	files := map[string][]byte{"MGH": mgh}
	for _, order := range []binary.ByteOrder{le, be} {
		files["NIfTI-1 "+order.String()] = niftiFile(order, []int16{2, 1, 1}, 2, []byte{1, 2}, func(h []byte) {
			for _, at := range []int{48, 56, 96, 140, 256, 280} { // the fourth axis, intent, its spacing, and where voxels would lie
				copy(h[at:], mark)
			}
		})
	}
	wide := nifti2File([]int64{2, 1, 1}, 2, []byte{1, 2})
	for _, at := range []int{48, 80, 136, 352, 400} {
		copy(wide[at:], mark)
	}
	files["NIfTI-2"] = wide
	for name, file := range files {
		s := decode(t, file)
		saved, err := Encode(s, s.Values, Saving{})
		require.NoError(t, err, name)
		assert.NotRegexp(t, mark+"|MARK", string(saved[0].Data), name)
		assert.Equal(t, s.Affine, again(t, saved).Affine, name)
	}
}
