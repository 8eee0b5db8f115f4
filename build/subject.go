package main

import (
	"fmt"
	"os"
	"path/filepath"

	"segfault/build/codecs"
	"segfault/core/lab"
	"segfault/core/scan"
	"segfault/core/scan/formats"
)

// paths are the files that a person gave: the scan, which may be a folder, and its masks, "" where there is none.
type paths struct{ scan, truth, region string }

// openSubject reads a volume of a scan, which is a file or a folder of DICOM files, and the masks that were given.
func openSubject(p paths, volume int) (*lab.Subject, error) {
	files, err := scanFiles(p.scan)
	if err != nil {
		return nil, err
	}
	root, err := moduleRoot()
	if err != nil {
		return nil, err
	}
	decoder := codecs.New(root)
	defer decoder.Close()
	s := &lab.Subject{}
	if s.Scan, err = (formats.Reader{Volume: volume, Codec: decoder.Decode}).Read(files...); err != nil {
		return nil, err
	}
	if left := s.Scan.LeftOut; left.Total() > 0 {
		fmt.Fprintf(os.Stderr, "attack: files that were left out: %s\n", left)
	}
	return s, p.addMasks(s)
}

// addMasks attaches the masks that were given.
func (p paths) addMasks(s *lab.Subject) error {
	for _, one := range []struct {
		path   string
		attach func(*scan.Mask) error
	}{{p.truth, s.SetTruth}, {p.region, s.SetRegion}} {
		if one.path == "" {
			continue
		}
		data, err := os.ReadFile(one.path)
		if err != nil {
			return fmt.Errorf("attack: the mask cannot be read: %w", err)
		}
		mask, err := formats.ReadMask(s.Scan, formats.File{Name: filepath.Base(one.path), Data: data})
		if err != nil {
			return err
		}
		if err := one.attach(mask); err != nil {
			return err
		}
	}
	return nil
}

// scanFiles reads a file, or all files of a folder.
func scanFiles(path string) ([]formats.File, error) {
	paths, err := scanPaths(path)
	if err != nil {
		return nil, err
	}
	var files []formats.File
	for _, p := range paths {
		data, err := os.ReadFile(p)
		if err != nil {
			return nil, fmt.Errorf("attack: the scan cannot be read: %w", err)
		}
		files = append(files, formats.File{Name: filepath.Base(p), Data: data})
	}
	return files, nil
}

// scanPaths is the path itself, or those of all files of a folder.
func scanPaths(path string) (paths []string, err error) {
	if info, err := os.Stat(path); err != nil || !info.IsDir() {
		return []string{path}, nil
	}
	entries, err := os.ReadDir(path)
	if err != nil {
		return nil, fmt.Errorf("attack: the scan's folder cannot be read: %w", err)
	}
	for _, entry := range entries {
		if entry.Type().IsRegular() {
			paths = append(paths, filepath.Join(path, entry.Name()))
		}
	}
	return paths, nil
}
