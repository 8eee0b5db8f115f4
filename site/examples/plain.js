// Notes each result of the figure as a row of the table.

const figure = document.querySelector('#figure')
const rows = document.querySelector('#tried')

figure.addEventListener('result', ({ detail: { fault } }) => {
  const { before, after } = fault.metrics.dice.union
  const loss = `${figure.getAttribute('loss') ?? 'dice_focal'}${figure.hasAttribute('swapped') ? ', swapped' : ''}`
  const row = rows.insertRow(0)
  for (const text of [loss, figure.epsilon, before.toFixed(3), after.toFixed(3)]) row.insertCell().textContent = text
})
