// <seg-fault> in JSX: import type {} from 'seg-fault/react'. React 19 calls onresult and its kin; earlier ones need addEventListener.

import type { DetailedHTMLProps, HTMLAttributes } from 'react'
import type { SegFault, SegFaultEvents, SegFaultProperties } from '../seg-fault.js'

type Listeners = { [K in keyof SegFaultEvents as `on${K}`]?: (event: SegFaultEvents[K]) => void }

declare module 'react' {
  namespace JSX {
    interface IntrinsicElements {
      'seg-fault': DetailedHTMLProps<HTMLAttributes<SegFault>, SegFault> & SegFaultProperties & Listeners
    }
  }
}
