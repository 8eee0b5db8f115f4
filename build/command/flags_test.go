package command

import (
	"flag"
	"io"
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// printed is what a function writes to standard output and standard error.
func printed(t *testing.T, do func()) string {
	t.Helper()
	r, w, err := os.Pipe()
	require.NoError(t, err)
	stdout, stderr := os.Stdout, os.Stderr
	os.Stdout, os.Stderr = w, w
	do()
	os.Stdout, os.Stderr = stdout, stderr
	require.NoError(t, w.Close())
	text, err := io.ReadAll(r)
	require.NoError(t, err)
	return string(text)
}

func someFlags() *flag.FlagSet {
	flags := flag.NewFlagSet("test", flag.ContinueOnError)
	flags.Int("steps", 1, "how many")
	return flags
}

func TestAMistakeInAFlagIsReturnedAndNotPrintedBesides(t *testing.T) {
	for arg, want := range map[string]string{
		"-steps=x": `test: invalid value "x" for flag -steps: parse error; see -help`,
		"-steps":   "test: flag needs an argument: -steps; see -help",
		"-stops=1": "test: flag provided but not defined: -stops; see -help",
	} {
		assert.Empty(t, printed(t, func() { assert.EqualError(t, Parse(someFlags(), []string{arg}), want) }))
	}
}

func TestHelpIsPrintedOnce(t *testing.T) {
	assert.Equal(t, "Usage of test:\n  -steps int\n    \thow many (default 1)\n",
		printed(t, func() { assert.ErrorIs(t, Parse(someFlags(), []string{"-help"}), flag.ErrHelp) }))
}

func TestAFlagThatIsForSomethingElseIsRefusedByItsName(t *testing.T) {
	flags := someFlags()
	require.NoError(t, Parse(flags, []string{"-steps", "3"}))
	const refused = "test: -steps would do nothing here: it is for others; leave it out"
	assert.NoError(t, Unused(flags, "others", "more"))
	assert.EqualError(t, Unused(flags, "others", "more", "steps"), refused)
	assert.NoError(t, Only(flags, "others", "more", "steps"))
	assert.EqualError(t, Only(flags, "others", "more"), refused)
}

func TestAFlagWithoutAValueIsNotTakenForOneThatWasLeftOut(t *testing.T) {
	flags := someFlags()
	flags.String("scan", "", "what")
	flags.String("tests", "all", "which, if any")
	assert.NoError(t, Parse(flags, []string{"-tests", ""}))
	assert.EqualError(t, Parse(flags, []string{"-scan", ""}), "test: -scan has no value; give it one, or leave it out")
}
