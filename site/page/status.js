// What the page says about itself: progress, the engine's state, and errors.

import { element } from './element.js'
import { duration } from './numbers.js'
import { enter } from './views.js'
import { complaint, computing, expected, remaining, step } from './words.js'

const $ = (id) => document.querySelector(id)

/** Shows how far a long operation is; quick ones never flash up, because it appears after a moment. */
export class Progress {
  #timer = null
  #began = 0
  #stage = ''
  /** What was drawn last, and when. */
  #drawn = { at: 0 }
  /** How many operations have begun, and what cancels those under way, by their numbers. */
  #begun = 0
  #cancels = new Map()

  /** Another operation begins; gives what end is to be told, as one may begin before another has ended. */
  begin(cancel) {
    this.#cancels.set(++this.#begun, cancel)
    this.#lead()
    this.#timer ??= setTimeout(() => $('#progress').classList.add('shown'), 250)
    return this.#begun
  }

  /** The last to have begun is what is shown. */
  #lead() {
    const cancel = [...this.#cancels.values()].at(-1)
    $('#cancel').hidden = !cancel
    $('#cancel').onclick = cancel ?? null
    $('#progress-bar').hidden = true
    $('#progress-text').textContent = ''
    this.#stage = ''
    this.#drawn = { at: 0 }
    this.#began = performance.now()
  }

  /** Shows a step of the engine, which may be within the index-th of count operations; of one stage ten times a second, as drawing takes from the engine. part is which share of all operations it is. */
  show(progress, index = 0, count = 1, part = { from: index / count, size: 1 / count }) {
    const { stage, done, total } = progress
    if (count === 1 && stage !== this.#stage) this.#began = performance.now()
    this.#stage = stage
    const now = performance.now()
    if (stage === this.#drawn.stage && index === this.#drawn.index && now - this.#drawn.at < 100) return
    this.#drawn = { stage, index, at: now }
    const bar = $('#progress-bar')
    const share = part.from + part.size * (total > 0 ? Math.min(done / total, 1) : 0)
    bar.hidden = !(total > 0 || count > 1) // without a value it would move, and drawing that takes half a processor from the engine
    bar.value = share
    $('#progress-text').textContent = [count > 1 ? `${index + 1} of ${count}` : '', step(progress), this.#left(share)].filter(Boolean).join(', ')
  }

  /** About how long it will still take, once that can be told. */
  #left(share) {
    const elapsed = performance.now() - this.#began
    return share > 0.02 && elapsed > 2000 ? remaining((elapsed * (1 - share)) / share) : ''
  }

  /** An operation has ended; what began before it and goes on is shown again. With the last its button goes, and who was at it goes on with the view. */
  end(which) {
    const last = which === [...this.#cancels.keys()].at(-1)
    this.#cancels.delete(which)
    if (!last) return
    if (this.#cancels.size) return this.#lead()
    clearTimeout(this.#timer)
    this.#timer = null
    $('#progress').classList.remove('shown')
    if (document.activeElement === $('#cancel')) enter()
  }
}

/** One sentence in the alert region; of says whose it is, where it is to go with that. */
export function say(sentence, of = '') {
  $('#alert-text').textContent = sentence
  $('#alert').dataset.of = of
  $('#alert').hidden = false
}

/** An error as such a sentence. One that nobody wrote a sentence for is a fault of the page, and its stack is for whoever mends it. */
export function complain(error, of = '') {
  if (!expected(error)) console.error(error)
  say(complaint(error), of)
}

/** Puts a button behind the sentence. */
export function offer(text, done) {
  const button = element('button', { type: 'button' }, text)
  button.addEventListener('click', done)
  $('#alert-text').append(' ', button)
}

/** Takes the sentence back: any, or only what that one has said. Who was at its buttons goes on with the view. */
export function settle(of) {
  if (of !== undefined && of !== $('#alert').dataset.of) return
  const held = $('#alert').contains(document.activeElement)
  $('#alert').hidden = true
  if (held) enter()
}
$('#alert-close').addEventListener('click', () => settle())

/** The lamp in the masthead and the backend's line in the settings. */
export function engine(state, info, milliseconds) {
  $('#engine').dataset.state = state
  if (!info) return void ($('#engine-text').textContent = state === 'dead' ? 'Not running' : 'Starting')
  const names = { webgpu: 'WebGPU', cpu: 'CPU' }
  const time = milliseconds === undefined ? '' : `, ${duration(milliseconds)}`
  $('#engine-text').textContent = `${names[info.backend]}${time}`
  $('#backend-facts').textContent = computing(info)
  $('#version').textContent = `Segfault ${info.version}`
}
