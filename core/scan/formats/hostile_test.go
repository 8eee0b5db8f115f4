package formats

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"image"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"segfault/core/scan"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/image/tiff"
)

// fixPNG makes the checksum of the first chunk right again.
func fixPNG(file []byte) []byte {
	binary.BigEndian.PutUint32(file[29:], crc32.ChecksumIEEE(file[12:29]))
	return file
}

// checkError asks of an error what the house asks: the package's name and one sentence.
func checkError(t *testing.T, err error, what string, arguments ...any) {
	t.Helper()
	if assert.Error(t, err, append([]any{what}, arguments...)...) {
		assert.True(t, strings.HasPrefix(err.Error(), "scan: ") && !strings.ContainsAny(err.Error(), "\n\x00"), "%q", err)
	}
}

func TestTruncatedTinyFilesAreRefused(t *testing.T) {
	for name, file := range tinyFiles() {
		decode(t, file)
		for cut := range file {
			_, err := Decode(name, file[:cut])
			checkError(t, err, "%s cut at %d of %d", name, cut, len(file))
		}
	}
}

// noisyFiles are pictures and arrays of some size in every format of which there are no real files, as their encoders write them.
func noisyFiles() map[string][]byte {
	r := rand.New(rand.NewPCG(7, 8))
	const side = 96
	noise := make([]byte, 2*side*side)
	for i := range noise {
		noise[i] = byte(r.IntN(256))
	}
	grey := &image.Gray{Pix: noise[:side*side], Stride: side, Rect: image.Rect(0, 0, side, side)}
	deep := &image.Gray16{Pix: noise, Stride: 2 * side, Rect: image.Rect(0, 0, side, side)}
	array := npyFile("<u2", "False", fmt.Sprintf("(%d, %d)", side, side), noise)
	return map[string][]byte{
		"noise.png": pngFile(grey), "deep.png": pngFile(deep), "noise.jpg": jpegFile(grey),
		"deep.tif": tiffFile(deep, tiff.Uncompressed, false), "packed.tif": tiffFile(deep, tiff.Deflate, true),
		"noise.npy": array, "noise.npz": npzFile(map[string][]byte{"a": array}),
		"deflated.dcm": append(dicomFileOf(deflatedLE), deflate(dicomBytes(le, true, greyDICOM(side, side, 16, dicomElement{tagPixelData, "OW", noise})...))...),
	}
}

func TestFilesOfSomeSizeTruncatedAtEveryKilobyteAreRefused(t *testing.T) {
	for name, file := range noisyFiles() {
		decode(t, file)
		require.Greater(t, len(file), 4<<10, name)
		for cut := 1024; cut < len(file); cut += 1024 {
			_, err := Decode(name, file[:cut])
			checkError(t, err, "%s cut at %d of %d", name, cut, len(file))
		}
	}
}

func TestTruncatedRealFilesAreRefused(t *testing.T) {
	path := shared(t, "formats")
	files, err := filepath.Glob(filepath.Join(path, "*", "*.*"))
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, name := range files {
		data, err := os.ReadFile(name)
		require.NoError(t, err)
		for cut := 0; cut < len(data); cut += 1024 {
			if s, err := Decode(name, data[:cut]); err != nil {
				checkError(t, err, "%s cut at %d of %d", name, cut, len(data))
			} else {
				// A DICOM may end with elements after the pixels, whose loss changes nothing.
				assert.Equal(t, "dicom", s.Format, "%s cut at %d of %d", name, cut, len(data))
			}
		}
	}
}

// allocated is how many bytes f allocates in all, which is at least what it holds at any moment.
func allocated(f func()) int64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	return int64(after.TotalAlloc - before.TotalAlloc)
}

// overhead is what decoders and errors need beside the values: Deflate's tables, a sorted sample for the window, a palette.
const overhead = 4 << 20

func TestFlippedBitsAreReadOrRefusedWithinTwiceTheDeclaredSizeAndLittleMore(t *testing.T) {
	path := shared(t, "formats")
	names, err := filepath.Glob(filepath.Join(path, "*", "*.*"))
	require.NoError(t, err)
	files := tinyFiles()
	maps.Copy(files, noisyFiles())
	for _, name := range names {
		if files[name], err = os.ReadFile(name); err != nil {
			t.Fatal(err)
		}
	}
	r := rand.New(rand.NewPCG(3, 4))
	for name, file := range files {
		for range max(3, min(60, 400_000/len(file))) {
			flipped := bytes.Clone(file)
			for range 1 + r.IntN(3) {
				flipped[r.IntN(min(len(file), 1+r.IntN(len(file))))] ^= 1 << r.IntN(8) // rather in the header
			}
			var s *scan.Scan
			took := allocated(func() { s, err = Decode(name, flipped) })
			if err != nil {
				checkError(t, err, name)
				continue
			}
			checkScan(t, s)
			declared := int64(len(s.Values)) * max(4, int64(s.Bits/8)) // as held, or as stored
			assert.LessOrEqual(t, took, 2*declared+int64(len(file))+overhead+freeWork, name)
		}
	}
}

