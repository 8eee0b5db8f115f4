// What must stand beside every attack: as much noise, and where there is a defence an attack that needs no gradient, since a defence may only hide its own.

import { score } from './numbers.js'

/** How long nothing may have changed before it is worth it, in ms. */
const quiet = 300

/** Computes it, after a moment; nothing where nobody wants it any more. */
export async function besides(lab, fault, signal) {
  await new Promise((resolve) => setTimeout(resolve, quiet))
  if (signal.aborted) return { controls: [], volume: [] }
  return lab.beside(fault, { signal })
}

/** The line that says it: a name, a value and what it means. */
export function besideWords({ title, meaning, metrics: { target, dice } }) {
  return [title, target ? `Dice with the target ${score(target.after)}` : `Dice ${score(dice.union.after)}`, meaning]
}

/** The same of a volume. */
export function volumeWords({ title, meaning, slices, dice }, { slices: all }) {
  return `${title}${slices.length < all.length ? `, on slice ${slices.map((slice) => slice + 1).join(', ')}` : ''}: Dice ${score(dice.after)}, and ${score(dice.before)} under the attack. ${meaning}`
}
