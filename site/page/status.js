// What the page says about itself: progress, the engine's state, and errors.

import { duration } from './report.js'

const bytes = new Intl.NumberFormat('en', { style: 'unit', unit: 'megabyte', maximumFractionDigits: 1 })
const $ = (id) => document.querySelector(id)

const stages = {
  engine: 'Loading the engine',
  weights: 'Loading the model',
  start: 'Starting the engine',
  device: 'Asking for the GPU',
  measure: 'Measuring the backends',
  plan: 'Preparing the model',
  gradient: 'Computing the gradient',
  predict: 'Predicting',
}

/** Shows how far a long operation is; quick ones never flash up, because it appears after a moment. */
export class Progress {
  #timer = null

  begin(cancel) {
    $('#cancel').hidden = !cancel
    $('#cancel').onclick = cancel ?? null
    this.#timer ??= setTimeout(() => $('#progress').classList.add('shown'), 250)
  }

  show({ stage, done, total }) {
    const bar = $('#progress-bar')
    if (total > 0) {
      bar.max = total
      bar.value = Math.min(done, total)
    } else bar.removeAttribute('value')
    const loading = stage === 'engine' || stage === 'weights'
    $('#progress-text').textContent = loading && total ? `${stages[stage]}, ${bytes.format(done / 1e6)} of ${bytes.format(total / 1e6)}` : stages[stage]
  }

  end() {
    clearTimeout(this.#timer)
    this.#timer = null
    $('#progress').classList.remove('shown')
  }
}

/** One sentence in the alert region; the engine's sentences begin with the name of the part that wrote them. */
export function complain(error) {
  console.error(error)
  const sentence = error.message.replace(/^[a-z]+: /, '')
  $('#alert-text').textContent = `${sentence.charAt(0).toUpperCase()}${sentence.slice(1)}${/[.!?]$/.test(sentence) ? '' : '.'}`
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
