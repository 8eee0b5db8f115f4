// The views of the page: which panels each shows.

export const views = ['attack', 'compare', 'sweep', 'folder']

/** Shows a view: the panels and settings that name it in data-panel, and its link as the current one. */
export function show(view) {
  document.body.dataset.view = view
  for (const panel of document.querySelectorAll('[data-panel]')) {
    panel.hidden = !panel.dataset.panel.split(' ').includes(view)
  }
  for (const link of document.querySelectorAll('.views a')) {
    if (link.getAttribute('href') === `#view=${view}`) link.setAttribute('aria-current', 'page')
    else link.removeAttribute('aria-current')
  }
}
