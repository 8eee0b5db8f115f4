package study

import (
	"fmt"
	"math"
	"path/filepath"
	"strconv"
	"strings"

	"segfault/core/attack"
	"segfault/core/lab"
	"segfault/core/names"
)

// Measure is what the ε of named methods is of.
type Measure string

// The measures.
const (
	OfInput Measure = "input"  // the range of the model's input, which is moved
	OfScan  Measure = "scan"   // the same range, of the scan's own pixels, which are moved and rounded to what its file can hold
	Levels  Measure = "levels" // grey levels of the scan's file, whose pixels are moved
)

var measures = []*names.Entry{
	{Name: string(OfInput), Title: "the model’s input", About: "ε is of the range of what the model is given, which is moved."},
	{Name: string(OfScan), Title: "the scan’s own pixels", About: "ε is of the same range; pixels are rounded to what the scan’s file can hold."},
	{Name: string(Levels), Title: "levels of the file", About: "ε is in grey levels of the scan’s file, whose own pixels are moved."},
}

// Budget is an ε with what it is of.
type Budget struct {
	Epsilon float32
	Of      Measure
}

// String is how tables write it; of the input's range it is the number alone.
func (b Budget) String() string {
	if b.Of == OfInput {
		return digits(float64(b.Epsilon))
	}
	return digits(float64(b.Epsilon)) + " " + string(b.Of)
}

// parseBudget reads what String wrote.
func parseBudget(text string) (b Budget, err error) {
	number, of, named := strings.Cut(text, " ")
	v, err := strconv.ParseFloat(number, 32)
	if b = (Budget{float32(v), OfInput}); named {
		b.Of = Measure(of)
	}
	return b, err
}

// ParseBudgets reads numbers with commas, all of one measure; of each is kept what a table's six digits keep.
func ParseBudgets(text, of string) (list []Budget, err error) {
	measure, err := names.Find(measures, "measure of ε", of)
	if err != nil {
		return nil, fmt.Errorf("study: %w", err)
	}
	numbers, err := epsilons(text)
	if err != nil {
		return nil, err
	}
	for _, v := range numbers {
		b := Budget{v, Measure(measure.Name)}
		if !(v > 0) || b.Of != Levels && v > 1 {
			return nil, fmt.Errorf("study: epsilon %v is out of range: expected more than 0 and, unless it is in levels, at most 1", v)
		}
		if b, err = parseBudget(b.String()); err != nil {
			return nil, fmt.Errorf("study: %w", err)
		}
		list = append(list, b)
	}
	return list, nil
}

// pose makes a slice a problem for a method with a budget, and gives the method its ε.
func (b Budget) pose(s *lab.Subject, i item, m Model, image []float32, truth []uint8, method *attack.Method) (p attack.Problem, err error) {
	method.Epsilon = b.Epsilon
	ground, pixels := lab.OnScan, s.Scan.Width*s.Scan.Height
	switch b.Of {
	case OfInput:
		height, width := s.InputSize(m.Model)
		ground, pixels = lab.OnInput, height*width
	case Levels:
		level, err := s.Level(i.slice, m.Model)
		if err != nil {
			return p, err
		}
		if level == 0 {
			return p, fmt.Errorf("study: %s holds any number, not whole levels; let ε be of its range, with -of %s", filepath.Base(i.pair.Image), OfScan)
		}
		method.Epsilon *= level
	}
	if ground, err = s.Ground(string(ground)); err != nil {
		return p, fmt.Errorf("study: %s: %w", filepath.Base(i.pair.Image), err)
	}
	if method.Norm == attack.L2 { // as much in every pixel
		method.Epsilon *= float32(math.Sqrt(float64(pixels)))
	}
	if err := method.Check(); err != nil {
		return p, err
	}
	return s.Problem(i.slice, m.Model, image, truth, *method, ground, false)
}
