/**
 * Segfault in the browser: attacks on medical image segmentation, in a Web Worker, on WebGPU or on the CPU.
 *
 * Every failure is one rejected promise, with a {@link Failure}; its `message` is one sentence for a person, its `code` says what sort of
 * thing failed. A call ended by its `signal` rejects with the signal's reason. An unknown option is refused by its name, and so are `null` and functions that are given as options. Nothing is
 * sent anywhere: the module fetches only its own files.
 *
 * These types need TypeScript 5.7 or later, whose typed arrays say what buffer they lie in.
 */

/**
 * What sort of thing failed. `cancelled`: the call, by its signal. `room`: memory, of the browser or of the GPU. `file`: a scan, mask or
 * checkpoint cannot be read, or cannot be used so. `device`: the GPU, or the browser. `network`: something could not be fetched. `bug`: a
 * mistake in a program, be it the caller's, who asks for what there is not, or the engine's.
 */
export type Code = 'cancelled' | 'room' | 'file' | 'device' | 'network' | 'bug'

/** What a rejected promise holds, but for a signal's reason that the caller has made, of another kind than DOMException. */
export interface Failure extends Error {
  code: Code
}

/** Starts the engine and resolves when it is ready to work. */
export function open(options?: OpenOptions): Promise<Lab>

export interface OpenOptions extends CallOptions {
  /**
   * `auto` (the default) takes the fastest, by measuring; a software WebGPU adapter is never chosen. `webgpu` and `cpu`
   * insist, and reject where there is none.
   */
  backend?: 'auto' | 'webgpu' | 'cpu'
  /** The model whose weights are loaded at once and raced on both backends; by default the first. */
  model?: string
  /**
   * Where the site's folder is served. By default it is the module's own; where a bundler has made the module a part of another script, serve
   * the folder as it is and say where.
   */
  site?: string | URL
  /**
   * Hears that the engine has ended: with an error if by itself, most likely for want of memory, and with null if cancelled work would not end
   * otherwise. The next call starts another, in which scans, masks, strokes and models are what they were. Results are gone.
   */
  onReset?: (error: Error | null) => void
}

export interface CallOptions {
  /** Cancels the call. */
  signal?: AbortSignal
  /** Hears how far it is. */
  onProgress?: (progress: Progress) => void
}

/** Of attacks on a slice. */
export interface LastingOptions {
  /** Ends it after the step under way, and resolves with the best until then; `fault.cancelled` says after how many. The attack's own `stop` repeats it. */
  enough?: AbortSignal
}

export interface Progress {
  /**
   * `engine`, `weights`, `files` (what reads and writes files) and `decoder` (of compressed DICOM) count bytes; `start`, `device`, `measure` and `plan` have no count; `gradient` and `predict`
   * count steps of a computation, on the CPU; `step` counts those of an iterated attack, `universal` gradients of a universal change, and `sweep` attacks.
   */
  stage: 'engine' | 'weights' | 'files' | 'decoder' | 'slice' | 'start' | 'device' | 'measure' | 'plan' | 'gradient' | 'predict' | 'step' | 'universal' | 'sweep'
  done: number
  /** 0 where it is not known. */
  total: number
  /**
   * Of an iterated attack, about ten times a second: the objective and the Dice before each step of the run under way, and the outline of what the
   * model finds at the last of them, as SVG path data on its input's grid. With a truth, `union` and `true` are the
   * Dice of all classes together and of the truth's own, at the first step that was looked at and at the last. Of a target that is `sought` the points have the
   * Dice with it.
   */
  sketch?: { points: Array<{ loss: number; dice: number; true: number }>; sought: boolean; outline: string; union: Both; true: Both }
}

/** A File, Blob, ArrayBuffer or typed array (whose bytes are copied), or the URL of a file. */
export type Source = Blob | ArrayBuffer | ArrayBufferView | string | URL

export interface Lab {
  /** Replaced as a whole when it changes. */
  readonly info: Info

  /**
   * Loads a scan: DICOM, NIfTI (also gzipped), NRRD, MetaImage, MGH, PNG, JPEG, TIFF, NPY or NPZ. Several DICOM files are one series, in the order of
   * their positions; those that are no part of it are left out and counted. A mask is not among them: load the scan, then its mask with
   * `loadTruth`, `loadRegion` or `loadTarget`. `volume` chooses one of a 4-D NIfTI, or of a DICOM series that has
   * several slices at each position: phases, echoes.
   */
  load(source: Source | Source[], options?: CallOptions & { volume?: number }): Promise<Scan>

  /** A slice's values in the scan's own units, height × width, upright. */
  slice(scan: Scan, slice?: number, options?: { signal?: AbortSignal }): Promise<Float32Array>

  /** Draws the two planes across a scan's slices, along a row and along a column of them, through a pixel of the slices: `across` and `down`, by default 0. */
  planes(scan: Scan, options?: CallOptions & { across?: number; down?: number }): Promise<{ row: Plane; column: Plane; pictures: Record<string, Uint8ClampedArray<ArrayBuffer>> }>

