// What the copies in an archive are called.

/** Gives each copy its name: as its scan, with the ending that it has now, never outside the archive, and never twice. */
export function named() {
  const taken = new Set()
  return (scan, copy) => {
    const ending = /(\.nii|\.mha)?(\.[^./]+)$/i.exec(copy)?.[0] ?? ''
    const path = scan.split(/[/\\]/).filter((part) => part && part !== '.' && part !== '..').join('/')
    const stem = path.replace(/(\.nii|\.mha)?\.[a-z][a-z0-9]*(?=$|, volume \d+$)/i, '') || 'scan'
    for (let k = 1; ; k++) {
      const name = `${stem}${k > 1 ? ` (${k})` : ''}${ending}`
      if (!taken.has(name.toLowerCase())) return taken.add(name.toLowerCase()) && name
    }
  }
}
