// <seg-fault> in Vue's templates: import type {} from 'seg-fault/vue', and isCustomElement: (tag) => tag === 'seg-fault' for its compiler.

import type { HTMLAttributes } from 'vue'
import type { SegFault, SegFaultEvents, SegFaultProperties } from '../seg-fault.js'

type Listeners = { [K in keyof SegFaultEvents as `on${Capitalize<K>}`]?: (event: SegFaultEvents[K]) => void }

declare module 'vue' {
  interface GlobalComponents {
    'seg-fault': new () => SegFault & { $props: HTMLAttributes & SegFaultProperties & Listeners }
  }
}
