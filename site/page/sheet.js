// What gives way to the pictures: on a narrow screen settings are a sheet at its lower edge; what is folded unfolds for paper.

const $ = (id) => document.querySelector(id)

/** Opens and closes the sheet, and unfolds what is printed. */
export function sheet() {
  const [opener, form] = [$('#settings-open'), $('#settings')]
  const show = (open) => {
    opener.setAttribute('aria-expanded', open)
    form.toggleAttribute('data-shown', open)
    if (open) $('#settings-close').focus()
    else opener.focus()
  }
  opener.addEventListener('click', () => show(opener.getAttribute('aria-expanded') !== 'true'))
  $('#settings-close').addEventListener('click', () => show(false))
  form.addEventListener('keydown', ({ key }) => key === 'Escape' && form.hasAttribute('data-shown') && show(false))
  let unfolded = []
  addEventListener('beforeprint', () => {
    unfolded = [...document.querySelectorAll('[data-fold]:not([open])')]
    for (const one of unfolded) one.open = true
  }, { capture: true }) // before plots are drawn, which need their room
  addEventListener('afterprint', () => unfolded.forEach((one) => (one.open = false)))
}
