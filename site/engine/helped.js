// A worker that helps another, which has started it; see pool.js.

/** What it was given: the engine and the release. It is the first message, and waiting has those that have come. */
export async function given(waiting) {
  if (!waiting.length) await new Promise((resolve) => addEventListener('message', resolve, { once: true }))
  return waiting.shift()
}

/** Asks for what becomes of a moved image in the scan's file. */
export function settle(task, moved) {
  return new Promise((resolve, reject) => {
    const hear = ({ data: { settled, image, error } }) => {
      if (settled !== task) return
      removeEventListener('message', hear)
      if (error) reject(new Error(error))
      else resolve(image)
    }
    addEventListener('message', hear)
    postMessage({ settle: task, moved })
  })
}
