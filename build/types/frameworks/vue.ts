// What Vue's types take and refuse of the element.

import type { GlobalComponents } from 'vue'

type Properties = InstanceType<GlobalComponents['seg-fault']>['$props']

export const taken: Properties = { site: '/segfault/', epsilon: 0.009, swapped: false, class: 'wide', onResult: (event) => event.detail.fault.metrics.drop }

// @ts-expect-error there is no such attribute
export const unknown: Properties = { epsillon: 0.009 }
