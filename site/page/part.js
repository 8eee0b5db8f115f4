// Parts of the page that are loaded when they are first wanted.

/** Waits for import(); that it fails, or brings something else, is one sentence. */
export async function part(coming) {
  try {
    return await coming
  } catch (cause) {
    throw new Error('segfault: a part of this page could not be loaded; check the connection and reload the page.', { cause })
  }
}
