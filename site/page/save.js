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
