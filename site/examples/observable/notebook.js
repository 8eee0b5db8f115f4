// A notebook as Observable exports it: cells that run again when those they name have changed.

export default function define(runtime, observer) {
  const main = runtime.module()
  main.variable(observer('figure')).define('figure', [], async () => {
    await import('https://segfault.example/seg-fault.js')
    const figure = document.createElement('seg-fault')
    figure.setAttribute('sample', 'meningioma')
    return figure
  })
  main.variable().define('fault', ['figure'], async function* (figure) {
    while (true) yield await new Promise((resolve) => figure.addEventListener('result', ({ detail }) => resolve(detail.fault), { once: true }))
  })
  main.variable(observer('words')).define('words', ['fault'], ({ metrics: { dice, linf } }) =>
    `Changing no pixel by more than ${linf.toPrecision(2)} took Dice from ${dice.union.before.toFixed(2)} to ${dice.union.after.toFixed(2)}.`)
  return main
}
