// What becomes of a scan or a result that cannot be shown.

/** For catch(): has the engine forget what was made on the way, and fails as before. */
export function releasing(lab, thing) {
  return (error) => {
    lab.release(thing)
    throw error
  }
}