  /** Simulates a scan with known truth: a name of `info.samples`. Another seed gives another patient. */
  sample(name: string, options?: CallOptions & { seed?: number }): Promise<Scan>

  /**
   * Attaches a mask to a scan, which attacks then use as truth: one file (or a header and the file of its voxels), a picture, array, NIfTI, NRRD, MetaImage or MGH of the scan's own voxels, a DICOM segmentation or contours, in whatever
   * order a NIfTI stores them. Values 1 to C
   * are the classes of the model, by default the first. A mask of 0 and one other value does not say which class it marks: it
   * counts as the one that the model finds likeliest there. Where values are other classes, `classes` says which: `[2, 0]` makes 1 the model's
   * second class, and takes 2 and what is beyond for nothing.
   */
  loadTruth(scan: Scan, source: Source | Source[], options?: CallOptions & { model?: string; classes?: number[] }): Promise<Mask>

  /**
   * Attaches a region of interest to a scan: a mask of its size, whose labels do not matter. Attacks then change only pixels in it,
   * unless they are told `where: 'everywhere'`; what the model finds is measured in the whole slice as before.
   */
  loadRegion(scan: Scan, source: Source | Source[], options?: CallOptions): Promise<Mask>

  /**
   * Attaches what a model is to find to a scan: a mask of its size, whose labels are the model's classes. Attacks with the label `painted` lead there;
   * with a `class` all of it is of that class.
   */
  loadTarget(scan: Scan, source: Source | Source[], options?: CallOptions & { model?: string; classes?: number[] }): Promise<Mask>

  /** Tells what a network's file is, in whichever of the kinds that `loadModel` takes; of safetensors from its header alone: also of a very large file, at once. */
  inspectModel(source: Source | Source[], options?: { output?: string; signal?: AbortSignal }): Promise<Checkpoint>

  /**
   * Adds a network to `info.models`: ONNX, or weights as PyTorch saves them (.pth, .ckpt; nothing in them is run) or as safetensors, of
   * segmentation_models_pytorch's U-Net family, nnU-Net v2 in 2-D, or MONAI's UNet and BasicUNet. The first of another trainer's starts a larger
   * engine, with which results of before are gone (`onReset`). A safetensors File or Blob is read a
   * tensor at a time and is never in memory as a whole (but by `segfault.html`, whose worker some browsers let read no file).
   * Of an array the first is the network and the others what belongs to it: an ONNX network's external data, nnU-Net's `plans.json` and
   * `dataset.json`, `metadata.json` of a MONAI bundle.
   */
  loadModel(source: Source | Source[], options?: CallOptions & ModelOptions): Promise<Model>

  /** Chooses the backend anew. Scans and models stay. */
  use(backend: 'auto' | 'webgpu' | 'cpu', options?: CallOptions): Promise<Info>

  /** Segments one slice. */
  predict(scan: Scan, options?: CallOptions & { model?: string; slice?: number }): Promise<Clean>

  /**
   * Lets a brush set labels of a slice's truth or region of interest, which is made where there is none, or erase them with label 0.
   * `points` is the brush's way and `radius` its half width, both in pixels of the picture that `render` draws of the scan with the
   * same model.
   */
  paint(scan: Scan, stroke: Stroke): Promise<Mask>

  /** Takes the last stroke back, of the last hundred; after the first, the mask is what it was before, perhaps null. */
  unpaint(scan: Scan, options?: { as?: 'truth' | 'region' | 'target'; signal?: AbortSignal }): Promise<Mask | null>

  /**
   * Attacks one slice, by default with one FGSM step, whose gradient is kept: the same attack with another ε costs one prediction. With `steps` it is iterated.
   */
  attack(scan: Scan, options?: AttackOptions & LastingOptions): Promise<Fault>

  /**
   * Looks, by bisection, for the smallest ε at which an attack on a slice succeeds (see {@link Metrics}' `ending`), up to its `epsilon`, in at most `tries`
   * attacks, by default 8; progress of the stage `try` counts them. What is found is an upper bound: another attack may need less.
   */
  least(scan: Scan, options?: AttackOptions & LastingOptions & { tries?: number }): Promise<Least>

  /** Where the model of a prediction or an attack looks for a class, from 1, at a stage of its decoder, by default the last (Grad-CAM, Selvaraju et al. 2017). */
  attention(of: Clean | Fault, options?: { class?: number; stage?: string; signal?: AbortSignal }): Promise<Attention>

  /** Attacks every slice in the same way, and measures each and all together. Progress of the stage `slice` counts slices. */
  attackVolume(scan: Scan, options?: Omit<AttackOptions, 'slice' | 'truth'>): Promise<VolumeFault>

  /**
   * Makes one change, as large as one, for all slices of a scan or of several that a model sees at one size: by steps along the sum of their gradients. It is made of every other
   * slice; what it does to those that are held out says whether it carries. The method is `bim` (the default), `mifgsm` or `fgsm`, and what is moved is the
   * model's input, everywhere. Progress of the stage `universal` counts gradients.
   */
  universal(scans: Scan | Scan[], options?: Omit<AttackOptions, 'slice' | 'truth'>): Promise<Universal>

