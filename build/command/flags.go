// Package command is what the tool's programs share: how they read their flags, and where their checkout is.
package command

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
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
	return nil
}

// FlagsOnly refuses arguments that are no flags, behind which flags would not be seen.
func FlagsOnly(flags *flag.FlagSet) error {
	if flags.NArg() > 0 {
		return fmt.Errorf("%s: unexpected argument %q; give flags only, see -help", flags.Name(), flags.Arg(0))
	}
	return nil
}

// Given says whether a flag stands in the command.
func Given(flags *flag.FlagSet, name string) (found bool) {
	flags.Visit(func(f *flag.Flag) { found = found || f.Name == name })
	return found
}
