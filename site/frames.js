// For a page that shows embed.html in frames: gives each frame the height of its figure.
//
//     <script type="module" src="https://…/frames.js"></script>
//     <iframe src="https://…/embed.html#sample=glioma&view=slider" title="An attack on a brain scan"></iframe>

const { origin } = new URL(import.meta.url)

addEventListener('message', ({ origin: from, source, data }) => {
  if (from !== origin || data?.type !== 'seg-fault' || !Number.isFinite(data.height)) return
  for (const frame of document.querySelectorAll('iframe')) {
    if (frame.contentWindow === source) frame.height = data.height
  }
})