  /**
   * Attacks a slice on each of some models, and tells what every model makes of each, at its own size. Of an attack on `input` the change is resampled. `chance` is what each makes of as much noise. Progress of the stage `sweep` counts attacks.
   */
  transfer(scan: Scan, options: Omit<AttackOptions, 'model'> & { models: string[] }): Promise<{ rows: Array<Outcome & { crafted: string; judged: string }>; chance: Outcome[]; milliseconds: Milliseconds }>

  /**
   * What stands beside an attack, with its ε, norm, label, pixels, region and defence, so that it can be judged: as much noise, and where there is a
   * defence, or `blind` asks for it, an attack without gradients, which takes 200 predictions of a slice.
   */
  beside(of: Fault | VolumeFault, options?: { blind?: boolean; signal?: AbortSignal }): Promise<{ controls: Beside[]; volume: VolumeBeside[] }>

  /**
   * How an attack on a slice compares with others of it: with less and more ε, with as much noise, and with one without gradients, which takes 200
   * predictions. Progress of the stage `sweep` counts attacks.
   */
  judge(of: Fault, options?: CallOptions): Promise<Judged>

  /**
   * Tells of many attacks together: of those that have both Dice, `union` and `true`, the means, and by which way to attack most harm is done to how many models, where the lowest
   * Dice that is told counts.
   */
  summary(options: {
    attacks: Array<{ model?: string; how?: string; union?: { before?: number | null; after?: number | null }; true?: { before?: number | null; after?: number | null }; linf?: number }>
    signal?: AbortSignal
  }): Promise<{ attacks: number; models: number; ways: number; union: Both; true: Both; linf: number; worst: Array<{ how: string; models: number }> }>

  /**
   * Writes a page on how a model stands an attack, of one scan or of many: HTML that needs nothing beside it and no script, and prints well. It shows every
   * text that it is given as text.
   */
  report(options: ReportOptions): Promise<string>

  /**
   * Makes a file of what was attacked. `scan`: the scan in the kind of file that it came in and with its header, a JPEG as PNG, a
   * series as ZIP; read again, it predicts what was found here. A DICOM copy has new identifiers and is marked as derived. No copy says anything of the patient, in texts or elsewhere, unless `identity` is true. `before`, `after`, `truth`, `region`: a mask in the scan's own pixels, as NIfTI (of the whole
   * scan, empty where nothing was computed), of one slice as PNG of class numbers, or of a DICOM scan as DICOM segmentation. That refers to the scan's own
   * study, series and images by their identifiers, so as to be found with them, and says nothing else of the patient.
   */
  save(of: Clean | Fault | VolumeFault, options?: SaveOptions): Promise<File>

  /**
   * Everything that it takes to do an attack again, and what came of it, for JSON. It holds digests of files, and neither their names
   * nor anything that they say. `go run ./build attack -recipe FILE` replays it. What stood beside an attack may be told, and is then compared, too.
   */
  recipe(scan: Scan, fault: Fault | VolumeFault | Universal, beside?: Beside[]): Recipe

  /** The addresses that the engine's worker has fetched from so far: the site's own files. */
  readonly requests: string[]

  /** Draws what a page shows of a scan or of one of the last results. */
  render(of: Scan | Clean | Fault, options: RenderOptions): Promise<Rendered>

  /** Forgets scans or results. Results are forgotten by themselves when many newer ones have come. */
  release(...things: Array<Scan | Clean | Fault | VolumeFault>): Promise<void>

  /** Ends the engine; calls under way are rejected. */
  close(): void
}

/** What a checkpoint does not say of itself. */
export interface ModelOptions {
  /** In `info.models`; by default the file's. */
  name?: string
  /** Of the output channels, in order; of a softmax's without the background, which is the first channel, or with it. */
  classes?: string[]
  /** What makes probabilities of the logits: `sigmoid`, classes may overlap; `softmax`, a pixel has one class or is background. By default as the file tells, or else sigmoid. */
  activation?: 'sigmoid' | 'softmax'
  /** The outputs are probabilities already, where its file does not show it ({@link Checkpoint}'s `raw`): logits are made of them. */
  probabilities?: boolean
  /** Of an ONNX network with several outputs, that which is attacked; by default the likeliest. */
  output?: string
  /** Side of the square input in pixels, a multiple of 32 up to 1024; by default the file's or 224. */
  size?: number
  /** How a slice is brought to [0, 1]: by its maximum (the default), its minimum and maximum, its percentiles 0.5 and 99.5, or two numbers in its own units, as `'-160 240'`. */
  normalisation?: 'max' | 'minmax' | 'percentile' | `${number} ${number}`
  /** What that becomes for the network, by default [0, 1]. Images and ε stay in [0, 1] all the same. */
  range?: [number, number]
  /** Instead of `range`: (x − mean) / deviation, one of each for every input channel. */
  mean?: number[]
  deviation?: number[]
  /** Instead of both: each image less its own mean, over its own deviation (z-score). */
  standardise?: boolean
}

