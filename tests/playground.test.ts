/**
 * The playground, as it stands in docs/playground: its numbers in a real browser, and what its links and programs say.
 */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { runInNewContext } from 'node:vm'
import { gzipSync } from 'node:zlib'

import { AsyncCircuitBreaker } from 'breaker-ts/AsyncCircuitBreaker'
import { Settings } from 'breaker-ts/Codec'
import type { Settings as MachineSettings } from 'breaker-ts/Config'
import { from } from 'breaker-ts/Config'
import { reader } from 'breaker-ts/LogReader'
import { record } from 'breaker-ts/Record'
import { replay } from 'breaker-ts/Replay'
import type { Comparison, Figures } from 'breaker-ts/Report'
import { scenarios } from 'breaker-ts/Scenario'
import { trace } from 'breaker-ts/Trace'
import * as fc from 'fast-check'
import * as E from 'fp-ts/Either'
import { pipe } from 'fp-ts/function'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import * as ts from 'typescript'

import { linkOf, shownBy } from '../pages/playground/link'
import type { Choice } from '../pages/playground/settings'
import { choices, codeOf, configOf, dataOf, defaults, inRange, ranges } from '../pages/playground/settings'
import { byHand, callsOf } from '../pages/playground/traffic'
import { run } from '../src/cli/Cli'
import { launch, pageIn } from './support/browser'

const ROOT = join(__dirname, '..')
const COMMITTED = join(ROOT, 'docs/playground/index.html')
const NAMES: ReadonlyArray<string> = scenarios.map(({ name }) => name)

type SettingsOfBreaker = MachineSettings & { readonly classify?: unknown }

const choiceArbitrary: fc.Arbitrary<Choice> = fc
  .record({
    trip: fc.constantFrom(...choices.trip),
    window: fc.constantFrom(...choices.window),
    longer: fc.constantFrom(...choices.longer),
    ...(Object.fromEntries(
      Object.entries(ranges).map(([key, { min, max }]) => [key, fc.integer({ min, max })])
    ) as unknown as { readonly [K in keyof typeof ranges]: fc.Arbitrary<number> })
  })
  .map(inRange)

const settingsOf = (choice: Choice) =>
  pipe(
    Settings.decode(JSON.parse(JSON.stringify(dataOf('payments', choice)))),
    E.getOrElseW((errors) => {
      throw new Error(JSON.stringify(errors))
    })
  )

describe('the settings of the playground', () => {
  it('are settings that the library takes, wherever the sliders stand', () => {
    fc.assert(
      fc.property(choiceArbitrary, (choice) => {
        const made = configOf('payments', choice)
        expect('config' in made && JSON.stringify(made.config)).toBe(JSON.stringify(settingsOf(choice)))
      })
    )
  })

  it('are copied as a program that compiles, and makes the same breaker', () => {
    fc.assert(
      fc.property(choiceArbitrary, (choice) => {
        const program = ts.transpile(codeOf('payments', choice, 0.5), { module: ts.ModuleKind.CommonJS })
        const made: Array<unknown> = []
        class Spy extends AsyncCircuitBreaker {
          constructor(settings: ConstructorParameters<typeof AsyncCircuitBreaker>[0]) {
            super(settings)
            made.push(settings)
          }
        }
        const load = (id: string): unknown =>
          id === 'breaker-ts' ? { AsyncCircuitBreaker: Spy } : jest.requireActual(id)
        runInNewContext(program, { require: load, exports: {} })
        const { classify, ...settings } = made[0] as SettingsOfBreaker
        expect(classify !== undefined).toBe(choice.trip === 'slow')
        expect(JSON.stringify(from(settings))).toBe(JSON.stringify(settingsOf(choice)))
      }),
      { numRuns: 25 }
    )
  })
})

