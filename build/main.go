// Command build is the project's one tool: `go run ./build VERB`.
//
//	serve    builds the site and serves it here
//	site     builds it into a folder for any static host, or into one file
//	test     runs every layer of the tests
//	attack   attacks a scan, or replays a recipe
//	study    repeats the paper's experiments on a folder of scans
//	train    trains a network on a folder of slices with masks
//	bench    measures Segfault beside other runtimes
//
// Each explains itself with -help. architecture.md says how all is laid out, decisions.md why.
package main

import (
	"errors"
	"flag"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
)

// verbs are what the tool can do.
var verbs = map[string]func(args []string) error{
	"attack": attackVerb,
	"bench":  benchVerb,
	"serve":  serve,
	"site":   site,
	"study":  studyVerb,
	"test":   test,
	"train":  trainVerb,
}

func main() {
	if len(os.Args) < 2 || verbs[os.Args[1]] == nil {
		fmt.Fprintf(os.Stderr, "usage: go run ./build VERB, where VERB is one of %s\n", strings.Join(slices.Sorted(maps.Keys(verbs)), ", "))
		os.Exit(2)
	}
	if err := verbs[os.Args[1]](os.Args[2:]); err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
