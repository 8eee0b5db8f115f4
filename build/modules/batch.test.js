// Many calls at once, without a page.

import assert from 'node:assert/strict'
import { test } from 'node:test'

globalThis.document = { querySelector: () => ({ dataset: {}, addEventListener() {}, contains: () => false }) }
const { batch, costOf } = await import('../../site/page/batch.js')

test('how far a batch is goes by what its models cost, not by how many are done', async () => {
  const models = [{ parameters: 100, size: 2 }, { parameters: 300, size: 4 }, { of: [{ parameters: 100, size: 2 }, { parameters: 75, size: 4 }] }]
  assert.deepEqual(models.map(costOf), [400, 4800, 1600])
  const shown = []
  const progress = { begin: () => 1, end() {}, show: (step, done, count, part) => shown.push([done, count, part]) }
  const jobs = models.map(() => async ({ onProgress }) => onProgress({}))
  await batch(jobs, progress, new AbortController(), 1, (index) => costOf(models[index]))
  const parts = [[0, 400], [400, 4800], [5200, 1600]]
  assert.deepEqual(shown, parts.map(([from, size], done) => [done, 3, { from: from / 6800, size: size / 6800 }]))
})
