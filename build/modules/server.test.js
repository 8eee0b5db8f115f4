// What a server does with module and element when it renders a page: imports them.

import assert from 'node:assert/strict'
import { test } from 'node:test'

test('module and element are imported where there is no page', async () => {
  assert.equal(globalThis.HTMLElement, undefined)
  const [{ open }, { SegFault }] = await Promise.all([import('../../site/segfault.js'), import('../../site/seg-fault.js')])
  assert.equal(typeof open, 'function')
  assert.equal(typeof SegFault, 'function')
})