export interface Checkpoint {
  /** Such as `unet-vgg13` or `unetplusplus-efficientnet-b7`. */
  network: string
  /** Input channels. */
  channels: number
  /** Of what it finds: of a softmax's without the background. */
  classes: string[]
  parameters: number
  bytes: number
  title: string
  size: number
  /** What `size` must be a multiple of. */
  multiple: number
  normalisation: 'max' | 'minmax' | 'percentile' | `${number} ${number}`
  /** What makes probabilities of the logits, and whether the file tells it; else it is assumed. */
  activation: 'sigmoid' | 'softmax'
  told: boolean
  /** Whether nothing shows what its outputs are: they are taken for logits, unless `loadModel` is told `probabilities`. */
  raw: boolean
  /** What the file says of the values that the network takes, as `loadModel` is told it; empty where it says nothing. */
  range: Float32Array
  mean: Float32Array
  deviation: Float32Array
  standardise: boolean
  /** Of an ONNX network with several outputs their names, that which is described first. */
  outputs: string[]
  /** What was found in the file and assumed, in sentences. */
  notes: string[]
}

export interface Info {
  version: string
  backend: 'webgpu' | 'cpu'
  /** The GPU's name as the browser tells it, or how the CPU computes. */
  adapter: string
  /** A sentence: why this backend. */
  reason: string
  /**
   * How many of the GPU's shaders were run beside the CPU's kernels until now, and their largest difference, over the largest number of a result;
   * where one is wrong the CPU goes on. Nothing of a software adapter.
   */
  check?: { shaders: number; error: number }
  models: Model[]
  /** What can be simulated; `seed` is of the patient who is shown first. */
  samples: Array<{ name: string; title: string; task: string; seed: number }>
  /** What the options of an attack may be; the first is the default, of `labels` where there is a truth. */
  methods: Choice[]
  /** The names of all options of an attack. */
  options: string[]
  /** The names of those methods by which `universal` can make a change. */
  universal: string[]
  losses: Choice[]
  /** Losses that suit networks alone whose classes exclude each other. */
  exclusive: Choice[]
  /** Of a loss's arguments: the second one is what `swapped` chooses. */
  orders: Choice[]
  labels: Choice[]
  weights: Choice[]
  norms: Choice[]
  schemes: Choice[]
  schedules: Choice[]
  starts: Choice[]
  gradients: Choice[]
  /** Of the option `on`. */
  grounds: Choice[]
  /** Of the option `where`. */
  places: Choice[]
  /** Of files that are read, with the endings of their names; `masks` are those as which a mask can be saved. */
  formats: Array<Choice & { endings: string[]; masks: boolean }>
}

/** A name that an option takes. */
export interface Choice {
  name: string
  /** For a menu. */
  title: string
  /** One sentence. */
  about: string
}

export interface Model {
  name: string
  /** For a menu. */
  title: string
  /** What it segments: `brain`, `heart`, …; empty for a checkpoint that does not say. */
  task: string
  /** The output channels, in order. */
  classes: string[]
  parameters: number
  bytes: number
  /** Mean Dice on test scans that training never saw; 0 where it is not known. */
  dice: number
  /** On what share of test scans one step takes what the model found, where the study of the models has it. */
  lost?: number
  /** What attacks with ε 0.009 did to it on test slices, as far as the study of the models has it, one step, the strong attack and noise: the mean Dice of all classes together. */
  studied: Array<{ by: string; slices: number; before: number; after: number }>
  /** Side of the square input, in pixels. */
  size: number
  /** Of its file, if it was shipped with the site. */
  sha256?: string
  /** What makes probabilities of the logits, of models that were loaded by `loadModel`. */
  activation?: 'sigmoid' | 'softmax'
  /** Loaded by `loadModel`, not shipped with the site. */
  own: boolean
}

export interface Scan {
  readonly id: number
  /** The name of one of `info.formats`; `phantom` for what is simulated. */
  format: string
  width: number
  height: number
  slices: number
  /** How many the file holds, and which of them this is, from 0. */
  volumes: number
  volume: number
  /** How many of several files are no part of it: localizers, copies, reports, damaged files. */
  leftOut: number
  /** The same in words, as `2 given twice, 1 that cannot be read`; empty where there is none. */
  leftOutAs: string
  /** mm between pixel centres along x, y and between slices; 0 where the file does not say. */
  spacing: [number, number, number]
  /** Whether that is the spacing of a projection's detector, where things are larger than they are. */
  detector: boolean
  /** The display range, in the scan's own units. */
  window: [number, number]
  /** Type of a stored value, such as `uint8` or `int16`. */
  type: string
  /** Whether its file has colours, of which models see the grey. */
  coloured: boolean
  /** Whether a saved copy keeps them, as of PNG, JPEG and most DICOM: all three samples of a pixel are moved alike. Else it is grey. */
  coloursKept: boolean
  truth: Mask | null
  /** The region of interest. */
  region: Mask | null
  /** What a model is to find, of attacks with the label `painted`. */
  target: Mask | null
  /** Whether an attacked copy can be written in the kind of its file. */
  saveable: boolean
  /** Whether files of its kind can say who was scanned, and where and when; a saved copy leaves that out unless `identity` is asked for. */
  identity: boolean
  /** Whether its middle slice has but a few values, all of them whole, as that of a mask which was opened as a scan. */
  labelled: boolean
  /** Of a file or files: their SHA-256, sorted. */
  sha256?: string[]
  /** Of a simulated scan. */
  sample?: { name: string; seed: number }
}

