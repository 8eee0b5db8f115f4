// The page on how a model stands an attack, of a scan, a volume or a folder: written by the engine, with pictures of the worst slices.

import { save } from './save.js'
import { pictures } from './trial.js'

/** How many slices are judged, each by some ten attacks and one without gradients. */
export const most = 6

/**
 * Keeps a report. attack is what was asked, or a fault's; scans are as lab.report takes them. worst lists the worst slices first, each { name, of }, where
 * of(use) calls use(scan, fault) with an attack on the slice.
 */
export async function keepReport(lab, { attack: { slice, ...attack }, scans, worst }, { signal, onProgress }) {
  const slices = []
  let recipe = ''
  for (const { name = '', of } of worst) {
    await of(async (scan, fault) => {
      const { attack: { model, slice } } = fault
      const judged = await lab.judge(fault, { signal, onProgress })
      slices.push({ ...judged, name, ...(await pictures(lab, scan, fault, model, slice, signal)) })
      recipe ||= JSON.stringify(lab.recipe(scan, fault), (_, v) => (ArrayBuffer.isView(v) ? Array.from(v) : v))
    })
  }
  const made = new Date().toISOString().slice(0, 10)
  save('segfault-report.html', 'text/html', await lab.report({ ...attack, made, scans, slices, recipe, signal }))
}

/** A scan as the report tells it, of a row's numbers. */
export function told(name, slices, { reference, dice, target, ending, linf }) {
  return { name, slices, reference, dice: target ?? dice.union, true: dice.true, ending: ending ?? '', linf }
}
