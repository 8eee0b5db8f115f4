// Files that the page makes for the visitor to keep.

/** Offers text or bytes as a download. */
export function save(name, type, content) {
  const url = URL.createObjectURL(new Blob([content], { type }))
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(url)) // after the browser has taken it
}

/** Offers a file that the engine made: a mask by the name of what it is of, or several of one attack would be called alike. */
export function saveFile(file, { what } = {}) {
  save(what ? file.name.replace(/^mask/, `mask-${what}`) : file.name, 'application/octet-stream', file)
}
