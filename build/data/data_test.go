package data

import (
	"image"
	"image/png"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// write makes a grey picture of width×2, or a file of text where width is 0.
func write(t *testing.T, width int, path ...string) {
	t.Helper()
	file := filepath.Join(path...)
	require.NoError(t, os.MkdirAll(filepath.Dir(file), 0o755))
	out, err := os.Create(file)
	require.NoError(t, err)
	defer out.Close()
	if width == 0 {
		_, err = out.WriteString("no picture")
	} else {
		err = png.Encode(out, image.NewGray(image.Rect(0, 0, width, 2)))
	}
	require.NoError(t, err)
}

func TestPairsShareTheirName(t *testing.T) {
	root := t.TempDir()
	for _, name := range []string{"b.png", "a.jpg", "c.nii.gz", "d.v2.png", ".hidden"} {
		write(t, 0, root, "images", name)
	}
	for _, name := range []string{"a.png", "b.npy", "c.nii", "d.v2.png", "e.png"} {
		write(t, 0, root, "masks", name)
	}
	write(t, 0, root, "images", "folder", "x.png")
	pairs, err := List(root)
	require.NoError(t, err)
	var names []string
	for _, p := range pairs {
		names = append(names, p.Name)
		assert.NotEmpty(t, p.Mask)
	}
	assert.Equal(t, []string{"a", "b", "c", "d.v2"}, names)
}

func TestFolderWithoutMasksIsOneError(t *testing.T) {
	root := t.TempDir()
	_, err := List(root)
	assert.ErrorContains(t, err, "expected a folder with images/ and masks/")
	write(t, 0, root, "images", "a.png")
	_, err = List(root)
	assert.ErrorContains(t, err, "of 1 image in "+root+" none has a mask")
	write(t, 0, root, "masks", "other.png")
	_, err = List(root)
	assert.ErrorContains(t, err, "has a mask")
}

func TestScanIsFoundAmongWhatLiesBesideIt(t *testing.T) {
	root := t.TempDir()
	header := "ObjectType = Image\nNDims = 2\nDimSize = 4 2\nElementType = MET_UCHAR\nElementDataFile = a.raw\n"
	for _, folder := range []string{"images", "masks"} {
		for name, text := range map[string]string{"a.mhd": header, "a.raw": "\x01\x00\x01\x00\x01\x00\x01\x00", "a.json": "{}", "b.txt": "notes"} {
			require.NoError(t, os.MkdirAll(filepath.Join(root, folder), 0o755))
			require.NoError(t, os.WriteFile(filepath.Join(root, folder, name), []byte(text), 0o644))
		}
		write(t, 4, root, folder, "b.png")
	}
	pairs, err := List(root)
	require.NoError(t, err)
	require.Len(t, pairs, 2)
	assert.Equal(t, []string{"a.mhd", "b.png"}, []string{filepath.Base(pairs[0].Image), filepath.Base(pairs[1].Image)})
	first, err := Digest(pairs)
	require.NoError(t, err)
	for _, p := range pairs {
		_, err := p.Open()
		assert.NoError(t, err)
	}
	require.NoError(t, os.WriteFile(filepath.Join(root, "images", "a.raw"), make([]byte, 8), 0o644))
	second, err := Digest(pairs)
	require.NoError(t, err)
	assert.NotEqual(t, first, second, "other voxels are other data")

	write(t, 4, root, "images", "b.jpg")
	_, err = List(root)
	assert.ErrorContains(t, err, "data: b.jpg and b.png in "+filepath.Join(root, "images")+" have one name")
}

func TestHeaderNamesItsVoxelsAndNoOthers(t *testing.T) {
	root := t.TempDir()
	for name, text := range map[string]string{"11.mhd": "ElementDataFile = 11.raw", "11.raw": "", "1.raw": "", "11.raw.txt": ""} {
		require.NoError(t, os.WriteFile(filepath.Join(root, name), []byte(text), 0o644))
	}
	beside, err := Beside(filepath.Join(root, "11.mhd"))
	require.NoError(t, err)
	assert.Equal(t, []string{filepath.Join(root, "11.raw")}, beside)
}

func TestFolderOfAnyNameIsSearched(t *testing.T) {
	root := filepath.Join(t.TempDir(), "fork [1] *?")
	write(t, 0, root, "a", "x.csv")
	write(t, 0, root, "a", "x.txt")
	found, err := Matching(root, "a/*.csv")
	require.NoError(t, err)
	assert.Equal(t, []string{filepath.Join(root, "a", "x.csv")}, found)
}

func TestVoxelsOfAHeaderMayBeLinks(t *testing.T) {
	there, here := t.TempDir(), t.TempDir()
	for _, name := range []string{"a.hdr", "a.img"} {
		require.NoError(t, os.WriteFile(filepath.Join(there, name), nil, 0o644))
		require.NoError(t, os.Symlink(filepath.Join(there, name), filepath.Join(here, name)))
	}
	beside, err := Beside(filepath.Join(here, "a.hdr"))
	require.NoError(t, err)
	assert.Equal(t, []string{filepath.Join(here, "a.img")}, beside)
}

func TestUnusablePairsAreNamed(t *testing.T) {
	root := t.TempDir()
	write(t, 0, root, "images", "unreadable.png")
	write(t, 4, root, "masks", "unreadable.png")
	write(t, 4, root, "images", "wide.png")
	write(t, 6, root, "masks", "wide.png")
	write(t, 4, root, "images", "alone.png")
	pairs, err := List(root)
	require.NoError(t, err)
	for i, says := range []string{"alone.png has no mask", "unreadable.png: scan:", "the mask wide.png: scan: the mask is 6×2"} {
		_, err := pairs[i].Open()
		assert.ErrorContains(t, err, says)
	}
}

func TestClassesAreFoundByTheirMarks(t *testing.T) {
	classes, err := ParseClasses("gl:glioma,me:meningioma")
	require.NoError(t, err)
	assert.Equal(t, 1, ClassOf("test_1_me_ax", classes))
	assert.Equal(t, -1, ClassOf("test_1_pi_ax", classes))
	assert.Equal(t, 0, ClassOf("anything", classes[:1]))
	_, err = ParseClasses("glioma")
	assert.ErrorContains(t, err, `MARK:NAME,MARK:NAME, found "glioma"`)
}