/** What a picture is like across a scan's slices: the first slice is its lowest row. */
export interface Plane {
  width: number
  height: number
  /** Width over height in the patient, or in pixels where the file does not tell. */
  aspect: number
}

export interface Mask {
  /** The labels that occur, without the background 0. */
  labels: number[]
  /** Pixels that have one, in all slices. */
  pixels: number
  /** The values of its file, and which `classes` those from 1 on were said to be; empty where nothing was. */
  values: number[]
  classes: number[]
  /** What of the mask's file is not in it, such as contours between slices, in sentences; empty where nothing is missing. */
  leftOut: string
  /** Of the mask's file. */
  sha256?: string
}

export interface AttackOptions extends CallOptions {
  /** A name of `info.models`, by default the first; several with `+` between them are attacked at once, as the mean of their logits. */
  model?: string
  /** From 0. */
  slice?: number
  /** A named method, which decides what is left out here, and refuses what it is not made of. By default what is told is the method: FGSM where nothing is. */
  method?:
    | 'fgsm' | 'bim' | 'pgd' | 'mifgsm' | 'apgd' | 'segpgd' | 'cospgd' | 'dag' | 'asma' | 'square' | 'sea'
    | 'noise' | 'gaussian' | 'spike' | 'bias' | 'ghosts' | 'gibbs' | 'blur'
  /** The step, as a share of the normalised grey range: 0 to 1, by default 0.009, as the paper's evaluation. No pixel moves further, but by `blend` (2ε). */
  epsilon?: number
  /** By default `dice_focal`, the paper's training loss. */
  loss?: 'bce' | 'dice' | 'focal' | 'dice_focal' | 'ce' | 'softmax_dice' | 'js' | 'margin'
  /** Calls the loss as loss(label, output), as the paper's own code does. */
  swapped?: boolean
  /**
   * `additive`: clamp(x + ε·sign g). `blend`: clamp((1 − ε)·x + ε·sign g), as in the paper's own code: bright pixels move by up to 2ε.
   * `scaled`: clamp(x + ε·g over the largest |g|), as DAG moves. `momentum`: along the sum of all gradients until now, as MI-FGSM.
   * `heavy_ball`: three quarters of a step and one quarter of the one before it, as APGD.
   */
  scheme?: 'additive' | 'blend' | 'scaled' | 'momentum' | 'heavy_ball'
  /** How many steps, 1 to 1000, by default one: the fast gradient sign method. More are its iteration, which never leaves ε. */
  steps?: number
  /** The size of a step; by default ε for one and 2.5·ε over their number for more. */
  step?: number
  /** What ε measures. `linf`: the largest change of a pixel. `l2`: the root of the sum of all squared changes, of one channel where all are moved alike; ε may then be above 1. */
  norm?: 'linf' | 'l2'
  /** `constant`: all steps are alike. `halving`: keeps the point with the largest loss, and goes back to it with half the step where the loss rises too seldom. `adaptive`: they grow with what is reached of a target, as ASMA's. */
  schedule?: 'constant' | 'halving' | 'adaptive'
  /** Where the first step begins: at the clean image, or at a point drawn from everything that ε allows. */
  start?: 'origin' | 'random'
  /** How often a random start is tried again; the run with the largest loss counts. */
  restarts?: number
  /** Of random starts: the same seed is the same attack. */
  seed?: number
  /**
   * What the loss is computed against. By default the truth where there is one. Of `truth` and `prediction` the attack leads away; the others are what
   * the model is to find instead: nothing, another class, a disc in healthy tissue, or the scan's target, which was painted or loaded.
   */
  label?: 'truth' | 'prediction' | 'vanish' | 'swap' | 'hallucinate' | 'painted'
  /** The class that `swap`, `hallucinate` and `painted` lead to, from 1; by default the first two choose, and a painted target's labels are classes. */
  class?: number
  /**
   * What is put around the model, with `+` between several: `bits`, `median`, `jpeg`, `variation`, `resize`, `flips` or `smoothing`. The attack goes
   * through it, since one that does not know of a defence says nothing about it.
   */
  defence?: string
  /** Ends an iteration with the best after as many steps of all its runs, as if it had been cancelled then. */
  stop?: number
  /** How much of the loss of each pixel counts, of losses that are a mean over pixels; by default all alike. */
  weight?: 'segpgd' | 'cospgd' | 'right' | 'balanced'
  /** `channel`: each input channel has its own sign. `grey`: one for all, so that a grey scan stays grey. */
  gradient?: 'channel' | 'grey'
  /**
   * Which pixels the attack moves. `scan`: the scan's own, all channels alike, rounded and clamped to what its file can hold, so
   * that a saved copy is exactly what was attacked; the default where there is such a file. `input`: the model's input, as in
   * the paper.
   */
  on?: 'scan' | 'input'
  /** Which of them: all, or those in the scan's region of interest, the default where there is one. */
  where?: 'everywhere' | 'region'
  /** Labels of this slice, height × width, instead of the scan's own truth. */
  truth?: Uint8Array
}

