// What happened, in plain words.

import { shortTitle } from './models.js'
import { megabytes, percent, score, three, whole } from './numbers.js'

const list = new Intl.ListFormat('en')

/** "a, b, and c". */
export const joined = (words) => list.format(words)

/** "The model sees glioma, 1,240 px." of the prediction 'before' or 'after' the attack. */
export function sees({ classes, metrics }, when) {
  const found = classes.flatMap((name, k) => {
    const pixels = metrics.pixels[when][k]
    return pixels > 0 ? [`${name}, ${whole.format(pixels)} px`] : []
  })
  return found.length ? `The model sees ${joined(found)}.` : 'The model sees nothing.'
}

/** Why the engine computes where it does, with what of a processor, and whether a GPU was checked. */
export function computing({ reason, check, backend, adapter }) {
  if (backend === 'cpu') return `${reason} ${adapter}.`
  return reason + (check ? ` Checked on this GPU: ${check.shaders} shaders compute what the CPU does.` : '')
}

/** What the scores compare with: the truth, a target that is sought or, where there is neither, the model itself, which says nothing of how right it is. */
export const measure = (reference) => ({ truth: 'Dice', target: 'Dice with the target' })[reference] ?? 'agreement with its own first answer'

/** Whether a class is neither in the reference nor among those pixels that were found, so that there is nothing to score. */
export const absent = (score, found, reference) => found === 0 && (score === 1 || (score === null && reference === 'truth'))

/** The same for who does not know what a Dice is. */
export const overlapWith = (reference) => (reference === 'truth' ? 'overlap with the truth' : measure(reference))

/** The Dice of the truth's own classes, to stand beside that of all classes together; nothing where they are told alike. */
export function ownClass(union, own, reference) {
  return score(own) === score(union) ? '' : `${reference === 'truth' ? 'true class' : 'class by class'} ${score(own)}`
}

/** How well a change can be seen, of its PSNR: a rule of thumb, which nobody tested on readers. */
export const visibility = (psnr) => (psnr >= 40 ? 'hard to see' : psnr >= 30 ? 'seen by a trained eye' : 'plain to see')

/** What the attack did, in a sentence; called is what the model is called, and sought what there is to find. */
export function finding(metrics, called = 'the model', sought = 'the true area') {
  const { linf, psnr, reference, pixels, target } = metrics
  if (reference === 'truth' && pixels.reference === 0 && !target) return lesionless(metrics, called)
  if (linf === 0) return `Without any change ${became(metrics, called, sought)}.`
  return `A change of at most ${percent.format(linf)} of the grey range, ${visibility(psnr)}, and ${became(metrics, called, sought)}.`
}

function became({ reference, pixels, missed, invented, linf, ending, target }, called, sought) {
  const known = reference === 'truth'
  if (target) return `${called} ${ending === 'reached' ? 'finds' : 'does not find'} its target: Dice with it ${three.format(target.before)} before, ${three.format(target.after)} now`
  if (ending === 'changed') return `${called} takes ${known ? sought : 'what it found before'} for another class`
  if (pixels.reference === 0) return marked(pixels.after) ? `${called} marks ${whole.format(marked(pixels.after))} px, where it found nothing before` : `${called} finds nothing in this slice`
  const was = (share) => (known && linf > 0 ? ` (${percent.format(share)} before)` : '')
  const extra = invented.after > (invented.before ?? 0) ? `; ${percent.format(invented.after)} of what it marks is not there${was(invented.before)}` : ''
  return `${called} misses ${percent.format(missed.after)} of ${known ? sought : 'what it found before'}${was(missed.before)}${extra}`
}

/** What became of the search for the smallest ε. */
export function leastly({ found, epsilon, own }) {
  const size = `ε = ${Number(epsilon.toPrecision(3))}${own === null ? '' : `, ${Number(own.toPrecision(3))} of the scan’s own grey levels`}`
  return found ? `The least that was found to do it: ${size}.` : `Nothing up to ${size} does it.`
}

const marked = (counts) => counts.reduce((sum, count) => sum + count, 0)

/** Of a slice in which the truth has nothing, so that nothing can be lost and all that is marked is made up. */
function lesionless({ pixels, linf, psnr }, called) {
  const [was, is] = [marked(pixels.before), marked(pixels.after)]
  const change = linf === 0 ? 'without any change' : `after a change of at most ${percent.format(linf)} of the grey range, ${visibility(psnr)},`
  const before = linf === 0 || was === is ? '' : was ? ` (${whole.format(was)} before)` : ' (none before)'
  return `There is nothing to find in this slice: ${change} ${called} ${is ? `makes up ${whole.format(is)} px${before}` : `finds nothing${was ? before.replace(' before', ' px before') : ''}, as it should`}.`
}

