// Making elements without markup in strings.

/** An element with attributes and children; a string becomes text. */
export function element(name, attributes = {}, ...children) {
  return fill(document.createElement(name), attributes, children)
}

/** The same for SVG. */
export function drawn(name, attributes = {}, ...children) {
  return fill(document.createElementNS('http://www.w3.org/2000/svg', name), attributes, children)
}

/** Offers classes in a menu by their numbers, from 1; one that has them already keeps its choice. */
export function offerClasses(menu, classes) {
  if ([...menu.options].map(({ text }) => text).join('\n') !== classes.join('\n')) menu.replaceChildren(...classes.map((name, k) => new Option(name, k + 1)))
}

function fill(made, attributes, children) {
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value)
  made.append(...children)
  return made
}
