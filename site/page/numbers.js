// How numbers are written.

export const three = new Intl.NumberFormat('en', { minimumFractionDigits: 3, maximumFractionDigits: 3 })
export const percent = new Intl.NumberFormat('en', { style: 'percent', maximumSignificantDigits: 2 })
export const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 })
export const share = new Intl.NumberFormat('en', { maximumSignificantDigits: 3 })
export const count = new Intl.NumberFormat('en', { notation: 'compact', maximumSignificantDigits: 3 })
const mega = new Intl.NumberFormat('en', { style: 'unit', unit: 'megabyte', maximumFractionDigits: 1 })

/** "1 scan", "2 scans". */
export const counted = (number, one, many = `${one}s`) => `${number} ${number === 1 ? one : many}`

/** A score, or a dash where there is none. */
export const score = (value) => (value === null || value === undefined ? '–' : three.format(value))

/** What a picture of changes is called, the largest of which it shows as half the grey range. */
export const perturbation = (scale) => (scale > 0 ? `Perturbation, × ${whole.format(0.5 / scale)}` : 'Perturbation')

/** The Dice of all classes together, and behind a stroke that of the true class where it is another. */
export const both = (...dice) => [...new Set(dice.map(score))].join(' / ')

/** What tells that, behind a caption. */
export const bothSay = 'any class / true class where that differs'

/** 2.3 MB, of a number of bytes. */
export const megabytes = (bytes) => mega.format(bytes / 1e6)

/** 312 ms, or 1.9 s. */
export function duration(milliseconds) {
  return milliseconds < 1000 ? `${whole.format(milliseconds)} ms` : `${share.format(milliseconds / 1000)} s`
}
