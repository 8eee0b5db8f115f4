package formats

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"segfault/core/names"
	"segfault/core/scan"
)

// format is a kind of file: a row of the table. What is read is written, too, by the writer that the scan has as its store; what else cannot be
// done with the kind is nil.
type format struct {
	name         string   // as a scan has it
	title        string   // as people know it
	about        string   // one sentence
	endings      []string // of its files' names
	volumes      bool     // a file or a series may hold several scans
	identifiable bool     // see [scan.Scan]

	sniff     func(data []byte) bool // tells the kind from all others by how a file begins
	several   func(data []byte) bool // knows a file of a scan that is in several; nil of kinds of which none is
	read      func(r Reader, files []File) (*scan.Scan, error)
	readMask  func(r Reader, files []File, on *scan.Scan) (*scan.Mask, error)          // need not lay it as the scan lies
	writeMask func(mask *scan.Mask, first int, on *scan.Scan) (saved Saved, err error) // see [WriteMask]
}

// table lists the kinds of files. The first that a file begins like is its own.
func table() []format {
	return []format{dicomFormat(), mghFormat(), niftiFormat(), nrrdFormat(), metaFormat(), pngFormat(), jpegFormat(), tiffFormat(), npyFormat(), npzFormat()}
}

// All lists the kinds of files.
func All() []scan.Format {
	var list []scan.Format
	for _, f := range table() {
		list = append(list, scan.Format{Name: f.name, Title: f.title, About: f.about, Endings: f.endings, Masks: f.writeMask != nil})
	}
	return list
}

// Titles lists how the kinds are called.
func Titles() []string {
	var list []string
	for _, f := range table() {
		list = append(list, f.title)
	}
	return list
}

// find is the first kind for which is holds.
func find(is func(format) bool) (format, bool) {
	all := table()
	i := slices.IndexFunc(all, is)
	if i < 0 {
		return format{}, false
	}
	return all[i], true
}

// sniff recognises a file's kind by how it begins.
func sniff(data []byte) (format, bool) {
	return find(func(f format) bool { return f.sniff(data) })
}

// begins makes a sniff of the marks with which files of a kind begin.
func begins(marks ...string) func([]byte) bool {
	return func(data []byte) bool {
		return slices.ContainsFunc(marks, func(mark string) bool { return bytes.HasPrefix(data, []byte(mark)) })
	}
}

// formatOf is the kind of which some files are together. Of several it is one of those that scans in several files have; where none of
// them is, the first of those, which will say so.
func formatOf(files []File) (format, error) {
	if len(files) > 1 {
		var first *format
		for _, f := range table() {
			if f.several == nil {
				continue
			}
			if slices.ContainsFunc(files, func(file File) bool { return f.several(file.Data) }) {
				return f, nil
			}
			if first == nil {
				first = &f
			}
		}
		return *first, nil
	}
	if len(files) == 0 || len(files[0].Data) == 0 {
		return format{}, fmt.Errorf("scan: the file is empty; choose %s", readable())
	}
	f, ok := sniff(files[0].Data)
	if !ok {
		return f, unreadable(files[0])
	}
	return f, nil
}

// owns tells whether a file is of the kind.
func (f format) owns(data []byte) bool {
	of, ok := sniff(data)
	return ok && of.name == f.name
}

// titles lists kinds for errors.
func titles(of func(format) bool) string {
	var list []string
	for _, f := range table() {
		if of(f) {
			list = append(list, f.title)
		}
	}
	return names.Or(list)
}

// readable lists what is read, for errors, with the endings of files where the kind's name does not tell them.
func readable() string {
	var list []string
	for _, f := range table() {
		title := f.title
		if !slices.Contains(f.endings, "."+strings.ToLower(title)) {
			title += " (" + strings.Join(f.endings, ", ") + ")"
		}
		list = append(list, title)
	}
	return "a " + names.Or(list) + " file"
}

// foreign names formats that people are likely to drop here, so that the error can say what the file is.
var foreign = []struct{ magic, name string }{
	{"GIF8", "a GIF"},
	{"BM", "a BMP picture"},
	{"RIFF", "a WebP picture"},
	{"\x89HDF", "an HDF5 file"},
	{"%PDF", "a PDF"},
}

// unreadable explains why nothing can be read from a file, which is not empty.
func unreadable(file File) error {
	for _, f := range foreign {
		if bytes.HasPrefix(file.Data, []byte(f.magic)) {
			return fmt.Errorf("scan: this is %s; choose %s", f.name, readable())
		}
	}
	name := strings.ToLower(file.Name)
	claim, ok := find(func(f format) bool {
		return slices.ContainsFunc(f.endings, func(ending string) bool { return strings.HasSuffix(name, ending) })
	})
	if ok {
		return fmt.Errorf("scan: the file's name says %s, but its content is none (%d bytes); export or copy it again", claim.title, len(file.Data))
	}
	return fmt.Errorf("scan: the file's content is not recognised; choose %s", readable())
}
