// Package command is what the tool's programs share: how they read their flags, and where their checkout is.
package command

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"slices"
)

// Parse reads a command's flags. Help goes to standard output; a mistake is one sentence, which is not buried under all flags.
func Parse(flags *flag.FlagSet, args []string) error {
	flags.SetOutput(io.Discard)
	err := flags.Parse(args)
	if errors.Is(err, flag.ErrHelp) {
		flags.SetOutput(os.Stdout)
		flags.Usage()
		return err
	}
	if err != nil {
		return fmt.Errorf("%s: %w; see -help", flags.Name(), err)
	}
	flags.Visit(func(f *flag.Flag) { // a script's variable that was never set would pass for a flag that was left out
		if v, ok := f.Value.(flag.Getter); err == nil && ok && v.Get() == "" && f.DefValue == "" {
			err = fmt.Errorf("%s: -%s has no value; give it one, or leave it out", flags.Name(), f.Name)
		}
	})
	return err
}

// FlagsOnly refuses arguments that are no flags, behind which flags would not be seen.
func FlagsOnly(flags *flag.FlagSet) error {
	if flags.NArg() > 0 {
		return fmt.Errorf("%s: unexpected argument %q; give flags only, see -help", flags.Name(), flags.Arg(0))
	}
	return nil
}

// Unused refuses those of the named flags that stand in the command: they are for something else than what it does, and would be taken and ignored.
func Unused(flags *flag.FlagSet, of string, names ...string) error {
	return unused(flags, of, func(name string) bool { return slices.Contains(names, name) })
}

// Only refuses all flags but the named ones, as [Unused] does.
func Only(flags *flag.FlagSet, of string, names ...string) error {
	return unused(flags, of, func(name string) bool { return !slices.Contains(names, name) })
}

func unused(flags *flag.FlagSet, of string, is func(name string) bool) (err error) {
	flags.Visit(func(f *flag.Flag) {
		if err == nil && is(f.Name) {
			err = fmt.Errorf("%s: -%s would do nothing here: it is for %s; leave it out", flags.Name(), f.Name, of)
		}
	})
	return err
}

// Given says whether a flag stands in the command.
func Given(flags *flag.FlagSet, name string) (found bool) {
	flags.Visit(func(f *flag.Flag) { found = found || f.Name == name })
	return found
}
