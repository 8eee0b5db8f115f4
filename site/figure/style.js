// The figure's style sheet. Type and ink come from the page around it; pictures and plots lie in dark wells, as on the
// site itself. A constructed sheet, because policies that forbid inline styles allow it.

export const sheet = globalThis.CSSStyleSheet && new CSSStyleSheet() // there is none on a server, where pages only import

sheet?.replaceSync(`
:host {
  --well: #0a0c0e;
  --well-ink: #e3e8ec;
  --well-muted: #97a3ad;
  --well-line: #2a3138;
  --truth: #f5e663;
  --before: #5bb8ee;
  --after: #ff7a3d;
  --hit: #3fa9e8;
  --miss: #ff7a3d;
  --alarm: #e9a8d6;
  --accent: #d4581a;
  --soft: color-mix(in srgb, currentcolor 78%, transparent);
  --line: color-mix(in srgb, currentcolor 28%, transparent);
  --radius: 6px;
  display: block;
  container-type: inline-size;
  min-width: 0;
  line-height: 1.45;
  text-align: start;
  font-variant-numeric: tabular-nums;
}
:host([hidden]), [hidden] { display: none !important; }
*, ::before, ::after { box-sizing: border-box; }
figure, p, ul { margin: 0; padding: 0; list-style: none; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
.defs { position: absolute; }

/* Pictures */
.stage { position: relative; overflow: hidden; border-radius: var(--radius); background: var(--well); color: var(--well-ink); }
.pictures { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 0 2px; }
.tile { display: grid; grid-template-rows: subgrid; grid-row: span 2; }
.tile figcaption { display: flex; justify-content: space-between; align-items: center; gap: 0.2em 0.8em; padding: 0.5em 0.75em; font-size: 0.875em; font-weight: 550; text-align: start; }
.dice, .range { color: var(--well-muted); font-weight: 400; text-align: end; text-wrap: balance; }
.score { white-space: nowrap; font-size: 1.3em; font-weight: 600; margin-inline-start: 0.2em; }
.score.before { color: var(--before); }
.score.after { color: var(--after); }
.glass { position: relative; aspect-ratio: 1; width: min(100%, var(--seg-fault-height, 100%)); margin: 0 auto; background: #000; isolation: isolate; }
.glass canvas, .glass svg { position: absolute; inset: 0; width: 100%; height: 100%; object-fit: contain; }
[data-view='before'] .glass::after, [data-view='after'] .glass::after { content: ''; position: absolute; inset: 0; mix-blend-mode: multiply; }
[data-view='before'] .glass::after { background: var(--before); }
[data-view='after'] .glass::after { background: var(--after); }
[data-view='errors'] canvas { filter: brightness(0.6); }
[data-view='perturbation'] canvas { filter: url(#diverge); }
.ramp { display: inline-block; width: 3em; height: 0.45em; margin-inline: 0.4em; border-radius: 3px; vertical-align: middle; background: linear-gradient(90deg, #143899, #808080, #ffd980); }

.outline { fill-opacity: 0.4; stroke-width: 2.5; vector-effect: non-scaling-stroke; stroke-linejoin: round; }
.outline-truth { stroke: var(--truth); fill: none; stroke-dasharray: 5 4; }
.outline-before { stroke: var(--before); fill: var(--before); }
.outline-after { stroke: var(--after); fill: var(--after); stroke-dasharray: 1.5 4; stroke-linecap: round; }
.region { stroke: var(--well); stroke-width: 1; vector-effect: non-scaling-stroke; }
.hit { fill: var(--hit); }
.miss { fill: url(#hatch); }
.alarm { fill: url(#dots); }
.hatch-ground { fill: #7a2f0a; }
.hatch-line { fill: var(--miss); }
.dots-ground { fill: #5a2c4e; }
.dots-dot { fill: var(--alarm); }

/* Panel */
.pictures.panel { grid-template-columns: repeat(3, minmax(0, 1fr)); }

/* Slider: the untouched picture lies over the attacked one and is cut at the wipe. */
.pictures.slider { position: relative; max-width: var(--seg-fault-height, 34rem); margin: 0 auto; }
.slider .tile { display: contents; }
.slider figcaption { grid-row: 1; }
.slider .glass { grid-area: 2 / 1 / 3 / 3; }
.slider .tile:first-child .glass { z-index: 1; clip-path: inset(0 calc(100% - var(--wipe)) 0 0); }
.slider .tile:nth-child(2) figcaption { flex-direction: row-reverse; }
.edge { position: relative; z-index: 2; grid-area: 2 / 1 / 3 / 3; justify-self: start; left: var(--wipe); width: 2px; margin-left: -1px; background: #fff; box-shadow: 0 0 4px #000; pointer-events: none; }
.edge::after { content: '◂ ▸'; position: absolute; top: 50%; left: 50%; transform: translate(-50%, -50%); display: grid; place-items: center; width: 2.4em; height: 2.4em; border-radius: 50%; background: #fff; color: #0a0c0e; font: 0.8rem/1 system-ui, sans-serif; white-space: nowrap; box-shadow: 0 1px 6px #000a; }
.slider .wipe { grid-area: 2 / 1 / 3 / 3; position: relative; }
.wipe, .cursor { position: absolute; z-index: 3; inset: 0; width: 100%; height: 100%; margin: 0; opacity: 0; cursor: ew-resize; touch-action: pan-y; }
.pictures.slider:has(.wipe:focus-visible) .edge::after, .field:has(.cursor:focus-visible) { outline: 2px solid var(--accent); outline-offset: 2px; }

/* Sweep */
.sweep { padding: 0.5em 0.6em 0.7em; }
.field { position: relative; border-radius: 4px; }
.plot { display: block; width: 100%; overflow: visible; font-size: 12px; }
.plot text { fill: var(--well-muted); }
.plot .axis { fill: var(--well-ink); }
.grid { stroke: var(--well-line); }
.at { stroke: var(--well-ink); stroke-dasharray: 2 3; }
.curve path { fill: none; stroke: var(--tone); stroke-width: 2; stroke-dasharray: var(--dashes, none); stroke-linejoin: round; }
.curve path.own { stroke-width: 1; }
.curve circle { fill: var(--tone); stroke: var(--well); }
.curve-1 { --tone: var(--before); --dashes: none; }
.curve-2 { --tone: var(--after); --dashes: 7 3; }
.curve-3 { --tone: var(--truth); --dashes: 2 3; }
.curve-4 { --tone: var(--alarm); --dashes: 9 3 2 3; }
.readout { display: flex; flex-wrap: wrap; gap: 0.25em 1.4em; padding-inline: 46px 14px; font-size: 0.8125em; color: var(--well-muted); }
.readout li { white-space: nowrap; }
.readout b { color: var(--well-ink); margin-inline-start: 0.3em; }
.readout .where { color: var(--well-ink); min-width: 5.5em; }

/* Before the first result */
.poster { position: absolute; inset: 0; width: 100%; height: 100%; object-fit: cover; object-position: left; }
[data-view='adversarial'] .poster { object-position: right; }
.cover { position: absolute; inset: 0; z-index: 3; overflow: hidden; background: var(--well); pointer-events: none; }
.cover img, ::slotted(img), ::slotted(svg), ::slotted(picture) { width: 100%; height: 100%; object-fit: contain; }
slot:not([hidden]) ~ img { display: none; }

/* What is under way */
.doing { position: absolute; z-index: 4; inset: auto 0 0; display: flex; align-items: center; gap: 0.8em; padding: 0.4em 0.75em 0.5em; background: #0a0c0ee0; color: var(--well-ink); font-size: 0.8125em; visibility: hidden; }
.doing::after { content: ''; position: absolute; inset: auto 0 0; height: 3px; background: var(--after); transform-origin: 0 0; transform: scaleX(var(--done, 0)); }
.busy .doing { visibility: visible; transition: visibility 0s 0.25s; }
.busy.shown .pictures, .busy.shown ~ .foot .status { opacity: 0.4; transition: opacity 0s 0.25s; } /* of the settings before */
.doing button { font: inherit; color: inherit; padding: 0 0.2em; border: 0; background: none; text-decoration: underline; text-underline-offset: 0.2em; cursor: pointer; margin-inline-start: auto; }

/* Legend, controls and words */
.legend { display: flex; flex-wrap: wrap; gap: 0.2em 1.2em; padding-top: 0.5em; font-size: 0.8125em; }
.legend:empty, .controls:empty { display: none; }
.legend li, .legend label { display: flex; align-items: center; gap: 0.45em; min-height: 1.75em; }
.legend label { cursor: pointer; }
input[type='checkbox'] { width: 1.1em; height: 1.1em; margin: 0; accent-color: var(--accent); }
i.key { flex: none; display: inline-block; vertical-align: middle; position: relative; width: 1.75em; height: 1em; border-radius: 3px; background: var(--well); margin-inline-end: 0.35em; }
.legend i.key { margin: 0; }
i.key::after { content: ''; position: absolute; inset: 50% 3px auto; transform: translateY(-50%); height: 2px; background: var(--tone, var(--before)); }
.key-truth::after { background: repeating-linear-gradient(90deg, var(--truth) 0 5px, transparent 5px 9px) !important; }
.key-after::after { height: 3px; background: repeating-linear-gradient(90deg, var(--after) 0 3px, transparent 3px 6px) !important; }
i.key.curve-2::after { background: repeating-linear-gradient(90deg, var(--tone) 0 7px, transparent 7px 10px); }
i.key.curve-3::after { background: repeating-linear-gradient(90deg, var(--tone) 0 2px, transparent 2px 5px); }
i.key.curve-4::after { background: repeating-linear-gradient(90deg, var(--tone) 0 9px, transparent 9px 12px, var(--tone) 12px 14px, transparent 14px 17px); }
.patch { width: 1.3em; height: 0.9em; border-radius: 2px; }

.controls { display: flex; flex-wrap: wrap; align-items: center; gap: 0.35em 1.2em; padding-top: 0.4em; font-size: 0.875em; }
.controls label { display: flex; align-items: center; gap: 0.55em; min-height: 2.25em; min-width: 0; max-width: 100%; }
.menu > span { flex: none; }
.dial { flex: 1 1 100%; }
.dial > span { flex: none; font-weight: 600; }
.dial output { flex: none; min-width: 3.6em; text-align: end; font-weight: 600; font-size: 1.1em; }
select { font: inherit; color: inherit; min-height: 2.1em; min-width: 0; max-width: 20em; flex: 0 1 auto; text-overflow: ellipsis; padding: 0.1em 0.5em; border: 1px solid var(--line); border-radius: var(--radius); background: transparent; }
option { color: CanvasText; background: Canvas; }
.tick { cursor: pointer; }
.dial input { -webkit-appearance: none; appearance: none; flex: 1; min-width: 0; height: 2em; margin: 0; background: none; cursor: pointer; }
.dial input::-webkit-slider-runnable-track { height: 4px; border-radius: 2px; background: var(--line); }
.dial input::-moz-range-track { height: 4px; border-radius: 2px; background: var(--line); }
.dial input::-webkit-slider-thumb { -webkit-appearance: none; width: 14px; height: 26px; margin-top: -11px; border: 0; border-radius: 4px; background: var(--accent); }
.dial input::-moz-range-thumb { width: 14px; height: 26px; border: 0; border-radius: 4px; background: var(--accent); }

.foot { padding-top: 0.4em; }
.status { min-height: 4.4em; font-size: 0.9375em; }
.status.failed { border-inline-start: 3px solid var(--accent); padding-inline-start: 0.6em; }
.source { float: inline-end; margin-inline-start: 1.5em; color: var(--soft); font-size: 0.75em; line-height: 1.9; text-underline-offset: 0.2em; }

@container (max-width: 30em) {
  .pictures.panel { grid-template-columns: repeat(2, minmax(0, 1fr)); }
  .tile figcaption { padding: 0.35em 0.55em; font-size: 0.8125em; }
  .pictures .tile figcaption { flex-direction: column; }
  .slider .tile:nth-child(2) figcaption { flex-direction: column; align-items: flex-end; }
  .status { min-height: 7.3em; }
}
@media print {
  .stage, .key, .patch { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  .stage { break-inside: avoid; }
  .controls label:not(.dial), .dial input, .legend input, .source { display: none; }
}
@media (forced-colors: active) {
  .dial input::-webkit-slider-runnable-track { background: GrayText; }
  .dial input::-webkit-slider-thumb { background: ButtonText; }
  .stage, .key { forced-color-adjust: none; }
}
`)