func TestAbsurdSizesAreRefusedBeforeMemoryIsTaken(t *testing.T) {
	huge := []int16{8192, 8192, 4}
	strip := []tiffEntry{{field: tiffWidth, long: 8192}, {field: tiffHeight, long: 8192}, {field: tiffBits, shorts: []uint16{8}}, {field: tiffPhotometric, shorts: []uint16{1}}}
	packed := append(slices.Clone(strip), tiffEntry{field: tiffCompression, shorts: []uint16{8}})
	png := pngFile(greyImage(1, 1, 0))
	copy(png[16:], []byte{0, 0, 0x20, 0, 0, 0, 0x20, 0})
	frames := dicomElement{tagNumberOfFrames, "IS", "4"}
	grey := append([]dicomElement{frames}, greyDICOM(8192, 8192, 16)...)
	for name, file := range map[string][]byte{
		"NIfTI-1":      niftiFile(le, huge, 16, make([]byte, 64), nil),
		"gzipped":      gzipFile(niftiFile(le, huge, 16, make([]byte, 64), nil)),
		"NIfTI-2":      nifti2File([]int64{8192, 8192, 1 << 40}, 16, make([]byte, 64)),
		"NPY":          npyFile("<f8", "False", "(4, 8192, 8192)", make([]byte, 64)),
		"NPZ":          npzFile(map[string][]byte{"a": npyFile("<f8", "False", "(4, 8192, 8192)", make([]byte, 64))}),
		"TIFF":         tiffOf(le, [][]byte{make([]byte, 64)}, strip),
		"packed TIFF":  tiffOf(le, [][]byte{make([]byte, 64)}, packed),
		"PNG":          fixPNG(png),
		"DICOM":        dicomFileOf(explicitLE, append(grey, dicomElement{tagPixelData, "OW", make([]byte, 64)})...),
		"RLE DICOM":    append(dicomFileOf(rleUID, grey...), fragments(make([]byte, 64), nil, nil, nil)...),
		"deflated":     append(dicomFileOf(deflatedLE), deflate(dicomBytes(le, true, append(grey, dicomElement{tagPixelData, "OW", make([]byte, 64)})...))...),
		"JPEG 2000":    append(dicomFileOf("1.2.840.10008.1.2.4.90", grey...), fragments(make([]byte, 64), nil, nil, nil)...),
		"many volumes": niftiFile(le, []int16{100, 100, 100, 30000}, 16, make([]byte, 64), nil),
	} {
		took := allocated(func() {
			_, err := Reader{Codec: func(Frame) ([]byte, error) { panic("the frame's own header should have been checked") }}.Read(File{Data: file})
			checkError(t, err, name)
		})
		assert.Less(t, took, int64(overhead), name)
	}
}

func TestDeflatedDICOMThatNeverReachesItsPixelsIsGivenUp(t *testing.T) {
	long := dicomBytes(le, true, dicomElement{0x0009_1000, "OB", make([]byte, 20<<20)})
	_, err := Decode("", append(dicomFileOf(deflatedLE), deflate(long)...))
	checkError(t, err, "20 MB of nothing")
}

func TestWhatIsNoScanIsNamed(t *testing.T) {
	for want, file := range map[string]struct{ name, content string }{
		"scan: the file is empty; choose " + readable():                                                {"a.png", ""},
		"scan: this is a GIF; choose " + readable():                                                    {"a.dcm", "GIF89 and so on"},
		"scan: the file's name says DICOM, but its content is none (6 bytes); export or copy it again": {"A.DCM", "hello!"},
		"scan: the file's name says NIfTI, but its content is none (6 bytes); export or copy it again": {"a.nii.gz", "hello!"},
		"scan: the file's content is not recognised; choose " + readable():                             {"notes", "hello!"},
	} {
		_, err := Decode(file.name, []byte(file.content))
		assert.EqualError(t, err, want)
		_, err = ReadMask(&scan.Scan{}, File{Name: file.name, Data: []byte(file.content)})
		assert.EqualError(t, err, want)
	}
}

// blank decodes every frame to zeros, as a decoder does that is given nothing sensible.
func blank(f Frame) ([]byte, error) {
	return make([]byte, f.Width*f.Height*f.Samples*f.Allocated/8), nil
}

