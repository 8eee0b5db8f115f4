package formats

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// wideZip moves all sizes and positions of an archive to where ZIP64 has them.
func wideZip(file []byte) []byte {
	end := bytes.LastIndex(file, []byte("PK\x05\x06"))
	count, at := le.Uint16(file[end+10:]), int(le.Uint32(file[end+16:]))
	out := bytes.Clone(file[:at])
	for entry := file[at:end]; len(entry) > 0; {
		name, rest := int(le.Uint16(entry[28:])), int(le.Uint16(entry[30:]))+int(le.Uint16(entry[32:]))
		wide := binary.LittleEndian.AppendUint16(binary.LittleEndian.AppendUint16(nil, 1), 24)
		for _, field := range []int{24, 20, 42} {
			wide = le.AppendUint64(wide, uint64(le.Uint32(entry[field:])))
		}
		head := bytes.Clone(entry[:46+name])
		for _, field := range []int{20, 24, 42} {
			le.PutUint32(head[field:], math.MaxUint32)
		}
		le.PutUint16(head[30:], uint16(4+len(wide)))
		le.PutUint16(head[32:], 0)
		out = append(append(append(out, head...), 0xff, 0xca, 0, 0), wide...) // behind another field
		entry = entry[46+name+rest:]
	}
	record := append([]byte("PK\x06\x06"), make([]byte, 52)...)
	le.PutUint64(record[4:], 44)
	le.PutUint64(record[24:], uint64(count))
	le.PutUint64(record[32:], uint64(count))
	le.PutUint64(record[40:], uint64(len(out)-at))
	le.PutUint64(record[48:], uint64(at))
	locator := append([]byte("PK\x06\x07"), make([]byte, 16)...)
	locator[16] = 1
	le.PutUint64(locator[8:], uint64(len(out)))
	out = append(append(out, record...), locator...)
	tail := bytes.Clone(file[end:])
	copy(tail[10:], bytes.Repeat([]byte{255}, 10))
	return append(out, tail...)
}

func TestWideArchiveIsReadAsTheNarrowOneIs(t *testing.T) {
	file := tinyFiles()["wide.npz"]
	assert.Equal(t, []float32{1, 2, 3, 4}, decode(t, file).Values)
	_, err := zip.NewReader(bytes.NewReader(file), int64(len(file)))
	require.NoError(t, err, "others read it, too")
}

func TestArchiveOfSeveralImagesIsRefusedUnlessOneIsNamed(t *testing.T) {
	one, other := npyFile("|u1", "False", "(1, 2)", []byte{1, 2}), npyFile("|u1", "False", "(1, 2)", []byte{3, 4})
	_, err := Decode("", npzFile(map[string][]byte{"a": one, "b": other}))
	assert.EqualError(t, err, "scan: the NPZ holds several images; name one of them image, or save it alone with numpy.save")
	assert.Equal(t, []float32{3, 4}, decode(t, npzFile(map[string][]byte{"a": one, "image": other})).Values)
}

func TestAnArchiveMayHoldAnImageAndItsMask(t *testing.T) {
	picture, labels := npyFile("|u1", "False", "(1, 2)", []byte{7, 9}), npyFile("|b1", "False", "(1, 2)", []byte{0, 1})
	for _, names := range [][2]string{{"image", "label"}, {"imgs", "gts"}, {"flair", "seg"}, {"image", "truth"}} {
		file := npzFile(map[string][]byte{names[0]: picture, names[1]: labels})
		s := decode(t, file)
		assert.Equal(t, []float32{7, 9}, s.Values, names)
		mask, err := maskOn(s, file)
		require.NoError(t, err, names)
		assert.Equal(t, [][]uint8{{0, 1}}, mask.Layers, names)
	}
	for _, name := range []string{"image", "label", "pixels"} { // a file of its own
		file := npzFile(map[string][]byte{name: labels})
		assert.Equal(t, []float32{0, 1}, decode(t, file).Values, name)
		assert.Equal(t, [][]uint8{{0, 1}}, decodeMask(t, file).Layers, name)
	}
}

