package study

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// protocolFile is the copy of the protocol that rows were made under, beside them.
const protocolFile = "protocol.md"

// keepProtocol keeps the protocol beside the first rows, and refuses another once there are some.
func keepProtocol(path, dir string) error {
	kept, err := os.ReadFile(filepath.Join(dir, protocolFile))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("study: %w", err)
	}
	if path == "" {
		if kept != nil {
			return fmt.Errorf("study: the rows in %s were made under a protocol; go on with -protocol and the same one", dir)
		}
		return nil
	}
	given, err := os.ReadFile(path)
	if err != nil {
		return fmt.Errorf("study: the protocol cannot be read: %w", err)
	}
	if bytes.Equal(kept, given) {
		return nil
	}
	rows, err := readJournals(dir)
	if err != nil {
		return err
	}
	tested, err := ReadSuites(dir)
	if err != nil {
		return err
	}
	switch {
	case len(rows)+len(tested) == 0:
		return writeWhole(filepath.Join(dir, protocolFile), given)
	case kept == nil:
		return fmt.Errorf("study: %s holds rows that were made before there was a protocol; choose another folder with -out", dir)
	}
	return fmt.Errorf("study: the protocol has changed since the first rows in %s, in %s; go on with the one in %s, or begin another study with -out",
		dir, enumerate(changedSections(string(kept), string(given))), filepath.Join(dir, protocolFile))
}

// changedSections names the sections of a Markdown text that are not the same in another.
func changedSections(before, after string) (names []string) {
	old, new := sectionsOf(before), sectionsOf(after)
	for _, list := range [][][2]string{old, new} {
		for _, s := range list {
			if name := fmt.Sprintf("%q", s[0]); (!slices.Contains(old, s) || !slices.Contains(new, s)) && !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
	}
	if len(names) == 0 {
		return []string{"the order of its sections"}
	}
	return names
}

// sectionsOf are the headings of a Markdown text, each with what stands under it.
func sectionsOf(text string) (list [][2]string) {
	list = append(list, [2]string{"its beginning"})
	for line := range strings.Lines(text) {
		if heading, found := strings.CutPrefix(strings.TrimSpace(line), "#"); found {
			list = append(list, [2]string{strings.TrimSpace(strings.TrimLeft(heading, "#"))})
			continue
		}
		list[len(list)-1][1] += line
	}
	for i := range list {
		list[i][1] = strings.TrimSpace(list[i][1])
	}
	return list
}
