package command

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Root is the folder of Segfault's go.mod, at or above the current one.
func Root() (string, error) {
	start, err := os.Getwd()
	if err != nil {
		return "", fmt.Errorf("segfault: %w", err)
	}
	for at := start; ; at = filepath.Dir(at) {
		text, err := os.ReadFile(filepath.Join(at, "go.mod"))
		if err == nil && slices.Contains(strings.Fields(string(text)), "segfault") {
			return at, nil
		}
		if at == filepath.Dir(at) {
			return "", errors.New("segfault: there is no checkout at or above the current folder; run this inside one")
		}
	}
}

// Weights is the folder of the bundled models.
func Weights() (string, error) {
	root, err := Root()
	return filepath.Join(root, "weights"), err
}
