// A recipe that was given: the choices with which the page does its attack again, and what is missing for that.

import { both } from './numbers.js'
import { joined } from './words.js'

/** What an attack of that method is for, as the settings have it. */
const purposes = { fgsm: 'paper', bim: 'paper', sea: 'segmentation' }

/** A painted mask as lab.paint takes it, slice by slice; nothing of one that a file holds. */
const strokes = (mask, slice) => (mask?.slices ?? (mask?.runs ? [mask.runs] : [])).map((runs, k) => ({ slice: mask.slices ? k : slice, runs }))

/** The options of a recipe's attack that the one that was made has not, as there are more than the page asks for. */
function butFor(attack, made = attack) {
  const other = Object.keys(attack).filter((name) => String(attack[name] ?? '') !== String(made[name] ?? ''))
  return other.length ? `, but for ${joined(other.map((name) => `${name} ${attack[name]}`))}, which cannot be chosen here` : ''
}

/**
 * The choices of a recipe, the masks that were painted, for what there is, and said(attack), a sentence on what came of the attack that was made and on what is
 * missing; a model that is not there is refused.
 */
export function choices({ model, scan: of, truth, region, target, attack, metrics, universal }, { models, options }, scan) {
  if (universal) throw new Error('segfault: the recipe is of one change for all slices, which no recipe does again here; choose its settings, and press “One change for all slices”.')
  if (!model || !of || !attack || !metrics?.dice?.union) throw new Error('segfault: the recipe is cut short or damaged; expected its model, scan, attack and metrics with their Dice.')
  if (model.mean) {
    const names = model.mean.map(({ name }) => name)
    throw new Error(`segfault: the recipe is of the mean of ${joined(names)}, which the page does not attack again; in Segfault’s source do so with go run ./build attack -recipe FILE -weights ${names.join('+')}${of.sample ? '' : ' -scan FILE'}`)
  }
  const odd = Object.keys(attack).find((name) => !options.includes(name))
  if (odd) throw new Error(`segfault: the recipe’s attack has an option ${odd}, which there is none of; use the version of Segfault that wrote it.`)
  const alike = models.filter(({ sha256 }) => sha256 && sha256 === model.sha256) // one file may have been opened several times, each in its own way
  const known = alike.find(({ name }) => name === model.name) ?? alike[0]
  const namesake = models.some(({ name }) => name === model.name) ? '; one here is called so, but its file is another' : ', which is not among those here'
  if (!known) throw new Error(`segfault: the recipe is of the model ${model.name}${namesake}. Open its weights first, then the recipe.`)
  const same = of.sample || (scan?.sha256 && scan.sha256.join() === of.sha256?.join())
  const missing = [
    same ? '' : 'The scan that it is of is another; open it for the same numbers.',
    of.slice === 'all' ? 'It is of all slices: attack them below.' : '',
  ]
  const { union, true: own = union } = metrics.dice // which older recipes have not
  const said = (made) => [`Attacked as the recipe says${butFor(attack, made)}. Its own Dice: ${both(union.before, own.before)} before, ${both(union.after, own.after)} after.`, ...missing].filter(Boolean).join(' ')
  const { swapped, epsilon, method, ...rest } = attack
  const purpose = attack.label && !['truth', 'prediction'].includes(attack.label) ? 'target' : purposes[method] ?? (method ? 'strong' : 'paper')
  const wanted = {
    view: 'attack', ...rest, model: known.name, purpose, method, swapped: swapped ? 'yes' : '', epsilon,
    ...(of.sample ? { sample: of.sample.name, seed: String(of.sample.seed) } : {}),
    ...(of.slice === 'all' ? {} : { slice: of.slice }),
  }
  const painted = same ? Object.entries({ truth, region, target }).flatMap(([as, mask]) => strokes(mask, of.slice).map((stroke) => ({ as, named: mask.named, model: known.name, ...stroke }))) : []
  return { wanted, painted, said }
}
