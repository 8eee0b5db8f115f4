package formats

import (
	"path"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestRowsOfTheTableAreTheirOwn(t *testing.T) {
	seen := map[string]bool{}
	for _, f := range table() {
		for _, word := range slices.Concat([]string{f.name}, f.endings) {
			assert.False(t, seen[word], word)
			seen[word] = true
		}
		assert.NotEmpty(t, f.title)
		assert.NotNil(t, f.sniff, f.name)
	}
}

func TestFilesBeginAsOneKindOnlyWhoseEndingTheyHave(t *testing.T) {
	for name, file := range tinyFiles() {
		var kinds []string
		for _, f := range table() {
			if f.sniff(file) {
				kinds = append(kinds, f.name)
				assert.True(t, slices.ContainsFunc(f.endings, func(ending string) bool { return strings.HasSuffix(name, ending) }), "%s is no %s", name, f.title)
			}
		}
		assert.Len(t, kinds, 1, "%s: %v", name, kinds)
	}
}

func TestScansSayWhetherTheirKindCanNameSomebody(t *testing.T) {
	for name, file := range tinyFiles() {
		array := slices.Contains([]string{".npy", ".npz"}, path.Ext(name))
		assert.Equal(t, !array, decode(t, file).Identifiable, name)
	}
}

func TestEveryKindThatWritesMasksReadsThem(t *testing.T) {
	tried := 0
	for _, f := range table() {
		if f.writeMask == nil {
			continue
		}
		tried++
		s := decode(t, tinyFiles()["grey.png"])
		if f.name == "dicom" { // which refers to its scan
			s = decode(t, dicomFileOf(explicitLE, greyDICOM(2, 2, 8, dicomElement{tagPosition, "DS", `1\2\3`}, dicomElement{tagOrientation, "DS", `1\0\0\0\1\0`},
				dicomElement{tagPixelSpacing, "DS", `0.5\0.25`}, dicomElement{tagPixelData, "OB", []byte{1, 2, 3, 4}})...))
		}
		for _, classes := range [][2]uint8{{2, 2}, {1, 31}, {32, 32}, {7, 200}, {254, 255}} {
			mask := s.NewMask()
			mask.Add(classes[0], 0, []uint8{0, 1, 0, 0})
			mask.Add(classes[1], 0, []uint8{0, 0, 1, 0})
			saved, err := WriteMask(f.name, mask, 0, s)
			require.NoError(t, err)
			back, err := maskOn(s, packedAs(saved))
			require.NoError(t, err)
			assert.Equal(t, mask.Layers, back.Layers, "%s of the classes %v", f.name, classes)
		}
	}
	assert.Equal(t, 3, tried)
}
