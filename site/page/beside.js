// What must stand beside every attack: as much noise, and where there is a defence an attack that needs no gradient, since a defence may only hide its own.

import { both, score } from './numbers.js'

/** How long nothing may have changed before it is worth it, in ms. */
const quiet = 300

/** Computes it, after a moment; nothing where nobody wants it any more. */
export async function besides(lab, fault, signal) {
  await new Promise((resolve) => setTimeout(resolve, quiet))
  if (signal.aborted) return { controls: [], volume: [] }
  return lab.beside(fault, { signal })
}

const called = (reference) => (reference === 'truth' ? 'Dice' : 'agreement')

/** The line that says it: a name, a value and what it means. */
export function besideWords({ title, meaning, metrics: { target, dice, reference } }) {
  return [title, target ? `Dice with the target ${score(target.after)}` : `${called(reference)} ${both(dice.union.after, dice.true.after)}`, meaning]
}

/** The same of a volume. */
export function volumeWords({ title, meaning, slices, dice, true: own }, { slices: all, reference }) {
  return `${title}${slices.length < all.length ? `, on slice ${slices.map((slice) => slice + 1).join(', ')}` : ''}: ${called(reference)} ${both(dice.after, own.after)}, and ${both(dice.before, own.before)} under the attack. ${meaning}`
}
