// What React's types take and refuse of the element.

import type { ReactElement } from 'react'

export const taken: ReactElement = (
  <seg-fault site="/segfault/" sample="glioma" epsilon={0.009} swapped={false} seed="7" className="wide" ref={(figure) => { figure?.stop() }}
    onresult={(event) => event.detail.fault.attack.epsilon.toFixed(3)}>
    <img src="/segfault/posters/glioma.svg" alt="" />
  </seg-fault>
)

// @ts-expect-error there is no such attribute
export const unknown = <seg-fault epsillon={0.009} />

// @ts-expect-error a result has a fault
export const other = <seg-fault onresult={(event) => event.detail.info} />