export interface Stroke {
  /** Which of the scan's masks; by default the truth. */
  as?: 'truth' | 'region' | 'target'
  slice?: number
  model?: string
  /** A class of the model, from 1, or 0 to erase. */
  label?: number
  /** A brush's way, and half its width. */
  points?: Array<[number, number]>
  radius?: number
  /** In their place all of the slice, as {@link PaintedMask} and a recipe keep it. */
  runs?: number[]
  /** Whether the labels of `runs` are classes of the model. */
  named?: boolean
  signal?: AbortSignal
}

/** Arrays on the model's input grid, channels × height × width in row-major order. */
export interface Prediction {
  /** Of the network's channels: of a softmax the background first. */
  logits: Float32Array
  /** 1 where a class is found: where its probability is above a half, or of a softmax where it is the likeliest. Of each class, without a background. */
  mask: Uint8Array
}

export interface Clean extends Prediction {
  readonly id: number
  width: number
  height: number
  classes: string[]
  milliseconds: Milliseconds
}

export interface Fault {
  readonly id: number
  width: number
  height: number
  classes: string[]
  /** Normalised input, attacked input, and d loss / d input. */
  image: Float32Array
  adversarial: Float32Array
  gradient: Float32Array
  before: Prediction
  after: Prediction
  metrics: Metrics
  /** The attack with everything that was left to its default. */
  attack: Required<Pick<AttackOptions, 'model' | 'slice' | 'epsilon' | 'loss' | 'swapped' | 'scheme' | 'label' | 'gradient' | 'on' | 'where' | 'norm' | 'steps' | 'step' | 'schedule' | 'start' | 'restarts' | 'seed'>> & Pick<AttackOptions, 'method' | 'class' | 'weight' | 'defence' | 'stop'>
  /** The slice's part of masks that were painted, as a recipe keeps it; null of those that were not. */
  painted: { truth: PaintedMask | null; region: PaintedMask | null; target: PaintedMask | null }
  /** What a saved copy will hold; null where the model's input was attacked. */
  scan: AttackedSlice | null
  /** Of an attack that was ended with the best until then. */
  cancelled?: { after: number; of: number }
  milliseconds: Milliseconds
}

/** The smallest ε that succeeds, of those that were tried. */
export interface Least {
  /** Else the largest ε does not succeed either, and is what is told. */
  found: boolean
  epsilon: number
  /** The same in the scan's own units; null where the model's input is attacked. */
  own: number | null
  /** Every ε that was tried, from 0 on, with the objective and the Dice that it reached. */
  curve: Array<{ epsilon: number; loss: number; dice: number; true: number; success: boolean }>
  fault: Fault
}

/** Maps from 0 to 1, height × width of the model's input. */
export interface Attention {
  stage: string
  stages: string[]
  before: Float32Array
  /** Empty of a prediction. */
  after: Float32Array
}

/** Labels of a slice, row by row: how many pixels, of which label, how many of the next, and so on. */
export interface PaintedMask {
  runs: number[]
  /** Whether they are classes of the model; else a single label may be any class. */
  named: boolean
}

/** An attacked slice in the scan's own units. */
export interface AttackedSlice {
  /** height × width, as they will be read from a saved copy. */
  values: Float32Array
  /** The length of the normalised range 0 to 1, ε, and the largest change of a pixel. */
  unit: number
  epsilon: number
  linf: number
}

export interface SaveOptions {
  what?: 'scan' | 'before' | 'after' | 'truth' | 'region' | 'target'
  /** Of a mask. */
  format?: 'nifti' | 'png' | 'dicom'
  /** Keep what the file says of the patient, the study and the site, and its free texts: of DICOM, NIfTI, TIFF, PNG and JPEG, which becomes PNG. */
  identity?: boolean
  signal?: AbortSignal
}

/** The same of every slice of a volume. */
export interface PaintedVolume {
  slices: number[][]
  named: boolean
}

/** What an attack on every slice did. */
export interface VolumeFault {
  readonly id: number
  classes: string[]
  attack: Omit<Fault['attack'], 'slice'>
  /** Masks that were painted, as a recipe keeps them; null of those that were not. */
  painted: { truth: PaintedVolume | null; region: PaintedVolume | null; target: PaintedVolume | null }
  reference: 'truth' | 'prediction'
  /** Of each slice: the union's Dice before and after, pixels of the reference, mask elements that changed, largest change. */
  slices: Array<{ slice: number; before: number | null; after: number | null; true: Both; ending: Metrics['ending']; reference: number; flipped: number; linf: number }>
  /** Of all slices as one volume. */
  dice: PerClass & { union: Both; true: Both }
  /** Slices in which the Dice fell the furthest, that first; four at most. */
  worst: number[]
  /** The largest change of a pixel of any slice. */
  linf: number
  radiology: Radiology
  /** Sums over the slices, of which two may be under way at once: `read` may be more than `total`. */
  milliseconds: Milliseconds
}