describe('a link to the playground', () => {
  it('leads back to what it was made of', () => {
    const hand = fc
      .record({
        kind: fc.constantFrom('kill' as const, 'slow' as const, 'errors' as const),
        from: fc.integer({ min: 0, max: 1700 }),
        length: fc.integer({ min: 1, max: 100 })
      })
      .map(({ kind, from, length }) => ({ kind, fromSeconds: from / 10, toSeconds: (from + length) / 10 }))
    const shown = fc.record({
      scenario: fc.constantFrom(...NAMES),
      seed: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
      slowSeconds: fc.integer({ min: 1, max: 30 }).map((n) => n / 10),
      hands: fc.array(hand, { maxLength: 5 }),
      A: choiceArbitrary,
      B: choiceArbitrary,
      seconds: fc.option(fc.integer({ min: 0, max: 1800 }).map((n) => n / 10)),
      story: fc.constant(null),
      step: fc.constant(0)
    })
    fc.assert(fc.property(shown, (what) => expect(shownBy(linkOf(what), NAMES)).toEqual(what)))
  })

  it('shows something sensible, whatever stands in it', () => {
    const hostile = fc.oneof(
      fc.string().map((text) => `#${text}`),
      fc
        .array(
          fc.tuple(fc.constantFrom('scenario', 'seed', 'A', 'B', 'slow', 'hand', 't', 'story', 'step'), fc.string())
        )
        .map((pairs) => `#${pairs.map((pair) => pair.join('=')).join('&')}`),
      fc.constantFrom(
        '#A=trip.__proto__',
        '#A=__proto__.1',
        '#A=calls.NaN_minimum.1e9',
        '#seed=Infinity&t=-1',
        '#hand=kill.9-1'
      )
    )
    fc.assert(
      fc.property(hostile, (link) => {
        const shown = shownBy(link, NAMES)
        expect(NAMES).toContain(shown.scenario)
        expect(Number.isInteger(shown.seed)).toBe(true)
        expect('config' in configOf('A', shown.A) && 'config' in configOf('B', shown.B)).toBe(true)
        expect(shownBy(linkOf(shown), NAMES).A).toEqual(shown.A)
      }),
      { numRuns: 300 }
    )
  })
})

