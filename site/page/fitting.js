// Whether a model can know a scan from a file: it finds what it learnt in whatever it is given, so that is said before any number.

import { element } from './element.js'
import { taskName } from './models.js'
import { enter } from './views.js'

const learnt = {
  brain: 'brain tumours in slices of T1-weighted MRI after contrast',
  heart: 'the left ventricle in short-axis cine MRI',
  hippocampus: 'the hippocampus in T1-weighted MRI, cut out around it',
}

/** What a scan has that no scan has which such a model learnt from, in sentences. */
export function doubts({ width, height, volumes, window: [low], detector, coloured, truth }, { size }) {
  return [
    truth?.pixels === 0 && 'Its mask marks nothing, so there is nothing to find.',
    low <= -100 && `Its grey range begins at ${low}, as that of CT does, and not at 0 as of MRI.`,
    detector && 'It is a projection, not a slice.',
    coloured && 'It has colours.',
    volumes > 1 && `It is one of ${volumes} volumes, as functional and diffusion MRI have them.`,
    Math.max(width, height) < 0.75 * size && `Its ${width} × ${height} pixels are fewer than the ${size} × ${size} that the model sees.`,
  ].filter(Boolean)
}

/** The bar that asks it, with what else there is. */
export class Fitting {
  #box = element('div', { class: 'fitting', id: 'fitting', role: 'note' })
  /** The scan that a person has said is one that the model knows. */
  #known = null

  constructor() {
    document.querySelector('.headline').before(this.#box)
  }

  /** Asks it of a scan from a file and a model of the site; chosen(name) takes another. */
  show(scan, model, models, chosen) {
    this.#box.hidden = !learnt[model.task] || this.#known === scan.id
    if (this.#box.hidden) return
    const first = (one, at) => models.findIndex(({ own, task }) => !own && task === one.task) === at
    const others = models.filter((one, at) => one.own || (one.task !== model.task && first(one, at)))
    this.#box.replaceChildren(
      element('p', {}, element('strong', {}, 'Does the model know this? '), `It learnt ${learnt[model.task]}, and looks for that in anything. ${doubts(scan, model).join(' ')}`),
      element('p', { class: 'row' },
        button('It is such a scan', () => {
          this.#known = scan.id
          this.#box.hidden = true
          enter()
        }),
        ...others.map((one) => button(one.own ? one.title : `Take ${taskName(one.task)}`, () => {
          chosen(one.name)
          enter() // as the buttons become others
        })),
        button('A model of your own…', () => document.querySelector('.settings [data-open=model]').click())))
  }

  hide() {
    this.#box.hidden = true
  }
}

function button(text, done) {
  const made = element('button', { type: 'button' }, text)
  made.addEventListener('click', done)
  return made
}