/** What a change that was made elsewhere does to what a model finds: Dice of all classes together and of the reference's own. */
export interface Outcome {
  union: Both
  true: Both
  ending: Metrics['ending']
}

/** One change for many slices. */
export interface Universal {
  /** Of the change, which is channels × height × width of the model's input. */
  width: number
  height: number
  change: Float32Array
  attack: Omit<Fault['attack'], 'slice'>
  /** Masks of the only scan that were painted, as a recipe keeps them. */
  painted: VolumeFault['painted']
  /** Means over the slices that it was made of, and over those that were held out. */
  made: Carried
  held: Carried
  /** What as much noise does to all of them. */
  chance: Carried
  /** `scan` counts those given, from 0. */
  slices: Array<Outcome & { scan: number; slice: number; held: boolean }>
  milliseconds: Milliseconds
}

export interface Carried {
  slices: number
  union: Both
  true: Both
  /** In how many of the slices the attack succeeds. */
  succeeded: number
}

export interface Recipe {
  recipe: 1
  version: string
  backend: string
  /** A visitor's checkpoint comes with what loadModel was told of it. */
  model: ({ name: string; sha256: string } & Omit<ModelOptions, 'name'>) | { name: string; mean: Array<{ name: string; sha256: string } & Omit<ModelOptions, 'name'>> }
  scan: { slice: number | 'all'; sample?: { name: string; seed: number }; sha256?: string[]; format?: string; volume?: number }
  truth: { sha256?: string; classes?: number[] } | PaintedMask | PaintedVolume | null
  region: { sha256?: string; classes?: number[] } | PaintedMask | PaintedVolume | null
  target?: { sha256?: string; classes?: number[] } | PaintedMask | PaintedVolume | null
  attack: Omit<Fault['attack'], 'model' | 'slice'>
  /** Whether it is one change for all slices. */
  universal?: boolean
  /** Of a volume the Dice of all and the numbers of each slice; of a universal change the means of both parts. */
  metrics: Metrics | Pick<VolumeFault, 'dice' | 'slices'> | Pick<Universal, 'made' | 'held'>
  /** What stood beside an attack on a slice; a replay computes it, too, and compares its Dice. */
  beside?: Beside[]
}

/** What stands beside an attack, so that it can be judged: as much noise, and an attack without gradients, which a defence that only hides them does not stop. */
export interface Beside {
  method: string
  title: string
  /** What it says of the attack, in a sentence. */
  meaning: string
  metrics: Metrics
}

/** The same of a volume. */
export interface VolumeBeside {
  method: string
  title: string
  meaning: string
  /** That were changed: all or, where each takes many predictions, the `worst`. */
  slices: number[]
  /** Of all classes together over these slices: `before` what the attack leaves, `after` what this does. */
  dice: Both
  /** The same of the reference's own classes. */
  true: Both
}

/** What a change leaves of the Dice that are told. */
export interface Left {
  /** Of all classes together, or with what the model was to find. */
  dice: number | null
  /** Of the reference's own classes; null where the model was to find something. */
  true: number | null
}

/** How an attack on a slice compares with others of it, by what each leaves. */
export interface Judged {
  slice: number
  /** Whether the model was to find something. */
  sought: boolean
  /** Over ε from 0 on, to twice the attack's own. */
  curve: Array<{ epsilon: number; attack: Left; chance: Left }>
  controls: Array<{ title: string; meaning: string } & Left>
}

/** An attack as `fault.attack` tells it, without its slice, and what came of it. */
export interface ReportOptions extends Omit<AttackOptions, 'slice' | 'truth'> {
  /** The day. */
  made?: string
  /** All that were attacked. The `name` is empty where there is only one. */
  scans?: Array<{
    name?: string
    slices?: number
    reference?: 'truth' | 'prediction'
    dice?: { before?: number | null; after?: number | null }
    true?: { before?: number | null; after?: number | null }
    /** Empty of a volume. */
    ending?: Metrics['ending'] | ''
    linf?: number
    /** Why it could not be attacked. */
    error?: string
  }>
  /** Some slices of these, the worst first, each with pictures as PNG in `data:` addresses. */
  slices?: Array<Partial<Judged> & { name?: string; scan?: string; adversarial?: string }>
  /** Of the first of the slices, as text. */
  recipe?: string
  signal?: AbortSignal
}

export interface Milliseconds {
  plan: number
  run: number
  read: number
  total: number
}

/** A score is null where it would say nothing, as {@link PerClass} tells. */
export interface Both {
  before: number | null
  after: number | null
}

/**
 * Scores of each class, and their mean over the classes that have one. A class that neither the reference nor either prediction has,
 * has none; and there is none before the attack where the clean prediction itself is the reference.
 */
export interface PerClass {
  before: Array<number | null>
  after: Array<number | null>
  mean: Both
}

