// Archives that are written a file at a time.
export { downloadZip } from 'client-zip'
