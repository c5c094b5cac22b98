// The command line, run in this process. scripts/package-proof.mjs runs the one that is packed.
import * as fs from 'fs'
import * as os from 'os'
import * as path from 'path'
import * as zlib from 'zlib'

import { run } from '../src/cli/Cli'
import { textOf } from '../src/cli/Input'
import { withFile } from '../src/cli/Inquiry'
import { playFiles } from '../src/cli/Playback'
import { strip } from '../src/cli/Table'

const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'breaker-ts-'))
afterAll(() => fs.rmSync(dir, { recursive: true }))

const file = (name: string, content: string | Uint8Array | object): string => {
  const full = path.join(dir, name)
  fs.writeFileSync(
    full,
    typeof content === 'string' || content instanceof Uint8Array ? content : JSON.stringify(content)
  )
  return full
}

interface Ran {
  readonly code: number
  readonly out: string
  readonly err: string
}

async function* inputOf(input: ReadonlyArray<string | Uint8Array>): AsyncGenerator<string | Uint8Array> {
  yield* input
}

const breaker = async (
  args: ReadonlyArray<string>,
  input: ReadonlyArray<string | Uint8Array> = [],
  isTTY = false
): Promise<Ran> => {
  let [out, err] = ['', '']
  const code = await run(
    args,
    {
      stdin: inputOf(input),
      stdout: { write: (text) => (out += text) },
      stderr: { write: (text) => (err += text), isTTY }
    },
    '1.2.3'
  )
  return { code, out, err }
}

const FIVE = file('five.json', { name: 'five in a row', failureThreshold: 5, recoveryTimeoutSeconds: 5 })
const HALF = file('half.json', {
  window: { _tag: 'TimeWindow', seconds: 10, slices: 10 },
  trip: { _tag: 'FailureRate', rate: 0.5, minimumCalls: 20 },
  recoveryTimeoutSeconds: { _tag: 'Exponential', initial: 5, factor: 2, max: 60 }
})
const SLOW = file('slow.json', {
  name: 'slow',
  window: { _tag: 'CountWindow', size: 20 },
  trip: { _tag: 'SlowCallRate', rate: 0.5, minimumCalls: 10 }
})

// An outage of 10 s in a minute, ten calls a second.
const rows = Array.from({ length: 600 }, (_, i) => `${i / 10},0.05,${i >= 200 && i < 300 ? 503 : 200}`)
const CALLS = file('calls.csv', `time,duration,status\n${rows.join('\n')}\n`)

interface Json {
  readonly reports: ReadonlyArray<{
    readonly file: string
    readonly name: string
    readonly verdict: string
    readonly figures: { readonly openings: number; readonly goodCallsRejected: number }
    readonly ifUnknownSucceed?: unknown
    readonly heldOut?: { readonly openings: number }
    readonly withOtherSeed?: { readonly openings: number }
  }>
  readonly assumptions: ReadonlyArray<string>
  readonly noBreaker: { readonly badCalls: number }
  readonly log: { readonly calls: number }
  readonly searched?: number
  readonly front?: ReadonlyArray<{ readonly name: string; readonly heldOut?: object }>
  readonly knee?: { readonly name: string }
  readonly notes: ReadonlyArray<string>
  readonly warnings: ReadonlyArray<string>
}

const json = async (...args: ReadonlyArray<string>): Promise<Json> => {
  const { code, out, err } = await breaker([...args, '--json'])
  expect([code, err]).toEqual([0, ''])
  return JSON.parse(out) as Json
}

