package study

import (
	"encoding/xml"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// doublings are those of a width's parameters.
var doublings = map[int]float64{10: 0, 4: 2, 2: 4}

// madeRows are of every model, method and patient of the protocol. Attacks leave left, and the worst of them taken less of it; noise leaves 0.85.
func madeRows(left func(width int) float64, bce float64) (rows []Tested, parameters map[string]int) {
	parameters = map[string]int{}
	tried := newBattery()
	for _, w := range Widths {
		for seed := 1; seed <= Seeds; seed++ {
			name := Member("hippocampus", w, seed)
			parameters[name] = 1 << int(doublings[w])
			for patient := range 12 {
				for _, l := range tried.all() {
					own := 0.01*math.Sin(float64(patient)) + 0.004*math.Cos(float64(seed*7+w))
					t := Tested{Model: name, Method: l.Name, Image: fmt.Sprintf("p%02d", patient), Budget: Budget{2. / 255, OfScan}, TrueBefore: 0.86 + own}
					switch {
					case strings.HasPrefix(l.Name, "noise-"):
						t.True = 0.85 + own
					case slices.Contains(namesOf(tried.pushes), l.Name):
						t.True = left(w) + own - bce + 0.001*math.Cos(float64(patient))
					default:
						t.True = left(w) + own
					}
					rows = append(rows, t)
				}
			}
		}
	}
	return rows, parameters
}

func itself(image string) string { return image }

// decided are the claims of made rows.
func decided(t *testing.T, rows []Tested, parameters map[string]int) []Claim {
	t.Helper()
	claims, err := Claims("hippocampus", rows, "", parameters)
	require.NoError(t, err)
	return claims
}

// verdicts are those of the three claims.
func verdicts(claims []Claim) (list []Verdict) {
	for _, c := range claims {
		list = append(list, c.Verdict)
	}
	return list
}

func TestClaimsAreDecidedByTheProtocolsRules(t *testing.T) {
	for name, c := range map[string]struct {
		left func(width int) float64
		bce  float64
		want []Verdict
	}{
		"much is taken, alike of all sizes, and more with BCE":      {func(int) float64 { return 0.5 }, 0.03, []Verdict{Yes, Negligible, More}},
		"nothing is taken, and as much with BCE":                    {func(int) float64 { return 0.84 }, 0.005, []Verdict{No, Negligible, Equal}},
		"something is taken, and a little more with BCE":            {func(int) float64 { return 0.79 }, 0.0195, []Verdict{Undecided, Negligible, Undecided}},
		"a larger one keeps more; small ones fall and large do not": {func(w int) float64 { return 0.55 + 0.05*doublings[w] }, -0.03, []Verdict{Undecided, Matters, Undecided}},
	} {
		t.Run(name, func(t *testing.T) {
			rows, parameters := madeRows(c.left, c.bce)
			assert.Equal(t, c.want, verdicts(decided(t, rows, parameters)))
		})
	}
}

// A slope that only some patients have: the models' means lie on a line, so that its own error is small; another draw of patients would give another one.
func TestSizeMattersOnlyWhereOtherPatientsAndSeedsWouldSayTheSame(t *testing.T) {
	rows, parameters := madeRows(func(int) float64 { return 0.5 }, 0)
	for i, r := range rows {
		var width int
		_, err := fmt.Sscanf(r.Model, "hippocampus-unet-vgg13-w%d-", &width)
		require.NoError(t, err)
		if r.Image == "p03" && !strings.HasPrefix(r.Method, "noise-") { // of twelve
			rows[i].True += 0.06 * doublings[width]
		}
	}
	size := decided(t, rows, parameters)[1]
	require.Len(t, size.Estimates, 4)
	assert.Equal(t, []Verdict{Negligible, Undecided}, []Verdict{size.Estimates[0].Verdict, size.Estimates[1].Verdict}, "of R: by the line, and by the draws")
	assert.Equal(t, Undecided, size.Verdict)
}

// The interval of the slope only just leaves the corridor, so that its p against the nearer bound is just under 0.05: too much for one of six hypotheses.
func TestThatSizeMattersIsTestedAgainstTheNearerBound(t *testing.T) {
	rows, parameters := madeRows(func(w int) float64 { return 0.4 + 0.03*doublings[w] }, 0)
	for i, r := range rows {
		var width, seed int
		_, err := fmt.Sscanf(r.Model, "hippocampus-unet-vgg13-w%d-s%d", &width, &seed)
		require.NoError(t, err)
		if !strings.HasPrefix(r.Method, "noise-") {
			rows[i].True += 0.068 * math.Cos(float64(5*seed+width))
		}
	}
	size := decided(t, rows, parameters)[1]
	for _, e := range size.Estimates {
		assert.Equal(t, Matters, e.Verdict, "%s, by itself: %+v", e.Of, e.Wide)
	}
	assert.Equal(t, Undecided, size.Verdict, "after Holm's correction")
}

func TestRowsOfAnotherTaskDoNotCount(t *testing.T) {
	rows, parameters := madeRows(func(int) float64 { return 0.5 }, 0.03)
	want := decided(t, rows, parameters)
	for _, r := range rows[:200] {
		r.Model, r.Image = Member("heart", 10, 1), "of another"
		rows = append(rows, r)
	}
	assert.Equal(t, ClaimsTable(want), ClaimsTable(decided(t, rows, parameters)))
}

func TestNothingIsDecidedByARunThatIsUnsound(t *testing.T) {
	rows, parameters := madeRows(func(int) float64 { return 0.5 }, 0.03)
	name := Member("hippocampus", 4, 2)
	for i, r := range rows {
		if r.Model != name {
			continue
		}
		if rows[i].Loss = 1; r.Method == "fgsm" && r.Image == "p05" {
			rows[i].Loss = 1.1
		}
		if r.Method == "square/1000" {
			rows[i].True -= 0.1
		}
	}
	claims := decided(t, rows, parameters)
	assert.Equal(t, []Verdict{Undecided, Undecided, Undecided}, verdicts(claims))
	text := ClaimsTable(claims)
	assert.Contains(t, text, "pgd/40 has a lower loss than fgsm on 1 of 12 slices of "+name)
	assert.Contains(t, text, "Gradients are masked, since an attack without them finds more than all with them, of "+name+".")
}

func TestAttacksAreToldEachAloneAndByWhatIsWorst(t *testing.T) {
	rows, _ := madeRows(func(int) float64 { return 0.5 }, 0.03)
	for i, r := range rows {
		if r.Method == "apgd/100" && r.Image < "p03" { // a quarter of the patients
			rows[i].True -= 0.2
		}
	}
	text, err := AttacksTable("hippocampus", rows, "")
	require.NoError(t, err)
	assert.Contains(t, text, "15 models, 180 slices of 12 patients")
	assert.Regexp(t, `\| apgd/100 \| 0\.45\d \| 25 % \|`, text)
	assert.Regexp(t, `\| fgsm \| 0\.50\d \| 75 % \|`, text, "of several as bad the first")
	assert.Regexp(t, `\| all, patient by patient \| 0\.45\d \|  \|`, text)
	none, err := AttacksTable("hippocampus", nil, "")
	require.NoError(t, err)
	assert.Empty(t, none)
}

func TestWhatIsLeftOfEachModelIsToldWithWhetherItsRowsMayBeUsed(t *testing.T) {
	rows, _ := madeRows(func(int) float64 { return 0.5 }, 0.03)
	for i := range rows {
		if rows[i].Model == Member("hippocampus", 4, 2) && rows[i].Method == "square/1000" {
			rows[i].True = 0.1
		}
	}
	text, err := LeftTables("hippocampus", rows, "")
	require.NoError(t, err)
	left, sound, _ := strings.Cut(text, "\n\n")
	assert.Regexp(t, `\| hippocampus-unet-vgg13-w4-s2 \| \S+ \| \S+ \| 0.100 \[0.100, 0.100\] \| \d+ % \|`, left)
	assert.Regexp(t, `\| hippocampus-unet-vgg13-w4-s2 \| .* \| 0.100 \| gradients are masked \|`, sound)
	assert.Regexp(t, `\| hippocampus-unet-vgg13-w4-s1 \| .* \| yes \|`, sound)
	none, err := LeftTables("hippocampus", nil, "")
	require.NoError(t, err)
	assert.Empty(t, none)
}

func TestEveryClaimHasAFigureOnceThereAreRows(t *testing.T) {
	rows, parameters := madeRows(func(w int) float64 { return 0.5 + 0.004*doublings[w] }, 0.03)
	dir := t.TempDir()
	claims := decided(t, rows, parameters)
	links, err := WriteFigures(dir, "hippocampus", claims)
	require.NoError(t, err)
	for i, name := range []string{"vulnerable", "size-is-negligible", "another-loss-does-more"} {
		file := "hippocampus-claim-" + name + ".svg"
		assert.Contains(t, links, "]("+file+")")
		content, err := os.ReadFile(filepath.Join(dir, file))
		require.NoError(t, err)
		require.NoError(t, xml.Unmarshal(content, new(struct{})))
		assert.Contains(t, string(content), number(claims[i].Estimates[0].Wide.Estimate), "its numbers are told to those who cannot see it")
		assert.Contains(t, string(content), "hippocampus-unet-vgg13-w2-s5")
		assert.NotContains(t, string(content), " style=", "which the page's policy forbids")
	}
	none, err := WriteFigures(dir, "hippocampus", decided(t, nil, nil))
	require.NoError(t, err)
	assert.Empty(t, none)
}

func TestNothingIsDecidedWhileTheProtocolAsksForMore(t *testing.T) {
	rows, parameters := madeRows(func(int) float64 { return 0.5 }, 0.03)
	last := Member("hippocampus", 2, 5)
	for what, missing := range map[string]func(Tested) bool{
		"1 of the 15 models":           func(t Tested) bool { return t.Model == last },
		"attacks or slices of " + last: func(t Tested) bool { return t.Model == last && t.Method == "sea/100" && t.Image == "p07" },
	} {
		claims := decided(t, slices.DeleteFunc(slices.Clone(rows), missing), parameters)
		assert.Equal(t, []Verdict{Undecided, Undecided, Undecided}, verdicts(claims), what)
		require.Len(t, claims[0].Lacking, 1)
		assert.Contains(t, claims[0].Lacking[0], what)
		assert.Len(t, claims[0].Estimates, 14, "what is whole is measured")
	}
	for _, c := range decided(t, nil, nil) {
		assert.Equal(t, Undecided, c.Verdict, "absence of rows is no evidence")
	}
}

func TestRobustDiceIsOfEachSliceTheLeast(t *testing.T) {
	row := func(method string, slice int, before, after float64) Tested {
		return Tested{Model: Member("t", 10, 1), Method: method, Image: "a", Slice: slice, Budget: Budget{2. / 255, OfScan}, TrueBefore: before, True: after}
	}
	c := newCohort("t", []Tested{row("x", 1, 0.9, 0.5), row("x", 2, 0.8, 0.85), row("y", 2, 0.8, 0.9), row("y", 1, 0.9, 0.7)}, itself)
	assert.True(t, c.has(Member("t", 10, 1), []string{"x", "y"}))
	assert.InDelta(t, (0.5+0.8)/2, c.robust(Member("t", 10, 1), []string{"x", "y"}, "a"), 1e-9, "an attack that helps leaves what was there before")
	assert.InDelta(t, 0.75, c.robust(Member("t", 10, 1), []string{"y"}, "a"), 1e-9)
	assert.False(t, c.has(Member("t", 10, 1), []string{"x", "z"}))
}

func TestBatteryIsTheProtocols(t *testing.T) {
	list, err := ParseMethods(Protocol)
	require.NoError(t, err)
	assert.Len(t, newBattery().noise, len(newBattery().attacks), "as many draws of noise as attacks")
	for _, l := range list {
		require.NoError(t, l.Check(), l.Name)
		assert.True(t, l.Grey, "every channel is moved alike")
	}
	steps := map[string]int{}
	for _, l := range list {
		steps[l.Name] = l.Steps
	}
	assert.Equal(t, []int{40, 100, 40, 40, 100, 1000}, []int{steps["pgd/40"], steps["apgd/100/dice"], steps["segpgd/40"], steps["cospgd/40"], steps["sea/100"], steps["square/1000"]})
}

func TestShardsOfMethodsAreReadTogether(t *testing.T) {
	dir := t.TempDir()
	for i, s := range []Shard{{1, 2}, {2, 2}} {
		content, err := encodeCSV([][]string{testedHead, {"m", "fgsm", "0.009", fmt.Sprint(i), "0", "1", "1", "1", "1", "1", "held"}})
		require.NoError(t, err)
		require.NoError(t, writeWhole(s.methods(dir), content))
	}
	rows, err := ReadSuites(dir)
	require.NoError(t, err)
	assert.Len(t, rows, 2)
	assert.Equal(t, filepath.Join(dir, "methods.csv"), Shard{1, 1}.methods(dir))
}
