// What the page says about itself: progress, the engine's state, and errors.

import { duration } from './numbers.js'
import { complaint, step } from './words.js'

const $ = (id) => document.querySelector(id)

/** Shows how far a long operation is; quick ones never flash up, because it appears after a moment. */
export class Progress {
  #timer = null

  begin(cancel) {
    $('#cancel').hidden = !cancel
    $('#cancel').onclick = cancel ?? null
    this.#timer ??= setTimeout(() => $('#progress').classList.add('shown'), 250)
  }

  show(progress) {
    const { done, total } = progress
    const bar = $('#progress-bar')
    if (total > 0) {
      bar.max = total
      bar.value = Math.min(done, total)
    } else bar.removeAttribute('value')
    $('#progress-text').textContent = step(progress)
  }

  end() {
    clearTimeout(this.#timer)
    this.#timer = null
    $('#progress').classList.remove('shown')
  }
}

/** One sentence in the alert region. */
export function complain(error) {
  console.error(error)
  $('#alert-text').textContent = complaint(error)
  $('#alert').hidden = false
}

export function settle() {
  $('#alert').hidden = true
}
$('#alert-close').addEventListener('click', settle)

/** The lamp in the masthead and the backend's line in the settings. */
export function engine(state, info, milliseconds) {
  $('#engine').dataset.state = state
  if (!info) return
  const names = { webgpu: 'WebGPU', cpu: 'CPU' }
  const time = milliseconds === undefined ? '' : `, ${duration(milliseconds)}`
  $('#engine-text').textContent = `${names[info.backend]}${time}`
  $('#backend-facts').textContent = info.reason
  $('#version').textContent = `Segfault ${info.version}`
}
