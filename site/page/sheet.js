// What gives way on a narrow screen: settings become a sheet at its lower edge, and what is not looked at first is folded.

const $ = (id) => document.querySelector(id)

/** Folds and unfolds by the width that there is, and opens and closes the sheet. */
export function sheet() {
  const [opener, form] = [$('#settings-open'), $('#settings')]
  const wide = matchMedia('(min-width: 56.01rem)')
  const fold = () => {
    for (const one of document.querySelectorAll('[data-fold]')) one.open = wide.matches
  }
  const show = (open) => {
    opener.setAttribute('aria-expanded', open)
    form.toggleAttribute('data-shown', open)
    if (open) $('#settings-close').focus()
    else opener.focus()
  }
  opener.addEventListener('click', () => show(opener.getAttribute('aria-expanded') !== 'true'))
  $('#settings-close').addEventListener('click', () => show(false))
  form.addEventListener('keydown', ({ key }) => key === 'Escape' && form.hasAttribute('data-shown') && show(false))
  wide.addEventListener('change', fold)
  fold()
}
