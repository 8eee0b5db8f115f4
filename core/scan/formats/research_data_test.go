package formats

import (
	"bytes"
	"compress/zlib"
	"fmt"
	"strings"
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

func TestAFileThatAHeaderNamesManyTimesIsNotUnpackedSoOften(t *testing.T) {
	const times = 1000
	data := File{"a", append(make([]byte, 1), bytes.Repeat([]byte("# a line of many\n"), 10_000)...)}
	for name, header := range map[string]string{
		"NRRD":      "NRRD0004\ntype: uchar\ndimension: 2\nsizes: 1000 1\nencoding: raw\ndata file: LIST\n",
		"MetaImage": "ObjectType = Image\nNDims = 2\nDimSize = 1000 1\nElementType = MET_UCHAR\nElementDataFile = LIST\n",
	} {
		_, err := Reader{}.Read(File{Data: []byte(header + strings.Repeat("a\n", times))}, data)
		assert.ErrorContains(t, err, "asks for far more work than its picture is large", name)
	}
}

func TestNoMoreIsUnpackedToBeSkippedThanAPictureIsWorth(t *testing.T) {
	data := File{"a.gz", gzipFile(make([]byte, 2*freeWork))}
	for skip, refused := range map[int]bool{100: false, 2*freeWork - 4: true} {
		header := fmt.Sprintf("NRRD0004\ntype: uchar\ndimension: 2\nsizes: 2 2\nencoding: gzip\nbyte skip: %d\ndata file: a.gz\n", skip)
		_, err := Reader{}.Read(File{Data: []byte(header)}, data)
		if refused {
			assert.ErrorContains(t, err, "asks for far more work than its picture is large")
		} else {
			assert.NoError(t, err)
		}
	}
}

func TestDirectionsOfAnNRRDMayHaveSpacesWithin(t *testing.T) {
	for _, directions := range []string{"(2,0,0) (0,3,0) (0,0,4) none", "(2, 0, 0) (0, 3, 0) ( 0,\t0, 4 ) none", "(2,0,0)(0,3,0)(0,0,4)none"} {
		file := File{Data: []byte("NRRD0004\ntype: uchar\ndimension: 4\nspace: LPS\nsizes: 2 1 1 2\nspace directions: " + directions +
			"\nkinds: domain domain domain list\nspace origin: (0, 0, 0)\nencoding: raw\n\n\x01\x02\x03\x04")}
		s, err := Reader{Volume: 1}.Read(file)
		require.NoError(t, err, directions)
		assert.Equal(t, []float32{3, 4}, s.Values)
		assert.Equal(t, [3]float64{2, 3, 4}, s.Spacing)
	}
}

func TestAnNRRDLiesInSpacesOfTwoAxesAndWithTime(t *testing.T) {
	flat, deep := "dimension: 2\nsizes: 2 2\n", "dimension: 4\nsizes: 2 2 1 1\nspace origin: (1,2,3,4)\n"
	affine := [4][4]float64{{-2, 0, 0, -1}, {0, -3, 0, -2}, {0, 0, 4, 3}, {0, 0, 0, 1}}
	for header, want := range map[string]struct {
		spacing [3]float64
		affine  [4][4]float64
	}{
		flat + "space dimension: 2\nspace directions: (2,0) (0,3)\n":                                              {spacing: [3]float64{2, 3, 0}},
		flat + "space: LPS\nspace directions: (2,0,0) (0,3,0)\n":                                                  {spacing: [3]float64{2, 3, 0}},
		deep + "space: left-posterior-superior-time\nspace directions: (2,0,0,0) (0,3,0,0) (0,0,4,0) (0,0,0,9)\n": {[3]float64{2, 3, 4}, affine},
		deep + "space: LPST\nspace directions: (2,0,0,0) (0,3,0,0) (0,0,4,0) (0,0,0,9)\n":                         {[3]float64{2, 3, 4}, affine},
		deep + "space dimension: 4\nspace directions: (2,0,0,0) (0,3,0,0) (0,0,4,0) (0,0,0,9)\n":                  {spacing: [3]float64{2, 3, 4}},
		flat + "space: LPS\nspace directions: (2,0,0) none\n":                                                     {},
		deep + "space: LPS\nspace directions: (2,0,0) (0,3,0) (0,0,4,0,0,0) none\n":                               {},
	} {
		s, err := Decode("", []byte("NRRD0004\ntype: uchar\n"+header+"encoding: raw\n\n\x01\x02\x03\x04"))
		require.NoError(t, err, header)
		assert.Equal(t, want.spacing, s.Spacing, header)
		assert.Equal(t, want.affine, s.Affine, header)
		assert.Equal(t, want.affine[3][3] == 1, s.Space != nil, header)
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

func TestWordsOfAnNRRDAreReadInCapitalsToo(t *testing.T) {
	for _, header := range []string{
		"type: SHORT\ndimension: 4\nsizes: 2 1 1 2\nkinds: LIST Domain SPACE domain\nendian: BIG\nencoding: RAW\n\n\x01\x00\x00\x01\x02\x00\x00\x03",
		"Type: Short\nDimension: 4\nSizes: 2 1 1 2\nKinds: list domain domain domain\nEndian: Big\nEncoding: Hex\n\n0100 0001\n02 00 0003\n",
	} {
		for volume, want := range [][]float32{{256, 512}, {1, 3}} {
			s, err := Reader{Volume: volume}.Read(File{Data: []byte("NRRD0004\n" + header)})
			require.NoError(t, err)
			assert.Equal(t, want, s.Values)
		}
	}
}

func TestHexadecimalDigitsOfAnNRRDMustBeSuchAndEnough(t *testing.T) {
	const header = "NRRD0004\ntype: uchar\ndimension: 2\nsizes: 2 2\nencoding: hex\n\n"
	_, err := Decode("", []byte(header+"00 01 02"))
	assert.EqualError(t, err, "scan: the NRRD file is truncated: it needs 8 bytes of data and holds 6; copy or export it again")
	_, err = Decode("", []byte(header+"00 01 02 xy"))
	assert.EqualError(t, err, "scan: the NRRD file's values should be hexadecimal digits, but not all are; export it again")
}

func TestVolumesOfAMaskAreTheScansWhateverItsFile(t *testing.T) {
	mgh := make([]byte, mghHeader)
	for i, n := range []uint32{1, 3, 1, 1, 2, 0} {
		be.PutUint32(mgh[4*i:], n)
	}
	body := string([]byte{0, 1, 1, 3, 0, 3})
	for name, file := range map[string]string{
		"NRRD": "NRRD0004\ntype: uchar\ndimension: 4\nsizes: 3 1 1 2\nencoding: raw\n\n" + body,
		"MGH":  string(mgh) + body,
		"MetaImage": "ObjectType = Image\nNDims = 3\nDimSize = 3 1 1\nElementNumberOfChannels = 2\nElementType = MET_UCHAR\nElementDataFile = LOCAL\n" +
			string([]byte{0, 3, 1, 0, 1, 3}),
		"MetaImage of four axes": "ObjectType = Image\nNDims = 4\nDimSize = 3 1 1 2\nElementType = MET_UCHAR\nElementDataFile = LOCAL\n" + body,
	} {
		for volume, want := range [][]uint8{{0, 1, 1}, {3, 0, 3}} {
			on, err := Reader{Volume: volume}.Read(File{Data: []byte(file)})
			require.NoError(t, err, name)
			m, err := ReadMask(on, File{Data: []byte(file)})
			require.NoError(t, err, name)
			assert.Equal(t, [][]uint8{want}, m.Layers, "%s, volume %d", name, volume)
			saved, err := Encode(on, on.Values, Saving{})
			require.NoError(t, err, name)
			back, err := Reader{Volume: volume}.Read(File{Data: saved[0].Data})
			require.NoError(t, err, name)
			assert.Equal(t, on.Values, back.Values, name)
		}
		single := decode(t, niftiFile(le, []int16{3, 1, 1}, 2, []byte{9, 8, 7}, nil))
		m, err := ReadMask(single, File{Data: []byte(file)})
		require.NoError(t, err, name)
		assert.Equal(t, [][]uint8{{0, 1, 1}, {2, 0, 2}}, m.Layers, name)
	}
}

func TestAMetaImageOfFourAxesLiesWhereItsFirstThreeSay(t *testing.T) {
	s, err := Reader{Volume: 1}.Read(File{Data: []byte("ObjectType = Image\nNDims = 4\nTransformMatrix = 0 1 0 0 1 0 0 0 0 0 1 0 0 0 0 1\nOffset = 1 2 3 0\n" +
		"ElementSpacing = 2 3 4 1\nDimSize = 2 1 1 2\nElementType = MET_UCHAR\nElementDataFile = LOCAL\n\x01\x02\x03\x04")})
	require.NoError(t, err)
	assert.Equal(t, [4][4]float64{{0, -3, 0, -1}, {-2, 0, 0, -2}, {0, 0, 4, 3}, {0, 0, 0, 1}}, s.Affine)
	assert.Equal(t, []float32{3, 4}, s.Values)
	_, err = Decode("", []byte("ObjectType = Image\nNDims = 4\nDimSize = 2 1 1 2\nElementNumberOfChannels = 3\nElementType = MET_UCHAR\nElementDataFile = LOCAL\n\x01\x02\x03\x04"))
	assert.EqualError(t, err, "scan: the MetaImage file has 3 channels beside four axes, of which one or the other is read; save one volume of it")
}

func TestSegmentsWithoutLayersHaveOneEach(t *testing.T) {
	on := decode(t, niftiFile(le, []int16{3, 1, 1}, 2, []byte{9, 8, 7}, nil))
	const header = "NRRD0004\ntype: uchar\ndimension: 4\nsizes: 2 3 1 1\nkinds: list domain domain domain\nencoding: raw\nSegment0_ID:=a\nSegment1_ID:=b\n"
	for keys, body := range map[string][]byte{
		"": {1, 0, 1, 1, 0, 1}, // as Slicer 4.10 writes them
		"Segment0_LabelValue:=2\nSegment1_LabelValue:=5\nSegment0_Layer:=1\nSegment1_Layer:=0\n": {0, 2, 5, 2, 5, 0},
	} {
		m, err := ReadMask(on, File{Data: append([]byte(header+keys+"\n"), body...)})
		require.NoError(t, err)
		assert.Equal(t, 2, m.Classes)
		for class, want := range [][]uint8{{1, 1, 0}, {0, 1, 1}} {
			planes, err := m.Planes(0, 2)
			require.NoError(t, err)
			assert.Equal(t, want, planes[3*class:3*class+3], "%q, class %d", keys, class+1)
		}
	}
}

func TestCompressedMetaImageIsZlibOrGzip(t *testing.T) {
	const header = "ObjectType = Image\nNDims = 2\nDimSize = 2 2\nCompressedData = True\nElementType = MET_UCHAR\nElementDataFile = "
	var z bytes.Buffer
	w := zlib.NewWriter(&z)
	w.Write([]byte{1, 2, 3, 4})
	w.Close()
	for name, packed := range map[string][]byte{"zlib": z.Bytes(), "gzip": gzipFile([]byte{1, 2, 3, 4})} {
		assert.Equal(t, []float32{1, 2, 3, 4}, decode(t, append([]byte(header+"LOCAL\n"), packed...)).Values, name)
		s, err := Reader{}.Read(File{Data: []byte(header + "a.zraw\n")}, File{"a.zraw", packed})
		require.NoError(t, err, name)
		assert.Equal(t, []float32{1, 2, 3, 4}, s.Values, "%s beside the header", name)
	}
}

func TestCommasMayStandBetweenTheNumbersOfAnNRRD(t *testing.T) {
	for _, text := range []string{"1, 2, 3, 4,\n", "1,2\n3,4", "1 , 2 , 3 , 4"} {
		assert.Equal(t, []float32{1, 2, 3, 4}, decode(t, []byte("NRRD0004\ntype: uchar\ndimension: 2\nsizes: 2 2\nencoding: text\n\n"+text)).Values, "%q", text)
	}
}
