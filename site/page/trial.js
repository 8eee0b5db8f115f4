// One scan of a folder: read, attacked as a person chose, and forgotten but for what its row says.

const side = 96

/**
 * Attacks a scan of pairs.js, whichever slices it has, and gives its row: what there is to say of it, pictures as addresses, and the recipe. volume is which
 * of a file that holds several.
 */
export async function trial(lab, { files, mask, volume = 0 }, options, { signal, onProgress }) {
  const call = { signal, onProgress }
  let scan = await lab.load(files, { volume, ...call })
  let fault = null
  try {
    if (mask) scan = { ...scan, truth: await lab.loadTruth(scan, mask, { model: options.model, signal }) }
    const { slice, ...how } = options
    const middle = scan.slices >> 1
    fault = scan.slices > 1 ? await lab.attackVolume(scan, { ...how, ...call }) : await lab.attack(scan, { ...how, slice: 0, ...call })
    return {
      slices: scan.slices, volumes: scan.volumes, saveable: scan.saveable && fault.attack.on === 'scan',
      numbers: fault.metrics ? single(fault) : stack(fault),
      pictures: await pictures(lab, scan, fault, options.model, middle, signal),
      recipe: lab.recipe(scan, fault),
    }
  } finally {
    if (fault) lab.release(fault)
    lab.release(scan)
  }
}

const single = ({ metrics: { reference, dice, ending, linf, radiology }, milliseconds }) => ({ reference, dice, ending, linf, radiology, milliseconds: milliseconds.total })

const stack = ({ reference, dice, slices, radiology, milliseconds }) => ({ reference, dice, ending: null, linf: Math.max(...slices.map(({ linf }) => linf)), radiology, slices, milliseconds: milliseconds.total })

/** Small pictures with what the model finds: of a volume of its middle slice, before alone. */
async function pictures(lab, scan, fault, model, slice, signal) {
  const drawn = fault.metrics
    ? await lab.render(fault, { pictures: ['scan', 'adversarial'], outlines: ['truth', 'before', 'after'], signal })
    : await lab.render(scan, { pictures: ['scan'], outlines: ['truth'], model, slice, signal })
  return Object.fromEntries(Object.keys(drawn.pictures).map((name) => [name, small(drawn, name, fault.metrics && { scan: 'before', adversarial: 'after' }[name])]))
}

function small({ width, height, pictures, outlines }, name, found) {
  const whole = new OffscreenCanvas(width, height)
  whole.getContext('2d').putImageData(new ImageData(pictures[name], width, height), 0, 0)
  const canvas = Object.assign(document.createElement('canvas'), { width: side, height: side })
  const context = canvas.getContext('2d')
  context.scale(side / width, side / height)
  context.drawImage(whole, 0, 0)
  const colour = (what) => getComputedStyle(document.documentElement).getPropertyValue(`--${what}`)
  for (const outline of ['truth', found].filter((outline) => outlines[outline])) {
    context.strokeStyle = colour(outline)
    context.lineWidth = (1.5 * width) / side
    context.setLineDash(outline === 'truth' ? [(4 * width) / side, (3 * width) / side] : [])
    context.stroke(new Path2D(outlines[outline]))
  }
  return canvas.toDataURL()
}
