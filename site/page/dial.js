// The ε dial: a slider over fixed stops, fine near zero, and a field for any other value.

import { element } from './element.js'
import { percent, share } from './numbers.js'

/** The values of ε that a slider stops at. */
export const stops = [
  0, 0.0005, 0.001, 0.0015, 0.002, 0.0025, 0.003, 0.0035, 0.004, 0.0045, 0.005,
  0.006, 0.007, 0.008, 0.009, 0.01, 0.012, 0.014, 0.016, 0.018, 0.02,
  0.025, 0.03, 0.035, 0.04, 0.045, 0.05, 0.06, 0.07, 0.08, 0.09, 0.1,
]
/**
 * The number in a field for ε, or null where it holds none that can be: the field says so, and what was there before goes on. kept is
 * the ε that stays.
 */
export function asked(field, kept) {
  const wrong = !field.checkValidity()
  const place = document.getElementById(field.getAttribute('aria-describedby'))
  field.setAttribute('aria-invalid', wrong)
  place.textContent = wrong ? `ε is a number from 0 to 1, a share of the grey range; it stays at ${kept}.` : ''
  place.hidden = !wrong
  return wrong ? null : field.valueAsNumber
}

const labelled = [0, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1]

/** From which stop on a step of ε is how well seen, as words.js has it of the PSNR that such a step has. */
const seen = [[0, 'hard to see'], [0.01, 'trained eye'], [0.03, 'plain to see']]

const place = (value) => `calc(100% * ${stops.indexOf(value)} / ${stops.length - 1})`

/** Wires the dial and calls turned(epsilon) whenever a person changes it. */
export function dial(turned) {
  const slider = document.querySelector('#epsilon')
  const field = document.querySelector('#epsilon-exact')
  const ticks = document.querySelector('#ticks')
  slider.max = stops.length - 1

  for (const value of labelled) {
    const tick = document.createElement('span')
    tick.textContent = percent.format(value)
    tick.style.insetInlineStart = place(value)
    ticks.append(tick)
  }
  for (const [from, text] of seen) {
    const zone = element('span', {}, text)
    zone.style.insetInlineStart = place(from)
    document.querySelector('#ruler').append(zone)
  }

  let epsilon = 0
  const show = () => {
    const next = stops.findIndex((stop) => stop >= epsilon)
    slider.value = next < 0 ? stops.length - 1 : next
    tell()
  }
  const tell = () => {
    slider.setAttribute('aria-valuetext', `ε ${percent.format(epsilon)}, ${epsilon}`)
    document.querySelector('#epsilon-share').textContent = percent.format(epsilon)
    document.querySelector('#epsilon-levels').textContent = share.format(255 * epsilon)
  }

  slider.addEventListener('input', () => {
    epsilon = stops[slider.value]
    tell()
    field.value = epsilon
    asked(field)
    turned(epsilon)
  })
  field.addEventListener('change', () => {
    const next = asked(field, epsilon)
    if (next === null) return
    epsilon = next
    show()
    turned(epsilon)
  })

  return {
    get value() {
      return epsilon
    },
    set value(next) {
      epsilon = next
      field.value = epsilon
      asked(field)
      show()
    },
  }
}
