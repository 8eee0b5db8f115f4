// From a figure's attributes to the options of an attack.

import { given } from './reflect.js'

/** What a figure shows, as its attributes say. Missing ones are left to the engine. */
export function described(figure) {
  const text = (name) => figure.getAttribute(name) ?? undefined
  const number = (name) => (figure.hasAttribute(name) ? Number(figure.getAttribute(name)) : undefined)
  return {
    scan: { sample: text('sample'), seed: number('seed'), src: text('src'), truth: text('truth'), model: text('model') },
    slice: number('slice'),
    curves: list(text('curves')),
    options: {
      method: text('method'), defence: text('defence'), norm: text('norm'), model: text('model'), epsilon: number('epsilon') ?? 0.009,
      loss: text('loss') ?? (figure.hasAttribute('method') ? undefined : 'dice_focal'), swapped: given(figure, 'swapped'),
      scheme: text('scheme'), steps: number('steps'), step: number('step'), label: text('label'), gradient: text('gradient'),
    },
  }
}

/** The parts of a list with commas. */
export function list(text = '') {
  return text.split(',').map((part) => part.trim()).filter(Boolean)
}

/** A curve's loss, from "bce swapped" or from an attack's own options, with a name to show: that of the method where the loss is left to it. */
export function curve(of, { losses, orders, methods }) {
  const [loss, order] = typeof of === 'string' ? of.split(/\s+/) : [of.loss, of.swapped ? 'swapped' : '']
  const title = (entries, wanted) => entries.find(({ name }) => name === wanted)?.title ?? wanted
  return { loss, swapped: order === 'swapped', name: [loss ? title(losses, loss) : title(methods, of.method), order && title(orders, order)].filter(Boolean).join(', ') }
}
