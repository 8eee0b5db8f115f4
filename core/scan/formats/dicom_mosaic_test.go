package formats

import (
	"bytes"
	"fmt"
	"strconv"
	"testing"

	"segfault/core/scan"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// csaOf is a header of Siemens' own, of elements and their values; those of a name without any have an empty one.
func csaOf(elements ...[]string) []byte {
	out := append([]byte("SV10\x04\x03\x02\x01"), encode(le, []uint32{uint32(len(elements)), 77})...)
	for _, e := range elements {
		name, values := e[0], e[1:]
		out = append(append(out, name...), make([]byte, 64-len(name))...)
		out = append(append(out, encode(le, uint32(len(values)))...), "FD\x00\x00"...)
		out = append(out, encode(le, []uint32{4, uint32(len(values)) + 2, 77})...)
		for _, v := range append(values, "", "") {
			n := uint32(len(v))
			out = append(out, encode(le, []uint32{n, n, 77, n})...)
			out = append(append(out, v...), make([]byte, (4-len(v)%4)%4)...)
		}
	}
	return out
}

// mosaicPixels are 2×2 tiles of 8×8 pixels: tile k is full of k+1, but for its second pixel.
func mosaicPixels() []byte {
	pixels := make([]byte, 16*16)
	for i := range pixels {
		x, y := i%16, i/16
		k := y/8*2 + x/8
		if pixels[i] = byte(k + 1); x%8 == 1 && y%8 == 0 {
			pixels[i] = byte(100 + k)
		}
	}
	return pixels
}

// mosaicOf is a mosaic with a header of Siemens' own, and with more.
func mosaicOf(number int, header []byte, more ...dicomElement) []byte {
	elements := append([]dicomElement{{tagImageType, "CS", `ORIGINAL\PRIMARY\M\ND\MOSAIC`}, {tagInstance, "UI", "1.2." + strconv.Itoa(number)},
		{tagSliceSpacing, "DS", "3"}, {tagInstanceNumber, "IS", strconv.Itoa(number)}, {tagPosition, "DS", `-10\-20\30`}, {tagOrientation, "DS", `1\0\0\0\1\0`}, {tagPixelSpacing, "DS", `2\1`},
		{0x0029_0010, "LO", "SIEMENS CSA HEADER"}, {0x0029_1010, "OB", header}}, more...)
	return dicomFileOf(explicitLE, append(greyDICOM(16, 16, 8, elements...), dicomElement{tagPixelData, "OB", mosaicPixels()})...)
}

// seconds are each slice's second pixels, which tell its tile.
func seconds(s *scan.Scan) (list []float32) {
	for k := range s.Slices {
		list = append(list, s.Values[k*s.Width*s.Height+1])
	}
	return list
}

func TestMosaicIsAVolumeOfItsTiles(t *testing.T) {
	images := []string{"NumberOfImagesInMosaic", "3\x00"}
	for name, c := range map[string]struct {
		normal  []string
		seconds []float32
		first   float64 // the lowest slice's place toward the head
	}{
		"upward":    {[]string{"SliceNormalVector", "0.0\x00", "0.0", "1.00000000"}, []float32{100, 101, 102}, 30},
		"downward":  {[]string{"SliceNormalVector", "0.0", "-0.1", "-0.99 \x00"}, []float32{102, 101, 100}, 24},
		"not said":  {[]string{"SliceNormalVector"}, []float32{100, 101, 102}, 30},
		"two of it": {[]string{"SliceNormalVector", "0", "-1"}, []float32{100, 101, 102}, 30},
	} {
		s := decode(t, mosaicOf(1, csaOf([]string{"EchoLinePosition", "33"}, images, c.normal)))
		require.Equal(t, []int{8, 8, 3}, []int{s.Width, s.Height, s.Slices}, name)
		assert.Equal(t, c.seconds, seconds(s), name)
		assert.Equal(t, c.seconds[1]-99, s.Values[2*8*8-1], name)
		assert.Equal(t, [3]float64{1, 2, 3}, s.Spacing, name)
		// Its first tile lies 4 pixels of 1 and 2 mm nearer the middle than the whole picture would begin.
		assert.Equal(t, [4][4]float64{{-1, 0, 0, 6}, {0, -2, 0, 12}, {0, 0, 3, c.first}, {0, 0, 0, 1}}, s.Affine, name)
	}
}

func TestMosaicSaysHowManyTilesItHasInOneOfTwoPlaces(t *testing.T) {
	header := csaOf([]string{"NumberOfImagesInMosaic", "4"})
	none := dicomFileOf(explicitLE, greyDICOM(16, 16, 8, dicomElement{tagImageType, "CS", `ORIGINAL\PRIMARY\MOSAIC`}, dicomElement{tagPixelData, "OB", mosaicPixels()})...)
	element := func(creator string, block tag) []byte {
		return dicomFileOf(explicitLE, greyDICOM(16, 16, 8, dicomElement{tagImageType, "CS", `ORIGINAL\PRIMARY\MOSAIC`}, dicomElement{0x0019_0000 | block, "LO", creator},
			dicomElement{0x0019_000A | block<<8, "US", uint16(3)}, dicomElement{tagPixelData, "OB", mosaicPixels()})...)
	}
	for name, c := range map[string]struct {
		file   []byte
		slices int
	}{
		"in a header":                 {mosaicOf(1, header), 4},
		"in an element":               {element("SIEMENS MR HEADER ", 0x10), 3},
		"in an element elsewhere":     {element("SIEMENS MR HEADER", 0x21), 3},
		"in an element of another's":  {element("ACME 1.1", 0x10), 1},
		"nowhere":                     {none, 1},
		"in a header that is cut off": {mosaicOf(1, header[:len(header)-33]), 1},
	} {
		assert.Equal(t, c.slices, decode(t, c.file).Slices, name)
	}
}

func TestMosaicThatCannotBeIsOnePicture(t *testing.T) {
	for name, header := range map[string][]byte{
		"one tile":             csaOf([]string{"NumberOfImagesInMosaic", "1"}),
		"none":                 csaOf([]string{"NumberOfImagesInMosaic", "0"}),
		"too few pixels":       csaOf([]string{"NumberOfImagesInMosaic", "9"}),
		"too small tiles":      csaOf([]string{"NumberOfImagesInMosaic", "16"}),
		"below none":           csaOf([]string{"NumberOfImagesInMosaic", "-4"}),
		"no number":            csaOf([]string{"NumberOfImagesInMosaic", "four"}),
		"more than can be":     csaOf([]string{"NumberOfImagesInMosaic", "1e300"}),
		"a header of no mark":  append([]byte("XX10"), csaOf([]string{"NumberOfImagesInMosaic", "4"})[4:]...),
		"an empty header":      {},
		"no end of elements":   append([]byte("SV10\x04\x03\x02\x01"), bytes.Repeat([]byte{255}, 400)...),
		"an endless item list": append(csaOf([]string{"A"})[:16+76], bytes.Repeat([]byte{255}, 400)...),
	} {
		s := decode(t, mosaicOf(1, header))
		assert.Equal(t, []int{16, 16, 1}, []int{s.Width, s.Height, s.Slices}, name)
		assert.Equal(t, -10.0, -s.Affine[0][3], name)
	}
	whole := csaOf([]string{"SliceNormalVector", "0", "0", "1"}, []string{"NumberOfImagesInMosaic", "4"})
	for cut := range whole {
		decode(t, mosaicOf(1, whole[:cut]))
	}
}

func TestMosaicOfWhichOnlyTheMatrixOfAcquisitionTellsHasSlicesUpToTheLastThatIsNotEmpty(t *testing.T) {
	file := func(kind string, matrix []uint16, slices int) []byte {
		pixels := make([]byte, 24*24) // 3×3 tiles of 8×8
		for k := range slices {
			pixels[k/3*8*24+k%3*8+1] = byte(100 + k)
		}
		return dicomFileOf(explicitLE, greyDICOM(24, 24, 8, dicomElement{tagImageType, "CS", kind}, dicomElement{tagAcquisitionMatrix, "US", encode(le, matrix)},
			dicomElement{tagPosition, "DS", `0\0\30`}, dicomElement{tagOrientation, "DS", `1\0\0\0\1\0`}, dicomElement{tagPixelSpacing, "DS", `2\1`}, dicomElement{tagSliceSpacing, "DS", "3"},
			dicomElement{tagPixelData, "OB", pixels})...)
	}
	const mosaic = `ORIGINAL\PRIMARY\M\MOSAIC`
	for _, matrix := range [][]uint16{{8, 0, 0, 8}, {0, 8, 8, 0}} {
		s := decode(t, file(mosaic, matrix, 7))
		assert.Equal(t, []float32{100, 101, 102, 103, 104, 105, 106}, seconds(s))
		assert.Equal(t, [3]float64{1, 2, 3}, s.Spacing)
		changed := append([]float32(nil), s.Values...)
		changed[7*8*8-1] = 9
		for _, identity := range []bool{true, false} {
			saved, err := Encode(s, changed, Saving{Identity: identity})
			require.NoError(t, err)
			back := again(t, saved)
			assert.Equal(t, changed, back.Values)
			assert.Equal(t, s.Affine, back.Affine)
		}
	}
	for name, file := range map[string][]byte{
		"no mosaic":                  file(`ORIGINAL\PRIMARY\M`, []uint16{8, 0, 0, 8}, 7),
		"another matrix":             file(mosaic, []uint16{10, 0, 0, 10}, 7),
		"other tiles down":           file(mosaic, []uint16{8, 0, 0, 6}, 7),
		"of as many as is a picture": file(mosaic, []uint16{24, 0, 0, 24}, 7),
		"few, as when interpolated":  file(mosaic, []uint16{12, 0, 0, 12}, 7),
		"a whole row of empty ones":  file(mosaic, []uint16{8, 0, 0, 8}, 4),
		"short":                      file(mosaic, []uint16{8, 0}, 7),
		"of nothing":                 file(mosaic, []uint16{0, 0, 0, 0}, 7),
	} {
		assert.Equal(t, 1, decode(t, file).Slices, name)
	}
}

func TestMosaicIsNotLookedForBehindWhatNoHeaderTakes(t *testing.T) {
	header := csaOf([]string{"NumberOfImagesInMosaic", "4"})
	long := dicomElement{0x0009_1001, "OB", make([]byte, mostSearched)}
	assert.Equal(t, 4, decode(t, mosaicOf(1, header)).Slices)
	assert.Equal(t, 1, decode(t, mosaicOf(1, header, long)).Slices)
}

func TestMosaicsOfASeriesAreVolumes(t *testing.T) {
	header := csaOf([]string{"NumberOfImagesInMosaic", "3"})
	var files []File
	for _, number := range []int{2, 1, 3} {
		file := mosaicOf(number, header, dicomElement{tagRescaleSlope, "DS", fmt.Sprint(number)})
		files = append(files, File{Data: file})
	}
	for volume := range 3 {
		s, err := Reader{Volume: volume}.Read(files...)
		require.NoError(t, err)
		assert.Equal(t, []int{3, 3}, []int{s.Volumes, s.Slices})
		by := float32(volume + 1)
		assert.Equal(t, []float32{100 * by, 101 * by, 102 * by}, seconds(s))
	}
}

func TestMosaicWithoutAPlaceIsAVolumeInTheOrderOfItsTiles(t *testing.T) {
	file := dicomFileOf(explicitLE, greyDICOM(16, 16, 8, dicomElement{tagImageType, "CS", `ORIGINAL\PRIMARY\MOSAIC`}, dicomElement{0x0019_0010, "LO", "SIEMENS MR HEADER"},
		dicomElement{0x0019_100A, "US", uint16(4)}, dicomElement{tagSliceThickness, "DS", "2"}, dicomElement{tagPixelData, "OB", mosaicPixels()})...)
	s := decode(t, file)
	assert.Equal(t, []float32{100, 101, 102, 103}, seconds(s))
	assert.Equal(t, [3]float64{0, 0, 2}, s.Spacing)
	assert.Nil(t, s.Space)
}

func TestCopyOfAMosaicIsAMosaic(t *testing.T) {
	for _, normal := range []string{"1", "-1"} {
		s := decode(t, mosaicOf(1, csaOf([]string{mark, mark}, []string{"NumberOfImagesInMosaic", "3"}, []string{"SliceNormalVector", "0", "0", normal})))
		changed := append([]float32(nil), s.Values...)
		for i := range changed {
			changed[i] = float32(i % 200)
		}
		for _, identity := range []bool{true, false} {
			saved, err := Encode(s, changed, Saving{Identity: identity})
			require.NoError(t, err)
			back := again(t, saved)
			assert.Equal(t, changed, back.Values, "identity %t", identity)
			assert.Equal(t, s.Affine, back.Affine, "identity %t", identity)
			assert.Equal(t, identity, bytes.Contains(saved[0].Data, []byte(mark)))
			f, err := parseDICOM(saved[0].Data)
			require.NoError(t, err)
			p, err := f.unpack(nil)
			require.NoError(t, err)
			assert.Equal(t, []int{16, 16, 1}, []int{p.width, p.height, p.frames})
			assert.Equal(t, byte(4), p.data[255], "the tile that is no slice is kept")
		}
	}
}

func TestSegmentationOfAMosaicLiesOnItsSlices(t *testing.T) {
	for _, normal := range []string{"1", "-1"} {
		s := decode(t, mosaicOf(1, csaOf([]string{"NumberOfImagesInMosaic", "3"}, []string{"SliceNormalVector", "0", "0", normal})))
		mask := &scan.Mask{Width: 8, Height: 8, Slices: 3, Layers: [][]uint8{make([]uint8, 3*8*8)}}
		mask.Layers[0][2*8*8+1], mask.Layers[0][8*8+9] = 1, 1
		saved, err := WriteMask("dicom", mask, 0, s)
		require.NoError(t, err)
		back, err := ReadMask(s, File{Data: saved.Data})
		require.NoError(t, err)
		assert.Equal(t, mask.Layers, back.Layers)
	}
}
