// Which files of a folder are scans, and which are their masks, by their names and the folders that they lie in.

/** Names of what is no image. */
export const noImage = /\.(txt|md|json|csv|tsv|xml|pdf|bval|bvec|html?|zip)$/i
const header = /\.(hdr|mhd|nhdr)$/i
const voxels = /\.(img|raw|zraw)(\.gz)?$/i
const maskFolder = /^(masks?|labels?(tr|ts)?|seg(s|mentations?)?|annotations?|gt|ground[-_ ]?truths?|truths?)$/i
const targetFolder = /^targets?$/i
const scanFolder = /^(images?(tr|ts)?|imgs?|scans?)$/i
const asMask = /^(masks?|labels?|seg(mentation)?)[-_. ]|[-_. ](masks?|labels?|seg(mentation)?|gt|ground[-_ ]?truth|truth)$/i
const asTarget = /[-_. ]targets?$/i
const onlyMask = /^(masks?|labels?|seg(mentation)?|gt|ground[-_ ]?truth|truth|roi|region|target)\d*$/i
const asScan = /^(images?|img|scan)[-_. ](?=.)/i

/** How names are ordered: 2 before 10. */
const order = new Intl.Collator('en', { numeric: true, sensitivity: 'base' })

/**
 * Scans of files, each { file, path } with / between folders: { name, files, mask, target }, by name. A scan is a file, a header with its voxels, or the DICOM files
 * of a folder; mask is the files of the one that is beside it by name or in a folder of masks, null without one, and target those of what a model is to find in it.
 */
export function pairs(given) {
  const things = [...joined(given.map(seen).filter(Boolean)).values()]
  const of = (kind) => new Map(things.filter((one) => one.kind === kind).map((one) => [one.key, one]))
  const [masks, targets] = [of('mask'), of('target')]
  return things.filter(({ kind }) => kind === 'scan').map(({ key, name, parts }) => ({
    name, files: parts.map(({ file }) => file), mask: beside(masks, key), target: beside(targets, key),
  })).sort((a, b) => order.compare(a.name, b.name))
}

/** The files of the mask that is a scan's own by its key, or by the beginning of that. */
function beside(masks, key) {
  const own = masks.get(key) ?? masks.get([...masks.keys()].filter((begin) => key.startsWith(begin) && /[-_. ]/.test(key[begin.length])).sort((a, b) => b.length - a.length)[0])
  return own?.parts.map(({ file }) => file) ?? null
}

/** The things of such files, { name, files, mask }: mask says whether its name is that of one. */
export function things(given) {
  return [...joined(given.map(seen).filter(Boolean)).values()].map(({ name, kind, parts }) => ({ name, mask: kind !== 'scan', files: parts.map(({ file }) => file) }))
}

/** What a file's path says of it; null of one that is no image. */
function seen({ file, path }) {
  const folders = path.split('/').filter(Boolean)
  const name = folders.pop()
  if (name.startsWith('.') || name === 'Thumbs.db' || folders.includes('__MACOSX') || noImage.test(name)) return null
  const ending = /\.(nii|mha|mgh|img|raw|npy)?\.?gz$|\.[a-z][a-z0-9]*$/i.exec(name)?.[0] ?? ''
  const stem = ending === name ? name : name.slice(0, name.length - ending.length)
  const target = folders.some((folder) => targetFolder.test(folder)) || asTarget.test(stem)
  const mask = target || folders.some((folder) => maskFolder.test(folder)) || asMask.test(stem) || onlyMask.test(stem)
  const slices = !ending || /^\.(dcm|dicom|ima)$/i.test(ending) // of a series
  const home = folders.filter((folder) => !maskFolder.test(folder) && !targetFolder.test(folder) && !scanFolder.test(folder))
  const plain = stem.replace(asTarget, '').replace(asMask, '').replace(asScan, '')
  const [many, half] = [slices && !mask, header.test(name) || voxels.test(name)]
  return {
    file, alone: !many && !half, kind: target ? 'target' : mask ? 'mask' : 'scan', head: header.test(name),
    name: slices && !mask && folders.length ? folders.join('/') : path.replace(/^\//, ''),
    key: [...home, ...(slices && !mask ? [] : [plain])].join('/').toLowerCase(),
    whole: many ? `${folders.join('/')}/` : half ? [...folders, stem].join('/') : path,
  }
}

/** Files that are one thing, with the header first; those of one name that came from folders which nobody told are things of their own. */
function joined(files) {
  const things = new Map()
  for (const one of files) {
    const thing = things.get(one.whole)
    if (!thing) things.set(one.whole, { ...one, parts: [one] })
    else if (one.alone) things.set(`${one.whole} ${things.size}`, { ...one, parts: [one] })
    else if (one.head) things.set(one.whole, { ...one, parts: [one, ...thing.parts] })
    else thing.parts.push(one)
  }
  return things
}