describe('breaker-ts replay', () => {
  it('prints one table, the states over time, and the verdict in a sentence', async () => {
    const { code, out, err } = await breaker(['replay', CALLS, '--settings', FIVE, '--settings', HALF])
    expect([code, err]).toEqual([0, ''])
    expect(out).toMatch(/^600 calls from 0\.0 s to 59\.9 s\.\n/)
    expect(out).toMatch(/What the figures rest on:\n {2}1\. Same arrivals/)
    expect(out).toMatch(/^no breaker +100 +5 s/m)
    expect(out).toMatch(/^five in a row +\d+ +\S+ s +\d+ +\d+ +\d+ % +1 +1 /m)
    expect(out).toMatch(/^half: Of 100 rejected calls \d+ would have failed; callers waited .* instead of 5 s\.$/m)
    expect(out).toMatch(/^ {2}[·▄█▒]{60} {2}█ open/m)
    expect(out).toMatch(/^Incidents:\n {2}20\.0 s, 9\.9 s: 100 of 1\d\d calls bad$/m)
  })

  it('gives JSON with one entry for each settings file', async () => {
    const { reports, assumptions, noBreaker, log } = await json('replay', CALLS, '-s', FIVE, '-s', HALF)
    expect(reports.map(({ file, name, figures }) => [file, name, figures.openings])).toEqual([
      [FIVE, 'five in a row', 1],
      [HALF, 'half', 1]
    ])
    expect(assumptions).toHaveLength(8)
    expect([noBreaker.badCalls, log.calls]).toEqual([100, 600])
    expect(reports[0]?.verdict).toMatch(/^Of 100 rejected/)
  })

  it('reads standard input and zipped files, also one that is both', async () => {
    const zipped = zlib.gzipSync(fs.readFileSync(CALLS))
    const args = ['replay', '-', '--settings', FIVE, '--json']
    const { out } = await breaker(['replay', CALLS, '--settings', FIVE, '--json'])
    const inputs = [[fs.readFileSync(CALLS, 'utf8')], [zipped], [zipped.subarray(0, 100), zipped.subarray(100)]]
    for (const input of inputs) {
      const found = JSON.parse((await breaker(args, input)).out) as object
      expect({ ...found, title: CALLS }).toEqual(JSON.parse(out))
    }
    expect(await json('replay', file('calls.csv.gz', zipped), '--settings', FIVE)).toMatchObject({
      log: { calls: 600 }
    })
  })

  it('reads a zipped file that is larger than what goes through at once', async () => {
    const noise = Array.from({ length: 60_000 }, (_, i) => `${i},${Math.abs(Math.sin(i))},${200 + (i % 7)}`).join('\n')
    const zipped = file('long.csv.gz', zlib.gzipSync(`time,duration,status\n${noise}`))
    expect((await json('replay', zipped, '--settings', FIVE)).log.calls).toBe(60_000)
  })

  it('plays several files as one log', async () => {
    const [first, second] = [rows.slice(0, 250), rows.slice(250)].map((part, i) =>
      file(`part${i}.csv`, `time,duration,status\n${part.join('\n')}${i === 0 ? '' : '\nx,1,200'}`)
    ) as [string, string]
    const both = await json('replay', first, second, '--settings', FIVE)
    expect(both.log.calls).toBe(600)
    expect(both.reports[0]?.figures.openings).toBe(1)
    expect(both.notes).toEqual([
      '1 of 603 lines could not be read and are left out. The first:',
      `  ${second}:352: given "x,1,200", expected a time that can be read`
    ])
  })

  it('finds slow calls where you say what is slow, and asks for it where a strategy needs it', async () => {
    const slow = file(
      'slow.csv',
      `time,duration\n${rows.map((_, i) => `${i / 10},${i >= 200 && i < 300 ? 2 : 0.05}`).join('\n')}`
    )
    for (const time of ['1s', '1', '1000ms', '0.02m']) {
      const { reports } = await json('replay', slow, '--settings', SLOW, '--slow', time)
      expect(reports[0]?.figures.openings).toBe(1)
    }
    expect(await breaker(['replay', CALLS, '--settings', SLOW])).toEqual({
      code: 2,
      out: '',
      err: 'error: SlowCallRate needs --slow: nothing else says which calls are slow\n'
    })
    const record = path.join(__dirname, 'fixtures', 'logs', 'record.jsonl')
    expect((await breaker(['replay', record, '--settings', SLOW])).code).toBe(0) // it says itself what was slow
    const grid = file('slow-grid.json', [JSON.parse(fs.readFileSync(SLOW, 'utf8'))])
    for (const args of [
      ['replay', CALLS, '--grid', grid],
      ['scenario', 'slow', '--settings', SLOW],
      ['scenario', 'slow', '--grid', grid]
    ]) {
      const ran = await breaker(args)
      expect([ran.code, ran.err]).toEqual([2, expect.stringMatching(/^error: SlowCallRate needs --slow/)])
      expect((await breaker([...args, '--slow', '1s'])).code).toBe(0)
    }
    expect((await breaker(['replay', CALLS, '--settings', FIVE, '--slow', '0'])).err).toMatch(
      /Expected a time, .* and more than 0/
    )
  })

  it('takes other columns, keys, failures and instances', async () => {
    const table = file(
      'other.csv',
      `start,ms,code,host\n${rows.map((row, i) => `${row.replace(/,0.05,/, ',50,')},${i % 2 ? 'a' : 'b'}`).join('\n')}`
    )
    const args = ['replay', table, '--columns', 'time=start,duration=ms:ms,status=code', '--settings', FIVE] as const
    expect((await json(...args)).reports[0]?.figures.openings).toBe(1)
    expect((await json(...args, '--key', 'host')).reports[0]?.figures.openings).toBe(2)
    expect((await json(...args, '--classify', '4xx')).reports[0]?.figures.openings).toBe(0)
    expect((await json(...args, '--instances', '4')).reports[0]?.figures.openings).toBe(4)
    expect((await breaker([...args, '--key', 'host'])).out).toMatch(/2 keys with a breaker each/)
  })

  it('tells two settings of the same name apart by their files', async () => {
    const other = file('five-again.json', { name: 'five in a row', failureThreshold: 6 })
    const { out } = await breaker(['replay', CALLS, '--settings', FIVE, '--settings', other])
    for (const one of [FIVE, other]) expect(out.split(`\nfive in a row (${one})`)).toHaveLength(3)
  })

  it('has no knee where no circuit opens', async () => {
    const calm = file('calm-grid.csv', `time,duration,status\n${rows.map((_, i) => `${i},0.05,200`).join('\n')}`)
    expect((await json('replay', calm, '--grid', 'small')).knee).toBeUndefined()
    expect((await breaker(['replay', calm, '--grid', 'small'])).out).not.toMatch(/knee/)
  })

  it('warns of a log with the newest first, and says what to do', async () => {
    const newest = Array.from({ length: 6000 }, (_, i) => `${10_000 - i},0.05,${i % 2 ? 503 : 200}`)
    const { warnings } = await json(
      'replay',
      file('newest.csv', `time,duration,status\n${newest.join('\n')}`),
      '-s',
      FIVE
    )
    expect(warnings).toContainEqual(
      expect.stringMatching(/^\d+ of 6000 calls came out of order, .* Sort the log by time, the oldest first\.$/)
    )
  })

  it('searches a grid, and marks the knee and the current settings', async () => {
    const { out } = await breaker(['replay', CALLS, '--settings', FIVE, '--grid', 'small'])
    expect(out).toMatch(/^The front: \d+ of 109 settings/m)
    expect(out).toMatch(/knee/)
    expect(out).toMatch(/^five in a row .* current/m)
    const found = await json('replay', CALLS, '--settings', FIVE, '--grid', 'small')
    expect(found.searched).toBe(109)
    expect(found.reports).toHaveLength(1)
    expect(found.front?.map(({ name }) => name)).toContain(found.knee?.name)
  })

  it('searches a grid of a file, which has numbers or settings', async () => {
    const numbers = file('grid.json', { rate: [0.5], minimumCalls: [10] })
    expect((await json('replay', CALLS, '--grid', numbers)).searched).toBe(12)
    const settings = file('list.json', [{ failureThreshold: 3 }, { name: 'b', failureThreshold: 4 }])
    const found = await json('replay', CALLS, '--grid', settings)
    expect([found.searched, found.reports]).toEqual([2, []])
    const dull = file('dull.json', [{ failureThreshold: 2 }, { name: 'the same', failureThreshold: 2 }])
    expect((await breaker(['replay', CALLS, '--settings', HALF, '--grid', dull])).out).toMatch(/and 1 alike/)
    const bad = file('bad-now.json', { failureThreshold: 1, recoveryTimeoutSeconds: 600 })
    expect(
      (await breaker(['replay', CALLS, '--settings', bad, '--settings', FIVE, '--settings', HALF])).out
    ).not.toMatch(/front/)
    const calm = file('calm.csv', 'time,duration,status\n1,1,503\n200,1,200\n201,1,200\n')
    expect((await breaker(['replay', calm, '--settings', bad, '--grid', dull])).out).toMatch(
      /current, not on the front/
    )
  })

  it('holds days out', async () => {
    const days = Array.from({ length: 2000 }, (_, i) => `${i * 86.4},0.05,${i >= 1500 && i < 1600 ? 503 : 200}`)
    const log = file('days.csv', `time,duration,status\n${days.join('\n')}`)
    const args = ['replay', log, '--settings', FIVE, '--train', '1', '--test', '2-3'] as const
    const found = await json(...args, '--grid', 'small')
    expect([found.log.calls, found.reports[0]?.figures.openings, found.reports[0]?.heldOut?.openings]).toEqual([
      1000, 0, 1
    ])
    expect(found.front?.every(({ heldOut }) => heldOut !== undefined)).toBe(true)
    expect((await breaker([...args])).out).toMatch(/^ {2}held out /m)
    expect((await breaker([...args, '--grid', 'small'])).out).toMatch(/held out: waited/)
    const never = await breaker(['replay', log, '--settings', FIVE, '--train', '1', '--test', '8'])
    expect([never.code, never.err]).toEqual([1, expect.stringMatching(/no calls on the days/)])
    const record = path.join(__dirname, 'fixtures', 'logs', 'record.jsonl')
    expect(await breaker(['replay', record, '--settings', FIVE, '--train', '1', '--test', '2'])).toMatchObject({
      err: expect.stringMatching(/no calls on the days/) as string
    })
    for (const [train, test] of [
      ['1', '1'],
      ['1-3', '3-4'],
      ['2-3', '1-2']
    ] as const)
      expect(await breaker(['replay', log, '--settings', FIVE, '--train', train, '--test', test])).toMatchObject({
        code: 2,
        err: expect.stringMatching(/--train and --test overlap/) as string
      })
  })

  it('shows what another seed makes of times in whole seconds', async () => {
    const log = path.join(__dirname, 'fixtures', 'logs', 'nginx.log')
    const { reports, notes } = await json('replay', log, '--settings', FIVE)
    expect(reports[0]?.withOtherSeed?.openings).toBe(1)
    expect(notes).toEqual(['384 calls have times in whole seconds: they are spread by a seed.'])
    const { out } = await breaker(['replay', log, '--settings', FIVE])
    expect(out).toMatch(/^ {2}another seed /m)
    expect(out).toMatch(/from 2026-11-27 \d\d:\d\d:\d\d to/)
  })

  it('gives both ends where the recorded breaker rejected calls', async () => {
    const unknown = Array.from({ length: 90 }, (_, i) => `${60 + i / 10},0,rejected`)
    const log = file('unknown.csv', `time,duration,status\n${[...rows, ...unknown].join('\n')}`)
    const { out } = await breaker(['replay', log, '--settings', FIVE])
    expect(out).toMatch(/^five in a row +\d+ to \d+ /m)
    expect(out).toMatch(/Note: This log cannot decide/)
    const both =
      /^Of 100 rejected calls .* That is if all calls that the recorded breaker rejected would have failed\. If all would have succeeded: Of 100 rejected calls/
    expect((await json('replay', log, '--settings', FIVE)).reports[0]?.verdict).toMatch(both)
    expect(out).toMatch(new RegExp(`^five in a row: ${both.source.slice(1)}`, 'm'))
    const page = path.join(dir, 'unknown.html')
    await breaker(['replay', log, '--settings', FIVE, '--html', page])
    expect(fs.readFileSync(page, 'utf8')).toMatch(/Of these, rejected when recorded/)
    expect(out).toMatch(/\d+ of \d+ calls bad, with 90 that the recorded breaker rejected$/m)
    expect((await json('replay', log, '--settings', FIVE)).reports[0]?.ifUnknownSucceed).toBeDefined()
  })

  it('says so where calls have no duration, and lists ten incidents', async () => {
    const line = (i: number) =>
      `1.1.1.1 - - [27/Nov/2026:10:${String(Math.floor(i / 60)).padStart(2, '0')}:${String(i % 60).padStart(2, '0')} +0000] "GET / HTTP/1.1" ${i % 180 < 60 ? 500 : 200} 1`
    const lines = Array.from({ length: 3600 }, (_, i) => `${line(i)}\n${line(i)}\n${line(i)}`)
    const { out } = await breaker(['replay', file('clf.log', lines.join('\n')), '--settings', FIVE])
    expect(out).toMatch(/10800 calls have no duration/)
    expect(out).toMatch(/and 10 more$/m)
  })

  it('writes a page', async () => {
    const page = path.join(dir, 'report.html')
    const { out } = await breaker(['replay', CALLS, '--settings', FIVE, '--grid', 'small', '--html', page])
    expect(out).toMatch(`The page is in ${page}.`)
    expect(fs.readFileSync(page, 'utf8')).toMatch(/^<!doctype html>/)
    expect((await breaker(['replay', CALLS, '--settings', FIVE, '--html', path.join(dir, 'no', 'x.html')])).code).toBe(
      1
    )
  })
})

