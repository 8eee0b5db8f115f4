// Where the site's folder is served, as a page says it.

import { misuse } from './failure.js'

/** The address of a folder, with the slash behind it that people leave out: without one, all would be looked for beside the folder. Of a page of the site it is that page's. */
export function folder(given, base) {
  try {
    if (typeof given === 'string' || given instanceof URL) {
      const url = new URL(given, base)
      if (!/(\/|\.html)$/.test(url.pathname)) url.pathname += '/'
      return url
    }
  } catch {} // it is no address
  throw misuse(`segfault: the site's address cannot be read; expected that of the folder it is served from, such as /segfault/.`)
}
