// The address's fragment holds what leads back to a view: choices, and never a file's name or anything a file says.

/** The choices that an address can hold. */
const keys = ['view', 'purpose', 'method', 'model', 'sample', 'seed', 'slice', 'epsilon', 'loss', 'swapped', 'scheme', 'steps', 'label', 'gradient', 'on']

/** The choices in the address; what it does not say is left out. */
export function read() {
  const given = new URLSearchParams(location.hash.slice(1))
  return Object.fromEntries(keys.filter((key) => given.has(key)).map((key) => [key, given.get(key)]))
}

/** A fragment for some choices; those that are undefined are left out. */
export function fragment(choices) {
  return `#${new URLSearchParams(keys.filter((key) => choices[key] !== undefined).map((key) => [key, choices[key]]))}`
}

/** Puts choices into the address, without a new entry in the history. */
export function write(choices) {
  const next = fragment(choices)
  if (next !== location.hash) history.replaceState(null, '', next)
}

/** Calls followed(choices) when a link or the history has changed the fragment. */
export function watch(followed) {
  addEventListener('hashchange', () => followed(read()))
}
