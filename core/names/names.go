// Package names keeps what people choose by name: the losses, norms and rules of
// an attack and their like. A name, its title and its sentence stand in one row
// of one table, from which menus, help and errors are made.
package names

import "fmt"

// Entry is what a table's row says of itself.
type Entry struct {
	Name  string `json:"name"`
	Title string `json:"title"` // for a menu
	About string `json:"about"` // one sentence
}

// Label is the entry itself: a row that embeds an Entry is a Row.
func (e *Entry) Label() *Entry { return e }

// Row is a row of a table. Rows are pointers, so that one table's code is all tables'.
type Row interface{ Label() *Entry }

// Entries are what a table's rows say of themselves.
func Entries[R Row](table []R) []Entry {
	entries := make([]Entry, len(table))
	for i, row := range table {
		entries[i] = *row.Label()
	}
	return entries
}

// Find finds a row by its name. what is what the rows are, such as "loss".
func Find[R Row](table []R, what, name string) (row R, err error) {
	for _, row := range table {
		if row.Label().Name == name {
			return row, nil
		}
	}
	return row, unknown(All(Entries(table)), what, name)
}

// All lists the names of entries.
func All(entries []Entry) []string {
	list := make([]string, len(entries))
	for i, e := range entries {
		list[i] = e.Name
	}
	return list
}

func unknown(list []string, what, name string) error {
	return fmt.Errorf("unknown %s %.40q; %s", what, name, Hint(list, name))
}

// Among refuses a name that is not in a list. what is what they are, such as "backend".
func Among(list []string, what, name string) error {
	for _, known := range list {
		if known == name {
			return nil
		}
	}
	return unknown(list, what, name)
}

// Hint is the end of a sentence about a name that a list has not: what was probably meant, and what there is.
func Hint(list []string, name string) string {
	if near := Nearest(list, name); near != "" {
		return "did you mean " + near + "? Expected " + Or(list)
	}
	return "expected " + Or(list)
}

// Or joins names as a sentence does.
func Or(list []string) string {
	text := ""
	for i, name := range list {
		switch {
		case i == 0:
		case i == len(list)-1:
			text += " or "
		default:
			text += ", "
		}
		text += name
	}
	return text
}

// Nearest is the name that was probably meant, or "": one that is at most a third of its letters away.
func Nearest(list []string, name string) (nearest string) {
	best := len(name)/3 + 1
	for _, candidate := range list {
		if d := distance(candidate, name); d < best {
			best, nearest = d, candidate
		}
	}
	return nearest
}

// distance is how many letters have to be added, left out or changed (Levenshtein 1966).
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = min(cost, row[j]+1, diagonal+1)
		}
	}
	return row[len(b)]
}
