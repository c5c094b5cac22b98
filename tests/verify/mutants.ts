// Defects, each applied to the real source: what the search must find. A defect is one replacement in one module.
import type * as Codec from 'breaker-ts/Codec'
import type * as Reducer from 'breaker-ts/Reducer'
import type * as State from 'breaker-ts/State'
import * as fs from 'fs'
import { createRequire } from 'module'
import * as path from 'path'
import * as ts from 'typescript'
import * as vm from 'vm'

import type { small } from './grid'
import type { Invariant } from './invariants'
import type { Machine } from './machine'
import { machineOf } from './machine'

export interface Mutant {
  readonly defect: string
  readonly module: string
  /** Occurs exactly once in the module. */
  readonly find: string
  readonly replace: string
  /** The invariant that finds it by itself, and the settings under which it does. */
  readonly invariant: Invariant
  readonly settings: keyof typeof small
}

const mutant = (
  defect: string,
  invariant: Invariant,
  settings: Mutant['settings'],
  module: string,
  find: string,
  replace: string
): Mutant => ({ defect, module, find, replace, invariant, settings })

export const mutants: ReadonlyArray<Mutant> = [
  mutant(
    'an outcome of an earlier generation counts',
    'I1',
    'inARow',
    'Reducer',
    'permit.generation !== state.generation || ',
    ''
  ),
  mutant(
    'an outcome of an earlier generation ends a probe',
    'I1',
    'inARow',
    'Reducer',
    'permit.generation === state.generation &&',
    ''
  ),
  mutant(
    'a late outcome stores the time that has passed',
    'I1',
    'timed',
    'Reducer',
    'next === current ? state : next',
    'next'
  ),
  mutant('probes have no cap', 'I2', 'inARow', 'Reducer', 'state.probes.length < config.halfOpenMaxProbes && ', ''),
  mutant(
    'a probe that ends frees the room of the oldest',
    'I2',
    'inARow',
    'Reducer',
    'probes.filter(({ id }) => id !== probe)',
    'probes.slice(1)'
  ),
  mutant(
    'the end of an isolation closes an open circuit',
    'I3',
    'inARow',
    'Reducer',
    "return state._tag === 'Isolated' ? closed(state.generation + 1, empty) : state",
    'return closed(state.generation + 1, empty)'
  ),
  mutant(
    'a late failure extends the open period',
    'I4',
    'inARow',
    'Reducer',
    "state._tag === 'Open' && event._tag === 'FailureRecorded'",
    "state._tag === 'Open' && (event._tag === 'FailureRecorded' || 'permit' in event)"
  ),
  mutant(
    'the circuit opens one failure after the threshold',
    'I5',
    'inARow',
    'Reducer',
    'counts.failuresInARow >= (failureThreshold as number)',
    'counts.failuresInARow > (failureThreshold as number)'
  ),
  mutant(
    'a success does not end the failures in a row',
    'I5',
    'inARow',
    'Window',
    'counts.failures === 0 ? counts : empty',
    'counts'
  ),
  mutant(
    'a HALF_OPEN circuit bears one failure too many',
    'I5',
    'successes',
    'Reducer',
    'state.failures < config.halfOpenMaxFailures',
    'state.failures <= config.halfOpenMaxFailures'
  ),
  mutant(
    'a probe that runs out of time at the boundary has not failed',
    'I5',
    'timed',
    'Reducer',
    'now - admittedAtSeconds >= timeoutSeconds',
    'now - admittedAtSeconds > timeoutSeconds'
  ),
  mutant(
    'a cancelled probe counts as a success',
    'I6',
    'inARow',
    'Reducer',
    "case 'Released':\n      return { ...state,",
    "case 'Released':\n      return { ...state, successes: state.successes + 1,"
  ),
  mutant(
    'a cancelled call counts as a success',
    'I6',
    'inARow',
    'Reducer',
    "if (event._tag === 'SuccessRecorded') return SUCCESS",
    "if (event._tag === 'SuccessRecorded' || event._tag === 'Released') return SUCCESS"
  ),
  mutant('a decoded state has lost its successes', 'I7', 'inARow', 'StateData', 'successes: count,', ''),
  mutant(
    'an idle gap does not empty the window',
    'I8',
    'timeWindow',
    'Window',
    'Array.from({ length: Math.min(passed, slices) - 1 }, () => EMPTY_SLICE)',
    '[]'
  ),
  mutant(
    'the window forgets to drop its oldest call',
    'I8',
    'countWindow',
    'Window',
    'const gone = isFull ?',
    'const gone = isFull && !isFull ?'
  ),
  mutant('a clock that goes far back stops the window', 'I8', 'timeWindow', 'Window', ' || passed <= -slices', ''),
  mutant(
    'a reset keeps the counts',
    'I8',
    'inARow',
    'Reducer',
    "case 'Reset':\n      return closed(state.generation + 1, empty)",
    "case 'Reset':\n      return closed(state.generation + 1, state._tag === 'Closed' ? state.counts : empty)"
  ),
  mutant(
    'the end of the recovery timeout still waits',
    'I9',
    'inARow',
    'Reducer',
    'state.retryAtSeconds > now &&',
    'state.retryAtSeconds >= now &&'
  ),
  mutant(
    'a probe passes before the recovery timeout ends',
    'I9',
    'inARow',
    'Reducer',
    'state.retryAtSeconds > now &&',
    'state.retryAtSeconds > now + 0.5 &&'
  ),
  mutant(
    'a clock that goes back makes the circuit wait for it',
    'I9',
    'inARow',
    'Reducer',
    ' && state.retryAtSeconds - now - spanOf(state) <= 1',
    ''
  ),
  mutant(
    'a clock that goes back a second ends the wait',
    'I9',
    'inARow',
    'Reducer',
    'now - spanOf(state) <= 1',
    'now - spanOf(state) < 1'
  ),
  mutant('a probe of the future keeps its room', 'I9', 'timed', 'Reducer', ' && admittedAtSeconds - now <= 1', ''),
  mutant(
    'a probe counts as often as it says that it has ended',
    'I10',
    'successes',
    'Reducer',
    "state._tag === 'HalfOpen' && has(state, permit.probe)",
    "state._tag === 'HalfOpen'"
  ),
  mutant(
    'a probe is admitted by a change in place',
    'I11',
    'inARow',
    'Reducer',
    '{ ...state, probes: [...state.probes, { id: event.probe, admittedAtSeconds: now }] }',
    '((state.probes as Array<Probe>).push({ id: event.probe, admittedAtSeconds: now }), { ...state })'
  ),
  mutant(
    'a window that moves on keeps a hundred slices',
    'I12',
    'timeWindow',
    'Window',
    '...older].slice(0, slices - 1)',
    '...older].concat(Array.from({ length: 100 }, () => EMPTY_SLICE))'
  ),

  mutant(
    'slices start at the whole seconds of a clock whose origin means nothing',
    'C',
    'timeWindow',
    'Window',
    'return moved(counts, now, counts, older)',
    'return moved(counts, Math.floor(now), counts, older)'
  ),
  mutant(
    'an event that changes nothing makes a new state',
    'I13',
    'inARow',
    'Reducer',
    'next === current ? state : next',
    'next === current ? { ...state } : next'
  ),
  mutant(
    'a window that turns raises the generation',
    'I14',
    'timeWindow',
    'Reducer',
    'generation: state.generation, counts,',
    "generation: state.generation + ('startedAtSeconds' in counts && 'startedAtSeconds' in state.counts && counts.startedAtSeconds > state.counts.startedAtSeconds ? 1 : 0), counts,"
  ),
  mutant(
    'a reset keeps the generation',
    'I14',
    'inARow',
    'Reducer',
    "case 'Reset':\n      return closed(state.generation + 1, empty)",
    "case 'Reset':\n      return closed(state.generation, empty)"
  ),
  mutant(
    'HALF_OPEN keeps the generation of OPEN',
    'I14',
    'inARow',
    'Reducer',
    ': halfOpen(state.generation + 1,',
    ': halfOpen(state.generation,'
  ),
  mutant(
    'a permit is asked for without looking at the time',
    'I15',
    'inARow',
    'Reducer',
    'const current = present(config, state, now)\n  switch',
    'const current = state\n  switch'
  ),
  mutant(
    'an id that is in flight is admitted again',
    'I15',
    'inARow',
    'Reducer',
    'state.probes.length < config.halfOpenMaxProbes && !has(state, probe)',
    'state.probes.length < config.halfOpenMaxProbes'
  ),
  mutant(
    'a success closes the circuit while another probe is in flight',
    'I16',
    'inARow',
    'Reducer',
    'probes.length === 0 ||',
    'probes.length >= 0 ||'
  ),
  mutant(
    'under steady traffic no number of successes closes the circuit',
    'I16',
    'inARow',
    'Reducer',
    ' || successes >= config.halfOpenMaxProbes',
    ''
  ),
  mutant(
    'successes of HALF_OPEN are not kept',
    'L',
    'successes',
    'Reducer',
    '{ ...state, probes, successes }',
    '{ ...state, probes }'
  ),
  mutant(
    'a probe that has run out of time keeps its room',
    'L',
    'timed',
    'Reducer',
    'now - admittedAtSeconds < timeoutSeconds && admittedAtSeconds - now <= 1',
    'true'
  )
]

