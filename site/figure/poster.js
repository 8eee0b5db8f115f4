// What stands in for a figure's pictures until they are computed: the site's own picture of the sample, in build/poster.go.

import { described } from './attack.js'

const unlike = ({ loss, swapped, scheme, label, gradient, steps = 1, step, norm }) =>
  loss !== 'dice_focal' || swapped || steps !== 1 || step !== undefined || ![undefined, 'linf'].includes(norm) || ![undefined, 'additive'].includes(scheme) || ![undefined, 'truth'].includes(label) || ![undefined, 'channel'].includes(gradient)

/**
 * The picture's address in the site's folder, or null where the site has none of this scan. The fragment says which attack's outline it shows: none but
 * that of the same ε, and no answer at all of another model or one behind a defence.
 */
export function poster(figure, site) {
  const { scan: { sample = 'glioma', seed, src, model }, slice, options } = described(figure)
  if (!site || !/^\w+$/.test(sample) || src !== undefined || seed !== undefined || slice > 0) return null
  const part = model !== undefined || options.defence ? 'plain' : unlike(options) ? 'before' : `e${options.epsilon}`
  return new URL(`posters/${sample}.svg#${part}`, site).href
}
