// What is kept of a GPU between visits, without a browser: a store that works, and those that do not.

import assert from 'node:assert/strict'
import { mock, test } from 'node:test'
import { keep, recall } from '../../site/engine/races.js'

/** A store as browsers have one, of which a test may break a part. */
function store({ opens = true, answers = true, aborts = false } = {}) {
  const kept = new Map()
  const later = (does) => setImmediate(does)
  globalThis.indexedDB = {
    open() {
      const asked = { error: new Error('forbidden') }
      const database = {
        closed: false,
        createObjectStore: () => {},
        close: () => (database.closed = true),
        transaction(name, mode) {
          const transaction = { error: new Error('the quota is exceeded') }
          const request = (does) => {
            const made = {}
            later(() => {
              if (aborts) return transaction.onabort()
              made.result = does()
              transaction.oncomplete()
            })
            return made
          }
          transaction.objectStore = () => ({
            get: (key) => request(() => kept.get(key)),
            put: (value, key) => request(() => (assert.equal(mode, 'readwrite'), kept.set(key, structuredClone(value)))),
          })
          return transaction
        },
      }
      later(() => {
        if (!answers) return
        if (!opens) return asked.onerror()
        asked.result = database
        asked.onupgradeneeded()
        asked.onsuccess()
      })
      return asked
    },
  }
  return kept
}

test('what was kept of an adapter is recalled', async () => {
  store()
  assert.equal(await recall('1', 'a GPU'), '')
  await keep('1', 'a GPU', 'races')
  assert.equal(await recall('1', 'a GPU'), 'races')
  assert.equal(await recall('1', 'another'), '')
})

test('another version of the engine measures anew, and keeps that in its place', async () => {
  const kept = store()
  await keep('1', 'a GPU', 'old')
  assert.equal(await recall('2', 'a GPU'), '')
  await keep('2', 'a GPU', 'new')
  assert.equal(await recall('2', 'a GPU'), 'new')
  assert.equal(kept.size, 1)
})

test('what is no text is not recalled', async () => {
  const kept = store()
  for (const odd of [undefined, 7, { version: '1' }, { version: '1', text: [1] }]) {
    kept.set('a GPU', odd)
    assert.equal(await recall('1', 'a GPU'), '')
  }
})

test('storage that is forbidden, full or not there rejects, which the worker takes for nothing kept', async () => {
  store({ opens: false })
  await assert.rejects(recall('1', 'a GPU'), /forbidden/)
  store({ aborts: true })
  await assert.rejects(keep('1', 'a GPU', 'races'), /quota/)
  delete globalThis.indexedDB
  await assert.rejects(recall('1', 'a GPU'))
})

test('storage that never answers is waited for no longer than a second', async (t) => {
  mock.timers.enable({ apis: ['setTimeout'] })
  t.after(() => mock.timers.reset())
  store({ answers: false })
  const recalled = recall('1', 'a GPU')
  mock.timers.tick(1000)
  await assert.rejects(recalled, /does not open/)
})
