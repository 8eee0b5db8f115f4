// The scan that a person has opened, with its masks: the browser keeps it on this computer until its tab is closed, so that a reload does not lose it.

import { element } from './element.js'

const key = 'segfault-opened'
const day = 24 * 60 * 60 * 1000

/** Does something with what is kept, each { id, at, given }, by the number that its tab has. */
function store(mode, use) {
  return new Promise((resolve, reject) => {
    const opening = indexedDB.open('segfault-opened', 1)
    opening.onupgradeneeded = () => opening.result.createObjectStore('opened', { keyPath: 'id' })
    opening.onerror = () => reject(opening.error)
    opening.onsuccess = () => {
      let transaction, asked
      try {
        transaction = opening.result.transaction('opened', mode)
        asked = use(transaction.objectStore('opened'))
      } catch (error) { // a damaged store
        return reject(error)
      }
      const end = (done) => () => {
        opening.result.close()
        done()
      }
      transaction.oncomplete = end(() => resolve(asked?.result))
      transaction.onabort = end(() => reject(transaction.error))
    }
  })
}

/** What was opened in this tab; tabs that were closed are not asked, and after a day theirs is forgotten. */
let given = {}
let last = Promise.resolve()

/** One after another; null where the browser keeps nothing. */
const queued = (operation) => (last = last.then(operation).catch(() => null))

/** Keeps a scan, { scan: files, volume }, without the masks of the one before, or one of its masks. */
export function keep(more) {
  given = more.scan ? more : { ...given, ...more }
  if (!given.scan) return null
  document.querySelector('#scan-facts').after(note)
  return queued(async () => {
    note.textContent = 'This browser has no room for your scan, or keeps nothing of this page: a reload forgets what you opened.' // unless it does
    const id = (sessionStorage[key] ??= crypto.getRandomValues(new Uint32Array(4)).join('-'))
    await store('readwrite', (all) => {
      all.openCursor().onsuccess = ({ target: { result: cursor } }) => {
        if (!cursor) return
        if (Date.now() - cursor.value.at > day) cursor.delete()
        cursor.continue()
      }
      return all.put({ id, at: Date.now(), given })
    })
    note.replaceChildren('The browser keeps your scan for a reload of this tab. ', forgetting())
  })
}

/** Forgets it. */
function forget() {
  given = {}
  leave()
  return queued(async () => {
    const id = sessionStorage[key]
    delete sessionStorage[key]
    if (id) await store('readwrite', (all) => all.delete(id))
  })
}

/** Takes the words away; who was at their buttons goes on with those beside them. */
function leave() {
  const next = note.contains(document.activeElement) ? '.settings [data-open=truth]' : offered.contains(document.activeElement) ? '.toolbar [data-open=scan]' : null
  note.remove()
  offered.remove()
  if (next) document.querySelector(next).focus()
}

const note = element('p', { class: 'hint', id: 'kept' })
const offered = element('span', { id: 'again' })

function forgetting() {
  const button = element('button', { type: 'button', class: 'plain' }, 'Forget it')
  button.addEventListener('click', forget)
  return button
}

/** Offers what was open before a reload; opened(given) is called when it is wanted. */
export async function offer(opened) {
  const before = await queued(() => sessionStorage[key] && store('readonly', (all) => all.get(sessionStorage[key])))
  if (!before) return
  const button = element('button', { type: 'button' }, 'Open your scan again')
  button.addEventListener('click', () => {
    leave()
    opened(before.given)
  })
  offered.replaceChildren(button, ' ', forgetting())
  document.querySelector('.toolbar').append(offered)
}
