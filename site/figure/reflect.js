// A figure's attributes as properties, which is how frameworks give them: Vue, Svelte and React 19 set the property of an element
// that has one, and write what they are given as text where it has none.

const flags = ['swapped']
const numbers = ['epsilon', 'seed', 'slice', 'steps', 'step']

/** Whether an attribute that is there or not is there; "false" is what frameworks write for not. */
export const given = (element, name) => element.hasAttribute(name) && element.getAttribute(name).trim().toLowerCase() !== 'false'

/** Gives a class a property for each attribute that it has none for: null, undefined and false remove the attribute, true sets it empty. */
export function reflect({ prototype }, names) {
  for (const name of names.filter((name) => !(name in prototype))) {
    Object.defineProperty(prototype, name, {
      configurable: true,
      enumerable: true,
      get() {
        if (flags.includes(name)) return given(this, name)
        const text = this.getAttribute(name)
        return numbers.includes(name) && text !== null ? Number(text) : text
      },
      set(value) {
        if (value === null || value === undefined || value === false) this.removeAttribute(name)
        else this.setAttribute(name, value === true ? '' : value)
      },
    })
  }
}

/** Hands over what was set on an element before its class was there. */
export function adopt(element, names) {
  for (const name of names.filter((name) => Object.hasOwn(element, name))) {
    const value = element[name]
    delete element[name]
    element[name] = value
  }
}