export interface Metrics {
  /**
   * What `before` and `after` are compared with: the truth or, without one, the clean prediction. Then scores are the model's agreement
   * with its own first answer, and those before the attack are null.
   */
  reference: 'truth' | 'prediction'
  /** Per class, their mean, of all classes together, and of the reference's own classes: 0 where all that is found is of another. Where the attack alone finds a class that the reference has not, its score before is 1. */
  dice: PerClass & { union: Both; true: Both }
  iou: PerClass
  /** By how much the union's Dice fell. */
  drop: number | null
  /** Whether the `ending` is a success: of a Dice, that it was not below the threshold before, and is now. */
  success: boolean
  /**
   * What became of what the model found: it `held`, it `vanished`, was `displaced`, was `invented` where there is nothing, or `changed` its class;
   * of a target that was sought, it is `reached` from a Dice of 0.8 on, else `unreached`.
   */
  ending: 'held' | 'vanished' | 'displaced' | 'invented' | 'changed' | 'reached' | 'unreached'
  /** The Dice with the target that was sought, class by class; null where none was. */
  target: Both | null
  threshold: number
  /** Pixels of the reference (any class), and of each class in the predictions. */
  pixels: { reference: number; before: number[]; after: number[] }
  /** The share of the reference's area (any class) where the model finds nothing. */
  missed: Both
  /** The share of what the model marks (any class) that the reference has not. */
  invented: Both
  /** Mask elements that changed, of how many (classes × pixels). */
  flipped: number
  elements: number
  /** The attack's loss at the clean input. */
  loss: number
  /** Of an iteration the loss and the Dice, the union's and the true class's, of the clean input and after each step; empty after a single step. */
  steps: Array<{ loss: number; dice: number; true: number }>
  /** How many values of the input changed by how much: counts in equal bins from −limit to limit, the largest change. */
  changes: { limit: number; counts: number[] }
  /** The change of the input, in shares of the grey range; PSNR is Infinity where nothing changed. */
  linf: number
  l2: number
  psnr: number
  ssim: number
  radiology: Radiology
}

/** Measures that radiology asks for, of the masks as the model has them. */
export interface Radiology {
  /** What distances and volumes are in: `pixel`s of the model's input where the file does not say how large they are. */
  length: 'mm' | 'pixel'
  volume: 'ml' | 'pixel'
  classes: Array<{
    /** The 95th-percentile Hausdorff distance, as MONAI has it, and the mean distance of surfaces; null where a mask is empty. */
    hd95: Both
    surface: Both
    volume: { reference: number; before: number; after: number }
    /** A volume's part of the reference's, less 1. */
    change: Both
    /** Lesions of the reference that were found and missed, and those that were invented; before the attack null where its prediction is the reference. */
    lesions: { before: Lesions | null; after: Lesions | null }
  }>
}

/** Connected parts, in a plane also over corners. */
export interface Lesions {
  found: number
  missed: number
  invented: number
}

export interface RenderOptions {
  /**
   * `scan`, `adversarial`: the input; `perturbation`: their difference in the mean of channels, magnified to span black to white; `before`, `after`: the
   * largest probability of any class, grey.
   */
  pictures?: Array<'scan' | 'adversarial' | 'perturbation' | 'before' | 'after'>
  /**
   * Lines around any class of the `truth`, around the `region` of interest, around the `target` that the model is to find and around the predictions `before` and `after`; areas where the attacked prediction found
   * the reference (`hit`), lost it (`miss`) or saw what is not there (`alarm`).
   */
  outlines?: Array<'truth' | 'region' | 'target' | 'before' | 'after' | 'hit' | 'miss' | 'alarm'>
  /** What of the grey range is shown black and white in `scan` and `adversarial`, such as [0, 1], all of it; by default from percentile 1 to 99 of the slice. */
  window?: [number, number]
  /** Shows the change in `adversarial` this many times as large; by default once. */
  gain?: number
  /** Draws `scan`, `adversarial` and `perturbation` in the scan's own pixels too, where those are what is attacked. */
  own?: boolean
  /** For a scan: which slice, on which model's grid. */
  slice?: number
  model?: string
  signal?: AbortSignal
}

export interface Rendered {
  width: number
  height: number
  /** RGBA, for ImageData. What the scan or result has not got is left out. */
  pictures: Record<string, Uint8ClampedArray<ArrayBuffer>>
  /** SVG path data in pixels; empty where there is nothing. */
  outlines: Record<string, string>
  /** The change of a pixel, in the mean of its channels, that the magnified perturbation shows as white; its opposite is black. */
  scale: number
  /** What of the grey range is shown black and white. */
  window: [number, number]
  /** The patient's sides at the pictures' left, right, top and bottom, such as `RLAP`: R or L, A or P, S (head) or I (feet); empty where the file does not tell. */
  sides: string
  /** How many mm wide a pixel is; 0 where the file does not tell. */
  pixel: number
  /** A square around what there is to find, three times as wide: x, y, width and height in pixels. */
  focus: [number, number, number, number]
  /** The pictures in the scan's own pixels; null where that was not asked for, or the model's input is attacked. */
  own: OwnPictures | null
}

export interface OwnPictures {
  width: number
  height: number
  pictures: Record<string, Uint8ClampedArray<ArrayBuffer>>
  /** The part of the model's grid that the scan fills: x, y, width and height. */
  box: [number, number, number, number]
  scale: number
}
