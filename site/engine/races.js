// What was measured of a GPU, kept in the browser for the next visit. It is only ever faster to have it: whatever forbids or breaks
// storage leaves nothing, and no error.

/** How long it may take to open what is stored, in ms: some browsers never answer. */
const patience = 1000

/** Does something with the store, which is there within a while or not at all. */
async function stored(mode, does) {
  const asked = indexedDB.open('segfault', 1)
  asked.onupgradeneeded = () => asked.result.createObjectStore('races')
  const database = await new Promise((resolve, reject) => {
    const timer = setTimeout(reject, patience, new Error('the store does not open'))
    asked.onsuccess = () => {
      clearTimeout(timer)
      resolve(asked.result)
    }
    asked.onerror = asked.onblocked = () => reject(asked.error)
  })
  try {
    const transaction = database.transaction('races', mode)
    const { result } = await new Promise((resolve, reject) => {
      const request = does(transaction.objectStore('races'))
      transaction.oncomplete = () => resolve(request)
      transaction.onerror = transaction.onabort = () => reject(transaction.error)
    })
    return result
  } finally {
    database.close()
  }
}

/** What was kept of an adapter by this version of the engine, or ''. */
export async function recall(version, adapter) {
  const kept = await stored('readonly', (races) => races.get(adapter))
  return kept?.version === version && typeof kept.text === 'string' ? kept.text : ''
}

/** Keeps a text, in place of what was kept of the adapter. */
export function keep(version, adapter, text) {
  return stored('readwrite', (races) => races.put({ version, text }, adapter))
}
