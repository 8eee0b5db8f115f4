// What the figures of a document share: one engine, and the scans loaded into it.

import { releasing } from '../page/releasing.js'
import { open } from '../segfault.js'

let opening = null
const listeners = new Set()
const scans = new Map() // by what describes them: { loading, users }
const latest = new WeakMap() // what each user wants

/** The document's laboratory, opened by the first figure that is seen; all that wait for it hear how far it is. */
export async function laboratory({ model, site }, onProgress) {
  opening ??= open({ model, site, onProgress: (progress) => listeners.forEach((listener) => listener(progress)) })
  listeners.add(onProgress)
  try {
    return await opening
  } catch (error) {
    opening = null // the next figure tries again
    throw error
  } finally {
    listeners.delete(onProgress)
  }
}

/**
 * A scan by what describes it, or an object with a given one, loaded once for all figures that show it. A user shows one at a time; when it is
 * there the one before is given back.
 */
export async function shared(lab, wanted, user) {
  const { given, sample, seed, src = given, truth, model } = wanted
  const key = given ? wanted.own : JSON.stringify(src ? [src, truth] : [sample, String(seed)]) // as a text, since in JSON what is no number is as if there were none
  if (!scans.has(key)) {
    const loading = src ? loaded(lab, src, { truth, model }) : lab.sample(sample || lab.info.samples[0].name, { seed })
    loading.catch(() => scans.delete(key))
    scans.set(key, { loading, users: new Set() })
  }
  const { loading, users } = scans.get(key)
  users.add(user)
  latest.set(user, key)
  const scan = await loading
  giveBack(lab, user, latest.get(user))
  return scan
}

/** Gives back what a user showed, but for one; what nobody shows any more is released. */
export function giveBack(lab, user, but) {
  for (const [key, { loading, users }] of scans) {
    if (key === but || !users.delete(user) || users.size) continue
    scans.delete(key)
    loading.then((scan) => lab.release(scan), () => {})
  }
}

/** A scan of a file or an address, with its truth if there is one. */
export async function loaded(lab, source, { truth, model }) {
  const scan = await lab.load(source)
  return truth ? { ...scan, truth: await lab.loadTruth(scan, truth, { model }).catch(releasing(lab, scan)) } : scan
}

/** The models that a sample can be attacked in: those of its task. All, for a scan of one's own. */
export function suited({ samples, models }, { sample, src }) {
  if (src) return models
  const { task } = samples.find(({ name }) => name === sample) ?? samples[0] ?? {}
  return models.filter((model) => model.task === task)
}

/** The name of the model that a figure attacks: the one it asks for, unless that is of another task than its sample. */
export function chosen(info, scan) {
  const models = suited(info, scan)
  const known = info.models.some(({ name }) => name === scan.model)
  if (scan.model && (!known || models.some(({ name }) => name === scan.model))) return scan.model
  return models[0]?.name
}
