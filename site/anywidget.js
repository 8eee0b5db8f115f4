// <seg-fault> as an anywidget, for Jupyter and MyST: the model's traits are the figure's attributes.
//
//     class SegFault(anywidget.AnyWidget):
//         _esm = "https://HOST/anywidget.js"
//         sample = traitlets.Unicode("glioma").tag(sync=True)
//         metrics = traitlets.Dict().tag(sync=True)      # of the last result

import { SegFault } from './seg-fault.js'

/** What a host's model cannot do is left out: a static page keeps no values, and MyST's says so by an error. */
function attempt(model, method, ...given) {
  try {
    model[method](...given)
  } catch {
    // the figure goes on by itself
  }
}

export default {
  render({ model, el }) {
    const figure = document.createElement('seg-fault')
    const attributes = SegFault.observedAttributes
    const follow = (name) => {
      const value = model.get(name)
      if (value === undefined || value === null || value === false) figure.removeAttribute(name)
      else figure.setAttribute(name, value === true ? '' : value)
    }
    const followers = attributes.map((name) => [`change:${name}`, () => follow(name)])
    for (const name of attributes) follow(name)
    for (const follower of followers) attempt(model, 'on', ...follower)

    const tell = (name, value) => {
      attempt(model, 'set', name, value)
      attempt(model, 'save_changes')
    }
    figure.addEventListener('change', ({ detail: { attribute, value } }) => tell(attribute, attribute === 'swapped' ? value !== null : value))
    figure.addEventListener('result', ({ detail: { fault } }) => tell('metrics', fault.metrics))
    el.append(figure)
    return () => {
      for (const follower of followers) attempt(model, 'off', ...follower)
    }
  },
}
