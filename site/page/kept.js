// Rows of a folder that outlive a reload of the page, but not its tab: they name files, and names may say who was scanned.

const key = 'segfault-folder'

/** Keeps rows, and what was asked for them; where there is no room for their pictures without those, and at worst nothing. */
export function keep(asked, rows) {
  for (const some of [rows, rows.map(({ pictures, ...row }) => row)]) {
    try {
      return sessionStorage.setItem(key, JSON.stringify({ asked, rows: some.map(({ scan, files, mask, target, copy, ...row }) => ({ ...row, mark: row.mark ?? mark({ files, mask, target }) })) }))
    } catch {} // full, or forbidden
  }
}

/** What was kept: { asked, rows }, or null. */
export function kept() {
  try {
    return JSON.parse(sessionStorage.getItem(key))
  } catch {
    return null
  }
}

/** What tells a scan's files from others of their names. */
export const mark = ({ files, mask, target }) => [...files, '', ...(mask ?? []), ...(target ?? [])].map((file) => file && `${file.size} ${file.lastModified}`).join(', ')
