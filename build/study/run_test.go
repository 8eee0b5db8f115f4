package study

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"segfault/build/data"
	"segfault/core/attack"
	"segfault/core/metrics"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// attacksOf is how many rows a study of two models on n slices has.
func attacksOf(n int) int { return n * 2 * 8 }

func lines(text string) int { return strings.Count(text, "\n") }

func TestStudyStoppedAfterAnyByteGoesOnWithoutLossOrRepetition(t *testing.T) {
	c := config(t, 2)
	want := finish(t, c)
	require.Equal(t, attacksOf(2)+1, lines(want["rows.csv"]))
	path := c.Shard.rows(c.Out)
	whole, err := os.ReadFile(path)
	require.NoError(t, err)
	var cuts []int
	for first := 0; first < len(whole); {
		end := first + bytes.IndexByte(whole[first:], '\n') + 1
		cuts = append(cuts, first, (first+end)/2, end-1) // before a line, within it, and before its end
		first = end
	}
	for _, cut := range append(cuts, len(whole)) {
		require.NoError(t, os.WriteFile(path, whole[:cut], 0o644))
		require.NoError(t, os.Remove(c.Shard.left(c.Out)))
		_, err := Gather(c.Out)
		require.ErrorContains(t, err, "shard 1/1 is missing or was stopped")
		require.NoError(t, Run(context.Background(), c))
		after, err := os.ReadFile(path)
		require.NoError(t, err)
		kept := wholeLines(whole[:cut])
		require.True(t, bytes.HasPrefix(after, kept), "cut at byte %d: rows that were there are kept", cut)
		require.Equal(t, attacksOf(2)+1, lines(string(after)), "cut at byte %d: no row twice", cut)
		results, err := Gather(c.Out)
		require.NoError(t, err)
		require.NoError(t, results[0].writeRows())
		rows, err := os.ReadFile(filepath.Join(c.Out, "rows.csv"))
		require.NoError(t, err)
		require.Equal(t, want["rows.csv"], string(rows), "cut at byte %d", cut)
	}
	assert.Equal(t, want, published(t, c.Out))
}

// stop cancels at the first line that is logged.
type stop struct{ cancel func() }

func (s stop) Write(p []byte) (int, error) { s.cancel(); return len(p), nil }

func TestCancelledStudyKeepsWhatItComputed(t *testing.T) {
	c := config(t, 4)
	c.Cores = 1
	want := finish(t, c)
	c.Out += "-stopped"
	ctx, cancel := context.WithCancel(context.Background())
	c.Log = stop{cancel}
	require.ErrorIs(t, Run(ctx, c), context.Canceled)
	rows, err := readJournals(c.Out)
	require.NoError(t, err)
	assert.NotEmpty(t, rows)
	assert.Less(t, len(rows), attacksOf(4))
	var log bytes.Buffer
	c.Log = &log
	assert.Equal(t, want, finish(t, c))
	assert.Contains(t, log.String(), fmt.Sprintf("going on after %d of %d attacks", len(rows), attacksOf(4)))
	assert.Contains(t, log.String(), fmt.Sprintf("%d of %d attacks, 0s left", attacksOf(4), attacksOf(4)))
}

func TestShardsMergeToTheOneRun(t *testing.T) {
	c := config(t, 7)
	want := finish(t, c)
	one := c
	one.Out += "-shards"
	var apart []string
	for i := range 3 {
		one.Shard = Shard{i + 1, 3}
		require.NoError(t, Run(context.Background(), one))
		other := one // on a machine without a common disk
		other.Out = fmt.Sprint(c.Out, "-", i)
		require.NoError(t, Run(context.Background(), other))
		apart = append(apart, other.Out)
		if i < 2 {
			_, err := Gather(one.Out)
			require.ErrorContains(t, err, fmt.Sprintf("shard %d/3 is missing", i+2))
		}
	}
	assert.Equal(t, want, published(t, one.Out))
	assert.Equal(t, want, published(t, apart...))
}

func TestStudyBegunWholeIsFinishedInShards(t *testing.T) {
	c := config(t, 4)
	want := finish(t, c)
	require.NoError(t, os.Remove(c.Shard.left(c.Out)))
	for i := range 2 {
		c.Shard = Shard{i + 1, 2}
		require.NoError(t, Run(context.Background(), c))
		rows, err := os.ReadFile(c.Shard.rows(c.Out))
		require.NoError(t, err)
		assert.Equal(t, 1, lines(string(rows)), "its rows are known from the whole run")
	}
	assert.Equal(t, want, published(t, c.Out))
}

