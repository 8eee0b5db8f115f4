// For pages that are read: keeps the site for use without a network.

import { offline } from './offline.js'

offline(document.querySelector('#offline'))
