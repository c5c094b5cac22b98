// The races of the protocol, each with its fix taken out of the real source: what the simulation must find.
import * as fs from 'fs'
import { createRequire } from 'module'
import * as path from 'path'
import * as ts from 'typescript'
import * as vm from 'vm'

import type { Broken } from './fleet'
import type { Kit } from './kit'
import type { scenarios } from './scenarios'

export interface Edit {
  readonly module: string
  /** Occurs exactly once in the module. */
  readonly find: string
  readonly replace: string
}

export interface Race {
  readonly race: string
  readonly edits: ReadonlyArray<Edit>
  readonly scenario: keyof typeof scenarios
  readonly seed: number
  readonly invariant: Broken['invariant']
}

export const edit = (module: string, find: string, replace: string): Edit => ({ module, find, replace })

const TAG_IS_READ = edit('Replica', 'if (writer === this.batch?.tag) this.drop()', '')

/** Fixes that a test of their own asks for: in tests/simulation.test.ts and tests/shared.test.ts. */
export const fixes = {
  R4: edit('Timers', "if (typeof setImmediate === 'function') setImmediate(fire)\n    else fire()", 'fire()'),
  R9: edit('Envelope', 'cb:{${name}}:s${SCHEMA}', 'cb:{${name}}'),
  R10: edit(
    'Join',
    'decisionIn(config, state, admission.right, now)',
    'decisionIn(config, member.state, admission.right, now)'
  ),
  R11: edit('Member', '(this.isUrgent || this.isForced)', '(this.isUrgent || this.isForced || this.replica.isBehind)')
}

export const races: ReadonlyArray<Race> = [
  {
    race: 'R1: an answer that was overtaken by a push takes a member back',
    edits: [
      edit(
        'Replica',
        "order === undefined ? asked !== this.version : order === 'older' && orderOf(version, asked) !== 'older'",
        'false'
      )
    ],
    scenario: 'countRough',
    seed: 1,
    invariant: 'I4'
  },
  {
    race: 'R2: a late answer that there is nothing makes a member write as if the store had forgotten',
    edits: [edit('Replica', 'if (asked !== this.version) return NO_FINDING // late', '')],
    scenario: 'starting',
    seed: 1,
    invariant: 'I6'
  },
  {
    race: 'R3: a push of what a member has just sent is counted beside what it has sent',
    edits: [
      TAG_IS_READ,
      edit(
        'Member',
        'else if (reading.writer === this.inFlight) this.echo = reading',
        'else if (reading.writer === this.inFlight) this.adopt(reading, undefined)'
      )
    ],
    scenario: 'exact',
    seed: 1,
    invariant: 'I5'
  },
  {
    race: 'R3b: so is a push of what another has built on it',
    edits: [edit('Member', 'else this.pushed = newer(this.pushed, reading)', 'else this.adopt(reading, undefined)')],
    scenario: 'exact',
    seed: 1,
    invariant: 'I4'
  },
  {
    race: 'R5: members that have lost the store reach the same generation',
    edits: [edit('Fold', 'next.generation >= least', 'true')],
    scenario: 'islands',
    seed: 1,
    invariant: 'I10'
  },
  {
    race: 'R6: versions are compared as numbers',
    edits: [
      edit(
        'Replica',
        "return version.padStart(MOST_DIGITS, '0') < other.padStart(MOST_DIGITS, '0') ? 'older' : 'newer'",
        "return Number(version) < Number(other) ? 'older' : 'newer'"
      )
    ],
    scenario: 'farFuture',
    seed: 1,
    invariant: 'I4'
  },
  {
    race: 'R7: a commit that was applied, and whose answer got lost, is made again',
    edits: [TAG_IS_READ],
    scenario: 'alone',
    seed: 1,
    invariant: 'I3'
  },
  {
    race: 'R8: members probe on their own the instant the store is late',
    edits: [edit('Member', 'now < this.lost.probesFromSeconds', 'false')],
    scenario: 'blips',
    seed: 1,
    invariant: 'I1'
  }
]

// -------------------------------------------------------------------------------------
// loading
// -------------------------------------------------------------------------------------

const root = path.resolve(__dirname, '..', '..', 'src')
const FOLDERS = ['core', 'shell', 'data', 'stores']
const compilerOptions = { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2020, strict: true }

const compile = (source: string): string => ts.transpileModule(source, { compilerOptions }).outputText

const sourceOf = (module: string): string => {
  const files = FOLDERS.map((folder) => path.join(root, folder, `${module}.ts`))
  return fs.readFileSync(files.find((file) => fs.existsSync(file)) ?? module, 'utf8')
}

const compiled = new Map<string, string>()

const plain = (module: string): string => {
  const known = compiled.get(module) ?? compile(sourceOf(module))
  compiled.set(module, known)
  return known
}

const edited = (module: string, edits: ReadonlyArray<Edit>): string =>
  compile(
    edits.reduce((source, { find, replace }) => {
      const [before = '', after, more] = source.split(find)
      if (after === undefined || more !== undefined)
        throw new Error(`this text must occur exactly once in ${module}: ${find}`)
      return `${before}${replace}${after}`
    }, sourceOf(module))
  )

const requireHere = createRequire(__filename)

type Wrapped = (module: object, exports: object, require: (name: string) => object) => void

/** The modules of the source, with a defect. */
export const load = (edits: ReadonlyArray<Edit>): ((name: string) => object) => {
  const loaded = new Map<string, { readonly exports: object }>()
  const use = (name: string): object => {
    if (!name.startsWith('.')) return requireHere(name) as object
    const file = path.basename(name)
    const known = loaded.get(file)
    if (known !== undefined) return known.exports
    const module = { exports: {} }
    loaded.set(file, module)
    const own = edits.filter((each) => each.module === file)
    const text = own.length === 0 ? plain(file) : edited(file, own)
    const run = vm.compileFunction(text, ['module', 'exports', 'require']) as Wrapped
    run(module, module.exports, use)
    return module.exports
  }
  return use
}

export const kitWith = (edits: ReadonlyArray<Edit>): Kit => {
  const use = load(edits)
  return { ...use('./AsyncCircuitBreaker'), ...use('./Shared') } as unknown as Kit
}
