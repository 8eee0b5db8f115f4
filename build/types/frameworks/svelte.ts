// What Svelte's types take and refuse of the element.

import type { SvelteHTMLElements } from 'svelte/elements'

type Properties = SvelteHTMLElements['seg-fault']

export const taken: Properties = { site: '/segfault/', epsilon: 0.009, swapped: false, class: 'wide', onresult: (event) => event.detail.fault.metrics.drop }

// @ts-expect-error a result has a fault
export const other: Properties = { onresult: (event) => event.detail.info }
