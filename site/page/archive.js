// Attacked copies of many scans as one archive, written a file at a time.

import { downloadZip } from '../vendor/zip.js'
import { named } from './naming.js'
import { save } from './save.js'

/** Keeps the copies of rows, where copy(row) gives a File or null; says how many have none. */
export async function archive(rows, copy) {
  let left = 0
  const names = named()
  async function* files() {
    for (const row of rows) {
      const file = await copy(row)
      if (file) yield { name: names(row.name, file.name), input: file, lastModified: new Date() }
      else left++
    }
  }
  const content = await downloadZip(files()).blob()
  save('segfault-adversarial.zip', 'application/zip', content)
  return left
}
