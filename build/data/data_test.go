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
	assert.ErrorContains(t, err, "none of the 1 images in "+root+" has a mask")
	write(t, 0, root, "masks", "other.png")
	_, err = List(root)
	assert.ErrorContains(t, err, "has a mask")
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
