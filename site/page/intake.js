// Takes whatever was given at once: a role is guessed for each file, by its name and by what it holds, and a person may choose another.

import { look } from './contents.js'
import { element } from './element.js'
import { pairs } from './pairs.js'
import { guess, masks, roles, twice } from './roles.js'
import { complain } from './status.js'
import { complaint, joined } from './words.js'

/** So many loose files are looked into where their names do not tell which of them is the mask. */
const few = 6

export class Intake {
  #do
  #dialog = element('dialog', { class: 'sheet', id: 'intake', 'aria-labelledby': 'intake-title' })
  #note = element('p', { class: 'fact', id: 'given' })

  /**
   * does has what is done with each: look(files, signal) tells of a scan, model(files), scan(files, signal), truth, region and target likewise, recipe(recipe),
   * folder(scans), inFolder() that says whether the view of a folder is shown, and load(operation), which shows progress, complains, and says
   * whether it was done.
   */
  constructor(does) {
    this.#do = does
    document.body.append(this.#dialog)
  }

  /** Takes files, or asks about them. */
  async take(files) {
    const given = await look(files)
    const list = guess(given)
    if (!list.length) throw new Error('segfault: there is neither a scan nor a mask nor a network in what was given.') // but files that systems leave
    const loose = list.filter(({ role }) => role === 'scan')
    if (loose.length > 1 && loose.length <= few && given.every(({ path }) => !path.includes('/')) && !(await this.#do.load((signal) => this.#look(loose, list, signal)))) return
    const scans = list.filter(({ role, error }) => role === 'scan' && !error)
    const many = scans.length > 1 || (this.#do.inFolder() && given.some(({ path }) => path.includes('/')))
    const found = many ? pairs(given) : []
    if (found.length || scans.length > 1) return this.#do.folder(found)
    const wrong = twice(list)
    return wrong ? this.#ask(list, wrong) : this.#apply(list)
  }

  /** Looks into files that may each be the scan: those with the values of a mask are one of the other, if there is another. */
  async #look(loose, list, signal) {
    for (const one of loose) {
      try {
        one.labelled = (await this.#do.look(one.files, signal)).labelled
      } catch (error) {
        if (signal.aborted) throw error
        one.error = error
      }
    }
    const unread = loose.filter(({ error }) => error)
    if (unread.length === loose.length) for (const one of unread) one.role = 'none' // there is nothing to choose from
    if (!loose.some(({ labelled, error }) => !labelled && !error)) return
    for (const one of loose) if (one.labelled) one.role = 'truth'
    if (unread.length === 1 && !list.some(({ role }) => role === 'truth')) unread[0].role = 'truth' // as segmentations are no scans
    else for (const one of unread) one.role = 'none'
  }

  /** Takes all that has a role; what fails is told, and the others go on. */
  async #apply(list) {
    const failed = list.filter(({ role, error }) => role === 'none' && error)
    for (const { role, files } of list) if (role === 'model') await this.#do.model(files)
    const rest = list.filter(({ role }) => role !== 'model' && role !== 'recipe')
    if (rest.length) await this.#do.load(async (signal) => {
      if (rest.length === list.length && rest.every(({ role, error }) => role === 'none' && !error)) throw new Error(`segfault: none of these ${list.length} files is a scan, a mask, a network or a recipe; drop at least one of them.`)
      for (const role of ['scan', ...masks]) {
        const one = list.find((one) => one.role === role)
        if (!one || (failed.some(({ role }) => role === 'scan') && role !== 'scan')) continue // a mask of a scan that is not there
        try {
          await this.#do[role](one.files, signal)
          one.taken = true
        } catch (error) {
          if (signal.aborted) throw error
          failed.push({ ...one, error: one.error ?? error })
        }
      }
      this.#tell(list)
      if (failed.length && failed.length === list.length && list.some(({ role }) => masks.includes(role))) return this.#ask(list, `${failed.map(({ error }) => complaint(error)).join(' ')} What is it?`)
      if (failed.length) throw new Error(`segfault: ${failed.length === list.length ? '' : `of ${list.length} things ${failed.length} could not be taken. `}${failed.map(({ name, error }) => (list.length > 1 ? `${name}: ${complaint(error)}` : complaint(error))).join(' ')}`)
    })
    const last = list.find(({ role }) => role === 'recipe')
    if (last) await this.#do.recipe(last.recipe)
  }

  /** Says as what everything was taken, with a way to choose anew. */
  #tell(list) {
    const taken = list.filter(({ taken }) => taken)
    if (list.length < 2 || !taken.length) return
    const left = list.filter(({ role }) => role === 'none').length
    const change = element('button', { type: 'button', class: 'plain' }, 'Change…')
    change.addEventListener('click', () => this.#ask(list, 'What each of these is:'))
    this.#note.replaceChildren(`Taken together: ${joined(taken.map(({ role }) => roles[role]))}${left ? `; ${left} left out` : ''}. `, change)
    document.querySelector('#scan-facts').after(this.#note)
  }

  /** Asks what each is; a sentence says why. */
  #ask(list, sentence) {
    const menus = list.map(({ name, role, recipe }) => {
      const menu = element('select', { 'aria-label': name })
      const possible = Object.keys(roles).filter((one) => one === role || !['model', 'recipe'].includes(one))
      menu.append(...possible.map((one) => new Option(roles[one], one)))
      menu.value = role
      menu.disabled = Boolean(recipe)
      return menu
    })
    const why = element('p', { class: 'hint', role: 'status' }, sentence)
    const form = element('form', { method: 'dialog' },
      element('h2', { id: 'intake-title' }, 'What was given'), why,
      ...list.map(({ name }, k) => element('div', { class: 'ask-row' }, element('span', {}, name), menus[k])),
      element('p', { class: 'keep' }, element('button', { type: 'submit', class: 'primary' }, 'Take them so'), element('button', { type: 'button', class: 'cancel' }, 'Cancel')))
    form.querySelector('.cancel').addEventListener('click', () => this.#dialog.close())
    form.addEventListener('submit', (event) => {
      const chosen = list.map(({ name, files, recipe }, k) => ({ name, files, recipe, role: menus[k].value }))
      const wrong = twice(chosen)
      why.textContent = wrong
      if (wrong) return event.preventDefault()
      return this.#apply(chosen).catch(complain)
    })
    this.#dialog.replaceChildren(form)
    this.#dialog.showModal()
  }
}
