// Where a site is said to be.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { folder } from '../../site/engine/folder.js'
import { open } from '../../site/segfault.js'

const base = 'https://notes.example/course/one.html'

for (const [given, found] of [
  ['/segfault/', 'https://notes.example/segfault/'],
  ['/segfault', 'https://notes.example/segfault/'],
  ['../segfault-1.2', 'https://notes.example/segfault-1.2/'],
  ['https://HOST', 'https://host/'],
  ['https://host/segfault?version=2', 'https://host/segfault/?version=2'],
  ['https://host/segfault/index.html', 'https://host/segfault/index.html'],
  [new URL('https://host/segfault'), 'https://host/segfault/'],
]) {
  test(`${given} is the folder ${found}`, () => assert.equal(folder(given, base).href, found))
}

test('what is no address of a folder is one rejected promise with a code', async () => {
  for (const site of ['http://[', 5, {}]) {
    await assert.rejects(open({ site }), { code: 'bug', message: /^segfault: the site's address cannot be read; expected that of the folder/ })
  }
})