describe('docs/playground/index.html', () => {
  const made = mkdtempSync(join(tmpdir(), 'playground-'))
  const file = join(made, 'index.html')
  let browser: Browser | undefined

  beforeAll(async () => {
    execFileSync(process.execPath, ['scripts/playground.mjs', file], { cwd: ROOT })
    browser = await launch('the playground')
  })
  afterAll(async () => {
    await browser?.close()
    rmSync(made, { recursive: true })
  })

  it('is what its sources say: `npm run playground` writes it', () => {
    expect(readFileSync(COMMITTED, 'utf8') === readFileSync(file, 'utf8')).toBe(true)
  })

  it('is one file under 150 kB that asks for no other', () => {
    const text = readFileSync(file, 'utf8')
    expect(Buffer.byteLength(text)).toBeLessThan(150_000)
    expect(/(src|href)="(?!data:)|@import|url\((?!#)/.exec(text)).toBeNull()
  })

  const inBrowser = (
    title: string,
    use: (page: Page) => Promise<void>,
    hash = '',
    options: BrowserContextOptions = {}
  ) =>
    it(
      title,
      async () => {
        if (browser === undefined) return
        const { page, errors } = await pageIn(browser, options)
        try {
          await page.goto(`${pathToFileURL(file).href}${hash}`)
          await use(page)
          expect(errors).toEqual([])
        } finally {
          await page.close()
        }
      },
      120_000
    )

  // The page hears of another hash before we do.
  const show = (page: Page, hash: string) =>
    page.evaluate(
      (to) =>
        new Promise<void>((resolve) => {
          addEventListener('hashchange', () => resolve(), { once: true })
          location.hash = to
        }),
      hash
    )
  const figuresOf = (page: Page, lane: string) => page.locator(`#figures-${lane} dd`).allTextContents()
  const text = (page: Page, selector: string) => page.locator(selector).innerText()
  const state = async (page: Page) => JSON.parse((await page.locator('#json').textContent()) ?? '') as unknown
  const clock = async (page: Page) => {
    const [, minutes, seconds] = /^(\d+):([\d.]+) of/.exec((await page.locator('#clock').textContent()) ?? '') ?? []
    return Math.round(600 * Number(minutes) + 10 * Number(seconds)) / 10
  }

  const wordsOf = ({ badCalls, badCallsSpared, goodCallsRejected, secondsInBadCalls }: Figures) => [
    ...[badCalls, badCallsSpared, goodCallsRejected].map(String),
    `${Math.round(secondsInBadCalls)} s`
  ]

  /** What `replay` counts, in the words of the page. */
  const expected = (choice: Choice | null, calls: ReturnType<typeof callsOf>, slowSeconds = 1) => {
    const { noBreaker, figures } = replay(settingsOf(choice ?? defaults.A), { slowSeconds })(calls)
    return choice === null
      ? [String(noBreaker.badCalls), '–', '–', `${Math.round(noBreaker.secondsInBadCalls)} s`]
      : wordsOf(figures)
  }

  inBrowser('counts what replay counts on the same seed, in every scenario', async (page) => {
    for (const [seed, name] of NAMES.entries()) {
      await show(page, `#scenario=${name}&seed=${seed}&t=999`)
      const calls = callsOf(name, seed)
      expect(await figuresOf(page, 'none')).toEqual(expected(null, calls))
      expect(await figuresOf(page, 'A')).toEqual(expected(defaults.A, calls))
      expect(await figuresOf(page, 'B')).toEqual(expected(defaults.B, calls))
    }
  })

  inBrowser('counts what replay counts with other settings, and with incidents made by hand', async (page) => {
    const link =
      '#scenario=oscillating&seed=3&A=trip.slow_window.calls_calls.20_rate.30_wait.5_longer.yes&B=failures.2_trip.row_probes.3&slow=0.8&hand=kill.20-31_slow.60-75_errors.100-130&t=999'
    const shown = shownBy(link, NAMES)
    await show(page, link)
    const calls = byHand(shown.hands, 3)(callsOf('oscillating', 3))
    expect(shown.hands).toHaveLength(3)
    expect(await figuresOf(page, 'none')).toEqual(expected(null, calls, 0.8))
    expect(await figuresOf(page, 'A')).toEqual(expected(shown.A, calls, 0.8))
    expect(await figuresOf(page, 'B')).toEqual(expected(shown.B, calls, 0.8))
    expect(await page.locator('#figures-A dt').first().textContent()).toBe('failed or slow')
  })

  inBrowser('shows a command that prints the numbers it shows', async (page) => {
    for (const name of NAMES) {
      await show(page, `#scenario=${name}&seed=5&B=window.calls_rate.30&slow=0.5&t=999`)
      await page.locator('#code-B').click()
      const settings = join(made, 'settings.json')
      writeFileSync(settings, (await page.locator('#code-json').textContent()) ?? '')
      const [npx, bin, ...args] = ((await page.locator('#code-command').textContent()) ?? '').split(' ')
      expect([npx, bin]).toEqual(['npx', 'breaker-ts'])
      let printed = ''
      const stdout = { write: (text: string) => (printed += text) }
      expect(
        await run([...args.map((arg) => arg.replace('settings.json', settings)), '--json'], {
          stdin: process.stdin,
          stdout,
          stderr: stdout
        })
      ).toBe(0)
      const [found] = (JSON.parse(printed) as Comparison).reports
      expect(await figuresOf(page, 'B')).toEqual(wordsOf(found?.figures as Figures))
      await page.locator('#code menu button').last().click()
    }
  })

  inBrowser(
    'is what the README shows, and says in words',
    async (page) => {
      const [, alt = ''] = /<img\s+alt="([^"]*)"/.exec(readFileSync(join(ROOT, 'README.md'), 'utf8')) ?? []
      const [[failed, , , waited], [, sparedA, wronglyA], [, , wronglyB]] = [
        await figuresOf(page, 'none'),
        await figuresOf(page, 'A'),
        await figuresOf(page, 'B')
      ] as [Array<string>, Array<string>, Array<string>]
      expect(alt).toContain(`${failed} calls fail and callers wait ${waited}.`)
      expect(alt).toContain(`spares ${sparedA} calls and rejects ${wronglyA} good ones`)
      expect([alt.includes('rejects no good one'), wronglyB]).toEqual([true, '0'])
      for (const picture of ['still.png', 'still-dark.png'])
        expect(readFileSync(join(ROOT, 'docs/playground', picture)).length).toBeLessThan(80_000)
    },
    '#scenario=error-spike&seed=1&t=106.6'
  )

  inBrowser(
    'goes back to any state, and says which event led there',
    async (page) => {
      const moments = [...trace(settingsOf(defaults.A), { slowSeconds: 1 })(callsOf('sudden-spikes', 1))]
      const changed = moments.filter(({ changes }) => changes.some(({ to }) => to._tag === 'Open'))
      const [first] = changed
      await page.locator('#changes button').first().click()
      expect(await state(page)).toEqual(first?.state)
      expect(await text(page, '#because')).toMatch(
        /^A is OPEN since [\d.]+ s, because a call failed, and it was the 3rd failure in a row\. It rejects all calls for 10 s\.$/
      )
      expect(await page.locator('#json .changed').count()).toBeGreaterThan(2)
      // a moment before, it was CLOSED with two failures
      await page.locator('body').press('ArrowLeft')
      expect(await text(page, '#because')).toMatch(/^A is CLOSED since the start\./)
      await page.locator('#which button').last().click()
      expect(await text(page, '#because')).toMatch(/^B is CLOSED since the start\./)
    },
    '#scenario=sudden-spikes&t=0'
  )

  inBrowser('has links that show the same again', async (page) => {
    await page.locator('#scenarios button').nth(6).click()
    await page.locator('#A-failures').press('ArrowRight')
    await page.locator('[aria-label="B: Counts"] button').first().click()
    await page.locator('#seed').fill('42')
    await page.locator('#seed').press('Enter')
    await page.locator('#scrub').fill('70')
    await page.locator('#share').click()
    const link = await page.evaluate(() => location.hash)
    expect(link).toBe('#scenario=slow-query&seed=42&A=failures.4&B=window.calls&t=70')
    const seen = async (on: Page) => [
      await figuresOf(on, 'A'),
      await figuresOf(on, 'B'),
      await on.locator('#clock').textContent(),
      await on.locator('.lane .title').allTextContents(),
      await state(on)
    ]
    const { page: other } = await pageIn(browser as Browser)
    await other.goto(`${pathToFileURL(file).href}${link}`)
    expect(await seen(other)).toEqual(await seen(page))
    expect(await other.evaluate(() => location.hash)).toBe(link)
    await other.close()
  })

  inBrowser(
    'is played with the keyboard alone, with a focus that is seen',
    async (page) => {
      const body = page.locator('body')
      expect(await text(page, '#play')).toBe('Play')
      await body.press(' ')
      expect(await text(page, '#play')).toBe('Pause')
      await body.press(' ')
      await body.press('ArrowLeft')
      await page.locator('#scrub').fill('20')
      await page.locator('#scrub').blur()
      await body.press('ArrowRight')
      expect(await clock(page)).toBe(21)
      await body.press('Shift+ArrowRight')
      expect(await clock(page)).toBeGreaterThan(21)
      expect(await text(page, '#because')).toMatch(/^A is OPEN since/)
      await body.press('Shift+ArrowLeft')
      expect(await clock(page)).toBe(0)
      await body.press('2')
      expect(await page.locator('#scenarios [aria-checked=true]').textContent()).toBe('Outages')
      await body.press(' ')
      await page.keyboard.down('k')
      expect(await page.locator('[data-hand=kill]').getAttribute('aria-pressed')).toBe('true')
      await page.keyboard.up('k')
      expect(await page.locator('[data-hand=kill]').getAttribute('aria-pressed')).toBe('false')
      expect(await page.locator('.hand').count()).toBeGreaterThan(0)
      await page.locator('#undo').press('Enter')
      expect(await page.locator('.hand').count()).toBe(0)

      await page.locator('#view-stories').focus()
      await page.keyboard.press('Tab')
      const focus = await page.evaluate(() => {
        const { outlineStyle, outlineWidth } = getComputedStyle(document.activeElement as Element)
        return [document.activeElement?.id, outlineStyle, outlineWidth]
      })
      expect(focus).toEqual(['share', 'solid', '2px'])
      // arrows move within a group, and Tab leaves it
      await page.locator('#speeds [aria-checked=true]').focus()
      await page.keyboard.press('ArrowRight')
      expect(await page.locator('#speeds [aria-checked=true]').textContent()).toBe('4×')
    },
    '#t=5'
  )

  inBrowser('names every control and every picture', async (page) => {
    for (const hash of ['#t=50', '#story=hung-probe']) {
      await page.evaluate((to) => (location.hash = to), hash)
      const nameless = await page.evaluate(() =>
        [...document.querySelectorAll('button, input, [role=img], pre, main section, nav')]
          .filter(
            (e) => !(e.textContent?.trim() || e.getAttribute('aria-label') || (e as HTMLInputElement).labels?.length)
          )
          .map((e) => e.outerHTML.slice(0, 120))
      )
      expect(nameless).toEqual([])
    }
  })

  inBrowser(
    'stands still for a reader who asks for reduced motion, and moves on in steps when told to',
    async (page) => {
      expect(await text(page, '#play')).toBe('Play')
      const before = await clock(page)
      expect(before).toBeGreaterThan(0)
      await page.waitForTimeout(700)
      expect(await clock(page)).toBe(before)
      await page.locator('#play').click()
      await page.waitForTimeout(1200)
      await page.locator('#play').click()
      const steps = ((await clock(page)) - before) / 0.5
      expect(steps).toBeGreaterThanOrEqual(1)
      expect(Math.abs(steps - Math.round(steps))).toBeLessThan(0.11)
    },
    '',
    { reducedMotion: 'reduce' }
  )

  inBrowser('moves by itself otherwise', async (page) => {
    const before = await clock(page)
    await page.waitForTimeout(500)
    expect(await clock(page)).toBeGreaterThan(before)
  })

  inBrowser(
    'tells each interleaving of docs/peers.md as the transcript does',
    async (page) => {
      const stories = readFileSync(join(ROOT, 'tests/transcripts/21-interleavings.txt'), 'utf8').split('\n## ').slice(1)
      for (const [i, story] of stories.entries()) {
        await page.locator('.list button').nth(i).click()
        expect(await text(page, '.story-title')).toBe(story.split('\n')[0])
        const results = [...story.matchAll(/^ *[\d.]+ +(.*?) +-> (.*)$/gm)]
        for (const [n, [, event, result = '']] of results.entries()) {
          expect(await text(page, '.result code')).toMatch(new RegExp(`^[\\d.]+ s +${event}$`))
          const said = await text(page, '.result span')
          if (result === 'unchanged') expect(said).toBe('Nothing changes.')
          else if (result.startsWith('permit')) expect(said).toBe('It passes.')
          else expect(said.toUpperCase().replace('-', '_')).toContain(result.split(/[ ,]/)[0]?.toUpperCase())
          if (n < results.length - 1) await page.locator('.steps .primary').click()
        }
        expect(await page.locator('.under tr').count()).toBe(4)
      }
    },
    '#story=stale-failure-during-half-open'
  )

  inBrowser(
    'fits a telephone',
    async (page) => {
      for (const hash of ['#t=50', '#story=overlapping-probes-under-steady-traffic']) {
        await page.evaluate((to) => (location.hash = to), hash)
        expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0)
      }
    },
    '',
    { viewport: { width: 400, height: 800 } }
  )

  const REJECTED_LINE = 'this is no line of a log'
  const at = (i: number) => 1_700_000_000 + i * 0.13
  const isDown = (i: number) => (i > 300 && i < 700) || i % 97 === 0
  const times = Array.from({ length: 1500 }, (_, i) => i)
  const LOGS: Readonly<Record<string, string>> = {
    'calls.csv': [
      'time,duration,status',
      ...times.map((i) => `${at(i).toFixed(2)},${isDown(i) ? 2 : 0.1},${isDown(i) ? 503 : 200}`),
      REJECTED_LINE
    ].join('\n'),
    'access.log': [
      ...times.map((i) => {
        const time = new Date(at(i) * 1000).toISOString()
        const [day, month] = [
          time.slice(8, 10),
          new Date(at(i) * 1000).toLocaleString('en', { month: 'short', timeZone: 'UTC' })
        ]
        const [status, seconds] = isDown(i) ? [504, '2.000'] : [200, '0.120']
        return `10.0.0.1 - - [${day}/${month}/${time.slice(0, 4)}:${time.slice(11, 19)} +0000] "GET / HTTP/1.1" ${status} 0 "-" "curl" ${seconds}`
      }),
      REJECTED_LINE
    ].join('\n')
  }

  const reported = async (page: Page) => {
    await page.waitForFunction(() => {
      const said = document.querySelector('#log') as HTMLElement
      return !said.hidden && !/…|: \d+ %$/.test(said.textContent ?? '')
    })
    await page.locator('#scrub').press('End')
  }

  const countsOf = (text: string, choice: Choice) => {
    const { add, end } = reader()
    const { figures } = replay(settingsOf(choice), { slowSeconds: 1 })([...add(text), ...end()])
    return wordsOf(figures)
  }

  inBrowser(
    'reads a log that is dropped on it, shows what it could not read, and counts what replay counts',
    async (page) => {
      for (const [name, log] of Object.entries(LOGS)) {
        const files = await page.evaluateHandle(
          ([text, called]) => {
            const transfer = new DataTransfer()
            transfer.items.add(new File([text as string], called as string))
            return transfer
          },
          [log, name]
        )
        await page.dispatchEvent('body', 'drop', { dataTransfer: files })
        await page.waitForFunction((called) => document.querySelector('#blurb')?.textContent?.startsWith(called), name)
        await reported(page)
        expect(await text(page, '#blurb')).toBe(`${name}, 1,500 calls`)
        expect(await text(page, '#log')).toMatch(/^1 of 1,50[12] lines could not be read\. Line 150[12]: expected /)
        expect(await figuresOf(page, 'A')).toEqual(countsOf(log, defaults.A))
        expect(await figuresOf(page, 'B')).toEqual(countsOf(log, defaults.B))
        expect((await figuresOf(page, 'A'))[1]).not.toBe('0')
      }
    }
  )

  const FIXTURES = join(__dirname, 'fixtures/logs')
  inBrowser('reads what a real nginx and a real breaker have written', async (page) => {
    for (const name of readdirSync(FIXTURES)) {
      await page.setInputFiles('#file', join(FIXTURES, name))
      await page.waitForFunction((called) => document.querySelector('#blurb')?.textContent?.startsWith(called), name)
      await page.locator('#scrub').press('End')
      const log = readFileSync(join(FIXTURES, name), 'utf8')
      expect([name, await figuresOf(page, 'A')]).toEqual([name, countsOf(log, defaults.A)])
      expect([name, await figuresOf(page, 'B')]).toEqual([name, countsOf(log, defaults.B)])
    }
  })

  inBrowser('reads the record of a breaker, from a compressed file too', async (page) => {
    const lines: Array<string> = []
    let now = 50
    const settings = { name: 'users', failureThreshold: 5, recoveryTimeoutSeconds: 3 }
    const breaker = new AsyncCircuitBreaker({
      ...settings,
      clock: () => now,
      observer: record((line) => lines.push(line), settings)
    })
    for (const i of times) {
      now = 50 + i / 8
      const call = async () => {
        now += isDown(i) ? 0.0625 : 0.03125
        if (isDown(i)) throw new Error('503')
      }
      await breaker.run(call).catch(() => undefined)
    }
    await page.setInputFiles('#file', {
      name: 'users.jsonl.gz',
      mimeType: 'application/gzip',
      buffer: gzipSync(lines.join(''))
    })
    await reported(page)
    expect(await text(page, '#blurb')).toBe('users.jsonl.gz, 1,500 calls')
    expect(await text(page, '#log')).toMatch(
      /^\d+ calls were rejected when this was recorded, and count as failures\.$/
    )
    expect(await figuresOf(page, 'A')).toEqual(countsOf(lines.join(''), defaults.A))
    // and back to a scenario
    await page.locator('#scenarios button').first().click()
    expect(await text(page, '#blurb')).toMatch(/^A brown-out/)
  })

  inBrowser('says what is wrong with a file that is no log, and keeps what it shows', async (page) => {
    const before = await text(page, '#blurb')
    for (const [name, content] of [
      ['photo.png', '\u0000\u0001'],
      ['empty.log', ''],
      ['broken.gz', 'no gzip']
    ] as const) {
      await page.setInputFiles('#file', { name, mimeType: '', buffer: Buffer.from(content) })
      await page.waitForFunction((called) => document.querySelector('#log')?.textContent?.startsWith(`${called}`), name)
      expect(await text(page, '#log')).toMatch(/: there is no call in it\.$|: expected a header|^broken\.gz: /)
      expect(await text(page, '#blurb')).toBe(before)
    }
  })

  for (const colorScheme of ['light', 'dark'] as const)
    inBrowser(
      `is readable in a ${colorScheme} scheme: words 4.5 to 1, marks 3 to 1`,
      async (page) => {
        const ratios = await page.evaluate(() => {
          const style = getComputedStyle(document.documentElement)
          const light = (name: string) => {
            const [r = 0, g = 0, b = 0] = [1, 3, 5].map((i) => {
              const c =
                parseInt(
                  style
                    .getPropertyValue(`--${name}`)
                    .trim()
                    .slice(i, i + 2),
                  16
                ) / 255
              return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4
            })
            return 0.2126 * r + 0.7152 * g + 0.0722 * b
          }
          const against = (name: string) => {
            const [x, y] = [light(name), light('paper')].sort((a, b) => b - a) as [number, number]
            return (x + 0.05) / (y + 0.05)
          }
          return { words: ['ink', 'muted', 'bad', 'good', 'probe'].map(against), marks: ['spared'].map(against) }
        })
        expect(Math.min(...ratios.words)).toBeGreaterThanOrEqual(4.5)
        expect(Math.min(...ratios.marks)).toBeGreaterThanOrEqual(3)
      },
      '#t=5',
      { colorScheme }
    )
})