describe('what is wrong', () => {
  it.each<readonly [what: string, args: ReadonlyArray<string>, code: number, err: RegExp]>([
    ['no settings', ['replay', CALLS], 2, /^error: no settings: give --settings FILE, or --grid small/],
    ['no log', ['replay', '--settings', FIVE], 2, /missing required argument 'files'/],
    ['a log that is not there', ['replay', 'nope.log', '--settings', FIVE], 1, /^error: nope\.log: no such file\n$/],
    ['a directory', ['replay', dir, '--settings', FIVE], 1, /a directory, expected a file/],
    [
      'settings that are not there',
      ['replay', CALLS, '--settings', 'nope.json'],
      1,
      /^error: nope\.json: no such file/
    ],
    [
      'an unknown option',
      ['replay', CALLS, '--setings', FIVE],
      2,
      /unknown option '--setings'[^]*Did you mean --settings/
    ],
    ['an unknown format', ['replay', CALLS, '--format', 'apache'], 2, /Allowed choices are record, nginx/],
    ['a time that is none', ['replay', CALLS, '--slow', 'fast'], 2, /Expected a time, as in 1s, 500ms or 2m/],
    ['no instances', ['replay', CALLS, '--instances', '0'], 2, /Expected an integer from 1/],
    ['days that are none', ['replay', CALLS, '--train', '5-1'], 2, /Expected days of the log from 1/],
    ['days that are none', ['replay', CALLS, '--test', 'x'], 2, /Expected days of the log from 1/],
    ['a test without training', ['replay', CALLS, '-s', FIVE, '--test', '1'], 2, /--train and --test go together/],
    [
      'statuses that are none',
      ['replay', CALLS, '-s', FIVE, '--classify', 'bad'],
      2,
      /given bad, expected a list of statuses/
    ],
    ['columns that are none', ['replay', CALLS, '-s', FIVE, '--columns', 'when=x'], 2, /given when=x, expected time/],
    [
      'no scenario',
      ['scenario', 'storm', '-s', FIVE],
      2,
      /no scenario storm, expected one of error-spike, sudden-spikes/
    ],
    ['more than one scenario', ['scenario', 's', '-s', FIVE], 2, /no scenario s, expected one of/],
    ['no rate', ['scenario', 'osc', '--rate', '0'], 2, /Expected a number > 0/],
    ['no command', [], 2, /Usage: breaker-ts/],
    ['an unknown command', ['relay'], 2, /unknown command 'relay'/]
  ])('%s', async (_, args, code, err) => {
    const ran = await breaker(args)
    expect(ran.err).toMatch(err)
    expect([ran.code, ran.out]).toEqual([code, ''])
  })

  it('in a settings file is named with its path, the value given and the rule', async () => {
    const wrong = file('wrong.json', { name: 'x', failureThreshold: 0, windows: 1 })
    expect(await breaker(['replay', CALLS, '--settings', wrong])).toEqual({
      code: 1,
      out: '',
      err: `error: ${wrong}: failureThreshold: given 0, expected an integer > 0\n       ${wrong}: windows: given 1, expected no setting of this name: did you mean window?\n`
    })
    const broken = file('broken.json', '{"name": }')
    expect((await breaker(['replay', CALLS, '--settings', broken])).err).toMatch(
      /broken\.json: given no JSON \(.*\), expected JSON/
    )
    const list = file('settings-list.json', [{ name: 'x' }])
    expect((await breaker(['replay', CALLS, '--settings', list])).err).toMatch(/expected an object/)
  })

  it.each<readonly [string, unknown, RegExp]>([
    ['names', { windows: [1] }, /expected a list of settings, or an object of lists of numbers: windowSeconds, rate/],
    ['values', { rate: ['x'] }, /expected a list of settings, or an object of lists of numbers/],
    ['shape', 5, /expected a list of settings, or an object/],
    ['numbers', { rate: [5] }, /trip.*rate: given 5, expected a number > 0/],
    ['size', { rate: Array.from({ length: 200 }, (_, i) => (i + 1) / 200) }, /expected at most 2000 settings/],
    ['nothing', [], /given 0 settings, expected 1 to 2000/]
  ])('in the %s of a grid is named', async (_, content, err) => {
    const ran = await breaker(['replay', CALLS, '--grid', file('wrong-grid.json', content as object)])
    expect(ran.err).toMatch(err)
    expect(ran.code).toBe(1)
  })

  it('in a log without any call shows its first lines, and what may help', async () => {
    const log = file('readme.txt', 'hello\nworld\n')
    expect(await breaker(['replay', log, '--settings', FIVE])).toEqual({
      code: 1,
      out: '',
      err: `error: ${log}: no calls in 2 lines, read as csv
       ${log}:1: given "hello", expected a header with time, duration, status (it has hello)
       --columns gives other names and units, as in time=startMs:ms,duration=us:us; with --slow, a table needs no status
       --format says what the log is, where its first lines do not: record, nginx, envoy, alb, otlp, jaeger, csv, jmeter, k6
`
    })
    expect((await breaker(['replay', '-', '--settings', FIVE])).err).toBe('error: -: no calls in 0 lines\n')
    expect((await breaker(['replay', log, '--settings', FIVE, '--format', 'alb'])).err).toMatch(
      /read as alb\n.*readme.txt:1: given "hello"/
    )
  })

  it('in a zipped file is damage', async () => {
    const zipped = zlib.gzipSync(fs.readFileSync(CALLS))
    const cut = file('cut.gz', zipped.subarray(0, zipped.length / 2))
    expect(await breaker(['replay', cut, '--settings', FIVE])).toMatchObject({
      code: 1,
      err: expect.stringMatching(/zipped, and cut off/) as string
    })
    const damaged = Uint8Array.from(zipped, (byte, i) => (i > 50 && i < 90 ? 0xff : byte))
    expect((await breaker(['replay', file('damaged.gz', damaged), '--settings', FIVE])).err).toMatch(
      /zipped, and damaged/
    )
  })

  it('in the first line of a good log is counted, and no more', async () => {
    const nginx = fs.readFileSync(path.join(__dirname, 'fixtures', 'logs', 'nginx.log'), 'utf8')
    const log = file('garbage.log', `garbage\n\n${nginx}`)
    const { notes, log: found } = await json('replay', log, '--settings', FIVE)
    expect(found.calls).toBe(384)
    expect(notes.slice(0, 2)).toEqual([
      '1 of 386 lines could not be read and are left out. The first:',
      expect.stringMatching(/garbage\.log:1: given "garbage", expected a line of nginx/)
    ])
    expect((await breaker(['replay', file('hello.txt', 'hello'), '--settings', SLOW])).err).toMatch(/needs --slow/)
  })

  it('that is not of a file comes out as it is', async () => {
    const boom = new Error('boom')
    const fails = (): never => {
      throw boom
    }
    expect(() => withFile(CALLS, fails)).toThrow(boom)
    const stdin = (async function* () {
      yield await Promise.reject<string>(boom)
    })()
    const terminal = { stdin, stdout: { write: fails }, stderr: { write: fails } }
    await expect(textOf('-', terminal, () => undefined).next()).rejects.toBe(boom)
  })

  it('with a file names the file', async () => {
    const empty = fs.mkdtempSync(path.join(dir, 'folder-'))
    const cut = file('cut-again.gz', zlib.gzipSync(fs.readFileSync(CALLS)).subarray(0, 200))
    const error = async (...args: ReadonlyArray<string>) => {
      const { code, out, err } = await breaker(['replay', ...args])
      expect([code, out]).toEqual([1, ''])
      return err
    }
    expect(await error(CALLS, '-s', empty)).toBe(`error: ${empty}: a directory, expected a file\n`)
    expect(await error(empty, '-s', FIVE)).toBe(`error: ${empty}: a directory, expected a file\n`)
    expect(await error(CALLS, cut, '-s', FIVE)).toBe(`error: ${cut}: zipped, and cut off\n`)
    expect(await error(CALLS, '-s', FIVE, '--html', '/dev/full')).toBe('error: /dev/full: no space left on the disk\n')
  })

  it('is no byte order mark in a settings file', async () => {
    const marked = file('marked.json', `\ufeff${JSON.stringify({ name: 'marked' })}`)
    expect((await json('replay', CALLS, '--settings', marked)).reports[0]?.name).toBe('marked')
  })

  it('in this program is not hidden', async () => {
    const broken = {
      stdin: inputOf([]),
      stdout: {
        write: () => {
          throw new TypeError('a bug')
        }
      },
      stderr: { write: () => undefined }
    }
    await expect(run(['replay', CALLS, '--settings', FIVE], broken)).rejects.toThrow('a bug')
  })
})

