package main

import (
	"fmt"
	"os"
	"path/filepath"

	"segfault/build/codecs"
	"segfault/core/scan"
	"segfault/core/study"
)

// openSubject reads a volume of a scan, which is a file or a folder of DICOM files, and, where it is given, its truth.
func openSubject(scanPath string, volume int, truthPath string) (*study.Subject, error) {
	files, err := scanFiles(scanPath)
	if err != nil {
		return nil, err
	}
	root, err := moduleRoot()
	if err != nil {
		return nil, err
	}
	decoder := codecs.New(root)
	defer decoder.Close()
	s := &study.Subject{}
	if s.Scan, err = (scan.Reader{Volume: volume, Codec: decoder.Decode}).Read(files...); err != nil || truthPath == "" {
		return s, err
	}
	data, err := os.ReadFile(truthPath)
	if err != nil {
		return nil, fmt.Errorf("attack: the truth cannot be read: %w", err)
	}
	mask, err := scan.DecodeMask(filepath.Base(truthPath), data)
	if err != nil {
		return nil, err
	}
	return s, s.SetTruth(mask)
}

// scanFiles reads a file, or all files of a folder.
func scanFiles(path string) ([]scan.File, error) {
	paths, err := scanPaths(path)
	if err != nil {
		return nil, err
	}
	var files []scan.File
	for _, p := range paths {
		data, err := os.ReadFile(p)
		if err != nil {
			return nil, fmt.Errorf("attack: the scan cannot be read: %w", err)
		}
		files = append(files, scan.File{Name: filepath.Base(p), Data: data})
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
