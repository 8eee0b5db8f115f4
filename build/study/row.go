// Package study runs experiments over folders of scans and reports them.
//
// A run appends one row an attack to a file of its own (journal.go), image
// by image on every core (run.go). Merge gathers the rows of a run, or of all its
// shards, checks that none is missing and writes tables, plots and a report: the
// numbers (section.go), their drawing (figures.go, plot.go) and their words
// (report.go). A report is known from the shards' rows, from what they left out
// (left-out-*.csv) and from settings.json alone. Named methods (suite.go) have
// rows, settings and a table of their own.
package study

import (
	"cmp"
	"encoding/csv"
	"fmt"
	"io"
	"strconv"
	"strings"

	"segfault/core"
	"segfault/core/attack"
)

// Row is one attack on one slice with one model, and what it did.
type Row struct {
	Key
	Parameters            int     // of the model
	Before, After         float64 // Dice of all classes together, with the truth
	TrueBefore, TrueAfter float64 // Dice of the truth's own classes: a lesion outlined as another is not found
	MeanBefore, MeanAfter float64 // Dice in the mean over classes, as arXiv 2401.11224 reports
	Success               bool    // see attack.Broken
	Flipped, Elements     int
	Loss, LInf, L2        float64
	Alignment, Deviation  float64 // of the gradient at the logits, see attack.Outcome
}

// Key is what no two rows share.
type Key struct {
	Image  string
	Slice  int
	Model  string
	Attack attack.Method
}

// columns of rows.csv.
var columns = []string{"image", "slice", "model", "parameters", "epsilon", "loss", "swapped", "scheme", "label", "shared",
	"dice_before", "dice_after", "true_before", "true_after", "mean_before", "mean_after", "success", "flipped", "elements",
	"loss_value", "linf", "l2", "alignment", "deviation"}

// newRow takes down an outcome, rounded as its file will be: what a report says
// does not depend on whether a row was read back.
func newRow(k Key, parameters int, o attack.Outcome) Row {
	for _, v := range []*float64{&o.Before.Union, &o.After.Union, &o.Before.True, &o.After.True, &o.Before.MeanDice, &o.After.MeanDice, &o.Loss, &o.LInf, &o.L2, &o.Alignment, &o.Deviation} {
		*v, _ = strconv.ParseFloat(digits(*v), 64)
	}
	return Row{Key: k, Parameters: parameters, Before: o.Before.Union, After: o.After.Union,
		TrueBefore: o.Before.True, TrueAfter: o.After.True, MeanBefore: o.Before.MeanDice, MeanAfter: o.After.MeanDice, Success: attack.Broken(o.Before.Union, o.After.Union),
		Flipped: o.Flipped, Elements: o.Elements, Loss: o.Loss, LInf: o.LInf, L2: o.L2, Alignment: o.Alignment, Deviation: o.Deviation}
}

// digits writes a measured number.
func digits(v float64) string { return strconv.FormatFloat(v, 'g', 6, 64) }

// record is the row as fields of CSV, in the order of columns.
func (r Row) record() []string {
	a := r.Attack
	return []string{r.Image, strconv.Itoa(r.Slice), r.Model, strconv.Itoa(r.Parameters),
		epsilonText(a.Epsilon), lossText(a), strconv.FormatBool(a.Swapped), string(a.Rule), string(a.Target), strconv.FormatBool(a.Grey),
		digits(r.Before), digits(r.After), digits(r.TrueBefore), digits(r.TrueAfter), digits(r.MeanBefore), digits(r.MeanAfter), strconv.FormatBool(r.Success),
		strconv.Itoa(r.Flipped), strconv.Itoa(r.Elements),
		digits(r.Loss), digits(r.LInf), digits(r.L2), digits(r.Alignment), digits(r.Deviation)}
}

// lossText is the loss that an attack follows, or what follows none.
func lossText(a attack.Method) string { return cmp.Or(a.Name, string(a.Loss)) }

func epsilonText(e float32) string { return strconv.FormatFloat(float64(e), 'g', -1, 32) }

// parseRow reads what record wrote.
func parseRow(f []string) (r Row, err error) {
	integer := func(s string) (n int) {
		n, e := strconv.Atoi(s)
		err = cmp.Or(err, e)
		return n
	}
	number := func(s string) float64 {
		v, e := strconv.ParseFloat(s, 64)
		err = cmp.Or(err, e)
		return v
	}
	flag := func(s string) bool {
		v, e := strconv.ParseBool(s)
		err = cmp.Or(err, e)
		return v
	}
	m := attack.FGSM()
	m.Epsilon, m.Rule, m.Grey = float32(number(f[4])), attack.Rule(f[7]), flag(f[9])
	m.Objective = attack.Objective{Loss: core.Loss(f[5]), Swapped: flag(f[6]), Target: attack.Target(f[8])}
	if f[5] == attack.Noise {
		m = noise(m.Epsilon)
	}
	r = Row{Key: Key{Image: f[0], Slice: integer(f[1]), Model: f[2], Attack: m},
		Parameters: integer(f[3]), Before: number(f[10]), After: number(f[11]),
		TrueBefore: number(f[12]), TrueAfter: number(f[13]), MeanBefore: number(f[14]), MeanAfter: number(f[15]),
		Success: flag(f[16]), Flipped: integer(f[17]), Elements: integer(f[18]),
		Loss: number(f[19]), LInf: number(f[20]), L2: number(f[21]), Alignment: number(f[22]), Deviation: number(f[23])}
	if err != nil {
		return r, fmt.Errorf("study: a row of %q cannot be read: %w", f[0], err)
	}
	return r, nil
}

// readRows reads a CSV with its header.
func readRows(from io.Reader, each func(Row)) error {
	reader := csv.NewReader(from)
	reader.ReuseRecord = true
	reader.FieldsPerRecord = len(columns)
	header, err := reader.Read()
	if err == io.EOF {
		return nil
	}
	if err != nil || strings.Join(header, ",") != strings.Join(columns, ",") {
		return fmt.Errorf("study: no file of rows: its first line is not %s", strings.Join(columns, ","))
	}
	texts := map[string]string{} // rows share them, and do not keep the lines that they stood in
	for {
		fields, err := reader.Read()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return fmt.Errorf("study: %w", err)
		}
		restore(fields)
		for _, i := range []int{0, 2, 5, 7, 8} {
			known, ok := texts[fields[i]]
			if !ok {
				known = strings.Clone(fields[i])
				texts[known] = known
			}
			fields[i] = known
		}
		r, err := parseRow(fields)
		if err != nil {
			return err
		}
		each(r)
	}
}

// order is the canonical one of rows.csv: by model, image, slice and attack.
func order(a, b Row) int {
	return cmp.Or(cmp.Compare(a.Model, b.Model), cmp.Compare(a.Image, b.Image), cmp.Compare(a.Slice, b.Slice), Compare(a.Attack, b.Attack))
}

// attackText names an attack in one word, such as bce/swapped/blend/truth/0.009.
func attackText(a attack.Method) string {
	parts := []string{lossText(a), attack.OrderName(a.Swapped), string(a.Rule), string(a.Target), epsilonText(a.Epsilon)}
	if a.Grey {
		parts = append(parts, "shared")
	}
	return strings.Join(parts, "/")
}
