// What is dropped on a figure, which a browser would otherwise open in place of the page.

import { Failure } from '../engine/failure.js'
import { look } from '../page/contents.js'
import { guess, twice } from '../page/roles.js'

/** Calls take({ scan, truth }) with the files that are dropped on a figure, and refused(error) with what it cannot take. */
export function receive(figure, take, refused) {
  const carriesFiles = ({ dataTransfer }) => dataTransfer?.types.includes('Files')
  figure.addEventListener('dragover', (event) => carriesFiles(event) && event.preventDefault())
  figure.addEventListener('drop', async (event) => {
    if (!carriesFiles(event)) return
    event.preventDefault()
    try {
      await take(sorted(await look([...event.dataTransfer.files])))
    } catch (error) {
      if (error.name !== 'AbortError') refused(error)
    }
  })
}

/** A scan, alone or with its truth mask, of files as look gives them. */
export function sorted(given) {
  const list = guess(given)
  const of = (role) => list.find((one) => one.role === role)?.files
  if (of('model')) throw new Failure('bug', 'segfault: a figure attacks the site’s own models; follow the link below it, and drop yours there.')
  if (!of('scan') || twice(list)) throw new Failure('bug', 'segfault: a figure takes one scan, alone or with its truth mask, told apart by their names (a.png and a_mask.png); for anything else follow the link below it.')
  return { scan: of('scan'), truth: of('truth') }
}
