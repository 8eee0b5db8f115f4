// What a caller of the module asked for.

import { misuse } from './failure.js'

/**
 * Takes a call's options apart: how it is to be done, its parameters, and those options that the module itself sees to, by name. All are
 * listed for the engine, which refuses what is no option of the call or can be none.
 */
export function asked(given = {}, ...own) {
  if (given === null || typeof given !== 'object') throw misuse(`segfault: a call’s options are an object, and ${given === null ? 'null' : `a ${typeof given}`} was given.`)
  const mine = {}
  const params = {}
  const options = []
  for (const [name, value] of Object.entries(given)) {
    if (value === undefined) continue
    const here = own.includes(name)
    const odd = oddity(name, value, here)
    options.push({ name, odd })
    if (!odd) (here ? mine : params)[name] = value
  }
  const { signal, onProgress, enough, ...rest } = params
  return { ...mine, how: { signal, onProgress, enough }, params: { ...rest, options } }
}

/** What a value is, if no option of that name can be that; here is whether it stays in the module. */
function oddity(name, value, here) {
  if (value === null) return 'null'
  if (name === 'onProgress' || (here && name === 'onReset')) return typeof value === 'function' ? '' : 'no function'
  if (name === 'signal' || name === 'enough') return typeof value.addEventListener === 'function' ? '' : 'no AbortSignal'
  if (typeof value === 'function') return 'a function'
  if (typeof value === 'bigint') return 'a BigInt'
  try {
    if (!here && !ArrayBuffer.isView(value)) structuredClone(value)
    return ''
  } catch {
    return 'nothing that can be handed to the engine'
  }
}
