// Package data finds scans and their masks in a folder: images/NAME.* goes with
// masks/NAME.* or, as the Medical Segmentation Decathlon has it, labels/NAME.*. What a mask shows is told by a mark in its
// name, where a folder has more than one class, or by its labels. Training and study read the same folders.
package data

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"segfault/core/lab"
	"segfault/core/names"
	"segfault/core/scan/formats"
)

// Class is what a mask shows: the mark that file names carry between
// underscores, and its name.
type Class struct{ Mark, Name string }

// ParseClasses reads MARK:NAME,MARK:NAME.
func ParseClasses(text string) ([]Class, error) {
	var classes []Class
	for _, part := range strings.Split(text, ",") {
		mark, name, ok := strings.Cut(part, ":")
		if !ok {
			return nil, fmt.Errorf("data: classes are MARK:NAME,MARK:NAME, found %q", part)
		}
		classes = append(classes, Class{mark, name})
	}
	return classes, nil
}

// ClassOf is the class whose mark a name carries, -1 without one. Where there is
// but one class, every name is of it.
func ClassOf(name string, classes []Class) int {
	return slices.IndexFunc(classes, func(c Class) bool {
		return len(classes) == 1 || strings.Contains(name, "_"+c.Mark+"_")
	})
}

// Labelled says which class, from 1, each label of a mask is of, where the classes' marks are labels: numbers from 1 to
// 255. Where they are marks of file names it is nil.
func Labelled(classes []Class) *[256]uint8 {
	var channels [256]uint8
	for k, c := range classes {
		label, err := strconv.ParseUint(c.Mark, 10, 8)
		if err != nil || label == 0 {
			return nil
		}
		channels[label] = uint8(k + 1)
	}
	return &channels
}

// All has every label be of one class, counted from 0.
func All(class int) *[256]uint8 {
	var channels [256]uint8
	for label := range channels[1:] {
		channels[label+1] = uint8(class + 1)
	}
	return &channels
}

// Pair is a scan's file with its mask's.
type Pair struct {
	Name  string // of both files, without what follows the dot
	Image string
	Mask  string // "" where there is none
}

// List finds the pairs of a folder, in the order of their names.
func List(folder string) ([]Pair, error) {
	images, err := files(filepath.Join(folder, "images"))
	var missing *fs.PathError
	if err != nil && !errors.As(err, &missing) {
		return nil, fmt.Errorf("data: %w", err)
	}
	if err != nil {
		return nil, fmt.Errorf("data: expected a folder with images/ and masks/ at %s: %w", folder, err)
	}
	masks, err := files(filepath.Join(folder, "masks"))
	if os.IsNotExist(err) {
		masks, err = files(filepath.Join(folder, "labels"))
	}
	if err != nil && !os.IsNotExist(err) {
		return nil, fmt.Errorf("data: %w", err)
	}
	var pairs []Pair
	found := 0
	for name, image := range images {
		if masks[name] != "" {
			found++
		}
		pairs = append(pairs, Pair{Name: name, Image: image, Mask: masks[name]})
	}
	if len(pairs) == 0 {
		return nil, fmt.Errorf("data: %s holds no images; expected %s", folder, filepath.Join(folder, "images", "NAME.*"))
	}
	if found == 0 {
		return nil, fmt.Errorf("data: of %s in %s none has a mask; expected masks of the same names, %s",
			names.Counted(len(pairs), "image"), folder, filepath.Join(folder, "masks", "NAME.png"))
	}
	slices.SortFunc(pairs, func(a, b Pair) int { return strings.Compare(a.Name, b.Name) })
	return pairs, nil
}

// Digest tells what is in the files of pairs, whatever they are called and wherever they lie.
func Digest(pairs []Pair) (string, error) {
	sum := sha256.New()
	for _, p := range pairs {
		for _, path := range []string{p.Image, p.Mask} {
			if path == "" {
				continue
			}
			beside, err := Beside(path)
			if err != nil {
				return "", fmt.Errorf("data: %w", err)
			}
			for _, path := range append([]string{path}, beside...) {
				of, err := digest(path)
				if err != nil {
					return "", fmt.Errorf("data: %w", err)
				}
				sum.Write(of)
			}
		}
	}
	return hex.EncodeToString(sum.Sum(nil)[:8]), nil
}

// digest is a file's SHA-256.
func digest(path string) ([]byte, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	sum := sha256.New()
	_, err = io.Copy(sum, file)
	return sum.Sum(nil), err
}

// Open reads a scan with its mask as the truth. Errors name the file.
func (p Pair) Open() (*lab.Subject, error) {
	if p.Mask == "" {
		return nil, fmt.Errorf("%s has no mask", filepath.Base(p.Image))
	}
	s := &lab.Subject{}
	files, err := read(p.Image)
	if err != nil {
		return nil, err
	}
	if s.Scan, err = (formats.Reader{}).Read(files...); err != nil {
		return nil, fmt.Errorf("%s: %w", filepath.Base(p.Image), err)
	}
	if files, err = read(p.Mask); err != nil {
		return nil, err
	}
	mask, err := formats.ReadMask(s.Scan, files...)
	if err == nil {
		err = s.SetTruth(mask)
	}
	if err != nil {
		return nil, fmt.Errorf("the mask %s: %w", filepath.Base(p.Mask), err)
	}
	return s, nil
}

// read reads a file, with those that it names if it is a header.
func read(path string) (files []formats.File, err error) {
	beside, err := Beside(path)
	if err != nil {
		return nil, err
	}
	for _, path := range append([]string{path}, beside...) {
		content, err := os.ReadFile(path)
		if err != nil {
			return nil, err
		}
		files = append(files, formats.File{Name: filepath.Base(path), Data: content})
	}
	return files, nil
}
