package study

import (
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/stat"
)

// publishedFile is a file of the published study.
func publishedFile(t *testing.T, elements ...string) []byte {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(append([]string{"..", "..", "weights"}, elements...)...))
	require.NoError(t, err)
	return content
}

// TestPublishedClaimsFollowFromTheProtocolsRows holds the report's section of the protocol's models, and the figures in it, to what is published of them.
func TestPublishedClaimsFollowFromTheProtocolsRows(t *testing.T) {
	s, err := readProtocolSection(filepath.Join("..", "..", "weights", folder), "hippocampus", "")
	require.NoError(t, err)
	files := map[string][]byte{}
	text, err := s.write(files)
	require.NoError(t, err)
	assert.Contains(t, string(publishedFile(t, "STUDY.md")), "\n"+text+"\n## ", "go run ./build study claims -publish weights/STUDY.md writes it anew")
	short, err := s.short()
	require.NoError(t, err)
	assert.Equal(t, string(publishedFile(t, "STUDY.md")), inShort(string(publishedFile(t, "STUDY.md")), short), "and what it came to, in short")
	require.NotEmpty(t, files)
	for name, content := range files {
		require.NotEmpty(t, told(content), name)
		assert.Equal(t, told(content), told(publishedFile(t, folder, name)), "what the points of %s tell", name)
	}
}

// TestPublishedClaimsAreWhatPlainFormulasSay recomputes every number of that section.
func TestPublishedClaimsAreWhatPlainFormulasSay(t *testing.T) {
	dir := filepath.Join("..", "..", "weights", folder, claimsFolder)
	if _, err := os.Stat(filepath.Join(dir, claimsRows)); os.IsNotExist(err) {
		t.Skip("skipped: no rows of the protocol's models are published yet")
	}
	rows, err := unpack(publishedFile(t, folder, claimsFolder, claimsRows))
	require.NoError(t, err)
	models, err := csv.NewReader(strings.NewReader(string(publishedFile(t, folder, claimsFolder, modelsFile)))).ReadAll()
	require.NoError(t, err)
	report, parameters := string(publishedFile(t, "STUDY.md")), map[string]float64{}
	for _, m := range models[1:] {
		require.Len(t, m[1], 16, "a digest")
		if parameters[m[0]], err = strconv.ParseFloat(m[2], 64); err != nil {
			t.Fatal(err)
		}
		var scores []string
		for _, text := range m[4:7] {
			v, err := strconv.ParseFloat(text, 64)
			require.NoError(t, err)
			scores = append(scores, three(v))
		}
		assert.Contains(t, report, fmt.Sprintf("| %s | %.2f M | %s | ", strings.TrimPrefix(m[0], "hippocampus-"), parameters[m[0]]/1e6, strings.Join(scores, " | ")))
	}
	holdToRows(t, report, string(rows), parameters, func(name string) []byte { return publishedFile(t, folder, "hippocampus-claim-"+name+".svg") })
	assert.Equal(t, string(publishedFile(t, folder, protocolFile)), string(publishedFile(t, folder, claimsFolder, protocolFile)), "the protocol has not changed since")
}

// TestPublishedLinesOverEpsilonFollowFromTheirRows recomputes what the points of the figure over ε tell.
func TestPublishedLinesOverEpsilonFollowFromTheirRows(t *testing.T) {
	unpacked, err := unpack(publishedFile(t, folder, levelsRows))
	require.NoError(t, err)
	rows := string(unpacked)
	var want []string
	for level, epsilon := range map[string]string{"1": "0.00392157 scan", "2": "0.00784314 scan", "4": "0.0156863 scan", "8": "0.0313725 scan"} {
		p := readPlain(t, rows, epsilon)
		require.Len(t, p.patients, 30)
		for _, m := range p.models {
			for method := range p.of[m] {
				said := func(place string, of func(who string) float64) {
					values := p.over(of)
					want = append(want, fmt.Sprintf("%s, %s: %s %s", method, place, three(stat.Mean(values, nil)), around(stat.Mean(values, nil), halfWidth(values, 0.95, 1))))
				}
				said(level, func(who string) float64 { return p.least(m, who, method) })
				if level == "1" {
					said("0", func(who string) float64 { return p.clean(m, who) })
				}
			}
		}
	}
	assert.ElementsMatch(t, want, told(publishedFile(t, folder, "hippocampus-claim-levels.svg")))
	digests, err := Digests(filepath.Join("..", "..", "weights", folder, "hippocampus-robust-"+modelsFile))
	require.NoError(t, err)
	require.Len(t, digests, 2)
	for name, want := range digests {
		assert.Equal(t, want, digest(publishedFile(t, name+extension)), "%s: the weights that are bundled", name)
	}
}

// TestPublishedKindsOfTheFigureFollowFromTheirRows recounts what the cells of the figure of kinds tell.
func TestPublishedKindsOfTheFigureFollowFromTheirRows(t *testing.T) {
	text, err := unpack(publishedFile(t, folder, kindsRows))
	require.NoError(t, err)
	records, err := csv.NewReader(strings.NewReader(string(text))).ReadAll()
	require.NoError(t, err)
	column := map[string]int{}
	for i, name := range records[0] {
		column[name] = i
	}
	ways := []string{"as its own kind", "as another kind", "not found"}
	counts := map[[3]string]int{}
	all := map[[2]string]int{}
	for _, r := range records[1:] {
		if r[column["loss"]] == "noise" {
			continue
		}
		way := func(union, own string) string {
			u, err := strconv.ParseFloat(r[column[union]], 64)
			require.NoError(t, err)
			o, err := strconv.ParseFloat(r[column[own]], 64)
			require.NoError(t, err)
			switch {
			case u < 0.5:
				return ways[2]
			case o < 0.5:
				return ways[1]
			}
			return ways[0]
		}
		for mark, kind := range map[string]string{"_gl_": "glioma", "_me_": "meningioma", "_pi_": "pituitary tumour"} {
			if strings.Contains(r[column["image"]], mark) {
				was := way("dice_before", "true_before")
				counts[[3]string{kind, was, way("dice_after", "true_after")}]++
				all[[2]string{kind, was}]++
			}
		}
	}
	var want []string
	for _, kind := range []string{"glioma", "meningioma", "pituitary tumour"} {
		for _, was := range ways {
			for _, is := range ways {
				n, of := counts[[3]string{kind, was, is}], all[[2]string{kind, was}]
				want = append(want, fmt.Sprintf("%s, before %s, after %s: %d of %d (%.0f %%)", kind, was, is, n, of, 100*float64(n)/float64(of)))
			}
		}
	}
	assert.Equal(t, want, told(publishedFile(t, folder, "brain-claim-kinds.svg")))
}