// -------------------------------------------------------------------------------------
// loading
// -------------------------------------------------------------------------------------

const root = path.resolve(__dirname, '..', '..', 'src')

const options: ts.CompilerOptions = { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2020, strict: true }

const compile = (source: string): string => ts.transpileModule(source, { compilerOptions: options }).outputText

const FOLDERS = ['core', 'shell', 'data']

const sourceOf = (module: string): string => fs.readFileSync(fileOf(module), 'utf8')

const fileOf = (module: string): string =>
  path.join(
    root,
    FOLDERS.find((folder) => fs.existsSync(path.join(root, folder, `${module}.ts`))) ?? '',
    `${module}.ts`
  )

const requireHere = createRequire(__filename)

type Wrapped = (module: object, exports: object, require: (name: string) => object) => void

const compiled = new Map<string, string>()

const plain = (module: string): string => {
  const known = compiled.get(module) ?? compile(sourceOf(module))
  compiled.set(module, known)
  return known
}

const broken = ({ module, find, replace, defect }: Mutant): string => {
  const [before = '', after, more] = sourceOf(module).split(find)
  if (after === undefined || more !== undefined)
    throw new Error(`'${defect}': its text must occur exactly once in src/${module}.ts: ${find}`)
  return compile(`${before}${replace}${after}`)
}

/** The machine of the source as it is, or with a defect. */
export const load = (mutant?: Mutant): Machine => {
  const loaded = new Map<string, { readonly exports: object }>()
  const use = (name: string): object => {
    if (!name.startsWith('.')) return requireHere(name) as object
    const file = path.basename(name)
    const known = loaded.get(file)
    if (known !== undefined) return known.exports
    const module = { exports: {} }
    loaded.set(file, module)
    const text = file === mutant?.module ? broken(mutant) : plain(file)
    const run = vm.compileFunction(text, ['module', 'exports', 'require']) as Wrapped
    run(module, module.exports, use)
    return module.exports
  }
  return machineOf({
    Codec: use('./Codec') as typeof Codec,
    Reducer: use('./Reducer') as typeof Reducer,
    State: use('./State') as typeof State
  })
}
