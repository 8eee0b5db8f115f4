package formats

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"compress/gzip"
	"encoding/binary"
	"fmt"
	"image"
	"image/jpeg"
	"image/png"
	"math"
	"os"
	"path/filepath"
	"testing"

	"segfault/core/scan"

	"github.com/stretchr/testify/require"
	"golang.org/x/image/tiff"
)

// Writers of tiny files, for the tests: what a decoder should find in them is what was put in.

func pngFile(img image.Image) []byte {
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		panic(err)
	}
	return b.Bytes()
}

func jpegFile(img image.Image) []byte {
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, &jpeg.Options{Quality: 95}); err != nil {
		panic(err)
	}
	return b.Bytes()
}

func greyImage(width, height int, pixels ...uint8) *image.Gray {
	return &image.Gray{Pix: pixels, Stride: width, Rect: image.Rect(0, 0, width, height)}
}

// encode writes values (any fixed-size slice) in a byte order.
func encode(order binary.ByteOrder, values any) []byte {
	var b bytes.Buffer
	if err := binary.Write(&b, order, values); err != nil {
		panic(err)
	}
	return b.Bytes()
}

func npyFile(descr, fortran, shape string, body []byte) []byte {
	text := fmt.Sprintf("{'descr': '%s', 'fortran_order': %s, 'shape': %s, }", descr, fortran, shape)
	for (10+len(text)+1)%64 != 0 {
		text += " "
	}
	text += "\n"
	head := append([]byte("\x93NUMPY\x01\x00"), byte(len(text)), byte(len(text)>>8))
	return append(append(head, text...), body...)
}

// niftiFile has the fields that the decoder reads; edit changes the header before it is written.
func niftiFile(order binary.ByteOrder, dim []int16, datatype int16, body []byte, edit func(h []byte)) []byte {
	h := make([]byte, 352)
	order.PutUint32(h, 348)
	order.PutUint16(h[40:], uint16(len(dim)))
	for i, n := range dim {
		order.PutUint16(h[42+2*i:], uint16(n))
		order.PutUint32(h[80+4*i:], math.Float32bits(1))
	}
	order.PutUint16(h[70:], uint16(datatype))
	order.PutUint32(h[108:], math.Float32bits(352))
	copy(h[344:], "n+1\x00")
	if edit != nil {
		edit(h)
	}
	return append(h, body...)
}

func gzipFile(data []byte) []byte {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	w.Write(data)
	w.Close()
	return b.Bytes()
}

// nifti2File is a little-endian NIfTI-2 whose voxels measure 1 mm.
func nifti2File(dim []int64, datatype uint16, body []byte) []byte {
	h := make([]byte, 544)
	binary.LittleEndian.PutUint32(h, 540)
	copy(h[4:], "n+2\x00\r\n\x1a\n")
	binary.LittleEndian.PutUint16(h[12:], datatype)
	binary.LittleEndian.PutUint64(h[16:], uint64(len(dim)))
	for i, n := range dim {
		binary.LittleEndian.PutUint64(h[24+8*i:], uint64(n))
		binary.LittleEndian.PutUint64(h[112+8*i:], math.Float64bits(1))
	}
	binary.LittleEndian.PutUint64(h[168:], 544)
	return append(h, body...)
}

func tiffFile(img image.Image, compression tiff.CompressionType, predictor bool) []byte {
	var b bytes.Buffer
	if err := tiff.Encode(&b, img, &tiff.Options{Compression: compression, Predictor: predictor}); err != nil {
		panic(err)
	}
	return b.Bytes()
}

func npzFile(arrays map[string][]byte) []byte {
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for name, array := range arrays {
		f, _ := w.Create(name + ".npy")
		f.Write(array)
	}
	w.Close()
	return b.Bytes()
}

func deflate(data []byte) []byte {
	var b bytes.Buffer
	w, _ := flate.NewWriter(&b, flate.BestCompression)
	w.Write(data)
	w.Close()
	return b.Bytes()
}

