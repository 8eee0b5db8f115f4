// What a caller of the module asked for.

/**
 * Takes a call's options apart: how it is to be done, its parameters, and those options that the module itself sees to, by name. All are
 * listed for the engine, which refuses what is no option of the call or can be none.
 */
export function asked(given = {}, ...own) {
  if (given === null || typeof given !== 'object') throw new TypeError(`segfault: a call’s options are an object, and ${given === null ? 'null' : `a ${typeof given}`} was given.`)
  const mine = {}
  const params = {}
  const options = []
  for (const [name, value] of Object.entries(given)) {
    if (value === undefined) continue
    const odd = oddity(name, value, [...own, 'onProgress'].includes(name))
    options.push({ name, odd })
    if (!odd) (own.includes(name) ? mine : params)[name] = value
  }
  const { signal, onProgress, ...rest } = params
  return { ...mine, how: { signal, onProgress }, params: { ...rest, options } }
}

/** What a value is, if no option of that name can be that. */
function oddity(name, value, seen) {
  if (value === null) return 'null'
  if (seen && /^on[A-Z]/.test(name)) return typeof value === 'function' ? '' : 'no function'
  if (name === 'signal') return typeof value.addEventListener === 'function' ? '' : 'no AbortSignal'
  if (typeof value === 'function') return 'a function'
  try {
    if (!ArrayBuffer.isView(value)) structuredClone(value)
    return ''
  } catch {
    return 'nothing that can be handed to the engine'
  }
}
