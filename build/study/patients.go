package study

import (
	"fmt"
	"regexp"
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
