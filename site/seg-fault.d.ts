/**
 * `<seg-fault>`, a live figure of an attack. One script tag, from any origin, defines it:
 *
 *     <script type="module" src="https://HOST/seg-fault.js"></script>
 *     <seg-fault sample="glioma" epsilon="0.009" view="slider"></seg-fault>
 *
 * It starts when it is scrolled into view and shows a static poster before that; all figures of a page share one engine. Type and
 * ink come from the page around it, its width from its container. A page with a content security policy allows the site's
 * origin in `script-src`, `frame-src` (the engine runs in a hidden frame of its own origin) and `img-src` (posters); what `src` and `truth`
 * name is fetched by the page itself, as its `connect-src` allows.
 *
 * | attribute | what |
 * |---|---|
 * | `view` | `compare` (the default), `slider`, `sweep` or `panel` |
 * | `sample`, `seed` | a name of `info.samples`, by default the first; another seed is another patient |
 * | `src`, `truth`, `slice` | instead of a sample: addresses of a scan and of its label map; a slice from 0, by default the middle one |
 * | `model` | a name of `info.models`, by default the first of the sample's task |
 * | `epsilon` | the most by which a pixel may change, as a share of the grey range; by default 0.009 |
 * | `method`, `defence`, `norm`, `loss`, `scheme`, `steps`, `step`, `label`, `gradient` | as in {@link AttackOptions} |
 * | `swapped` | as there: on where the attribute stands; `swapped="false"`, which some frameworks write for off, is off |
 * | `curves` | for `sweep`: losses with commas, each with `swapped` behind it or not, such as `bce, bce swapped` |
 * | `controls` | of `epsilon sample model loss order scheme steps outlines` those to show, `all`, or `none`; by default `epsilon outlines`, for a sweep none |
 * | `site` | where the site's folder is served, if not beside the script: a bundler may have moved that |
 * | `poster` | address of a picture to show before the first result, instead of the site's own |
 *
 * A scan that is dropped on a figure, alone or with its truth mask, is shown as by `load`. A picture between the tags is shown as poster too; text there is for readers without JavaScript. Every attribute is a property as well:
 * null removes it. Style it through the parts `stage`, `picture`,
 * `legend`, `controls`, `status` and `poster`, and the property `--seg-fault-height`, the largest height of a picture.
 */
export class SegFault extends HTMLElement {
  /** The last result; null before the first. */
  readonly fault: Fault | null

  /** As the attribute. */
  epsilon: number

  /** As the attribute. */
  swapped: boolean

  /** As the attribute; null without. */
  seed: number | null

  /** As the attribute; null without. */
  slice: number | null

  /** As the attribute; null without. */
  steps: number | null

  /** As the attribute; null without. */
  step: number | null

  /** As the attribute; null without. */
  view: string | null

  /** As the attribute; null without. */
  controls: string | null

  /** As the attribute; null without. */
  poster: string | null

  /** As the attribute; null without. */
  sample: string | null

  /** As the attribute; null without. */
  src: string | null

  /** As the attribute; null without. */
  truth: string | null

  /** As the attribute; null without. */
  model: string | null

  /** As the attribute; null without. */
  method: string | null

  /** As the attribute; null without. */
  defence: string | null

  /** As the attribute; null without. */
  norm: string | null

  /** As the attribute; null without. */
  loss: string | null

  /** As the attribute; null without. */
  scheme: string | null

  /** As the attribute; null without. */
  label: string | null

  /** As the attribute; null without. */
  gradient: string | null

  /** As the attribute; null without. */
  curves: string | null

  /** Opens the engine and attacks; resolves with the result. Called by itself when the figure comes into view. */
  start(): Promise<Fault>

  /** Shows a scan of the page's own, with its truth if there is one; resolves with the result, and rejects where another was asked for meanwhile. */
  load(source: Source, options?: { truth?: Source }): Promise<Fault>

  /** Ends what is being computed. */
  stop(): void

  addEventListener<K extends keyof SegFaultEvents>(type: K, listener: (event: SegFaultEvents[K]) => void, options?: boolean | AddEventListenerOptions): void
  addEventListener(type: string, listener: EventListenerOrEventListenerObject, options?: boolean | AddEventListenerOptions): void
}

/** What a template may write on the tag. */
export type SegFaultProperties = {
  [K in 'epsilon' | 'swapped' | 'seed' | 'slice' | 'steps' | 'step' | 'view' | 'controls' | 'poster' | 'sample' | 'src' | 'truth' | 'model' | 'method'
    | 'defence' | 'norm' | 'loss' | 'scheme' | 'label' | 'gradient' | 'curves']?: SegFault[K] | string
} & { site?: string }

/** What a figure tells. The events do not bubble. */
export interface SegFaultEvents {
  /** The engine is open. */
  ready: CustomEvent<{ info: Info }>
  /** How far a long operation is; `sweep` counts attacks. */
  progress: CustomEvent<Progress | { stage: 'sweep'; done: number; total: number }>
  /** A person used a control; the attribute is set, or removed where the value is null. */
  change: CustomEvent<{ attribute: string; value: string | number | null }>
  /** Something was computed and is shown. */
  result: CustomEvent<{ fault: Fault }>
  /** Something failed; the figure says so in a sentence. */
  error: CustomEvent<{ error: Failure }>
}

import type { Failure, Fault, Info, Progress, Source, AttackOptions } from './segfault.js'

declare global {
  interface HTMLElementTagNameMap {
    'seg-fault': SegFault
  }
}
