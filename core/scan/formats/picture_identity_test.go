package formats

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"image"
	"image/color"
	"image/png"
	"strings"
	"testing"

	"segfault/core/scan"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// exifSaying is EXIF with an orientation and somebody's name.
func exifSaying(order binary.ByteOrder, orientation uint16, name string) []byte {
	mark := map[binary.ByteOrder]string{binary.LittleEndian: "II*\x00", binary.BigEndian: "MM\x00*"}[order]
	return tiffAs(order, []byte(mark), 2, 4, [][]byte{nil}, []tiffEntry{{field: 315, text: name}, {field: tiffOrientation, shorts: []uint16{orientation}},
		{field: tiffStripOffsets, long: absent}, {field: tiffStripBytes, long: absent}})
}

// withChunks puts chunks into a PNG, before its pixels.
func withChunks(file []byte, chunks ...pngChunk) []byte {
	at := bytes.Index(file, []byte("IDAT")) - 4
	out := bytes.Clone(file[:at])
	for _, c := range chunks {
		out = append(out, encode(be, uint32(len(c.data)))...)
		from := len(out)
		out = append(append(out, c.kind...), c.data...)
		out = append(out, encode(be, crc32.ChecksumIEEE(out[from:]))...)
	}
	return append(out, file[at:]...)
}

// withSegment puts a segment into a JPEG, at its beginning.
func withSegment(file []byte, kind byte, content []byte) []byte {
	out := append(bytes.Clone(file[:2]), 0xff, kind)
	return append(append(append(out, encode(be, uint16(len(content)+2))...), content...), file[2:]...)
}

// lying is a picture of three columns and two rows.
func lying() *image.Gray { return greyImage(3, 2, 0, 1, 2, 3, 4, 5) }

func TestPNGStandsUprightAndIsSavedAsItLay(t *testing.T) {
	for i, want := range upright {
		for name, exif := range map[string][]byte{
			"little": exifSaying(le, uint16(i+1), mark), "big": exifSaying(be, uint16(i+1), mark),
			"with the mark of a JPEG": append([]byte("Exif\x00\x00"), exifSaying(be, uint16(i+1), mark)...),
		} {
			s := decode(t, withChunks(pngFile(lying()), pngChunk{"eXIf", exif}))
			require.Equal(t, want, s.Values, "orientation %d, %s", i+1, name)
			for _, identity := range []bool{true, false} {
				saved, err := Encode(s, s.Values, Saving{Identity: identity})
				require.NoError(t, err)
				img, err := png.Decode(bytes.NewReader(saved[0].Data))
				require.NoError(t, err)
				assert.Equal(t, lying().Pix, img.(*image.Gray).Pix, "as others see it who do not turn it")
				assert.Equal(t, s.Values, decode(t, saved[0].Data).Values)
			}
		}
	}
}

func TestPictureStandsUprightThoughTheRestOfItsEXIFIsDamaged(t *testing.T) {
	whole := exifSaying(le, 6, strings.Repeat("A", 40))
	thumbnail := bytes.Clone(whole)
	link := int(le.Uint32(thumbnail[4:])) + 2 + 12*int(le.Uint16(thumbnail[le.Uint32(thumbnail[4:]):]))
	le.PutUint32(thumbnail[link:], 1<<20)
	text := bytes.Replace(whole, encode(le, []uint16{315, 2}), encode(le, []uint16{270, 2}), 1) // of which the values are cut off
	le.PutUint32(text[bytes.Index(text, encode(le, []uint16{270, 2}))+4:], 1<<20)
	for name, exif := range map[string][]byte{"a thumbnail that is not there": thumbnail, "a text beyond the end": text} {
		assert.Equal(t, upright[5], decode(t, withChunks(pngFile(lying()), pngChunk{"eXIf", exif})).Values, name)
	}
}

func TestPNGMaskStandsUprightAsItsPictureDoes(t *testing.T) {
	exif := pngChunk{"eXIf", exifSaying(le, 6, mark)}
	m := decodeMask(t, withChunks(pngFile(lying()), exif))
	assert.Equal(t, []uint8{3, 0, 4, 1, 5, 2}, m.Layers[0])
	assert.Equal(t, [2]int{2, 3}, [2]int{m.Width, m.Height})
	_, err := m.On(decode(t, withChunks(pngFile(lying()), exif)))
	require.NoError(t, err)
}

// sloping is a picture whose values tell where each pixel was, also after compression.
func sloping() *image.Gray {
	img := image.NewGray(image.Rect(0, 0, 24, 16))
	for i := range img.Pix {
		img.Pix[i] = uint8(10 + i%24*6 + i/24*6)
	}
	return img
}

func TestJPEGStandsUprightAndIsSavedAsItLay(t *testing.T) {
	plain := decode(t, jpegFile(sloping()))
	for i := range upright {
		turn := numberedOrientation(int64(i + 1))
		exif := append([]byte("Exif\x00\x00"), exifSaying(be, uint16(i+1), mark)...)
		s := decode(t, withSegment(jpegFile(sloping()), 0xE1, exif))
		assert.Equal(t, scan.Turned(plain.Values, s.Width, s.Height, turn), s.Values, "orientation %d", i+1)
		saved, err := Encode(s, s.Values, Saving{})
		require.NoError(t, err)
		img, err := png.Decode(bytes.NewReader(saved[0].Data))
		require.NoError(t, err)
		stored, _, _ := grey(img)
		assert.Equal(t, plain.Values, stored)
		assert.Equal(t, s.Values, decode(t, saved[0].Data).Values)
	}
}

