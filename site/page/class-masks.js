// Masks from files whose values are classes of a model: for one with other classes their values are taken anew.

import { part } from './part.js'

/** A model's classes as a text, the same of all that know the same. */
export const classesOf = (model) => model?.classes.join('\n')

export class ClassMasks {
  #loads
  #bench
  /** Those that tell classes, each { files, of }: of which classes its values were taken. */
  #taken = new Map()

  /**
   * The bench has model(), the one that is chosen; load(as, files, options), which reads a mask; masked(as, change), which takes what change() gives for
   * the scan's; and opened(masks), which hears what was.
   */
  constructor(loads, bench) {
    this.#loads = loads
    this.#bench = bench
  }

  /** Adds one, its values as they are said to be, or by their numbers, and then it may be asked. */
  async add(as, files, signal, classes) {
    const model = this.#bench.model()
    const load = (more) => this.#bench.load(as, files, { model: model.name, signal, ...more })
    const values = await part(import('./values.js'))
    const of = classesOf(model)
    const mask = await this.#bench.masked(as, async () => {
      const mask = await (classes ? load({ classes }) : values.attach(load, model))
      if (values.tells(mask)) this.#taken.set(as, { files, of })
      else this.forget(as)
      return mask
    })
    values.offer(mask, model, (classes) => this.#loads.run((signal) => this.add(as, files, signal, classes)))
    await this.#bench.opened({ [as]: { files, classes, of } })
  }

  /** Adds those again whose values are of other classes than the model's, and else updates. What cannot be stays as it is, and the attack will say so. */
  async follow(update) {
    const of = classesOf(this.#bench.model())
    const strange = [...this.#taken].filter(([, taken]) => taken.of !== of)
    for (const [as] of strange) this.forget(as)
    let all = strange.length > 0
    for (const [as, { files }] of strange) all = (await this.#loads.run((signal) => this.add(as, files, signal))) && all
    return all || update()
  }

  /** What is in no file any more is not read again. */
  forget(as) {
    this.#taken.delete(as)
  }

  /** Another scan has none yet. */
  clear() {
    this.#taken.clear()
  }
}
