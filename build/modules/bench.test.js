// What the figures of a document share, and give back.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { giveBack, shared } from '../../site/figure/bench.js'

/** A laboratory that notes what is loaded and released; what is called slow comes when it is let. */
function laboratory() {
  const lab = { info: { samples: [{ name: 'glioma' }] }, loaded: [], released: [], slow: new Map() }
  const scan = (name) => {
    lab.loaded.push(name)
    return new Promise((resolve, reject) => {
      if (name.startsWith('slow')) lab.slow.set(name, () => resolve({ name }))
      else if (name.startsWith('bad')) reject(new Error(name))
      else resolve({ name })
    })
  }
  lab.sample = (name) => scan(name)
  lab.load = (source) => scan(source)
  lab.release = ({ name }) => lab.released.push(name)
  return lab
}

const turn = () => new Promise(setImmediate)
const sample = (sample) => ({ sample })

test('a scan is loaded once for all figures that show it, and released when none does', async () => {
  const lab = laboratory()
  const [one, other] = [{}, {}]
  assert.equal(await shared(lab, sample('glioma'), one), await shared(lab, sample('glioma'), other))
  assert.deepEqual(lab.loaded, ['glioma'])
  giveBack(lab, one)
  await turn()
  assert.deepEqual(lab.released, [])
  giveBack(lab, other)
  await turn()
  assert.deepEqual(lab.released, ['glioma'])
})

test('a figure that shows another scan releases the one before, when that is there', async () => {
  const lab = laboratory()
  const figure = {}
  await shared(lab, sample('glioma'), figure)
  const coming = shared(lab, sample('slow'), figure)
  await turn()
  assert.deepEqual(lab.released, [])
  lab.slow.get('slow')()
  await coming
  await turn()
  assert.deepEqual(lab.released, ['glioma'])
})

test('of two scans that were wanted one after the other the later stays, in whatever order they come', async () => {
  const lab = laboratory()
  const figure = {}
  const both = [shared(lab, sample('slow 1'), figure), shared(lab, sample('slow 2'), figure)]
  lab.slow.get('slow 2')()
  await turn()
  lab.slow.get('slow 1')()
  await Promise.all(both)
  await turn()
  assert.deepEqual(lab.released, ['slow 1'])
})

test('a scan that does not come leaves the one before', async () => {
  const lab = laboratory()
  const figure = {}
  await shared(lab, sample('glioma'), figure)
  await assert.rejects(shared(lab, sample('bad'), figure), /bad/)
  assert.deepEqual(lab.released, [])
})

test('a scan of the page’s own is released when another takes its place', async () => {
  const lab = laboratory()
  const figure = {}
  for (const given of ['a.png', 'b.png']) {
    const own = { given }
    await shared(lab, { ...own, own }, figure)
  }
  await turn()
  assert.deepEqual(lab.loaded, ['a.png', 'b.png'])
  assert.deepEqual(lab.released, ['a.png'])
})

test('a scan whose truth cannot be read is released', async () => {
  const lab = { ...laboratory(), loadTruth: async () => Promise.reject(new Error('no mask')) }
  await assert.rejects(shared(lab, { src: 'a.png', truth: 'm.png' }, {}), /no mask/)
  assert.deepEqual(lab.released, ['a.png'])
})
