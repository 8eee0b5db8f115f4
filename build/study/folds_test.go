package study

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"segfault/build/data"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestEveryPatientIsTestedInOneFoldAndEveryGroupInEach(t *testing.T) {
	root, out := t.TempDir(), filepath.Join(t.TempDir(), "folds")
	grey := make([]float32, side*side)
	folders := []string{filepath.Join(root, "train"), filepath.Join(root, "test")}
	for i := range 12 { // two groups of six, of two slices each
		for slice := range 2 {
			name := fmt.Sprintf("SC-%s-%02d-%d.png", []string{"HYP", "N"}[i%2], i, slice)
			for _, part := range []string{"images", "masks"} {
				writeGrey(t, filepath.Join(folders[i/6], part, name), grey, side)
			}
		}
	}
	f := Folds{Data: folders, Patient: `^SC-[A-Z]+-\d+`, Group: `^SC-[A-Z]+`, N: 3, Out: out}
	sizes, err := f.Write()
	require.NoError(t, err)
	assert.Equal(t, []int{4, 4, 4}, sizes)
	patient, err := patients(f.Patient)
	require.NoError(t, err)
	tested := map[string]int{}
	for k := 1; k <= f.N; k++ {
		in, groups := map[string]string{}, map[string]int{}
		for _, part := range []string{"train", "val", "test"} {
			pairs, err := data.List(filepath.Join(out, fmt.Sprint(k), part))
			require.NoError(t, err)
			for _, p := range pairs {
				who := patient(p.Name)
				assert.Contains(t, []string{"", part}, in[who], "no patient is in two parts")
				in[who] = part
				if part == "test" {
					tested[who]++
					groups[p.Name[:5]]++
				}
				s, err := p.Open()
				require.NoError(t, err)
				assert.Equal(t, side, s.Scan.Width)
			}
		}
		assert.Len(t, in, 12)
		assert.Equal(t, map[string]int{"SC-HY": 4, "SC-N-": 4}, groups)
	}
	assert.Len(t, tested, 12)
	for who, n := range tested {
		assert.Equal(t, 2, n, who)
	}
	_, err = f.Write()
	assert.ErrorContains(t, err, "is there already")
	f.N = 13
	_, err = f.Write()
	assert.ErrorContains(t, err, "13 folds of 12 patients")
}

func TestFoldsTakeTheVoxelsOfHeadersAndNoNameTwice(t *testing.T) {
	root, out := t.TempDir(), filepath.Join(t.TempDir(), "folds")
	for i := range 3 {
		for _, part := range []string{"images", "masks"} {
			at := filepath.Join(root, part, fmt.Sprint(i))
			require.NoError(t, os.MkdirAll(filepath.Dir(at), 0o755))
			text := fmt.Sprintf("ObjectType = Image\nNDims = 2\nDimSize = 2 2\nElementType = MET_UCHAR\nElementDataFile = %d.raw\n", i)
			require.NoError(t, os.WriteFile(at+".mhd", []byte(text), 0o644))
			require.NoError(t, os.WriteFile(at+".raw", []byte{0, 1, 1, 0}, 0o644))
		}
	}
	f := Folds{Data: []string{root, root}, N: 3, Out: out}
	_, err := f.Write()
	assert.ErrorContains(t, err, "there is a scan called 0 in "+root+" and in "+root)
	f.Data = []string{root}
	_, err = f.Write()
	require.NoError(t, err, "nothing was left by what was refused")
	pairs, err := data.List(filepath.Join(out, "1", "train"))
	require.NoError(t, err)
	_, err = pairs[0].Open()
	assert.NoError(t, err)
}