func FuzzDecode(f *testing.F) {
	for _, file := range tinyFiles() {
		f.Add(file)
	}
	f.Add(append(dicomFileOf("1.2.840.10008.1.2.4.70", greyDICOM(2, 2, 16)...), // and a frame's header
		fragments([]byte{0xff, 0xd8, 0xff, 0xc3, 0, 11, 16, 0, 2, 0, 2, 1, 1, 0x11, 0, 0xff, 0xd9})...))
	f.Fuzz(func(t *testing.T, data []byte) {
		var s *scan.Scan
		var err error
		took := allocated(func() { s, err = Reader{Codec: blank}.Read(File{Data: data}) })
		if err != nil {
			checkError(t, err, "")
		} else {
			declared := int64(len(s.Values)) * max(4, int64(s.Bits/8))
			require.LessOrEqual(t, took, pixelsWorth*(declared+int64(len(data)))+2*freeWork+overhead)
			checkScan(t, s)
			checkCopy(t, s)
		}
		if m, err := unlaid(data); err != nil {
			checkError(t, err, "")
		} else {
			for _, layer := range m.Layers {
				require.Len(t, layer, m.Width*m.Height*m.Slices)
			}
		}
	})
}

// A mask of any kind on the slices of a small series.
func FuzzMask(f *testing.F) {
	var series []File
	for k := range 3 {
		series = append(series, File{Data: dicomFileOf(explicitLE, append([]dicomElement{{tagSeries, "UI", "1.2"}, {tagFrameOfRef, "UI", "1.3"},
			{tagPosition, "DS", fmt.Sprintf(`0\0\%d`, 2*k)}, {tagOrientation, "DS", `1\0\0\0\1\0`}, {tagPixelSpacing, "DS", `1\1`}},
			greyDICOM(4, 3, 8, dicomElement{tagPixelData, "OB", make([]byte, 12)})...)...)})
	}
	s, err := Reader{}.Read(series...)
	require.NoError(f, err)
	full := s.NewMask()
	for i := range full.Layers[0] {
		full.Layers[0][i] = uint8(i % 3)
	}
	saved, err := WriteMask("dicom", full, 0, s)
	require.NoError(f, err)
	f.Add(saved.Data)
	for name, file := range tinyFiles() {
		if !strings.HasSuffix(name, ".jpg") {
			f.Add(file)
		}
	}
	if folder := filepath.Join("..", "..", "..", "..", "shared", "data", "masks"); os.Getenv("CI") == "" { // many, and fuzzed at a desk
		for _, pattern := range []string{"seg/*.dcm", "rtstruct/*.dcm", "nrrd/*.nrrd", "meta/*.mha", "mgh/*.mgz"} {
			paths, _ := filepath.Glob(filepath.Join(folder, filepath.FromSlash(pattern)))
			for _, path := range paths {
				if data, err := os.ReadFile(path); err == nil && len(data) < 1<<15 {
					f.Add(data)
				}
			}
		}
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		m, err := ReadMask(s, File{Data: data})
		if err != nil {
			checkError(t, err, "")
			return
		}
		for _, layer := range m.Layers {
			require.Len(t, layer, len(s.Values))
		}
	})
}

func FuzzSeries(f *testing.F) {
	f.Add(seriesFile("1.2", 1, 0, 1).Data, seriesFile("1.2", 2, 1, 1).Data)
	f.Add(seriesFile("1.2", 1, 0, 1).Data, patient(implicitLE))
	f.Add(tinyFiles()["nested.dcm"], tinyFiles()["rle.dcm"])
	f.Fuzz(func(t *testing.T, one, other []byte) {
		s, err := Reader{Codec: blank}.Read(File{Data: one}, File{Data: other})
		if err != nil {
			checkError(t, err, "")
			return
		}
		checkScan(t, s)
		checkCopy(t, s)
	})
}

// checkCopy asks that a changed copy is read with the changed values, whatever the file is like.
func checkCopy(t *testing.T, s *scan.Scan) {
	if !s.Saveable() || s.Normalised {
		return
	}
	values := slices.Clone(s.Values)
	values[0] += float32(s.Window[1] - s.Window[0])
	s.Round(0, values[:s.Width*s.Height])
	saved, err := Encode(s, values, Saving{})
	if err != nil {
		checkError(t, err, "")
		return
	}
	back := again(t, saved)
	require.Equal(t, values[0], back.Values[0])
}

// checkScan asks for what users of a Scan rely on.
func checkScan(t *testing.T, s *scan.Scan) {
	require.Len(t, s.Values, s.Width*s.Height*s.Slices*s.Channels)
	require.True(t, s.Slices == 1 || s.Channels == 1)
	require.Less(t, s.Window[0], s.Window[1])
	for _, v := range s.Values {
		require.True(t, isFinite(float64(v)))
	}
	slice, err := s.Slice(s.Slices - 1)
	require.NoError(t, err)
	for _, n := range []scan.Normalisation{scan.Max, scan.MinMax, scan.Percentile} {
		scale, err := n.Scale(slice)
		require.NoError(t, err)
		x := make([]float32, len(slice))
		scale.Apply(x, slice)
		require.True(t, within01(x))
	}
}
