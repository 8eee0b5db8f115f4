// Results of other settings than those that stand beside them: dimmed, and said.

/** A part of the page with results, and the line that says so. */
export class Outdated {
  #box
  #note
  #timer = null

  constructor(box, note) {
    this.#box = box
    this.#note = note
  }

  /** Says why results are outdated, after a moment, so that quick things never flash up; at once that they are not, with ''. */
  say(sentence) {
    clearTimeout(this.#timer)
    const now = () => {
      this.#box.toggleAttribute('data-outdated', sentence !== '')
      this.#note.textContent = sentence
    }
    if (sentence === '') now()
    else this.#timer = setTimeout(now, 250)
  }
}

/** Whether results asked for with one set of options are of another; differ are options that do not matter. */
export function differs(asked, options, ...differ) {
  return Object.keys({ ...asked, ...options }).some((name) => !differ.includes(name) && asked[name] !== options[name])
}
