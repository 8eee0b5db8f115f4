package study

import (
	"encoding/csv"
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/stat"
)

const (
	foldsFolder  = "folds"                      // of the heart's rows
	heartPatient = `^SC-[A-Z]+(?:-[A-Z]+)?-\d+` // the part of a heart scan's name that is the patient's
)

// TestPublishedFoldsPutEveryPatientBeforeNetworksThatNeverSawThem counts who was attacked, and holds the section's tables to what the command says.
func TestPublishedFoldsPutEveryPatientBeforeNetworksThatNeverSawThem(t *testing.T) {
	rows, err := ReadSuites(filepath.Join("..", "..", "weights", folder, foldsFolder))
	require.NoError(t, err)
	require.NotEmpty(t, rows)
	of, err := patients(heartPatient)
	require.NoError(t, err)
	all, seen := len(newBattery().all()), map[string]map[string]int{}
	for _, r := range rows {
		if seen[r.Model] == nil {
			seen[r.Model] = map[string]int{}
		}
		seen[r.Model][of(r.Image)]++
	}
	for model, who := range seen {
		assert.Len(t, who, 38, model)
		for patient, n := range who {
			assert.Zero(t, n%all, "%s: %s has every attack on each of its slices", model, patient)
		}
	}
	networks, err := csv.NewReader(strings.NewReader(string(publishedFile(t, folder, foldsFolder, modelsFile)))).ReadAll()
	require.NoError(t, err)
	digests := map[string]bool{}
	for _, n := range networks[1:] {
		assert.Equal(t, n[len(n)-1] == "yes", seen[n[0]] != nil, "%s is used", n[0])
		digests[n[2]] = true
	}
	assert.Len(t, digests, len(networks)-1, "a network of its own for each fold")
	assert.Equal(t, string(publishedFile(t, folder, protocolFile)), string(publishedFile(t, folder, foldsFolder, protocolFile)), "the protocol has not changed since")

	report := string(publishedFile(t, "STUDY.md"))
	claims, err := Claims("heart", rows, heartPatient, nil)
	require.NoError(t, err)
	claims = slices.DeleteFunc(claims, func(c Claim) bool { return c.Name == "size is negligible" }) // of one width
	for _, line := range strings.Split(ClaimsTable(claims), "\n") {
		if strings.HasPrefix(line, "|") {
			assert.Contains(t, report, line)
		}
	}
	attacks, err := AttacksTable("heart", rows, heartPatient)
	require.NoError(t, err)
	left, err := LeftTables("heart", rows, heartPatient)
	require.NoError(t, err)
	for _, text := range append(strings.Split(left, "\n\n"), attacks[strings.Index(attacks, "| attack"):]) {
		assert.Contains(t, report, strings.TrimSpace(text))
	}
}

// TestPublishedFoldsAreWhatPlainFormulasSay recomputes every number of that section, and those that are told in short.
func TestPublishedFoldsAreWhatPlainFormulasSay(t *testing.T) {
	p := plainFolds(t, claimsRows)
	require.Len(t, p.patients, 38)
	parameters := map[string]float64{}
	for _, m := range p.models {
		parameters[m] = 185099
	}
	report := string(publishedFile(t, "STUDY.md"))
	_, section, found := strings.Cut(report, "\n## All 38 patients of the heart\n")
	require.True(t, found)
	for _, line := range p.plainText(parameters) {
		assert.Contains(t, section, line)
	}
	cell := func(row string) []string { // the numbers of a line of the tables, which were held to the rows above
		m := regexp.MustCompile(`(?m)^\|(?:  \|)? ` + regexp.QuoteMeta(row) + ` \|(.*)\|`).FindStringSubmatch(section)
		require.NotNil(t, m, row)
		cells := strings.Split(m[1], "|")
		for i := range cells {
			cells[i] = strings.TrimSpace(cells[i])
		}
		return cells
	}
	for _, m := range p.models {
		assert.Contains(t, report[:strings.Index(report, "\n## How")], cell(m)[0]+" "+cell(m)[1], "what attacks take of %s, in short", m)
	}
	bce := cell("fgsm/bce less fgsm")
	low, high, _ := strings.Cut(strings.Trim(bce[2], "[]"), ", ")
	more := fmt.Sprintf("BCE takes %s more than DiceFocal (90 %% interval", bce[0])
	if less, negative := strings.CutPrefix(bce[0], "−"); negative {
		more = fmt.Sprintf("BCE takes %s less than DiceFocal (90 %% interval", less)
	}
	assert.Contains(t, report, more+" of more: "+low+" to "+high+")")
	assert.Contains(t, section, more+" "+low+" to "+high+",")
	told := fmt.Sprintf("%s is left in the mean over patients, of %s", cell("all, patient by patient")[0], regexp.MustCompile(`(?m)^\| ` + p.models[0] + ` \| ([\d.]+) \| [\d.]+ \| [\d.]+ \[`).FindStringSubmatch(section)[1])
	assert.Contains(t, section, told)
	sound := strings.Split(regexp.MustCompile(`(?m)^\| ` + p.models[0] + ` \| (\d+ of .*) \|$`).FindStringSubmatch(section)[1], " | ")
	assert.Contains(t, section, fmt.Sprintf("One step at 2/255 leaves %s,\nan attack without gradients %s;", sound[1], sound[4]))
}

// TestFoldsThatAreNotUsedAreNotWhatTheProtocolAsks holds what is said of them against their rows.
func TestFoldsThatAreNotUsedAreNotWhatTheProtocolAsks(t *testing.T) {
	p := plainFolds(t, "not-used.csv.gz")
	require.Len(t, p.models, 1)
	require.Len(t, p.patients, 38)
	m, lower, all := p.models[0], 0, 0
	for _, who := range p.patients {
		for i, r := range p.of[m]["pgd/40"][who] {
			if all++; r.loss < p.of[m]["fgsm"][who][i].loss-1e-6 {
				lower++
			}
		}
	}
	assert.Greater(t, float64(lower), 0.01*float64(all))
	drop := p.over(func(who string) float64 { return p.least(m, who, plainNoise()...) - p.least(m, who, plainAttacks...) })
	report := string(publishedFile(t, "STUDY.md"))
	assert.Contains(t, report, fmt.Sprintf("on %d of its %d slices 40 steps end with a lower loss than one", lower, all))
	assert.Contains(t, report, fmt.Sprintf("Of it the worst attack takes %s beyond the worst noise.", three(stat.Mean(drop, nil))))
}

// plainFolds are rows of folds as those of volumes are written: by patient, and which slice.
func plainFolds(t *testing.T, file string) plain {
	t.Helper()
	unpacked, err := unpack(publishedFile(t, folder, foldsFolder, file))
	require.NoError(t, err)
	records, err := csv.NewReader(strings.NewReader(string(unpacked))).ReadAll()
	require.NoError(t, err)
	who := regexp.MustCompile(heartPatient)
	files := map[string][]string{} // of a patient, each a slice
	for _, r := range records[1:] {
		if p := who.FindString(r[3]); !slices.Contains(files[p], r[3]) {
			files[p] = append(files[p], r[3])
		}
	}
	for _, r := range records[1:] {
		p := who.FindString(r[3])
		slices.Sort(files[p])
		r[3], r[4] = p, strconv.Itoa(slices.Index(files[p], r[3]))
	}
	text, err := encodeCSV(records)
	require.NoError(t, err)
	return readPlain(t, string(text), "0.00784314 scan")
}