func TestUnusableScansAreNamedAndTheRestGoesOn(t *testing.T) {
	c := config(t, 3)
	file := func(folder, name string) string { return filepath.Join(c.Data, folder, name) }
	picture := slices.Repeat([]float32{0.5, 1}, side*side/2)
	writeGrey(t, file("images", "a_unreadable_gl_.png"), picture, side)
	require.NoError(t, os.WriteFile(file("images", "a_unreadable_gl_.png"), []byte("\x89PNG\r\n\x1a\nno more"), 0o644))
	writeGrey(t, file("masks", "a_unreadable_gl_.png"), picture, side)
	writeGrey(t, file("images", "b_alone_gl_.png"), picture, side)
	writeGrey(t, file("images", "c_wide_gl_.png"), picture, side)
	writeGrey(t, file("masks", "c_wide_gl_.png"), picture, 2*side)
	writeGrey(t, file("images", "d_empty_gl_.png"), picture, side)
	writeGrey(t, file("masks", "d_empty_gl_.png"), make([]float32, side*side), side)
	writeGrey(t, file("images", "e_unmarked.png"), picture, side)
	half := make([]float32, side*side)
	for i := range half[:100] {
		half[i] = 1
	}
	writeGrey(t, file("masks", "e_unmarked.png"), half, side)
	speck := make([]float32, 16*side*side)
	speck[0] = 1
	writeGrey(t, file("images", "f_speck_gl_.png"), slices.Repeat(picture, 16), 4*side)
	writeGrey(t, file("masks", "f_speck_gl_.png"), speck, 4*side)

	files := finish(t, c)
	assert.Equal(t, attacksOf(3)+1, lines(files["rows.csv"]))
	for name, why := range map[string]string{
		"a_unreadable_gl_": "a_unreadable_gl_.png: scan:", "b_alone_gl_": "b_alone_gl_.png has no mask", "c_wide_gl_": "the mask is 64×16",
		"d_empty_gl_": "its mask is empty", "e_unmarked": "its name carries none of their marks", "f_speck_gl_": "its mask vanishes at 32×32",
	} {
		assert.Contains(t, c.Log.(*bytes.Buffer).String(), "left out: "+name+": ")
		line := files["STUDY.md"][strings.Index(files["STUDY.md"], "- "+name+": "):]
		assert.Contains(t, line[:strings.Index(line, "\n")], why)
	}
}

func TestFolderOfWhichNothingCanBeUsedIsAnError(t *testing.T) {
	c := config(t, 1)
	require.NoError(t, os.Rename(filepath.Join(c.Data, "masks"), filepath.Join(c.Data, "elsewhere")))
	assert.ErrorContains(t, Run(context.Background(), c), "of 1 image in "+c.Data+" none has a mask")
	writeGrey(t, filepath.Join(c.Data, "masks", "test_00_gl_ax.png"), make([]float32, side*side), side)
	assert.ErrorContains(t, Run(context.Background(), c), "of 1 scan none could be used; the first: test_00_gl_ax: its mask is empty")
	c.Data = t.TempDir()
	assert.ErrorContains(t, Run(context.Background(), c), "expected a folder with images/ and masks/")
}

func TestRowsOfAnotherStudyAreNotAddedTo(t *testing.T) {
	c := config(t, 2)
	finish(t, c)
	for what, change := range map[string]func(*Config){
		"other attacks": func(c *Config) { c.Design.Epsilons = []float32{0.1} },
		"other models or weights": func(c *Config) {
			c.Models = slices.Clone(c.Models)
			c.Models[0].Digest = "0"
		},
		"another rule for patients": func(c *Config) { c.Patient = "test" },
		"other classes":             func(c *Config) { c.Classes = marks[:2] },
	} {
		other := c
		change(&other)
		assert.ErrorContains(t, Run(context.Background(), other), "holds rows of a study with "+what)
	}
	writeBrains(t, c.Data, 3)
	assert.ErrorContains(t, Run(context.Background(), c), "holds rows of a study with other images")
}

