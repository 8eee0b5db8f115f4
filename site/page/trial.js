// One scan of a folder: read, attacked as a person chose, and forgotten but for what its row says.

const side = 96

/**
 * Opens a scan of pairs.js with its masks for as long as use takes it; volume is which of a file that holds several. What a model is to find is a
 * mask of the scan's own.
 */
export async function opened(lab, { name, files, mask, target, volume = 0 }, { model, label }, { signal, onProgress }, use) {
  let scan = await lab.load(files, { volume, signal, onProgress })
  try {
    if (mask) scan = { ...scan, truth: await lab.loadTruth(scan, mask, { model, signal }) }
    if (label === 'painted') {
      if (!target) throw new Error(`segfault: ${name} has no target of its own, and one that is painted on another scan lies elsewhere in this; put a mask beside it, such as scan_target.png or targets/scan.png.`)
      scan = { ...scan, target: await lab.loadTarget(scan, target, { model, signal }) }
    }
    return await use(scan)
  } finally {
    lab.release(scan)
  }
}

/** Attacks a scan of pairs.js, whichever slices it has, and gives its row: what there is to say of it, pictures as addresses, the recipe, and a copy to keep. */
export function trial(lab, one, { slice, ...how }, call) {
  const { signal } = call
  return opened(lab, one, how, call, async (scan) => {
    const fault = scan.slices > 1 ? await lab.attackVolume(scan, { ...how, ...call }) : await lab.attack(scan, { ...how, slice: 0, ...call })
    try {
      return {
        slices: scan.slices, volumes: scan.volumes,
        numbers: fault.metrics ? single(fault) : stack(fault),
        pictures: await pictures(lab, scan, fault, how.model, scan.slices >> 1, signal),
        recipe: lab.recipe(scan, fault),
        copy: scan.saveable && fault.attack.on === 'scan' ? await lab.save(fault, { signal }) : null,
      }
    } finally {
      lab.release(fault)
    }
  })
}

const single = ({ metrics: { reference, dice, target, ending, linf, radiology }, milliseconds }) => ({ reference, dice, target, ending, linf, radiology, milliseconds: milliseconds.total })

const stack = ({ reference, dice, slices, worst, linf, radiology, milliseconds }) => ({ reference, dice, ending: null, linf, radiology, slices, worst, milliseconds: milliseconds.total })

/** Small pictures, as addresses, with what the model finds: of a volume of its middle slice, before alone. */
export async function pictures(lab, scan, fault, model, slice, signal) {
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
