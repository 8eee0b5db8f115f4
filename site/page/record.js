// What was measured, one row an attack, as a file keeps it.

const columns = {
  model: ({ about }) => about.title,
  parameters: ({ about }) => about.parameters,
  loss: ({ loss }) => loss,
  swapped: ({ swapped }) => swapped,
  epsilon: ({ epsilon }) => epsilon,
  scheme: ({ scheme }) => scheme,
  steps: ({ steps }) => steps,
  label: ({ label }) => label,
  gradient: ({ gradient }) => gradient,
  reference: ({ metrics }) => metrics.reference,
  dice_before: ({ metrics }) => metrics.dice.union.before,
  dice_after: ({ metrics }) => metrics.dice.union.after,
  true_class_before: ({ metrics }) => metrics.dice.true.before,
  true_class_after: ({ metrics }) => metrics.dice.true.after,
  ending: ({ metrics }) => metrics.ending,
  missed: ({ metrics }) => metrics.missed.after,
  invented: ({ metrics }) => metrics.invented.after,
  linf: ({ metrics }) => metrics.linf,
  l2: ({ metrics }) => metrics.l2,
  psnr: ({ metrics }) => metrics.psnr,
  ssim: ({ metrics }) => metrics.ssim,
  method: ({ method }) => method,
  where: ({ where }) => where,
  on: ({ on }) => on,
  slice: ({ slice }) => slice,
  stop: ({ stop }) => stop,
  target_before: ({ metrics }) => metrics.target?.before,
  target_after: ({ metrics }) => metrics.target?.after,
}

/** Rows for a table of attacks, each { about: model, metrics } with how the fault says that it was attacked; the first has the names. */
export function record(attacks) {
  return [Object.keys(columns), ...attacks.map((attack) => Object.values(columns).map((column) => column(attack)))]
}
