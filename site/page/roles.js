// What files that were given together may be, by their names and what they hold.

import { isModel, isPart } from './files.js'
import { noImage, things } from './pairs.js'

const asRegion = /(^|[-_. ])(roi|region)([-_. ]|$)/i
const asTarget = /(^|[-_. ])target([-_. ]|$)/i

/** What there may be, in the order in which it is taken, and what each is called. */
export const roles = { model: 'a network', scan: 'the scan', truth: 'its truth mask', region: 'its region of interest', target: 'what the model is to find', recipe: 'a recipe', none: 'left out' }

/** The masks among them, of which a scan has one each. */
export const masks = ['truth', 'region', 'target']

/**
 * Guesses a role for each thing of files, as look gives them: { name, files, role, recipe }. A network comes with what lies beside it.
 */
export function guess(given) {
  const recipes = given.filter(({ recipe }) => recipe)
  const networks = given.filter(({ file }) => isModel(file))
  const others = given.filter((one) => !recipes.includes(one) && !networks.includes(one))
  const parts = networks.length ? others.filter(({ file }) => isPart(file)) : []
  const rest = others.filter((one) => !parts.includes(one))
  const plain = (one, role, files) => ({ name: one.path.replace(/^\//, ''), files: files.map(({ file }) => file), role, recipe: one.recipe })
  if (given.length === 1 && rest.length === 1) return [plain(rest[0], role(things(rest)[0] ?? {}), rest)] // whatever it is: reading it tells
  return [
    ...networks.map((one) => plain(one, 'model', [one, ...parts])),
    ...things(rest).map((thing) => ({ name: thing.name, files: thing.files, role: role(thing) })),
    ...rest.filter(({ path }) => noImage.test(path)).map((one) => plain(one, 'none', [one])),
    ...recipes.map((one) => plain(one, 'recipe', [one])),
  ]
}

const role = ({ name = '', mask }) => (asRegion.test(name) ? 'region' : asTarget.test(name) ? 'target' : mask ? 'truth' : 'scan')

/** Says in a sentence why a scan cannot have these, one role twice; nothing where it can. */
export function twice(list) {
  const role = ['scan', ...masks].find((role) => list.filter((one) => one.role === role).length > 1)
  if (!role) return ''
  return role === 'scan' ? 'Only one scan is looked at at a time: leave the others out, or choose all of them as a folder.' : `A scan has one mask as ${roles[role]}, and ${list.filter((one) => one.role === role).length} were given: choose which it is.`
}
