// What files hold, as far as their beginning or a small file tells before they are read.

import { pathOf } from './files.js'
import { ofSeries } from './pairs.js'

/** The largest file that is read as a recipe. */
const longest = 8e6

/** What DICOM calls the kind of an object, in the file's own group or the data set's, of segmentations and contours; either stands at the beginning. */
const segmentation = /(\x02\x00\x02\x00|\x08\x00\x16\x00)[^]{4}1\.2\.840\.10008\.5\.1\.4\.1\.1\.(66\.[47]|481\.3)(?![.\d])/
const beginning = 1024

/**
 * Files with what they are known by: { file, path, recipe, labels }. recipe is what a file holds if it is one, else null; labels says whether it holds a
 * DICOM segmentation or contours, whatever it is called.
 */
export const look = (files) => Promise.all(files.map(async (file) => ({ file, path: pathOf(file), recipe: await recipe(file), labels: await labels(file) })))

async function labels(file) {
  if (!ofSeries(file.name)) return false
  try {
    const bytes = new Uint8Array(await file.slice(0, beginning).arrayBuffer())
    return segmentation.test(String.fromCharCode(...bytes))
  } catch {
    return false // reading it says why
  }
}

async function recipe(file) {
  if (!/\.json$/i.test(file.name) || file.size > longest) return null
  try {
    const told = JSON.parse(await file.text())
    return told?.recipe === 1 ? told : null
  } catch {
    return null
  }
}
