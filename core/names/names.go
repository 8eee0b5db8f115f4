// Package names keeps what people choose by name: the losses, norms and rules of
// an attack and their like. A name, its title and its sentence stand in one row
// of one table, from which menus, help and errors are made.
package names

import (
	"fmt"
	"strings"
)

// Entry is what a table's row says of itself.
type Entry struct {
	Name  string
	Title string // for a menu
	About string // one sentence
}

// Label is the entry itself: a row that embeds an Entry is a Row.
func (e Entry) Label() Entry { return e }

// Row is a row of a table.
type Row interface{ Label() Entry }

// Entries are what a table's rows say of themselves.
func Entries[R Row](table []R) []Entry {
	entries := make([]Entry, len(table))
	for i, row := range table {
		entries[i] = row.Label()
	}
	return entries
}

// All lists a table's names.
func All[T ~string, R Row](table []R) []T {
	list := make([]T, len(table))
	for i, row := range table {
		list[i] = T(row.Label().Name)
	}
	return list
}

// Find finds a row by its name. what is what the rows are, such as "loss".
func Find[T ~string, R Row](table []R, what string, name T) (R, error) {
	for _, row := range table {
		if row.Label().Name == string(name) {
			return row, nil
		}
	}
	var none R
	return none, unknown(All[string](table), what, string(name))
}

func unknown(list []string, what, name string) error {
	if near := Nearest(list, name); near != "" {
		return fmt.Errorf("unknown %s %.40q; did you mean %s? Expected %s", what, name, near, Or(list))
	}
	return fmt.Errorf("unknown %s %.40q; expected %s", what, name, Or(list))
}

// Help is a table as one line of a command's help.
func Help[R Row](table []R) string { return Or(All[string](table)) }

// Or joins names as a sentence does.
func Or[T ~string](list []T) string {
	var s strings.Builder
	for i, name := range list {
		switch {
		case i == 0:
		case i == len(list)-1:
			s.WriteString(" or ")
		default:
			s.WriteString(", ")
		}
		s.WriteString(string(name))
	}
	return s.String()
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
