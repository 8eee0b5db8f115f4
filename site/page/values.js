// Which values of a mask's file are which classes of the model, where the file does not say so by itself.

import { element } from './element.js'

const box = element('div', { class: 'values' })

/**
 * Loads a mask with load(options). One with more values than the model has classes is taken as far as these go, and asked about.
 */
export async function attach(load, { classes }) {
  try {
    return await load({})
  } catch (error) {
    if (error.code !== 'file') throw error
    return await load({ classes: classes.map((_, k) => k + 1) }).catch(() => {
      throw error
    })
  }
}

const valuesOf = (mask) => (mask.classes.length ? mask.values : mask.labels)

/** Whether a mask says more than where it is: which classes are there. */
export const tells = (mask) => valuesOf(mask).length > 1 || valuesOf(mask)[0] > 1

/** Offers to say which value is which class, below the scan's facts: chosen(classes) hears it. A mask that tells no classes needs no words. */
export function offer(mask, { classes }, chosen) {
  box.remove()
  if (!mask || !tells(mask)) return
  const values = valuesOf(mask)
  const is = (value) => (mask.classes.length ? mask.classes[value - 1] ?? 0 : value)
  const menus = values.map((value) => {
    const menu = element('select', { 'aria-label': `Value ${value}` })
    menu.append(new Option('nothing', 0), ...classes.map((name, k) => new Option(name, k + 1)))
    menu.value = Math.min(is(value), classes.length)
    menu.addEventListener('change', (event) => {
      event.stopPropagation()
      chosen(Array.from({ length: Math.max(...values) }, (_, k) => Number(menus[values.indexOf(k + 1)]?.value ?? 0)))
    })
    menu.addEventListener('input', (event) => event.stopPropagation()) // which is no choice of an attack
    return menu
  })
  const unsure = values.join() === classes.map((_, k) => k + 1).join() ? '' : `, of which it has ${classes.length}: say which is which`
  box.replaceChildren(
    element('p', { class: 'hint', role: 'status' }, `The mask’s values are taken as classes of the model${unsure}.`),
    ...values.map((value, k) => element('div', { class: 'field' }, element('span', {}, `Value ${value}`), menus[k])))
  document.querySelector('#scan-facts').after(box)
}
