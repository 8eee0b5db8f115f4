// <seg-fault> in Svelte's templates: import type {} from 'seg-fault/svelte'.

import type { HTMLAttributes } from 'svelte/elements'
import type { SegFault, SegFaultEvents, SegFaultProperties } from '../seg-fault.js'

type Listeners = { [K in keyof SegFaultEvents as `on${K}`]?: (event: SegFaultEvents[K]) => void }

declare module 'svelte/elements' {
  interface SvelteHTMLElements {
    'seg-fault': Omit<HTMLAttributes<SegFault>, keyof Listeners> & SegFaultProperties & Listeners
  }
}
