package study

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// journal is the file of rows of one shard. Rows are only ever appended, whole
// lines in one write each time, so that a run may end at any moment.
type journal struct{ file *os.File }

// Shard is a part of a study: number of Of, from 1.
type Shard struct{ Number, Of int }

// ParseShard reads i/n.
func ParseShard(text string) (s Shard, err error) {
	if _, err = fmt.Sscanf(text, "%d/%d", &s.Number, &s.Of); err != nil || s.String() != text || s.Number < 1 || s.Number > s.Of {
		return s, fmt.Errorf("study: a shard is i/n with i from 1 to n, such as 3/8, found %q", text)
	}
	return s, nil
}

// String is i/n.
func (s Shard) String() string { return fmt.Sprintf("%d/%d", s.Number, s.Of) }

// sharded is the shard's part of all.
func sharded[T any](s Shard, all []T) (mine []T) {
	for i, one := range all {
		if i%s.Of == s.Number-1 {
			mine = append(mine, one)
		}
	}
	return mine
}

// methods is the file of a shard's rows where methods are compared.
func (s Shard) methods(dir string) string {
	if s.Of == 1 {
		return filepath.Join(dir, "methods.csv")
	}
	return filepath.Join(dir, fmt.Sprintf("methods-%d-of-%d.csv", s.Number, s.Of))
}

func (s Shard) rows(dir string) string {
	return filepath.Join(dir, fmt.Sprintf("rows-%d-of-%d.csv", s.Number, s.Of))
}

// left is the file that a finished shard leaves: what it left out, and why.
func (s Shard) left(dir string) string {
	return filepath.Join(dir, fmt.Sprintf("left-out-%d-of-%d.csv", s.Number, s.Of))
}

// openJournal opens a shard's rows for appending. A last line that was torn when
// the previous run ended is cut off.
func openJournal(path string) (*journal, error) {
	data, err := os.ReadFile(path)
	if err != nil && !os.IsNotExist(err) {
		return nil, fmt.Errorf("study: %w", err)
	}
	whole := len(wholeLines(data))
	file, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o644)
	if err != nil {
		return nil, fmt.Errorf("study: %w", err)
	}
	if whole < len(data) {
		if err := file.Truncate(int64(whole)); err != nil {
			return nil, fmt.Errorf("study: %w", err)
		}
	}
	j := &journal{file}
	if whole == 0 {
		return j, j.write([][]string{columns})
	}
	return j, nil
}

// wholeLines leaves out what follows the last line break.
func wholeLines(data []byte) []byte { return data[:bytes.LastIndexByte(data, '\n')+1] }

// append adds rows; when it returns they are on the disk.
func (j *journal) append(rows []Row) error {
	records := make([][]string, len(rows))
	for i, r := range rows {
		records[i] = r.record()
	}
	return j.write(records)
}

func (j *journal) write(records [][]string) error {
	data, err := encodeCSV(records)
	if err == nil {
		_, err = j.file.Write(data)
	}
	if err == nil {
		err = j.file.Sync()
	}
	if err != nil {
		return fmt.Errorf("study: rows cannot be written: %w", err)
	}
	return nil
}

func (j *journal) close() error { return j.file.Close() }

// readJournals reads the rows of all shards in some folders, each once.
func readJournals(dirs ...string) (map[Key]Row, error) {
	rows := map[Key]Row{}
	for _, dir := range dirs {
		names, err := fs.Glob(os.DirFS(dir), "rows-*-of-*.csv")
		if err != nil {
			return nil, fmt.Errorf("study: %w", err)
		}
		for _, name := range names {
			path := filepath.Join(dir, name)
			data, err := os.ReadFile(path)
			if err != nil {
				return nil, fmt.Errorf("study: %w", err)
			}
			err = readRows(bytes.NewReader(wholeLines(data)), func(r Row) { rows[r.Key] = r })
			if err != nil {
				return nil, fmt.Errorf("%s: %w", path, err)
			}
		}
	}
	return rows, nil
}

// writeWhole replaces a file: a reader finds the old content or the new.
func writeWhole(path string, data []byte) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return fmt.Errorf("study: %w", err)
	}
	temporary, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+"-*")
	if err != nil {
		return fmt.Errorf("study: %w", err)
	}
	_, err = temporary.Write(data)
	if err == nil {
		err = temporary.Chmod(0o644)
	}
	if e := temporary.Close(); err == nil {
		err = e
	}
	if err == nil {
		err = os.Rename(temporary.Name(), path)
	}
	if err != nil {
		os.Remove(temporary.Name())
		return fmt.Errorf("study: %w", err)
	}
	return nil
}
