// A scan of a folder, opened with its masks.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { opened } from '../../site/page/trial.js'

/** A laboratory that notes what is asked of it, and what it is told to forget. */
function laboratory(refused) {
  const asked = []
  const mask = (as) => async (scan, files) => {
    if (refused === as) throw new Error(`segfault: the mask is 2×2, but the scan 8×8`)
    asked.push([as, files])
    return { as }
  }
  return {
    asked,
    load: async (files) => (asked.push(['load', files]), { id: 1, slices: 1 }),
    loadTruth: mask('truth'), loadTarget: mask('target'), release: ({ id }) => asked.push(['release', id]),
  }
}

const scan = { name: 'a.png', files: ['a'], mask: ['m'], target: ['t'] }

test('a scan of a folder is led to its own target where that is painted, and is forgotten', async () => {
  const lab = laboratory()
  const seen = await opened(lab, scan, { model: 'w', label: 'painted' }, {}, async (scan) => scan)
  assert.deepEqual([seen.truth.as, seen.target.as], ['truth', 'target'])
  assert.deepEqual(lab.asked, [['load', ['a']], ['truth', ['m']], ['target', ['t']], ['release', 1]])
})

test('a target is not looked at where another attack is asked for', async () => {
  const lab = laboratory('target')
  assert.equal((await opened(lab, scan, { model: 'w' }, {}, async (scan) => scan)).target, undefined)
})

test('a scan without a target, and one whose target is of another size, is one sentence, and is forgotten', async () => {
  for (const [one, refused, says] of [[{ ...scan, target: null }, '', /segfault: a\.png has no target of its own, .*put a mask beside it/], [scan, 'target', /the mask is 2×2, but the scan 8×8/]]) {
    const lab = laboratory(refused)
    await assert.rejects(opened(lab, one, { model: 'w', label: 'painted' }, {}, async () => assert.fail('it is attacked')), says)
    assert.deepEqual(lab.asked.at(-1), ['release', 1])
  }
})
