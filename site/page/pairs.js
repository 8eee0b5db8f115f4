// Which files of a folder are scans, and which are their masks, by their names, the folders that they lie in, and what they hold.

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
 * Scans of files, each { file, path, labels } with / between folders: { name, files, mask, target }, by name. A scan is a file, a header with its voxels, or the DICOM files
 * of a folder; mask is the files of the one that is beside it by name or in a folder of masks, or of the only DICOM segmentation near it, null without one, and target
 * those of what a model is to find in it.
 */
export function pairs(given) {
  const things = [...joined(given.map(seen).filter(Boolean)).values()]
  const of = (kind) => new Map(things.filter((one) => one.kind === kind).map((one) => [one.key, one]))
  const [masks, targets, nearest] = [of('mask'), of('target'), near(things)]
  return things.filter(({ kind }) => kind === 'scan').map((scan) => ({
    name: scan.name, files: filesOf(scan), mask: beside(masks, scan.key) ?? nearest(scan), target: beside(targets, scan.key),
  })).sort((a, b) => order.compare(a.name, b.name))
}

/** The files of the mask that is a scan's own by its key, or by the beginning of that. */
function beside(masks, key) {
  const own = masks.get(key) ?? masks.get([...masks.keys()].filter((begin) => key.startsWith(begin) && /[-_. ]/.test(key[begin.length])).sort((a, b) => b.length - a.length)[0])
  return own ? filesOf(own) : null
}

/** Tells of a series the files of the one DICOM mask whose it is, as names do not: the mask's is the only series in the nearest folder around it that has any. */
function near(things) {
  const series = things.filter(({ kind, slices }) => kind === 'scan' && slices)
  const masks = things.filter(({ kind, slices }) => kind === 'mask' && slices)
  const own = new Map(masks.map((mask) => {
    const folder = around(mask.at).find((folder) => series.some(({ at }) => at.startsWith(folder)))
    const inside = series.filter(({ at }) => at.startsWith(folder))
    return [mask, inside.length === 1 ? inside[0] : null]
  }))
  return (scan) => {
    const all = masks.filter((mask) => own.get(mask) === scan)
    return all.length === 1 ? filesOf(all[0]) : null
  }
}

/** A folder, such as a/b/, and those around it, to the outermost. */
const around = (folder) => (folder ? [folder, ...around(folder.replace(/[^/]*\/$/, ''))] : [''])

const filesOf = ({ parts }) => parts.map(({ file }) => file)

/** The things of such files, { name, files, mask }: mask says whether it is one by its name or by what it holds. */
export function things(given) {
  return [...joined(given.map(seen).filter(Boolean)).values()].map((one) => ({ name: one.name, mask: one.kind !== 'scan', files: filesOf(one) }))
}

/** Whether a file may be one of a DICOM series, by its name. */
export const ofSeries = (name) => /^(dcm|dicom|ima|)$/i.test(ending(name).slice(1))

const ending = (name) => /\.(nii|mha|mgh|img|raw|npy)?\.?gz$|\.[a-z][a-z0-9]*$/i.exec(name)?.[0] ?? ''

/** What a file's path, and whether it holds labels, say of it; null of one that is no image. */
function seen({ file, path, labels = false }) {
  const folders = path.split('/').filter(Boolean)
  const name = folders.pop()
  if (name.startsWith('.') || name === 'Thumbs.db' || folders.includes('__MACOSX') || noImage.test(name)) return null
  const stem = ending(name) === name ? name : name.slice(0, name.length - ending(name).length)
  const target = folders.some((folder) => targetFolder.test(folder)) || asTarget.test(stem)
  const mask = target || labels || folders.some((folder) => maskFolder.test(folder)) || asMask.test(stem) || onlyMask.test(stem)
  const slices = ofSeries(name)
  const home = folders.filter((folder) => !maskFolder.test(folder) && !targetFolder.test(folder) && !scanFolder.test(folder))
  const plain = stem.replace(asTarget, '').replace(asMask, '').replace(asScan, '')
  const [many, half] = [slices && !mask, header.test(name) || voxels.test(name)]
  return {
    file, slices, at: folders.map((folder) => `${folder}/`).join(''), alone: !many && !half, kind: target ? 'target' : mask ? 'mask' : 'scan', head: header.test(name),
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
