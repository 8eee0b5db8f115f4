// What a copy keeps of its file's identity: asked where files of its kind can say who was scanned.

import { element } from './element.js'

/** A tick, off at first. */
export class Identity {
  #tick = element('input', { type: 'checkbox' })
  box = element('label', { class: 'tick', hidden: '' }, this.#tick, ' Keep what the file says of the patient, in texts and elsewhere')

  /** Whether it is to be kept. */
  get kept() {
    return this.#tick.checked
  }

  /** Asks about a scan. */
  offer(scan) {
    this.box.hidden = !scan?.identity
  }
}