describe('breaker-ts scenario', () => {
  it('plays an incident, seeded', async () => {
    const first = await breaker(['scenario', 'oscillating', '--settings', FIVE])
    expect(first.code).toBe(0)
    expect(first.out).toMatch(/Note: A service that is never quite well and never ill/)
    expect(await breaker(['scenario', 'osc', '--settings', FIVE])).toEqual(first)
    expect(await breaker(['scenario', 'osc', '--settings', FIVE, '--seed', '2'])).not.toEqual(first)
  })

  it('may be longer, and busier, and have a breaker for each service', async () => {
    const calls = async (...args: ReadonlyArray<string>) =>
      (await json('scenario', 'one-of-many', '-s', FIVE, ...args)).log
    expect((await calls('--seconds', '60', '--rate', '100')).calls).toBeGreaterThan(5500)
    expect(await calls('--key', 'service')).toMatchObject({ keys: 4 })
  })
})

describe('help', () => {
  it('teaches by examples', async () => {
    const { code, out } = await breaker(['--help'])
    expect([code, out]).toEqual([0, expect.stringMatching(/Examples:[^]*--grid small --html report.html/)])
    const replay = await breaker(['replay', '--help'])
    expect(replay.out).toMatch(/Formats[^]*envoy[^]*Exit codes: 0 fine, 1 wrong data/)
    expect((await breaker(['scenario', '--help'])).out).toMatch(/oscillating +A service/)
    expect(await breaker(['--version'])).toEqual({ code: 0, out: '1.2.3\n', err: '' })
  })
})

