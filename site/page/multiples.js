// Small multiples: a row of small pictures for each model, one of the untouched scan and one for each attack, drawn as they
// come and all showing the same part.

import { Glass } from './glass.js'
import { both } from './numbers.js'

/** What lab.render should give for them. */
export const wanted = { pictures: ['scan', 'adversarial'], outlines: ['truth', 'before', 'after'] }

const untouched = { picture: 'scan', outlines: ['truth', 'before'] }
const attacked = { picture: 'adversarial', outlines: ['truth', 'after'] }

function make(name, className = '', ...children) {
  const element = document.createElement(name)
  element.className = className
  element.append(...children)
  return element
}

export class Multiples {
  #root
  #cells = []
  #close = true

  constructor(root) {
    this.#root = root
  }

  /** Starts anew. rows have a title and facts; columns are titles, the first that of the untouched scan. */
  begin(rows, columns) {
    this.#root.dataset.columns = columns.length
    this.#cells = []
    this.#root.replaceChildren(...rows.map(({ title, facts }) => {
      const cells = columns.map((column, k) => cell(column, title, k === 0 ? untouched : attacked))
      this.#cells.push(cells)
      const heading = make('h3', '', ...title.replaceAll('-', '\u2011').split('/').flatMap((part, k) => (k ? ['/', make('wbr'), part] : [part])))
      const row = make('section', 'multiple-row', make('header', '', heading, make('p', '', facts)), ...cells.map(({ figure }) => figure))
      row.setAttribute('aria-label', title)
      return row
    }))
  }

  /** Shows the untouched scan and one attack of it in a row, with their Dice. opened() is called to see the attack alone, where that can be. */
  show(row, column, rendered, dice, opened) {
    const [first] = this.#cells[row]
    const attack = this.#cells[row][column]
    const of = (when) => [dice.union[when], both(dice.union[when], dice.true[when])]
    if (!first.rendered) this.#fill(first, rendered, of('before'))
    this.#fill(attack, rendered, of('after'), dice.union.before)
    if (opened) attack.opens(opened)
  }

  #fill(cell, rendered, [dice, text], before) {
    cell.rendered = rendered
    cell.score.textContent = text
    cell.bar.style.inlineSize = `${100 * (dice ?? 0)}%`
    cell.rail.classList.toggle('alone', before === null)
    if (before !== undefined) cell.rail.style.setProperty('--before-dice', `${100 * before}%`)
    cell.figure.classList.remove('pending')
    this.#draw(cell)
  }

  #draw({ glass, rendered, score }) {
    if (rendered) glass.draw(rendered, `Dice ${score.textContent}`, this.#close ? rendered.focus : undefined)
  }

  /** Shows what there is to find from close by, or the whole slice. */
  set close(close) {
    this.#close = close
    for (const cell of this.#cells.flat()) this.#draw(cell)
  }
}

function cell(column, title, view) {
  const score = make('output', '', '–')
  const bar = make('i', '')
  const rail = make('p', 'multiple-rail', bar)
  rail.setAttribute('aria-hidden', 'true')
  const box = make('div', 'glass')
  const name = make('span', '', column)
  const figure = make('figure', 'multiple pending', box, make('figcaption', '', name, score), rail)
  return {
    figure, score, bar, rail,
    glass: new Glass(box, `${title}, ${column}`, view),
    opens(opened) {
      const button = make('button', 'plain', column)
      button.type = 'button'
      button.setAttribute('aria-label', `${column}: open this attack of ${title}`)
      button.addEventListener('click', opened)
      name.replaceChildren(button)
    },
  }
}
