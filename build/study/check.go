package study

import (
	"cmp"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// Tolerances of Check. Runs on processors with the same vector instructions agree
// to the digit; elsewhere a gradient's sign may differ at a near-tie.
const (
	ImageTolerance = 0.01  // of one Dice coefficient
	MeanTolerance  = 0.005 // of a mean, an interval's end or a share of slices
)

// Check compares runs, finished or not, with the tables published in a folder:
// every slice of a run, which must be published, and, where it has all of them,
// the means. It tells the largest difference; one above its tolerance is an error.
func Check(published string, log io.Writer, dirs ...string) error {
	for _, dir := range dirs {
		if err := check(published, log, dir); err != nil {
			return err
		}
	}
	return nil
}

func check(published string, log io.Writer, dir string) error {
	r := Result{}
	var err error
	if r.Settings, err = readSettings(dir); err != nil {
		return err
	}
	if err := r.readWholeSlices(dir); err != nil {
		return err
	}
	if err := r.comparable(published, log); err != nil {
		return err
	}
	s, err := newSection(r)
	if err != nil {
		return err
	}
	images, err := compareTables(filepath.Join(published, s.file(imagesFile)), s.imageRecords(), 3)
	if err != nil {
		return err
	}
	if images.unknown != "" {
		return fmt.Errorf("study: %s holds %s, which is not published in %s", dir, images.unknown, filepath.Join(published, s.file(imagesFile)))
	}
	fmt.Fprintf(log, "%d slices of models as published; Dice differs by at most %.4f (tolerance %g)\n", images.rows, images.largest, ImageTolerance)
	if images.largest > ImageTolerance {
		return fmt.Errorf("study: %s differs from what is published by %.4f at %s", dir, images.largest, images.where)
	}
	if images.rows < images.published {
		return nil // the means are of more, or of other weights, too
	}
	means, err := compareTables(filepath.Join(published, s.file(attacksFile)), s.attackRecords(), 9)
	if err != nil {
		return err
	}
	fmt.Fprintf(log, "%d means as published; they differ by at most %.4f (tolerance %g)\n", means.rows, means.largest, MeanTolerance)
	if means.rows < means.published || means.largest > MeanTolerance {
		return fmt.Errorf("study: %s has %d of the %d means published, and differs by %.4f at %s", dir, means.rows, means.published, means.largest, means.where)
	}
	return nil
}

// comparable leaves out the models of which other weights were published, or none, and says so.
// It takes the name of the edition of which most are left.
func (r *Result) comparable(published string, log io.Writer) error {
	name, digests, err := edition(published, r.Task, r.Models)
	if err != nil {
		return fmt.Errorf("study: nothing to compare with: %w", err)
	}
	r.Task = name
	var same []About
	for _, m := range r.Models {
		switch was, known := digests[m.Name]; {
		case !known:
			fmt.Fprintf(log, "%s was not attacked in what was published, and is not compared\n", m.Name)
		case was != m.Digest:
			fmt.Fprintf(log, "%s has other weights (%s) than were published (%s), and is not compared\n", m.Name, m.Digest, was)
		default:
			same = append(same, m)
		}
	}
	if len(same) == 0 {
		return fmt.Errorf("study: no model has the weights that were published in %s; a new study has to take its place", published)
	}
	r.Models = same
	return nil
}

// readWholeSlices reads the slices of which all attacks of a model are there.
func (r *Result) readWholeSlices(dir string) error {
	known, err := readJournals(dir)
	if err != nil {
		return err
	}
	unit := func(r Row) Key { return Key{Image: r.Image, Slice: r.Slice, Model: r.Model} }
	count := map[Key]int{}
	for _, row := range known {
		count[unit(row)]++
	}
	for _, row := range sortedRows(known) {
		if count[unit(row)] == len(r.Design.Attacks()) {
			r.Rows = append(r.Rows, row)
		}
	}
	if len(r.Rows) == 0 {
		return fmt.Errorf("study: %s holds no rows", dir)
	}
	return nil
}

// difference is how far two tables are apart.
type difference struct {
	rows, published int // that both have, and of the published one
	largest         float64
	where           string
	unknown         string // the first row that is not published
}

// compareTables compares the numbers of rows that begin with the same keys cells,
// column by column of the same head.
func compareTables(path string, records [][]string, keys int) (d difference, err error) {
	content, err := os.ReadFile(path)
	if err != nil {
		return d, fmt.Errorf("study: nothing to compare with: %w", err)
	}
	published, err := decodeCSV(content)
	if err != nil {
		return d, fmt.Errorf("study: %s: %w", path, err)
	}
	column := map[string]int{}
	for i, name := range published[0] {
		column[name] = i
	}
	theirs := map[string][]string{}
	for _, row := range published[1:] {
		theirs[strings.Join(row[:keys], "/")] = row
	}
	d.published = len(theirs)
	for _, row := range records[1:] {
		key := strings.Join(row[:keys], "/")
		other, ok := theirs[key]
		if !ok {
			d.unknown = cmp.Or(d.unknown, key)
			continue
		}
		d.rows++
		for i := keys; i < len(row); i++ {
			at, ok := column[records[0][i]]
			if !ok {
				continue
			}
			a, e1 := strconv.ParseFloat(row[i], 64)
			b, e2 := strconv.ParseFloat(other[at], 64)
			if e1 != nil || e2 != nil {
				return d, fmt.Errorf("study: %s holds %q where a number should be", path, other[at])
			}
			if by := math.Abs(a - b); by > d.largest {
				d.largest, d.where = by, key+", "+records[0][i]
			}
		}
	}
	return d, nil
}
