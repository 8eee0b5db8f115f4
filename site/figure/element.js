// Making elements without markup in strings.

/** An element with attributes and children; a string becomes text. */
export function element(name, attributes, ...children) {
  const made = document.createElement(name)
  for (const [key, value] of Object.entries(attributes ?? {})) made.setAttribute(key, value)
  made.append(...children)
  return made
}

const svg = 'http://www.w3.org/2000/svg'

/** The same for SVG. */
export function drawn(name, attributes, ...children) {
  const made = document.createElementNS(svg, name)
  for (const [key, value] of Object.entries(attributes ?? {})) made.setAttribute(key, value)
  made.append(...children)
  return made
}
