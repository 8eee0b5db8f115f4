// The controls under a figure. Each sets an attribute of the figure, and follows when the attribute is set otherwise.

import { stops } from '../page/dial.js'
import { element } from '../page/element.js'
import { described } from './attack.js'
import { chosen, suited } from './bench.js'

/** All that there are, in the order in which they appear. */
export const known = ['epsilon', 'sample', 'model', 'loss', 'order', 'scheme', 'steps', 'outlines']

export class Controls {
  #followers = []

  /** Builds the named controls of a figure; set(attribute, value) is called when a person chooses, with null to remove it. */
  constructor(names, figure, info, set) {
    const choices = (of) => of.map(({ name, title }) => [name, title])
    const make = {
      epsilon: () => this.#dial(figure, set),
      sample: () => this.#menu('Sample', 'sample', choices(info.samples), figure, set),
      model: () => this.#models(figure, info, set),
      loss: () => this.#menu('Loss', 'loss', choices(info.losses), figure, set),
      order: () => this.#tick('order as in the paper', 'swapped', figure, set),
      scheme: () => this.#menu('Step', 'scheme', choices(info.schemes), figure, set),
      steps: () => this.#number('Steps', 'steps', 1, figure, set),
    }
    this.elements = known.filter((name) => names.includes(name) && make[name]).map((name) => make[name]())
    this.follow()
  }

  /** Shows what the figure's attributes say. */
  follow() {
    for (const follow of this.#followers) follow()
  }

  /** The dial for ε, fine near zero. */
  #dial(figure, set) {
    const slider = element('input', { type: 'range', min: 0, max: stops.length - 1, step: 1 })
    const value = element('output')
    const tell = (epsilon) => {
      value.textContent = epsilon
      slider.setAttribute('aria-valuetext', `ε ${epsilon}`)
    }
    slider.addEventListener('input', () => {
      tell(stops[slider.value])
      set('epsilon', stops[slider.value])
    })
    this.#followers.push(() => {
      const next = stops.findIndex((stop) => stop >= figure.epsilon)
      if (stops[slider.value] !== figure.epsilon) slider.value = next < 0 ? stops.length - 1 : next
      tell(figure.epsilon)
    })
    return element('label', { class: 'dial' }, element('span', {}, 'Strength, ε'), slider, value)
  }

  /** A menu of the models for the figure's sample. */
  #models(figure, info, set) {
    const select = element('select')
    select.addEventListener('change', () => set('model', select.value))
    this.#followers.push(() => {
      const { scan } = described(figure)
      select.replaceChildren(...suited(info, scan).map(({ name, title }) => new Option(title, name)))
      select.value = chosen(info, scan)
    })
    return element('label', { class: 'menu' }, element('span', {}, 'Model'), select)
  }

  #menu(title, attribute, choices, figure, set) {
    const select = element('select', {}, ...choices.map(([value, text]) => new Option(text, value)))
    select.addEventListener('change', () => set(attribute, select.value))
    this.#followers.push(() => {
      if (figure.hasAttribute(attribute)) select.value = figure.getAttribute(attribute)
      else select.selectedIndex = 0
    })
    return element('label', { class: 'menu' }, element('span', {}, title), select)
  }

  #number(title, attribute, missing, figure, set) {
    const input = element('input', { type: 'number', min: 1, max: 1000, step: 1 })
    input.addEventListener('change', () => set(attribute, input.valueAsNumber > 1 ? input.valueAsNumber : null))
    this.#followers.push(() => (input.value = figure.getAttribute(attribute) ?? missing))
    return element('label', { class: 'menu' }, element('span', {}, title), input)
  }

  #tick(title, attribute, figure, set) {
    const box = element('input', { type: 'checkbox' })
    box.addEventListener('change', () => set(attribute, box.checked ? '' : null))
    this.#followers.push(() => (box.checked = figure[attribute]))
    return element('label', { class: 'tick' }, box, element('span', {}, title))
  }
}
