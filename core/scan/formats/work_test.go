package formats

import (
	"bytes"
	"compress/zlib"
	"math/bits"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Files that ask for far more work than their pictures are large. What they would have cost is no matter of time here: each must be refused
// by its budget, before it has taken the memory that goes with the work.

func checkRefusal(t *testing.T, name, why string, file []byte) {
	t.Helper()
	took := allocated(func() {
		_, err := Decode("", file)
		checkError(t, err, name)
		assert.ErrorContains(t, err, why, name)
	})
	assert.Less(t, took, int64(8*len(file)+2*freeWork+overhead), name)
}

const (
	muchWork = "asks for far more work than its picture is large, as damaged or hostile files do; export it again"
	damaged  = "is damaged or incomplete; copy or export it again"
)

func zlibbed(data []byte) []byte {
	var b bytes.Buffer
	w, _ := zlib.NewWriterLevel(&b, zlib.BestCompression)
	w.Write(data)
	w.Close()
	return b.Bytes()
}

// manyPages repeats the only directory of a file.
func manyPages(file []byte, count int) []byte {
	at := int(le.Uint32(file[4:]))
	directory := file[at:]
	out := bytes.Clone(file[:at])
	for i := range count {
		next := uint32(0)
		if i+1 < count {
			next = uint32(at + (i+1)*len(directory))
		}
		out = append(append(out, directory[:len(directory)-4]...), encode(le, next)...)
	}
	return out
}

func TestTIFFsOfMuchWorkAreRefused(t *testing.T) {
	deflated := tiffEntry{field: tiffCompression, shorts: []uint16{8}}
	tile := zlibbed(make([]byte, 4096*4096))
	tiles := func(width, height uint32, side uint16, offsets, lengths []uint16) []tiffEntry {
		return sized(width, height, deflated, tiffEntry{field: tiffTileWidth, shorts: []uint16{side}}, tiffEntry{field: tiffTileHeight, shorts: []uint16{side}},
			tiffEntry{field: tiffTileOffsets, shorts: offsets}, tiffEntry{field: tiffTileBytes, shorts: lengths})
	}
	colours := make([]uint16, 3<<16)
	colours[0] = 300
	palette := []tiffEntry{{field: tiffWidth, long: 1}, {field: tiffHeight, long: 1}, {field: tiffBits, shorts: []uint16{16}}, {field: tiffPhotometric, shorts: []uint16{3}}, {field: tiffColours, shorts: colours}}
	shared := make([]uint16, 60000)
	for i := range shared {
		shared[i] = 8
	}
	reversed := append(sized(1, 1, deflated, tiffEntry{field: tiffFillOrder, shorts: []uint16{2}}), tiffEntry{field: tiffStripBytes, long: 1 << 20})
	strip := make([]byte, 1<<20)
	copy(strip, zlibbed([]byte{0}))
	for i, b := range strip {
		strip[i] = bits.Reverse8(b)
	}
	for name, file := range map[string][]byte{
		"tiles larger than their pictures": manyPages(tiffOf(le, [][]byte{tile}, tiles(1, 1, 4096, []uint16{8}, []uint16{uint16(len(tile))})), 1200),
		"one tile of half a gigabyte":      tiffOf(le, [][]byte{append(tile, make([]byte, 500_000)...)}, tiles(1, 1, 8192, []uint16{8}, nil)),
		"a palette for each pixel":         manyPages(tiffOf(le, [][]byte{{0, 0}}, palette), 4000),
		"tiles of one pixel":               tiffOf(le, [][]byte{zlibbed([]byte{0})}, tiles(300, 200, 1, shared, shared)),
		"strips that are the whole file":   manyPages(tiffOf(le, [][]byte{strip}, reversed), 2000),
	} {
		checkRefusal(t, name, muchWork, file)
	}
}

func TestTIFFDirectoriesThatOverlapAreRefused(t *testing.T) {
	// Each directory begins two bytes behind the one before and has as many entries as the file has room for.
	file := append([]byte("II*\x00\x08\x00\x00\x00"), make([]byte, 64<<10)...)
	const entries = 1000
	for at := 8; at < 4000; at += 2 {
		le.PutUint16(file[at:], entries)
		le.PutUint32(file[at+2+12*entries:], uint32(at+2))
	}
	checkRefusal(t, "overlapping", damaged, file)

	circle := tiffOf(le, [][]byte{{1, 2}, {3, 4}}, page(8, 1, 1, 1), page(8, 1, 1, 1))
	copy(circle[len(circle)-4:], circle[4:8])
	checkRefusal(t, "in a circle", damaged, circle)
	copy(circle[4:], []byte{255, 255, 255, 255})
	checkRefusal(t, "beyond the end", damaged, circle)
}

func TestLargeTilesOfSmallPicturesAreRead(t *testing.T) {
	tile := make([]byte, 512*512)
	tile[1] = 7
	packed := zlibbed(tile)
	entries := sized(2, 1, tiffEntry{field: tiffCompression, shorts: []uint16{8}}, tiffEntry{field: tiffTileWidth, shorts: []uint16{512}}, tiffEntry{field: tiffTileHeight, shorts: []uint16{512}},
		tiffEntry{field: tiffTileOffsets, shorts: []uint16{8}}, tiffEntry{field: tiffTileBytes, shorts: []uint16{uint16(len(packed))}})
	assert.Equal(t, []float32{0, 7}, decode(t, tiffOf(le, [][]byte{packed}, entries)).Values)
}

// progressive is a grey JPEG of so many scans over all blocks, with nothing in them.
func progressive(side uint16, scans int) []byte {
	file := []byte{0xff, 0xd8, 0xff, 0xdb, 0, 67, 0}
	file = append(file, bytes.Repeat([]byte{1}, 64)...)
	file = append(append(append(file, 0xff, 0xc2, 0, 11, 8), encode(be, []uint16{side, side})...), 1, 1, 0x11, 0)
	for _, table := range []byte{0x00, 0x10} { // of DC and AC, one symbol each: no difference, and the longest run of empty blocks
		file = append(append(file, 0xff, 0xc4, 0, 20, table, 1), make([]byte, 15)...)
		file = append(file, table>>4*0xe0)
	}
	blocks := int(side+7) / 8 * int(side+7) / 8
	file = append(append(file, 0xff, 0xda, 0, 8, 1, 1, 0, 0, 0, 0), make([]byte, blocks/8+1)...)
	for range scans {
		file = append(file, 0xff, 0xda, 0, 8, 1, 1, 0, 1, 63, 0)
		for range blocks/16384 + 1 {
			file = append(file, 0x40, 0, 0x7f, 0) // a run each
		}
	}
	return append(file, 0xff, 0xd9)
}

func TestJPEGOfManyScansIsRefused(t *testing.T) {
	assert.Equal(t, 1000, decode(t, progressive(1000, 6)).Width, "as many as an encoder may make")
	checkRefusal(t, "3000 scans", muchWork, progressive(4000, 3000))
	file, err := os.ReadFile(filepath.Join(shared(t, "formats-3"), "hostile", "many-scans.jpg"))
	require.NoError(t, err)
	checkRefusal(t, "of the trial", muchWork, file)
}

func TestHostileTIFFsOfTheTrialAreRefused(t *testing.T) {
	for _, name := range []string{"hostile-tiles.tif", filepath.Join("hostile", "many-palettes.tif")} {
		file, err := os.ReadFile(filepath.Join(shared(t, "formats-3"), name))
		require.NoError(t, err)
		checkRefusal(t, name, muchWork, file)
	}
}
