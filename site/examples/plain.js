// Notes each result of the figure as a row of the table.

const figure = document.querySelector('#figure')
const rows = document.querySelector('#tried')

/** A score; there is none before an attack on a scan without a truth. */
const score = (dice) => dice?.toFixed(3) ?? '–'

figure.addEventListener('result', ({ detail: { fault } }) => {
  const { before, after } = fault.metrics.dice.union
  const loss = `${figure.getAttribute('loss') ?? 'dice_focal'}${figure.swapped ? ', swapped' : ''}`
  const row = rows.insertRow(0)
  for (const text of [loss, figure.epsilon, score(before), score(after)]) row.insertCell().textContent = text
})
