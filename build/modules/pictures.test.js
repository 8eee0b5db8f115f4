// The pictures of a figure, attacked and drawn.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Compare } from '../../site/figure/pictures.js'

test('an attack that is stopped while its pictures are drawn is released', async () => {
  const released = []
  const lab = { attack: async () => ({ id: 3 }), render: async () => Promise.reject(new DOMException('Stopped.', 'AbortError')), release: ({ id }) => released.push(id) }
  await assert.rejects(Compare.prototype.show.call({ tiles: [] }, lab, { id: 1 }, {}), /Stopped/)
  assert.deepEqual(released, [3])
})
