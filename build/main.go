// Command build is the project's one tool: `go run ./build` lists its verbs, and each explains itself with -help.
// architecture.md says how all is laid out, decisions.md why.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
)

// verb is something that the tool can do.
type verb struct {
	name, does string
	run        func(args []string) error
}

var verbs = []verb{
	{"serve", "builds the site and serves it on this computer", serve},
	{"test", "runs every layer of the tests", test},
	{"attack", "attacks a scan, or replays a recipe", attackVerb},
	{"study", "repeats the paper's experiments on a folder of scans", beside("studies")},
	{"train", "trains a network on a folder of slices with masks", trainVerb},
	{"bench", "measures Segfault beside other runtimes", benchVerb},
	{"site", "builds the site into a folder for any static host, or into one file", site},
	{"package", "builds the npm package of module, element and engine", packageVerb},
}

// usage lists the verbs.
func usage() string {
	var text strings.Builder
	text.WriteString("usage: go run ./build VERB [FLAGS]; -help after a verb lists its flags\n\n")
	for _, v := range verbs {
		fmt.Fprintf(&text, "  %-8s %s\n", v.name, v.does)
	}
	return text.String()
}

func main() { os.Exit(run(os.Args[1:], os.Stdout, os.Stderr)) }

// run does what it is asked for, and returns the exit status.
func run(args []string, stdout, stderr io.Writer) int {
	if len(args) == 0 || slices.Contains([]string{"-help", "--help", "-h", "help"}, args[0]) {
		fmt.Fprint(stdout, usage())
		return 0
	}
	i := slices.IndexFunc(verbs, func(v verb) bool { return v.name == args[0] })
	if i < 0 {
		fmt.Fprintf(stderr, "there is no verb %q\n%s", args[0], usage())
		return 2
	}
	err := verbs[i].run(args[1:])
	if failed, ok := err.(*exec.ExitError); ok { // of a program that has said why
		return failed.ExitCode()
	}
	if err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(stderr, err)
		return 1
	}
	return 0
}
