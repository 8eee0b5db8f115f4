// The views of the page: which panels each shows, and the way into them by keyboard.

export const views = ['attack', 'compare', 'sweep', 'folder']

/** Shows a view: the panels and settings that name it in data-panel, and its link as the current one. Who was in a panel that goes is led into it. */
export function show(view) {
  document.body.dataset.view = view
  for (const panel of document.querySelectorAll('[data-panel]')) {
    panel.hidden = !panel.dataset.panel.split(' ').includes(view)
  }
  for (const link of document.querySelectorAll('.views a')) {
    if (link.getAttribute('href') === `#view=${view}`) link.setAttribute('aria-current', 'page')
    else link.removeAttribute('aria-current')
  }
  if (document.activeElement?.closest('[data-panel][hidden]')) enter()
}

/** Leads the keyboard to the content of the view that is shown; as where what had the focus is gone, without scrolling, which a pointer would not expect. */
export function enter(how = { preventScroll: true }) {
  document.querySelector('main > section:not([hidden])').focus(how)
}

/** Lets the skip link lead there, and not to its address, which holds the choices. */
export function skip() {
  document.querySelector('.skip').addEventListener('click', (event) => {
    event.preventDefault()
    enter({})
  })
}
