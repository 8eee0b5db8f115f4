package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const declaredSource = `/**
 * About the file.
 */

/** Opens it. */
export function open(options?: Options): Promise<Lab>

/** How. */
export interface Options {
  /** One of ` + "`a`" + ` and ` + "`b`" + `; see {@link Lab}. */
  kind?: 'a' | 'b'
  bare: { nested: number }
}

export type Lab = number
`

// written is a declaration file of a text.
func written(t *testing.T, text string) string {
	path := filepath.Join(t.TempDir(), "a.d.ts")
	require.NoError(t, os.WriteFile(path, []byte(text), 0o644))
	return path
}

func TestDeclarationsAreReadWithTheirComments(t *testing.T) {
	about, list, err := declarations(written(t, declaredSource))
	require.NoError(t, err)
	assert.Equal(t, "About the file.", about)
	require.Len(t, list, 3)
	assert.Equal(t, declaration{"open", "Opens it.", "function open(options?: Options): Promise<Lab>", []declaration{}}, list[0])
	assert.Equal(t, "interface Options", list[1].Signature)
	require.Len(t, list[1].Members, 2)
	assert.Equal(t, "kind?: 'a' | 'b'", list[1].Members[0].Signature)
	assert.Equal(t, "One of `a` and `b`; see {@link Lab}.", list[1].Members[0].Doc)
	assert.Equal(t, declaration{Signature: "bare: { nested: number }"}, list[1].Members[1])
}

func TestDeclarationsThatCannotBeParsedAreErrors(t *testing.T) {
	_, _, err := declarations(written(t, "export interface A {\n  a: (\n"))
	assert.ErrorContains(t, err, "the types cannot be read")
}

func TestReferenceHasEveryTypeAndLinksThem(t *testing.T) {
	page, err := reference(filepath.Join("..", "site"))
	require.NoError(t, err)
	for _, name := range []string{"open", "Lab", "AttackOptions", "Metrics", "SegFault", "SegFaultEvents"} {
		assert.Contains(t, string(page), `<h3 id="`+name+`">`)
	}
	assert.Contains(t, string(page), `options?: <a href="#AttackOptions">AttackOptions</a> &amp; <a href="#LastingOptions">LastingOptions</a>): Promise&lt;<a href="#Fault">Fault</a>&gt;</code></dt>`)
	assert.Contains(t, string(page), `<a href="#AttackOptions"><code>AttackOptions</code></a>`, "links within comments")
	assert.NotContains(t, string(page), "{@link")
	assert.NotContains(t, string(page), " style=", "the policy forbids inline styles")
}
