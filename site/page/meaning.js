// What each number means, in plain words.

import { both, bothSay, duration, percent, share, whole } from './numbers.js'
import { capital, measure, visibility } from './words.js'

/** The numbers of a result: each with its name, its value and a line that interprets it. */
export function meanings({ metrics, milliseconds, image, cancelled }, backend) {
  const { flipped, elements, linf, l2, psnr, ssim } = metrics
  return [
    ['Attack', ...outcome(metrics)],
    ...(cancelled ? [['Cancelled', `after ${cancelled.after} of ${cancelled.of} steps`, 'This is the best until then.']] : []),
    ['Answers that changed', whole.format(flipped), flipped ? `The model answers differently for ${percent.format(flipped / elements)} of the pixels, class by class.` : 'The model answers as before for every pixel.'],
    ['Largest change, L∞', share.format(linf), linf ? `No pixel changed by more than ${percent.format(linf)} of the grey range: ${share.format(255 * linf)} of a screen’s 255 steps.` : 'Nothing was changed.'],
    ['Total change, L2', share.format(l2), l2 ? `As much as if every pixel had changed by ${percent.format(l2 / Math.sqrt(image.length))}.` : 'Nothing was changed.'],
    ['PSNR', Number.isFinite(psnr) ? `${share.format(psnr)} dB` : '∞', seen(psnr)],
    ['SSIM', ssim.toFixed(4), ssim > 0.98 ? 'Hardly any structure differs; 1 is the same image.' : ssim > 0.9 ? 'The structure is nearly the same; 1 is the same image.' : 'The structure differs visibly; 1 is the same image.'],
    ...byStep(metrics),
    ['Time', duration(milliseconds.total), `On ${backend === 'webgpu' ? 'the graphics processor' : 'the processor'} of this computer.`],
  ]
}

/** What an iteration had reached after some of its steps, the first and the last among them. */
function byStep({ steps, reference, target }) {
  if (!steps.length) return []
  const last = steps.length - 1
  const some = [...new Set(Array.from({ length: 6 }, (_, k) => Math.round((k * last) / 5)))]
  const row = (name, at, ...of) => {
    const told = at.map((k) => both(...of.map((one) => steps[k][one] ?? steps[k].dice))).join(' → ')
    return [`${name} by step`, told, `After ${at.join(', ')} steps${told.includes('/') ? `; ${bothSay}` : ''}.`]
  }
  const known = target || reference === 'truth'
  return [row('Loss', some, 'loss'), row(target ? capital(measure('target')) : known ? 'Dice' : 'Agreement', known ? some : some.slice(1), 'dice', 'true')] // at first it agrees with itself
}

/** Whether it succeeded; where the clean prediction was as bad before, there was nothing to break. */
function outcome({ success, threshold, reference, ending, target, dice: { union } }) {
  if (target) return [ending === 'reached' ? 'reached its target' : 'missed its target', 'It succeeds where the Dice with the target is 0.8 or more.']
  if (ending === 'changed') return ['changed the class', 'The model finds the same place, and takes it for another class.']
  if (union.after === null) return ['nothing to break', 'There was nothing to find, and the model found nothing.']
  const what = reference === 'truth' ? 'the Dice of all classes together' : 'its agreement with its own first answer'
  if (union.before !== null && union.before < threshold) return ['nothing to break', `${capital(what)} was below ${threshold} before it.`]
  return [success ? 'succeeded' : 'did not succeed', `It succeeds where ${what} falls below ${threshold}.`]
}

function seen(psnr) {
  return Number.isFinite(psnr) ? `The change is ${visibility(psnr)} at this window, by a rule of thumb: nobody tested readers.` : 'The images are the same.'
}

/** The histogram of changes { limit, counts }. */
export function changed({ limit, counts }) {
  if (limit === 0) return 'Nothing was changed.'
  const total = counts.reduce((sum, count) => sum + count, 0)
  const quarter = counts.length >> 2
  const little = counts.slice(quarter, counts.length - quarter).reduce((sum, count) => sum + count, 0)
  return `${percent.format((counts[0] + counts.at(-1)) / total)} of the values moved by the whole step, up or down; ${percent.format(little / total)} moved by less than half of it.`
}
