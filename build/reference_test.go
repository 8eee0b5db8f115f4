package main

import (
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

func TestDeclarationsAreReadWithTheirComments(t *testing.T) {
	about, list, err := declarations(declaredSource)
	require.NoError(t, err)
	assert.Equal(t, "About the file.", about)
	require.Len(t, list, 3)
	assert.Equal(t, declaration{name: "open", doc: "Opens it.", signature: "function open(options?: Options): Promise<Lab>"}, list[0])
	assert.Equal(t, "interface Options", list[1].signature)
	require.Len(t, list[1].members, 2)
	assert.Equal(t, "kind?: 'a' | 'b'", list[1].members[0].signature)
	assert.Equal(t, declaration{signature: "bare: { nested: number }"}, list[1].members[1])
}

func TestDeclarationsThatAreNotUnderstoodAreErrors(t *testing.T) {
	for _, source := range []string{"const x = 1\n", "export namespace a {\n}\n", "/** no end\n", "export interface A {\n  a: (\n"} {
		_, _, err := declarations(source)
		assert.ErrorContains(t, err, "the reference cannot be made", source)
	}
}

func TestReferenceHasEveryTypeAndLinksThem(t *testing.T) {
	page, err := reference(filepath.Join("..", "site"))
	require.NoError(t, err)
	for _, name := range []string{"open", "Lab", "AttackOptions", "Metrics", "SegFault", "SegFaultEvents"} {
		assert.Contains(t, string(page), `<h3 id="`+name+`">`)
	}
	assert.Contains(t, string(page), `options?: <a href="#AttackOptions">AttackOptions</a>): Promise&lt;<a href="#Fault">Fault</a>&gt;</code></dt>`)
	assert.Contains(t, string(page), `<a href="#AttackOptions"><code>AttackOptions</code></a>`, "links within comments")
	assert.NotContains(t, string(page), "{@link")
	assert.NotContains(t, string(page), " style=", "the policy forbids inline styles")
}
