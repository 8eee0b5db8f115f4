// What must stand beside every attack: as much noise, and where there is a defence an attack that needs no gradient, since a defence may only hide its own.

import { score } from './numbers.js'

/** How long nothing may have changed before it is worth it, in ms. */
const quiet = 300

/** What is computed beside an attack: a method's name, and how often it asks. */
const beside = ({ defence }) => [['noise', 'As much noise', {}], ...(defence ? [['square', 'Without gradients', { steps: 200 }]] : [])]

/** Computes it, unless the attack is a baseline itself; gives { method, title, metrics } one by one. */
export async function besides(lab, scan, fault, signal, each) {
  const { attack } = fault
  if (fault.metrics.target || beside(attack).some(([method]) => method === attack.method)) return
  await new Promise((resolve) => setTimeout(resolve, quiet))
  const { model, slice, epsilon, norm, label, gradient, on, where, defence } = attack
  for (const [method, title, more] of beside(attack)) {
    if (signal.aborted) return
    const made = await lab.attack(scan, { model, slice, epsilon, label, gradient, on, where, defence, method, ...(method === 'noise' ? { norm } : {}), ...more, signal })
    lab.release(made)
    each({ method, title, metrics: made.metrics })
  }
}

/** The line that says it: a name, a value and what it means. */
export function besideWords({ method, title, metrics }, fault) {
  const of = ({ dice: { union } }) => union.after
  const [plain, attacked] = [of(metrics), of(fault.metrics)]
  const value = `Dice ${score(plain)}`
  if (plain === null || attacked === null) return [title, value, 'There is nothing to find here.']
  if (method === 'square') return [title, value, plain < attacked - 0.05 ? 'It finds more than the attack did, so the defence hides its gradient: take this number.' : 'It finds no more than the attack did: the defence does not only hide its gradient.']
  return [title, value, attacked < plain - 0.05 ? 'The same budget, up or down by chance, does less: it is the attack, and not any change.' : 'The same budget, up or down by chance, does as much: this says nothing of the attack.']
}
