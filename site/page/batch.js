// Many calls of the laboratory, one after another: progress over all of them, a cancel that stops them all, and results as
// they come.

import { complain, settle } from './status.js'

let last = Promise.resolve()

/**
 * Once the batch before has ended, runs jobs in order until stop, an AbortController, is aborted, by the page or by the
 * person. Each job is given { signal, onProgress } for its calls. One that fails is complained of, and the others go on.
 */
export function batch(jobs, progress, stop) {
  return (last = last.then(() => run(jobs, progress, stop)))
}

async function run(jobs, progress, stop) {
  const begun = progress.begin(() => stop.abort(new DOMException('Cancelled.', 'AbortError')))
  settle()
  try {
    for (const [index, job] of jobs.entries()) {
      try {
        await job({ signal: stop.signal, onProgress: (step) => progress.show(step, index, jobs.length) })
      } catch (error) {
        if (stop.signal.aborted) return
        complain(error)
      }
    }
  } finally {
    progress.end(begun)
  }
}
