// index.html has <script type="module" src="https://segfault.example/seg-fault.js"></script>.

import { useState } from 'react'

export default function App() {
  const [epsilon, setEpsilon] = useState(0.003)
  const [drop, setDrop] = useState(null)
  return (
    <>
      <p><label>ε <input value={epsilon} onChange={({ target }) => setEpsilon(target.valueAsNumber)} type="range" min="0" max="0.02" step="0.001" /></label></p>
      <seg-fault sample="glioma" epsilon={epsilon} swapped={false} onresult={({ detail }) => setDrop(detail.fault.metrics.drop)}></seg-fault>
      {drop !== null && <p className="told">Dice falls by {drop.toFixed(2)}.</p>}
    </>
  )
}
