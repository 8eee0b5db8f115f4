// Many calls of the laboratory: progress over all of them, a cancel that stops them all, and results as they come.

import { complain, settle } from './status.js'

let last = Promise.resolve()

/**
 * How many attacks are worth being under way at once: without a GPU two for each processor, so that all have work while results travel. The
 * engine shares them out.
 */
export const atOnce = ({ backend }) => (backend === 'cpu' ? 2 * navigator.hardwareConcurrency : 1)

/**
 * Once the batch before has ended, begins jobs in order, so many at once, until stop, an AbortController, is aborted, by the page or by the
 * person. Each job is given { signal, onProgress } for its calls. One that fails is complained of, and the others go on. cost(index) says how much a
 * job takes, compared with others.
 */
export function batch(jobs, progress, stop, lanes, cost = () => 1) {
  return (last = last.then(() => run(jobs, progress, stop, lanes, cost)))
}

/** How much an attack with a model takes, compared with one of another: its weights are used at every pixel of its input, more or less. */
export const costOf = ({ parameters, size, of }) => (of ? of.reduce((sum, model) => sum + costOf(model), 0) : parameters * size * size)

async function run(jobs, progress, stop, lanes, cost) {
  const { signal } = stop
  const shown = progress.begin(() => stop.abort(new DOMException('Cancelled.', 'AbortError')))
  settle()
  const begun = jobs.entries()
  const under = new Set() // way; of the first of them progress is shown
  let done = 0
  let spent = 0
  const all = () => jobs.reduce((sum, _, index) => sum + cost(index), 0)
  const lane = async () => {
    for (const [index, job] of begun) {
      if (signal.aborted) return
      under.add(index)
      try {
        await job({ signal, onProgress: (step) => index === Math.min(...under) && progress.show(step, done, jobs.length, { from: spent / all(), size: cost(index) / all() }) })
      } catch (error) {
        if (!signal.aborted) complain(error)
      }
      under.delete(index)
      done++
      spent += cost(index)
    }
  }
  try {
    await Promise.all(Array.from({ length: lanes }, lane))
  } finally {
    progress.end(shown)
  }
}