describe('progress', () => {
  const play = async (isTTY: boolean, name: string): Promise<string> => {
    let err = ''
    const clock = jest.spyOn(performance, 'now')
    let now = 0
    clock.mockImplementation(() => (now += 11_000))
    const terminal = {
      stdin: inputOf([`time,duration,status\n${rows.join('\n')}`]),
      stdout: { write: () => undefined },
      stderr: { write: (text: string) => (err += text), isTTY }
    }
    await playFiles(
      { files: [name], settings: [{ name: 'a' }], parts: undefined, needsSlow: false, replay: {}, reader: {} },
      terminal
    )
    clock.mockRestore()
    return err
  }

  it('is shown where it takes long: in a line that changes, or now and then in a file', async () => {
    expect(await play(true, CALLS)).toBe(`\r${CALLS}: 100 %, 0 calls\n`)
    expect(await play(false, '-')).toBe('-: 0.0 MB, 0 calls\n')
  })
})

describe('the states over time', () => {
  it('are full where a circuit was open most of the time, and half where it was for some', () => {
    const buckets = {
      startSeconds: 0,
      bucketSeconds: 10,
      good: [1, 1, 1, 1],
      bad: [],
      rejectedGood: [],
      rejectedBad: []
    }
    expect(strip({ ...buckets, openSeconds: [0, 9, 2, 0], halfOpenSeconds: [0, 1, 0, 3] })).toBe('·█▄▒')
    expect(strip({ ...buckets, openSeconds: [0, 9, 9, 9], halfOpenSeconds: [0, 0, 0, 0] }, 2)).toBe('▄█')
  })
})
