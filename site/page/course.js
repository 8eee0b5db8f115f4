// The course: its figures, and the site kept for use without a network.

import '../seg-fault.js'
import './keep.js'

document.documentElement.dataset.started = ''
