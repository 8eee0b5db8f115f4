package formats

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestLongTextOfTheTrialIsNotReadAgainForEachFrame(t *testing.T) {
	file, err := os.ReadFile(filepath.Join(shared(t, "formats-3"), "hostile", "splits-1000.dcm"))
	require.NoError(t, err)
	took := allocated(func() {
		s := decode(t, file)
		assert.Equal(t, 1000, s.Slices)
	})
	assert.Less(t, took, int64(overhead))
}

// manyFrames is a file of frames of one pixel, and of more elements.
func manyFrames(frames int, more ...dicomElement) []byte {
	return dicomFileOf(explicitLE, append(append([]dicomElement{{tagNumberOfFrames, "IS", fmt.Sprint(frames)}}, more...),
		greyDICOM(1, 1, 8, dicomElement{tagPixelData, "OB", make([]byte, frames)})...)...)
}

func TestWorkOfAFrameDoesNotGrowWithTheLengthOfATextThatAllShare(t *testing.T) {
	const frames = 60000
	for name, text := range map[string]string{
		"many numbers": strings.Repeat(`1\`, 30000), "one long number": strings.Repeat("1", 60000), "much padding": strings.Repeat(" ", 60000) + "1",
	} {
		file := manyFrames(frames, dicomElement{tagRescaleSlope, "DS", text}, dicomElement{tagPosition, "DS", text}, dicomElement{tagOrientation, "DS", text})
		took := allocated(func() {
			if s, err := Decode("", file); err != nil {
				checkError(t, err, name)
			} else {
				assert.Equal(t, frames, s.Slices)
			}
		})
		assert.Less(t, took, int64(len(file)+100*frames+overhead), name)
	}
}

func TestMoreFramesThanAnyScanHasAreRefused(t *testing.T) {
	_, err := Decode("", manyFrames(1<<17))
	assert.EqualError(t, err, "scan: the DICOM declares 131072 frames, but at most 65536 are read; cut it into parts")
	groups := bytes.Repeat(item(), 1<<20)
	file := join(manyFrames(1)[:len(manyFrames(1))-12-2], dicomBytes(le, true, dicomElement{tagPerFrameGroups, "SQ", groups}, dicomElement{tagPixelData, "OB", []byte{1, 0}}))
	took := allocated(func() { decode(t, file) })
	assert.Less(t, took, int64(len(file)+overhead), "groups of a million frames that are not there")
}

func TestDeflatedPixelsBeyondRowsAndColumnsAreNotInflated(t *testing.T) {
	body := dicomBytes(le, true, greyDICOM(2, 2, 8, dicomElement{tagPixelData, "OB", make([]byte, 64<<20)})...)
	file := append(dicomFileOf(deflatedLE), deflate(body)...)
	took := allocated(func() { assert.Equal(t, []float32{0, 0, 0, 0}, decode(t, file).Values) })
	assert.Less(t, took, int64(2*overhead))
}

func TestSmallDeflatedFileIsNotSearchedForLong(t *testing.T) {
	long := dicomBytes(le, true, append([]dicomElement{{0x0009_1000, "OB", make([]byte, 12<<20)}}, greyDICOM(1, 1, 8, dicomElement{tagPixelData, "OB", []byte{1}})...)...)
	took := allocated(func() {
		_, err := Decode("", append(dicomFileOf(deflatedLE), deflate(long)...))
		checkError(t, err, "12 MB of nothing before the pixels")
	})
	assert.Less(t, took, int64(5*overhead))
}

func TestFramesThatCannotHoldWhatTheyDeclareAreRefusedBeforeMemoryIsTaken(t *testing.T) {
	const side = 2048
	row := append(bytes.Repeat([]byte{129, 0}, side*side/128), 0)
	head := make([]uint32, 16)
	head[0], head[1] = 1, 64
	first := append(encode(le, head), row...)
	frames := append([][]byte{first}, make([][]byte, 40)...)
	for i := range frames[1:] {
		frames[i+1] = encode(le, head)
	}
	file := append(dicomFileOf(rleUID, append([]dicomElement{{tagNumberOfFrames, "IS", "41"}}, greyDICOM(side, side, 8)...)...), fragments(frames...)...)
	took := allocated(func() {
		_, err := Decode("", file)
		assert.ErrorContains(t, err, "scan: the DICOM is truncated")
	})
	assert.Less(t, took, int64(overhead))
}

func TestPaletteTakesNoMoreMemoryThanItsEntries(t *testing.T) {
	elements := replaced(greyDICOM(1, 1, 16), dicomElement{tagPhotometric, "CS", "PALETTE COLOR"})
	for c := range tag(3) {
		elements = append(elements, dicomElement{tagRedDescriptor + c, "US", encode(le, []uint16{1, 0, 16})}, dicomElement{tagRedTable + c, "OW", []byte{0, 128}})
	}
	var files []File
	for i := range 200 {
		files = append(files, File{Data: dicomFileOf(explicitLE, append([]dicomElement{{tagInstanceNumber, "IS", fmt.Sprint(i)}}, append(elements, dicomElement{tagPixelData, "OW", []byte{1, 0}})...)...)})
	}
	took := allocated(func() {
		s, err := Reader{}.Read(files...)
		require.NoError(t, err)
		assert.Equal(t, 200, s.Slices)
	})
	assert.Less(t, took, int64(overhead))
}

func TestJPEGFrameThatPassesOverItsPixelsTooOftenIsRefused(t *testing.T) {
	frame := append([]byte{0xff, 0xd8, 0xff, 0xc2, 0, 11, 8, 0, 2, 0, 2, 1, 1, 0x11, 0}, bytes.Repeat([]byte{0xff, 0xda, 0, 8, 1, 1, 0, 0, 63, 0, 9}, 1000)...)
	file := append(dicomFileOf("1.2.840.10008.1.2.4.50", greyDICOM(2, 2, 8)...), fragments(frame)...)
	_, err := Reader{Codec: func(Frame) ([]byte, error) { panic("it should not be decoded") }}.Read(File{Data: file})
	assert.EqualError(t, err, "scan: the DICOM's JPEG Baseline data are written in 1000 scans, but at most 64 are read; export it again")
}

func TestFolderOfManyKindsOfPicturesIsSortedOnce(t *testing.T) {
	var files []File
	for i := range 3000 {
		files = append(files, File{Data: dicomFileOf(explicitLE, append([]dicomElement{{tagInstanceNumber, "IS", fmt.Sprint(i)}},
			greyDICOM(uint16(1+i), 1, 8, dicomElement{tagPixelData, "OB", make([]byte, 1+i)})...)...)})
	}
	total := 0
	for _, f := range files {
		total += len(f.Data)
	}
	took := allocated(func() {
		_, err := Reader{}.Read(files...)
		assert.ErrorContains(t, err, "scan: the files differ")
	})
	assert.Less(t, took, int64(2*total+overhead))
}

func TestPixelsInMillionsOfFragmentsAreRefused(t *testing.T) {
	crumbs := bytes.Repeat(item(1, 2), 1<<20)
	file := join(dicomFileOf(rleUID, greyDICOM(2, 2, 8)...), undefined(true, tagPixelData, "OB", join(item(), crumbs, endSequence)...))
	took := allocated(func() {
		_, err := Decode("", file)
		assert.EqualError(t, err, "scan: the DICOM's compressed pixels are in more than 65537 fragments; export it again")
	})
	assert.Less(t, took, int64(4*overhead))
}
