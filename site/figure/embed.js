// A page that is nothing but a figure: its attributes are in the address, embed.html#sample=glioma&view=slider, and its
// height goes to the page around it, which frames.js listens for.

import '../seg-fault.js'

const figure = document.querySelector('seg-fault')

function follow() {
  const wanted = new URLSearchParams(location.hash.slice(1))
  for (const name of figure.getAttributeNames()) if (!wanted.has(name)) figure.removeAttribute(name)
  for (const [name, value] of wanted) if (figure.constructor.observedAttributes.includes(name)) figure.setAttribute(name, value)
}
follow()
addEventListener('hashchange', follow)

new ResizeObserver(() => {
  parent.postMessage({ type: 'seg-fault', height: Math.ceil(document.documentElement.getBoundingClientRect().height) }, '*')
}).observe(document.documentElement)

document.documentElement.dataset.started = ''