/** A title cut at its spaces into lines of about so many letters. */
export const lines = (title, letters) => title.match(new RegExp(`.{1,${Math.max(letters, 1)}}(?:\\s|$)|\\S+\\s?`, 'g')) ?? ['']

/** A sentence with a capital; a word that is no plain one, as an address or a file's name, stays as it is. */
export const capital = (sentence) => sentence.replace(/^\p{Ll}+(?=[\s,;’']|$)/u, (word) => word.charAt(0).toUpperCase() + word.slice(1))

/** Whether an error was foreseen: the messages of such begin with the name of the part that wrote them. */
export const expected = ({ name, message }) => name === 'AbortError' || /^[a-z]+: /.test(message)

/** An error's message as a sentence of its own; the engine's begin with the name of the part that wrote them. */
export function complaint({ message }) {
  const sentence = capital(message.replace(/^[a-z]+: /, ''))
  return `${sentence}${/[.!?]$/.test(sentence) ? '' : '.'}`
}

const stages = {
  engine: 'Loading the engine',
  weights: 'Loading the model',
  files: 'Loading what reads files',
  decoder: 'Loading the decoder',
  start: 'Starting the engine',
  device: 'Asking for the GPU',
  measure: 'Measuring the backends',
  plan: 'Preparing the model',
  gradient: 'Computing the gradient',
  predict: 'Predicting',
  step: 'Attacking step by step',
  try: 'Looking for the smallest ε',
  slice: 'Attacking slice by slice',
  universal: 'Making one change for all',
  sweep: 'Attacking with one ε after another',
}

/** What is being done, and of a download how much has come. */
export function step({ stage, done, total }) {
  const loading = ['engine', 'weights', 'files', 'decoder'].includes(stage)
  if (loading && !total && done) return `${stages[stage]}, ${megabytes(done)}`
  return loading && total ? `${stages[stage]}, ${megabytes(done)} of ${megabytes(total)}` : stages[stage]
}

/** "about 40 s left". */
export function remaining(milliseconds) {
  const seconds = Math.ceil(milliseconds / 1000)
  return seconds < 90 ? `about ${seconds} s left` : `about ${Math.round(seconds / 60)} min left`
}

/** Behind a sentence on many attacks, that some of those that were asked for have not come: it was cancelled, or they failed. */
export const partly = (done, asked) => (done < asked ? ` This is of ${done} of the ${asked} attacks.` : '')

/** What many attacks on one scan did, of lab.summary's numbers; reference is what they are measured against. */
export function compared({ attacks, models, ways, union, true: own, linf, worst }, reference) {
  if (!attacks) return 'There is nothing to find in this slice, and no model found anything.'
  const ranking = worst.map(({ how, models: to }) => (models > 1 ? `${how} to ${to} of ${models} models` : how))
  const harm = ways > 1 && worst.length ? ` Most harm is done by ${joined(ranking)}.` : ''
  const fall = reference === 'truth'
    ? `The mean Dice ${moved(union, own)}`
    : `The models’ mean agreement with their own first answers ${agreed(union, own)}`
  return `${fall}${/ falls /.test(fall) ? ', though' : ';'} no pixel changed by more than ${percent.format(linf)} of the grey range.${harm}`
}

/** What a score did, as far as its digits tell. */
function verb({ before, after }) {
  if (three.format(before) === three.format(after)) return 'stays'
  return after < before ? 'falls' : 'rises'
}

/** What the Dice of all classes together did, and that of the true class where it is another. */
function moved(union, own) {
  return `${verb(union)} ${course(union)}${alike(union, own, 'before', 'after') ? '' : `, that of the true class ${verb(own) === verb(union) ? '' : `${verb(own)} `}${course(own)}`}`
}

/** The same of agreements with a first answer, which are 1 before. */
function agreed(union, own) {
  return `${three.format(union.after) === three.format(1) ? 'stays at' : 'falls to'} ${three.format(union.after)}${alike(union, own, 'after') ? '' : `, class by class to ${three.format(own.after)}`}`
}

/** Whether two scores have the same digits. */
const alike = (a, b, ...when) => when.every((at) => three.format(a[at]) === three.format(b[at]))

/** From where to where it did so. */
const course = ({ before, after }) => (three.format(before) === three.format(after) ? `at ${three.format(after)}` : `from ${three.format(before)} to ${three.format(after)}`)

/** How much change it took to break each of some models. Curves are { about, results }, in the order of their ε. */
export function swept(curves) {
  const done = curves.map(({ about, results }) => ({ about, known: results.filter((one) => one && one.metrics.dice.union.after !== null) })).filter(({ known }) => known.length).map(({ about, known }) => {
    return { name: shortTitle(about), metrics: known[0].metrics, broken: known.find(({ metrics }) => metrics.success), last: known.at(-1) }
  })
  if (!done.length) return 'There is nothing to find in this slice, and no model found anything.'
  const broken = done.filter((one) => one.broken).sort((a, b) => a.broken.epsilon - b.broken.epsilon)
  const missed = done.filter((one) => !one.broken && foundNothing(one.metrics))
  const whole = done.filter((one) => !one.broken && !foundNothing(one.metrics))
  const { threshold, reference } = done[0].metrics
  const limit = reference === 'truth' ? `a Dice of ${threshold}` : `an agreement of ${threshold} with its own first answer`
  const falls = broken.map(({ name, broken: { epsilon, metrics } }, k) => {
    if (metrics.ending === 'changed') return `${name} takes it for another class at ε = ${epsilon}`
    return k && broken[k - 1].broken.metrics.ending !== 'changed' ? `${name} at ${epsilon}` : `${name} falls below ${limit} at ε = ${epsilon}`
  })
  const who = whole.length === 1 ? `${whole[0].name} stays` : `${broken.length ? 'The other' : 'All'} ${whole.length} models stay`
  const stays = whole.length ? `${who} above ${broken.length ? 'it' : limit} up to ε = ${Math.min(...whole.map(({ last }) => last.epsilon))}.` : ''
  const lost = missed.length ? `${joined(missed.map(({ name }) => name))} ${missed.length === 1 ? 'was' : 'were'} below ${falls.length || stays ? 'it' : limit} before the attack.` : ''
  return [falls.length ? `${falls.join('; ')}.` : '', stays, lost].filter(Boolean).join(' ')
}

/** What the attack on every slice did to a volume, in a sentence. */
export function volumeFound({ slices, dice: { union, true: own }, linf, reference }) {
  const change = `no pixel changed by more than ${percent.format(linf)} of the grey range`
  if (union.after === null) return `There is nothing to find in this volume, and the model found nothing; ${change}.`
  const fall = reference === 'truth' ? `Dice ${moved(union, own)}` : `the model’s agreement with its own first answer ${agreed(union, own)}`
  return `In the volume as a whole ${fall}; ${endings(slices)}${/ falls /.test(fall) ? ', though' : ';'} ${change}.`
}

/** In how many slices an attack did what it was to do: in those that led to a target, or else in those that show something. */
function endings(slices) {
  const led = slices.filter(({ ending }) => ['reached', 'unreached'].includes(ending))
  const [of, one, many, end] = led.length ? [led, 'has a target', 'have a target', 'led to it'] : [slices.filter(({ reference }) => reference > 0), 'shows something', 'show something', 'broken']
  const done = of.filter(({ ending }) => succeeded(ending)).length
  return of.length === 1 ? `the one slice that ${one} is ${done ? '' : 'not '}${end}` : `${done} of the ${of.length} slices that ${many} ${done === 1 ? 'is' : 'are'} ${end}`
}

/** Whether an attack that ended so did what it was to do. */
export const succeeded = (ending) => !['held', 'unreached'].includes(ending)

/** Whether there was nothing to take: what the model finds untouched is worse than what counts as broken. */
const foundNothing = ({ threshold, dice: { union } }) => union.before !== null && union.before < threshold

/** How much change it took to break the attacked model with one loss: results in the order of their ε, all that there are. */
export function broke(results) {
  const known = results.filter(({ metrics }) => metrics.dice.union.after !== null)
  if (!known.length) return 'there is nothing to find in this slice, and nothing was found'
  const { threshold, reference } = known[0].metrics
  const what = capital(measure(reference))
  const at = known.find(({ metrics }) => metrics.success)
  if (at?.metrics.ending === 'changed') return `it is taken for another class at ε = ${at.epsilon}`
  if (at) return `${what} falls below ${threshold} at ε = ${at.epsilon}`
  if (foundNothing(known[0].metrics)) return `${what} was below ${threshold} before the attack`
  return `${what} stays above ${threshold} up to ε = ${known.at(-1).epsilon}`
}