func TestTurnedJPEGOfTheTrialStandsUpright(t *testing.T) {
	answers, files := trialFiles(t, ".jpg")
	for name, answer := range answers {
		s := decode(t, files[name])
		assert.Equal(t, answer.SizeUpright, []int{s.Width, s.Height}, name)
	}
}

func TestDamagedTextsOfAPNGDoNotMatter(t *testing.T) {
	file := withChunks(pngFile(lying()), pngChunk{"tEXt", []byte("Author\x00" + mark)})
	file[bytes.Index(file, []byte(mark))]++ // the checksum is another's now
	s := decode(t, file)
	assert.Equal(t, []float32{0, 1, 2, 3, 4, 5}, s.Values)
	file = pngFile(lying())
	file[bytes.Index(file, []byte("IDAT"))+8]++
	_, err := Decode("", file)
	checkError(t, err, "damaged pixels do")
}

func TestWhatAPNGNamesTransparentKeepsItsValue(t *testing.T) {
	transparent := pngChunk{"tRNS", []byte{0, 4}}
	assert.Equal(t, []float32{0, 1, 2, 3, 4, 5}, decode(t, withChunks(pngFile(lying()), transparent)).Values, "grey")

	deep := &image.Gray16{Pix: []byte{1, 0, 2, 0}, Stride: 4, Rect: image.Rect(0, 0, 2, 1)}
	assert.Equal(t, []float32{256, 512}, decode(t, withChunks(pngFile(deep), pngChunk{"tRNS", []byte{2, 0}})).Values, "deep grey")

	colours := image.NewPaletted(image.Rect(0, 0, 2, 1), color.Palette{color.NRGBA{80, 80, 80, 255}, color.NRGBA{90, 90, 90, 0}})
	colours.Pix = []byte{0, 1}
	s := decode(t, pngFile(colours)) // which has a chunk of its own for this
	assert.Equal(t, []float32{80, 90}, s.Values, "a palette")

	rgb := image.NewRGBA(image.Rect(0, 0, 1, 1))
	rgb.Set(0, 0, color.RGBA{7, 7, 7, 255})
	assert.Equal(t, []float32{7}, decode(t, withChunks(pngFile(rgb), pngChunk{"tRNS", []byte{0, 7, 0, 7, 0, 7}})).Values, "a colour")
}

func TestPNGCopyNamesNobodyUnlessAsked(t *testing.T) {
	checkIdentity(t, withChunks(pngFile(lying()), pngChunk{"tEXt", []byte("Author\x00" + mark)}, pngChunk{"iTXt", []byte("Title\x00\x00\x00\x00\x00" + mark)},
		pngChunk{"eXIf", exifSaying(le, 6, mark)}, pngChunk{"prVt", []byte(mark)}))
	file := append(withChunks(pngFile(lying()), pngChunk{"zTXt", []byte("Author\x00\x00 " + mark)}), mark+" behind the end"...)
	saved, err := Encode(decode(t, file), []float32{0, 1, 2, 3, 4, 5}, Saving{})
	require.NoError(t, err)
	assert.NotContains(t, string(saved[0].Data), mark)
}

func TestJPEGCopyNamesNobodyUnlessAsked(t *testing.T) {
	file := withSegment(jpegFile(lying()), 0xFE, []byte(mark+" in a comment"))
	file = withSegment(file, 0xE1, append([]byte("http://ns.adobe.com/xap/1.0/\x00"), mark...))
	checkIdentity(t, withSegment(file, 0xE1, append([]byte("Exif\x00\x00"), exifSaying(be, 3, mark)...)))
	s := decode(t, append(withSegment(jpegFile(lying()), 0xED, []byte(mark)), mark...))
	saved, err := Encode(s, s.Values, Saving{})
	require.NoError(t, err)
	assert.NotContains(t, string(saved[0].Data), mark)
}

func TestTIFFCopyNamesNobodyUnlessAsked(t *testing.T) {
	for _, write := range []func(binary.ByteOrder, [][]byte, ...[]tiffEntry) []byte{tiffOf, wideTIFF} {
		var texts []tiffEntry
		for _, field := range []uint16{269, 270, 271, 272, 285, 305, 306, 315, 316, 700, 33432, 33723, 34377, 34665, 50839, 65000} {
			texts = append(texts, tiffEntry{field: field, text: fmt.Sprint(mark, " in ", field)})
		}
		one := sized(2, 1, texts...)
		checkIdentity(t, append(write(be, [][]byte{{1, 2}, {3, 4}}, one, sized(2, 1)), mark+" behind"...))
	}
}

func TestTIFFCopyWithIdentityHasTheTextsWhereTheyWere(t *testing.T) {
	file := tiffOf(le, [][]byte{{1, 2}}, sized(2, 1, tiffEntry{field: 315, text: "Somebody"}, tiffEntry{field: 34675, text: "a profile of colours"}))
	saved, err := Encode(decode(t, file), []float32{1, 3}, Saving{Identity: true})
	require.NoError(t, err)
	directories, err := tiffDirectories(saved[0].Data)
	require.NoError(t, err)
	assert.Equal(t, "Somebody", string(directories[0].field(315).values))
	assert.Zero(t, directories[0].field(34675).count(), "which a grey copy has no use for")
	last := uint16(0)
	for e := directories[0].entries; len(e) > 0; e = e[12:] {
		number := le.Uint16(e)
		assert.Greater(t, number, last, "fields are sorted")
		last = number
	}
}