// fragments is compressed pixel data of one fragment a frame, without a table of offsets.
func fragments(frames ...[]byte) []byte {
	le := binary.LittleEndian
	out := dicomBytes(le, true, dicomElement{tagPixelData, "OB", nil})
	copy(out[8:], []byte{255, 255, 255, 255})
	out = append(out, dicomBytes(le, true, dicomElement{tagItem, "", nil})...)
	for _, f := range frames {
		out = append(out, dicomBytes(le, true, dicomElement{tagItem, "", f})...)
	}
	return append(out, dicomBytes(le, true, dicomElement{tagSequenceEnd, "", nil})...)
}

// runLengths is a frame of DICOM's RLE of 16 bits: the low bytes, copied, and the high ones, repeated.
func runLengths(low, high []byte) []byte {
	head := make([]uint32, 16)
	repeated := []byte{byte(1 - len(high)), high[0]}
	copied := append([]byte{byte(len(low) - 1)}, low...)
	head[0], head[1], head[2] = 2, 64, 64+uint32(len(repeated))
	return append(append(encode(binary.LittleEndian, head), repeated...), copied...)
}

// paletteDICOM is four pixels of eight bits, and a palette of black, grey and blue that begins at 10.
func paletteDICOM() []dicomElement {
	le := binary.LittleEndian
	elements := replaced(greyDICOM(2, 2, 8), dicomElement{tagPhotometric, "CS", "PALETTE COLOR"})
	for c, table := range [][]uint16{{0, 257 * 100, 0}, {0, 257 * 100, 0}, {0, 257 * 100, 65535}} {
		elements = append(elements, dicomElement{tagRedDescriptor + tag(c), "US", encode(le, []uint16{3, 10, 16})},
			dicomElement{tagRedTable + tag(c), "OW", encode(le, table)})
	}
	return append(elements, dicomElement{tagPixelData, "OB", []byte{0, 10, 11, 200}})
}

// dicomElement is one element for dicomFileOf: value is []byte, string, or uint16 for a US.
type dicomElement struct {
	tag   tag
	vr    string
	value any
}

func dicomFileOf(uid string, elements ...dicomElement) []byte {
	file := append(make([]byte, 128), "DICM"...)
	file = append(file, dicomBytes(binary.LittleEndian, true, dicomElement{tagTransferSyntax, "UI", uid})...)
	t, _ := syntax(uid)
	return append(file, dicomBytes(t.order(), !t.implicit, elements...)...)
}

func dicomBytes(order binary.ByteOrder, explicit bool, elements ...dicomElement) (out []byte) {
	for _, e := range elements {
		var value []byte
		switch v := e.value.(type) {
		case []byte:
			value = v
		case string:
			value = []byte(v)
		case uint16:
			value = encode(order, v)
		}
		if len(value)%2 == 1 {
			value = append(value[:len(value):len(value)], 0)
		}
		out = append(out, encode(order, []uint16{uint16(e.tag >> 16), uint16(e.tag)})...)
		switch {
		case !explicit || e.vr == "":
			out = append(out, encode(order, uint32(len(value)))...)
		case e.vr == "OB" || e.vr == "OW" || e.vr == "SQ" || e.vr == "UN":
			out = append(append(out, e.vr...), 0, 0)
			out = append(out, encode(order, uint32(len(value)))...)
		default:
			out = append(out, e.vr...)
			out = append(out, encode(order, uint16(len(value)))...)
		}
		out = append(out, value...)
	}
	return out
}

// greyDICOM is the elements of a grey image without its pixel data, plus more.
func greyDICOM(width, height, bits uint16, more ...dicomElement) []dicomElement {
	return append([]dicomElement{
		{tagSamplesPerPixel, "US", uint16(1)}, {tagPhotometric, "CS", "MONOCHROME2"},
		{tagRows, "US", height}, {tagColumns, "US", width},
		{tagBitsAllocated, "US", bits}, {tagBitsStored, "US", bits}, {tagHighBit, "US", bits - 1},
		{tagPixelRepresentation, "US", uint16(0)},
	}, more...)
}

const (
	implicitLE = "1.2.840.10008.1.2"
	explicitBE = "1.2.840.10008.1.2.2"
	deflatedLE = "1.2.840.10008.1.2.1.99"
	rleUID     = "1.2.840.10008.1.2.5"
)