func TestArchiveOfOtherFilesIsToldToBeUnpacked(t *testing.T) {
	var file bytes.Buffer
	z := zip.NewWriter(&file)
	_, err := z.Create("IM0001.dcm")
	require.NoError(t, err)
	require.NoError(t, z.Close())
	_, err = Decode("series.zip", file.Bytes())
	assert.ErrorContains(t, err, "scan: the ZIP archive holds no NumPy array that is an image; if it is packed files, unpack them and open those, else choose ")
}

func TestArraysBesideTheImageMayBeOfAnyKind(t *testing.T) {
	image := npyFile("|u1", "False", "(1, 2)", []byte{1, 2})
	assert.Equal(t, []float32{1, 2}, decode(t, npzFile(map[string][]byte{"a": npyFile("|O", "False", "(1,)", []byte("pickled")), "pixels": image})).Values)
	_, err := Decode("", npzFile(map[string][]byte{"a": npyFile("|O", "False", "(1,)", []byte("pickled"))}))
	assert.ErrorContains(t, err, `scan: the NPY has dtype "|O"`)
}

func TestArchiveWhoseSumDiffersIsRefused(t *testing.T) {
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	f, _ := w.CreateHeader(&zip.FileHeader{Name: "a.npy", Method: zip.Store})
	f.Write(npyFile("|u1", "False", "(1, 2)", []byte{1, 2}))
	w.Close()
	file := b.Bytes()
	assert.Equal(t, []float32{1, 2}, decode(t, file).Values)
	file[bytes.Index(file, []byte("\x01\x02PK"))]++
	_, err := Decode("", file)
	checkError(t, err, "another value")
}

// sharedZip is an archive whose directory names one member many times.
func sharedZip(count int, member []byte) []byte {
	return repeated(count, npzFile(map[string][]byte{"a": member}))
}

// repeated is an archive of one member with a directory that names it so often.
func repeated(count int, file []byte) []byte {
	end := bytes.LastIndex(file, []byte("PK\x05\x06"))
	at := int(le.Uint32(file[end+16:]))
	out := append(file[:at:at], bytes.Repeat(file[at:end], count)...)
	tail := bytes.Clone(file[end:])
	le.PutUint16(tail[10:], uint16(count))
	le.PutUint32(tail[12:], uint32(count*(end-at)))
	return append(out, tail...)
}

// packedZip is such an archive of a member that is packed already.
func packedZip(count int, packed, member []byte) []byte {
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	f, _ := w.CreateRaw(&zip.FileHeader{Name: "a.npy", Method: zip.Deflate, CRC32: crc32.ChecksumIEEE(member), CompressedSize64: uint64(len(packed)), UncompressedSize64: uint64(len(member))})
	f.Write(packed)
	w.Close()
	return repeated(count, b.Bytes())
}

func TestArchivesOfMuchWorkAreRefused(t *testing.T) {
	list := npyFile("|u1", "False", "(5000,)", make([]byte, 5000))
	far := append([]byte("\x93NUMPY\x02\x00"), encode(le, uint32(60000))...)
	far = append(far, fmt.Sprintf("%-60000s", "{'descr': '|u1', 'fortran_order': True, 'shape': (3,)}")...)
	large := npyFile("|u1", "False", "(8000, 8000)", make([]byte, 64_000_000))
	for name, file := range map[string][]byte{
		"lists that share a member": sharedZip(60000, list), "long headers": sharedZip(2000, far), "large images": sharedZip(2000, large),
	} {
		took := allocated(func() {
			_, err := Decode("", file)
			checkError(t, err, name)
		})
		assert.Less(t, took, int64(8*len(file)+2*freeWork+overhead), name)
	}
}

func TestWhatMembersOfAnArchiveShareIsNotInflatedForEach(t *testing.T) {
	list := npyFile("|u1", "False", "(5,)", make([]byte, 5))
	packed := append(bytes.Repeat([]byte{0, 0, 0, 0xff, 0xff}, 200_000), deflate(list)...) // behind blocks of nothing
	_, err := Decode("", packedZip(100, packed, list))
	assert.ErrorContains(t, err, "asks for far more work than its picture is large")
}

func TestHostileArchiveOfTheTrialIsRefused(t *testing.T) {
	_, files := trialFiles(t, "hostile-shared-member.npz")
	for name, file := range files {
		took := allocated(func() {
			_, err := Decode("", file)
			checkError(t, err, name)
		})
		assert.Less(t, took, int64(overhead))
	}
}