func TestRowsOfBeforeClassesWereKeptGoOn(t *testing.T) {
	c := config(t, 1)
	old := c
	old.Classes = nil
	pairs, err := data.List(c.Data)
	require.NoError(t, err)
	require.NoError(t, old.settings(pairs).agree(c.Out))
	assert.NoError(t, Run(context.Background(), c))
}

func TestEverySliceOfAVolumeThatShowsSomethingIsAttacked(t *testing.T) {
	c := config(t, 1)
	c.Data = filepath.Join(t.TempDir(), "volumes")
	const slices = 6
	header := func(kind string) []byte {
		text := fmt.Sprintf("{'descr': '%s', 'fortran_order': False, 'shape': (%d, %d, %d), }", kind, slices, side, side)
		text += strings.Repeat(" ", 64-(len(text)+11)%64) + "\n"
		return append([]byte("\x93NUMPY\x01\x00"), append([]byte{byte(len(text)), 0}, text...)...)
	}
	volume, mask := header("|u1"), header("|u1")
	for i := range slices * side * side {
		at := i % (side * side)
		volume = append(volume, byte(i*7))
		if label := byte(i / (side * side)); label == 2 || label == 3 {
			mask = append(mask, label*byte(min(1, at/(side*side/2)))) // the lower half, class 2 or 3
		} else {
			mask = append(mask, 0)
		}
	}
	for name, content := range map[string][]byte{"images": volume, "masks": mask} {
		require.NoError(t, os.MkdirAll(filepath.Join(c.Data, name), 0o755))
		require.NoError(t, os.WriteFile(filepath.Join(c.Data, name, "volume.npy"), content, 0o644))
	}
	finish(t, c)
	results, err := Gather(c.Out)
	require.NoError(t, err)
	found := map[int]int{}
	for _, r := range results[0].Rows {
		assert.Equal(t, "volume", r.Image)
		found[r.Slice]++
	}
	assert.Equal(t, map[int]int{2: 16, 3: 16}, found)
}

func TestCellsThatLookLikeFormulasAreMadeHarmless(t *testing.T) {
	cells := []string{"=HYPERLINK(1)", "+1+1", "-x", "@SUM(A1)", "\tx", "\rx", "＝1", "'=1", "''@", "it's", "a=b", "-0.5", "+1e-3", "-Inf", "", "'"}
	content, err := encodeCSV([][]string{cells})
	require.NoError(t, err)
	assert.Equal(t, "'=HYPERLINK(1),'+1+1,'-x,'@SUM(A1),'\tx,\"'\rx\",'＝1,''=1,'''@,it's,a=b,-0.5,+1e-3,-Inf,,'\n", string(content))
	back, err := decodeCSV(content)
	require.NoError(t, err)
	assert.Equal(t, [][]string{cells}, back)
}

func TestRowIsReadAsItWasWritten(t *testing.T) {
	o := attack.Outcome{Method: attack.FGSM(), Before: metrics.Overlap{Union: 2.0 / 3, MeanDice: 0.9}, After: metrics.Overlap{Union: 0.25, MeanDice: 0.7},
		Flipped: 3, Elements: 10, Loss: 12345.678912, LInf: 0.009, L2: 1e-7, Alignment: -0.5, Deviation: 2e-8}
	m := attack.FGSM()
	m.Swapped, m.Grey = true, true
	rows := []Row{newRow(Key{`=a "name", with a comma`, 2, "model", m}, 7, o), newRow(Key{"image", 2, "model", noise(0.009)}, 7, o)}
	content, err := encodeCSV([][]string{columns, rows[0].record(), rows[1].record()})
	require.NoError(t, err)
	var back []Row
	require.NoError(t, readRows(bytes.NewReader(content), func(got Row) { back = append(back, got) }))
	assert.Equal(t, rows, back)
	r := rows[0]
	assert.True(t, r.Success)
	o.Before.Union = 1.0 / 3
	assert.False(t, newRow(r.Key, 7, o).Success, "what was missed before")
	assert.ErrorContains(t, readRows(strings.NewReader("a,b\n"), nil), "no file of rows")
	assert.ErrorContains(t, readRows(strings.NewReader(strings.Join(columns, ",")+"\nimage,x\n"), nil), "wrong number of fields")
}
