package formats

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestDataAreFoundInFilesHoweverTheyAreNamed(t *testing.T) {
	const meta, nrrd = "ObjectType = Image\nNDims = 2\nDimSize = 2 2\nElementType = MET_UCHAR\nElementDataFile = ", "NRRD0004\ntype: uchar\ndimension: 2\nsizes: 2 2\nencoding: raw\ndata file: "
	for name, c := range map[string]struct {
		header string
		files  []string
	}{
		"MetaImage, four words":                {meta + "T1 after contrast medium.raw\n", []string{"T1 after contrast medium.raw"}},
		"MetaImage, a pattern":                 {meta + "slice%02d.raw 1 2 1\n", []string{"slice01.raw", "slice02.raw"}},
		"NRRD, four words":                     {nrrd + "T1 after contrast medium.raw\n", []string{"T1 after contrast medium.raw"}},
		"NRRD, a pattern":                      {nrrd + "slice%02d.raw 1 2 1 1\n", []string{"slice01.raw", "slice02.raw"}},
		"NRRD, a list with an empty line":      {nrrd + "LIST\na.raw\nb.raw\n\n", []string{"a.raw", "b.raw"}},
		"MetaImage, a list with an empty line": {meta + "LIST\na.raw\nb.raw\n\n", []string{"a.raw", "b.raw"}},
	} {
		files, values := []File{{Name: "header", Data: []byte(c.header)}}, []byte{1, 2, 3, 4}
		for _, file := range c.files {
			n := 4 / len(c.files)
			files, values = append(files, File{Name: file, Data: values[:n]}), values[n:]
		}
		s, err := Reader{}.Read(files...)
		require.NoError(t, err, name)
		assert.Equal(t, []float32{1, 2, 3, 4}, s.Values, name)
	}
}

func TestLinesAreSkippedInEveryFileOfAnNRRD(t *testing.T) {
	header := "NRRD0004\ntype: uchar\ndimension: 2\nsizes: 2 2\nencoding: raw\nline skip: 2\nbyte skip: 1\ndata file: "
	half := func(name string, values ...byte) File { return File{name, append([]byte("one\ntwo\n "), values...)} }
	for _, where := range []string{"LIST\na1\na2\n", "a%d 1 2 1 1\n"} {
		s, err := Reader{}.Read(File{Data: []byte(header + where)}, half("a1", 1, 2), half("a2", 3, 4))
		require.NoError(t, err)
		assert.Equal(t, []float32{1, 2, 3, 4}, s.Values)
	}
}

func TestDirectionsOfAnNRRDMayHaveSpacesWithin(t *testing.T) {
	for _, directions := range []string{"(2,0,0) (0,3,0) (0,0,4) none", "(2, 0, 0) (0, 3, 0) ( 0,\t0, 4 ) none"} {
		file := File{Data: []byte("NRRD0004\ntype: uchar\ndimension: 4\nspace: LPS\nsizes: 2 1 1 2\nspace directions: " + directions +
			"\nkinds: domain domain domain list\nspace origin: (0, 0, 0)\nencoding: raw\n\n\x01\x02\x03\x04")}
		s, err := Reader{Volume: 1}.Read(file)
		require.NoError(t, err, directions)
		assert.Equal(t, []float32{3, 4}, s.Values)
		assert.Equal(t, [3]float64{2, 3, 4}, s.Spacing)
	}
}

func TestColoursOfANRRDArePicturesAndNoColumns(t *testing.T) {
	file := File{Data: []byte("NRRD0004\ntype: uchar\ndimension: 3\nsizes: 3 2 2\nkinds: RGB-color domain domain\nencoding: raw\n\n\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c")}
	for volume, want := range [][]float32{{1, 4, 7, 10}, {2, 5, 8, 11}, {3, 6, 9, 12}} {
		s, err := Reader{Volume: volume}.Read(file)
		require.NoError(t, err)
		assert.Equal(t, []int{2, 2, 1, 3}, []int{s.Width, s.Height, s.Slices, s.Volumes})
		assert.Equal(t, want, s.Values)
	}
}
