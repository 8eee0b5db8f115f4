package study

import (
	"fmt"
	"regexp"

	"segfault/build/data"
)

// patients makes of a regular expression what finds the patient of an image: its
// first group, or all that it matches, or the whole name where it does not match
// or is "".
func patients(expression string) (func(image string) string, error) {
	pattern, err := regexp.Compile(expression)
	if err != nil {
		return nil, fmt.Errorf("study: the patient's part of a name is no regular expression: %w", err)
	}
	return func(image string) string {
		if found := pattern.FindStringSubmatch(image); expression != "" && found != nil {
			return found[min(1, len(found)-1)]
		}
		return image
	}, nil
}

// byPatient are the scans of each patient together, in the order of their first.
func byPatient(pairs []data.Pair, patient func(image string) string) (scans [][]data.Pair) {
	place := map[string]int{}
	for _, p := range pairs {
		at, known := place[patient(p.Name)]
		if !known {
			at = len(scans)
			place[patient(p.Name)], scans = at, append(scans, nil)
		}
		scans[at] = append(scans[at], p)
	}
	return scans
}