// tinyFiles is one valid file of every kind, 2×2 pixels or a little more.
func tinyFiles() map[string][]byte {
	le, be := binary.LittleEndian, binary.BigEndian
	pixels := dicomElement{tagPixelData, "OW", encode(le, []uint16{1, 2, 3, 4})}
	colour := image.NewNRGBA(image.Rect(0, 0, 2, 2))
	colour.Pix[0], colour.Pix[3] = 255, 255
	plain := greyDICOM(2, 2, 16, pixels)
	archive := npzFile(map[string][]byte{"image": npyFile("|u1", "False", "(2, 2)", []byte{1, 2, 3, 4}), "count": npyFile("<i8", "False", "()", make([]byte, 8))})
	return map[string][]byte{
		"nifti2.nii.gz": gzipFile(nifti2File([]int64{2, 1, 2}, 16, encode(le, []float32{1, 2, 3, 4}))),
		"grey.tif":      tiffFile(&image.Gray16{Pix: []byte{0, 1, 2, 3, 4, 5, 6, 7}, Stride: 4, Rect: image.Rect(0, 0, 2, 2)}, tiff.Uncompressed, false),
		"packed.tif":    tiffFile(greyImage(2, 2, 0, 1, 2, 255), tiff.Deflate, true),
		"image.npz":     archive,
		"wide.npz":      wideZip(archive),
		"deflated.dcm":  append(dicomFileOf(deflatedLE), deflate(dicomBytes(le, true, plain...))...),
		"rle.dcm":       append(dicomFileOf(rleUID, greyDICOM(2, 2, 16)...), fragments(runLengths([]byte{1, 2, 3, 4}, []byte{0, 0, 0, 0}))...),
		"palette.dcm":   dicomFileOf(explicitLE, paletteDICOM()...),
		"wide.tif":      wideTIFF(be, [][]byte{{1, 2}}, sized(2, 1, tiffEntry{field: 315, text: "somebody"})),
		"turned.tif":    tiffOf(le, [][]byte{{1, 2}, {3, 4}}, sized(2, 1, tiffEntry{field: tiffOrientation, shorts: []uint16{6}}), sized(2, 1, tiffEntry{field: tiffOrientation, shorts: []uint16{6}})),
		"stack.tif":     tiffOf(le, [][]byte{{1, 2, 3, 4}}, sized(2, 1, tiffEntry{field: tiffDescription, text: "ImageJ=1\nimages=2\n"}, tiffEntry{field: tiffStripBytes, long: 2})),
		"planar.tif": tiffOf(le, [][]byte{{1, 2, 3, 2, 5, 2}}, []tiffEntry{{field: tiffWidth, long: 2}, {field: tiffHeight, long: 1}, {field: tiffBits, shorts: []uint16{8}}, {field: tiffSamples, shorts: []uint16{3}},
			{field: tiffPhotometric, shorts: []uint16{2}}, {field: tiffPlanar, shorts: []uint16{2}}, {field: tiffStripOffsets, shorts: []uint16{8, 10, 12}}, {field: tiffStripBytes, shorts: []uint16{2, 2, 2}}}),
		"jpeg.tif": tiffOf(le, [][]byte{jpegFile(greyImage(2, 2, 0, 1, 2, 255))}, sized(2, 2, tiffEntry{field: tiffCompression, shorts: []uint16{tiffJPEG}})),
		"fax.tif": tiffOf(le, [][]byte{{0x3c, 0x75, 0xa8, 0x20}}, []tiffEntry{{field: tiffWidth, long: 16}, {field: tiffHeight, long: 1}, {field: tiffBits, shorts: []uint16{1}},
			{field: tiffCompression, shorts: []uint16{tiffFax4}}, {field: tiffPhotometric, shorts: []uint16{0}}}),
		"inks.tif": tiffOf(le, [][]byte{{1, 2, 3, 4}}, []tiffEntry{{field: tiffWidth, long: 1}, {field: tiffHeight, long: 1}, {field: tiffBits, shorts: []uint16{8}}, {field: tiffSamples, shorts: []uint16{4}},
			{field: tiffPhotometric, shorts: []uint16{tiffCMYK}}}),
		"apart.tif":    tiffOf(le, [][]byte{takenApart(encode(be, []float32{1, -0.5}), 4, 1)}, page(32, 3, 1, 3)),
		"told.png":     withChunks(pngFile(lying()), pngChunk{"tEXt", []byte("Author\x00somebody")}, pngChunk{"eXIf", exifSaying(le, 6, "somebody")}),
		"told.jpg":     withSegment(withSegment(jpegFile(lying()), 0xFE, []byte("a comment")), 0xE1, append([]byte("Exif\x00\x00"), exifSaying(be, 8, "somebody")...)),
		"scans.jpg":    progressive(8, 2),
		"grey.png":     pngFile(greyImage(2, 2, 0, 1, 2, 255)),
		"colour.png":   pngFile(colour),
		"deep.png":     pngFile(&image.Gray16{Pix: []byte{0, 1, 2, 3, 4, 5, 6, 7}, Stride: 4, Rect: image.Rect(0, 0, 2, 2)}),
		"grey.jpg":     jpegFile(greyImage(2, 2, 0, 1, 2, 255)),
		"colour.jpg":   jpegFile(colour),
		"plain.npy":    npyFile("<f4", "False", "(2, 2)", encode(le, []float32{1, 2, 3, 4})),
		"half.npy":     npyFile("<f2", "False", "(2, 2)", []byte{0, 0x3c, 0, 0x40, 0, 0xc0, 0, 0x44}),
		"fortran.npy":  npyFile(">i2", "True", "(2, 2)", encode(be, []int16{1, 2, 3, 4})),
		"channels.npy": npyFile("<f4", "False", "(2, 1, 2)", encode(le, []float32{0, 1, 0.5, 0.25})),
		"plain.nii":    niftiFile(le, []int16{2, 2, 1}, 4, encode(le, []int16{1, 2, 3, 4}), nil),
		"big.nii":      niftiFile(be, []int16{2, 1, 2}, 16, encode(be, []float32{1, 2, 3, 4}), nil),
		"4d.nii.gz":    gzipFile(niftiFile(le, []int16{2, 1, 1, 2}, 2, []byte{1, 2, 3, 4}, nil)),
		"plain.dcm":    dicomFileOf(explicitLE, greyDICOM(2, 2, 16, pixels)...),
		"implicit.dcm": dicomFileOf(implicitLE, greyDICOM(2, 2, 16, pixels)...),
		"big.dcm":      dicomFileOf(explicitBE, greyDICOM(2, 2, 16, pixels)...),
		"regions.dcm":  ultrasound(nil, scaled(3, 3, 4, 0.5, 0.5), scaled(1, 1, 3, 0.03, 0.02)),
		"mosaic.dcm":   mosaicOf(1, csaOf([]string{"NumberOfImagesInMosaic", "3"}, []string{"SliceNormalVector", "0", "0", "1"})),
		"nested.dcm": dicomFileOf(explicitLE, greyDICOM(2, 2, 16,
			dicomElement{tagPerFrameGroups, "SQ", dicomBytes(le, true, dicomElement{tagItem, "", dicomBytes(le, true,
				dicomElement{tagPixelTransform, "SQ", dicomBytes(le, true, dicomElement{tagItem, "", dicomBytes(le, true,
					dicomElement{tagRescaleSlope, "DS", "2"})})})})}, pixels)...),
	}
}

// shared returns the folder of that name in the reference data, which lies beside the project and is not part of
// it. Without it the test is skipped; in CI it fails.
func shared(t testing.TB, name string) string {
	t.Helper()
	path := filepath.Join("..", "..", "..", "..", "shared", "data", name)
	if _, err := os.Stat(path); err != nil {
		if os.Getenv("CI") != "" {
			t.Fatalf("the folder %s is needed in CI", path)
		}
		t.Skipf("skipped: the folder %s is absent", path)
	}
	return path
}

func decode(t testing.TB, data []byte) *scan.Scan {
	t.Helper()
	s, err := Decode("", data)
	require.NoError(t, err)
	return s
}
