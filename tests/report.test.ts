/**
 * The HTML report: what its text says, and what it does in a real browser, against the JSON of the same replay.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pathToFileURL } from 'node:url'

import type { Settings } from 'breaker-ts/Config'
import { html } from 'breaker-ts/HtmlReport'
import { constant, exponential, fibonacci, jittered } from 'breaker-ts/RecoveryPolicy'
import type { ReplayOptions } from 'breaker-ts/Replay'
import { compare, grid, holdOut, points, small } from 'breaker-ts/Replay'
import type { Comparison, Incident, Verdict } from 'breaker-ts/Report'
import { verdict } from 'breaker-ts/Report'
import { scenario } from 'breaker-ts/Scenario'
import type { Call } from 'breaker-ts/Traffic'
import { any, consecutiveFailures, failureCount, failureRate, never, slowCallRate } from 'breaker-ts/TripStrategy'
import { countWindow, timeWindow } from 'breaker-ts/Window'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { chromium } from 'playwright-core'

import { run } from '../src/cli/Cli'

const fiveInARow: Settings = { name: 'five in a row', failureThreshold: 5, recoveryTimeoutSeconds: 5 }
const halfOfTen: Settings = {
  name: 'half of 10 s',
  window: timeWindow(10),
  trip: failureRate(0.5),
  recoveryTimeoutSeconds: 10
}
const comparison = compare([fiveInARow, halfOfTen])(scenario('sudden-spikes'))
const tried = grid(small, { buckets: true })(scenario('sudden-spikes')).reports

// In a day of 2026, for a log of the calendar.
const DAY = Date.UTC(2026, 10, 27, 10) / 1000
const calls = (n: number, more: (i: number) => Partial<Call> = () => ({})): ReadonlyArray<Call> =>
  Array.from({ length: n }, (_, i) => ({
    startSeconds: DAY + i,
    seconds: 0.5,
    outcome: i % 50 < 20 ? 'failure' : 'success',
    ...more(i)
  }))

const textOf = (page: string): string =>
  page
    .replace(/<(style|script)[\s\S]*?<\/\1>/g, '')
    .replace(/<[^>]+>/g, ' ')
    .replace(/[\s\u00a0]+/g, ' ')

const shows = (settings: ReadonlyArray<Settings>, traffic: ReadonlyArray<Call>, options: ReplayOptions = {}): string =>
  textOf(html({ comparison: compare(settings, options)(traffic) }))

describe('the text of a report', () => {
  it('begins with a sentence about the current settings, and has one about each other and the knee', () => {
    const text = textOf(html({ comparison, tried, title: 'access.log' }))
    const [current, other] = comparison.reports as unknown as readonly [Verdict, Verdict]
    expect(text).toContain(
      `access.log ${verdict(comparison, current.figures)} With the current settings, five in a row .`
    )
    expect(text).toContain(`half of 10 s ${verdict(comparison, other.figures)}`)
    expect(text).toMatch(/knee: 5 s, 30 % of 10, wait 5 s Of 100 rejected calls \d+ would have failed/)
  })

  it('says in words what settings do', () => {
    const described = (settings: Omit<Settings, 'name'>): string | undefined =>
      /<p class="settings">(.*)<\/p>/
        .exec(html({ comparison: compare([{ name: 'x', ...settings }])([]) }))?.[1]
        ?.replace(/\u00a0/g, ' ')
    const tenSeconds = { window: timeWindow(10) }
    expect(described({})).toBe('opens at 5 failures in a row; waits 60 s')
    expect(described({ trip: consecutiveFailures(1) })).toBe('opens at a failure; waits 60 s')
    expect(described({ trip: failureCount(3) })).toBe('opens at 3 failures; waits 60 s')
    expect(described({ trip: never })).toBe('opens at no time; waits 60 s')
    expect(described({ ...tenSeconds, trip: failureRate(0.5) })).toBe(
      'opens at 50 % failures of the calls of 10 s (20 or more); waits 60 s'
    )
    expect(described({ window: countWindow(100), trip: slowCallRate(0.125, 1) })).toBe(
      'opens at 12.5 % slow of the last 100 calls; waits 60 s'
    )
    expect(described({ ...tenSeconds, trip: any.concat(failureRate(0.5, 7), slowCallRate(0.3, 7)) })).toBe(
      'opens at 50 % failures or 30 % slow of the calls of 10 s (7 or more); waits 60 s'
    )
    expect(described({ ...tenSeconds, trip: any.concat(failureCount(9), failureRate(0.5, 7)) })).toBe(
      'opens at 9 failures of the calls of 10 s or 50 % failures of the calls of 10 s (7 or more); waits 60 s'
    )
    expect(described({ trip: ({ failures }) => failures > 3 })).toBe('opens at what its own function says; waits 60 s')
    expect(described({ recoveryTimeoutSeconds: constant(7) })).toBe('opens at 5 failures in a row; waits 7 s')
    expect(described({ recoveryTimeoutSeconds: () => 7 })).toBe(
      'opens at 5 failures in a row; waits as long as its own function says'
    )
    expect(described({ recoveryTimeoutSeconds: exponential({ initial: 5, factor: 2, max: 60 }) })).toBe(
      'opens at 5 failures in a row; waits 5 s, and longer each time, up to 60 s'
    )
    expect(described({ recoveryTimeoutSeconds: jittered(0.2)(fibonacci({ initial: 5, max: 60 })) })).toBe(
      'opens at 5 failures in a row; waits 5 s, and longer each time, up to 60 s, spread by 20 %'
    )
  })

  it('says what was replayed: calls, times in UTC, what is slow, keys, instances, incidents', () => {
    const text = shows(
      [fiveInARow],
      calls(3700, (i) => ({ key: `k${i % 2}` })),
      { slowSeconds: 0.4, instances: 3 }
    )
    expect(text).toContain(
      '3,700 calls · 27 Nov 2026, 10:00 to 11:01 UTC (62 min) · slow from 0.4 s · 2 keys · 3 instances'
    )
    expect(text).toContain('A call is bad that failed or took 0.4 s or more; all others are good.')
    expect(
      shows(
        [fiveInARow],
        calls(90, (i) => ({ startSeconds: DAY + i * 1000 }))
      )
    ).toContain('27 Nov 2026, 10:00 to 28 Nov 2026, 10:43 UTC (25 h)')
    expect(textOf(html({ comparison }))).toContain('2,727 calls · 3 min · 4 incidents')
  })

  it('states every assumption and every warning', () => {
    const text = shows(
      [fiveInARow],
      calls(100, (i) => ({ seconds: i === 99 ? Infinity : 1 }))
    )
    expect(comparison.assumptions.filter((assumption) => !text.includes(assumption))).toEqual([])
    expect(text).toContain('1 calls never ended')
    expect(shows([fiveInARow], calls(1))).toContain(' 1 call · ')
  })

  it('gives both ends of the range where the recorded breaker rejected calls', () => {
    const recorded = calls(100, (i) => ({ outcome: i < 5 ? 'failure' : i < 30 ? 'unknown' : 'success' }))
    const range = compare([fiveInARow])(recorded)
    const page = html({ comparison: range })
    const [report] = range.reports as unknown as readonly [Required<Verdict>]
    const { noBreakerIfUnknownSucceed: noBreaker } = range as Required<Comparison>
    expect(textOf(page)).toContain(`If all would have succeeded: ${verdict({ noBreaker }, report.ifUnknownSucceed)}`)
    const cells = /data-figure="rejected">[\s\S]*?<\/tr>/.exec(page)?.[0].match(/<data value="\d+">/g)
    const [least, most] = [report.figures.rejected, report.ifUnknownSucceed.rejected]
    expect(cells).toEqual([0, least, most].map((rejected) => `<data value="${rejected}">`))
    expect(least).not.toBe(most)
  })

  it('tells settings of the same name apart', () => {
    const text = shows([fiveInARow, { ...halfOfTen, name: 'five in a row' }], [])
    expect(text).toContain('With the current settings, five in a row (1) .')
    expect(text).toContain('five in a row (2)')
  })

  it('tells of an empty log, and of a grid without settings of yours', () => {
    expect(shows([fiveInARow], [])).toContain('0 calls · 0 incidents')
    const text = textOf(html({ comparison: { ...comparison, reports: [] }, tried }))
    expect(text).toMatch(/Of 100 rejected calls [^.]*\. With knee: 5 s, 30 % of 10, wait 5 s \./)
    expect(textOf(html({ comparison: { ...comparison, reports: [] } }))).toContain('No breaker')
  })

  it('shows what settings did on the part of the log that was held out', () => {
    const json = holdOut([fiveInARow, ...points(small)], {
      train: (startSeconds) => startSeconds < 90,
      test: (startSeconds) => startSeconds >= 90
    })(scenario('sudden-spikes'))
    const [first, ...rest] = json.train.reports as unknown as readonly [Verdict, ...ReadonlyArray<Verdict>]
    const page = html({ comparison: { ...json.train, reports: [first] }, tried: rest, heldOut: json.test })
    const values = (row: string): ReadonlyArray<number> =>
      (
        page
          .slice(page.indexOf('id="held-out"'))
          .split(row)[1]
          ?.split('</tr>')[0]
          ?.match(/(?<=<data value=")[\d.]+/g) ?? []
      ).map(Number)
    const knee = 1 + rest.findIndex(({ name }) => page.includes(`knee: ${name}</a>`))
    const expected = [0, knee].map((i) => {
      const { figures } = json.test.reports[i] as Verdict
      return [figures.secondsInBadCalls, figures.goodCallsRejected, figures.recall, figures.precision, figures.openings]
    })
    expect([values('>five in a row</th>'), values('>knee: ')]).toEqual(expected)
    expect(values('>No breaker</th>')).toEqual([json.test.noBreaker.secondsInBadCalls, 0])
  })

  it('says where the settings given are the knee themselves', () => {
    const [, second] = comparison.reports as unknown as readonly [Verdict, Verdict]
    const perfect = { ...second, figures: { ...second.figures, secondsInBadCalls: 0, goodCallsRejected: 0 } }
    const page = html({ comparison: { ...comparison, reports: [perfect] }, tried })
    expect(page).toContain('"label":"half of 10 s (knee)"')
    expect(textOf(page)).not.toContain('knee: ')
  })

  it('lists at most 50 keys and 40 points of the front, and how many more there are', () => {
    expect(
      shows(
        [fiveInARow],
        calls(120, (i) => ({ key: `key ${i % 60}` }))
      )
    ).toMatch(/key 49 [^y]*And 10 more\./)
    const [report] = comparison.reports as unknown as readonly [Verdict]
    const many = Array.from({ length: 50 }, (_, i): Verdict => {
      const figures = { ...report.figures, secondsInBadCalls: i, goodCallsRejected: 50 - i }
      return { ...report, name: `n${i}`, figures }
    })
    const text = textOf(html({ comparison: { ...comparison, reports: [] }, tried: [...many, ...many.slice(0, 2)] }))
    expect(text).toContain('n0 and 1 that did the same')
    expect(text).toContain('n39')
    expect(text).toContain('And 10 more.')
  })

  it('lists the incidents that settings are judged by, at most 100, with their keys', () => {
    const incidents = Array.from({ length: 101 }, (_, i) => ({
      startSeconds: DAY + i * 10,
      endSeconds: DAY + i * 10 + 7
    }))
    const text = shows([fiveInARow], calls(1100), { incidents })
    expect(text).toContain(
      'Start, UTC Length Calls Bad calls 27 Nov 2026, 10:00:00 7.0 s 7 7 27 Nov 2026, 10:00:10 7.0 s'
    )
    expect(text).toContain('And 1 more.')
    const keyed = shows(
      [fiveInARow],
      calls(100, () => ({ key: 'shop' })),
      { incidents: incidents.slice(0, 1) }
    )
    expect(keyed).toContain('Start, UTC, key Length Calls Bad calls 27 Nov 2026, 10:00:00 shop 7.0 s')
    const [first] = comparison.incidents as unknown as readonly [Incident]
    const length = (first.endSeconds - first.startSeconds).toFixed(1)
    expect(textOf(html({ comparison }))).toContain(
      `Incidents (4) Start Length Calls Bad calls ${first.startSeconds.toFixed(1)} s ${length} s ${first.calls} ${first.badCalls}`
    )
  })

  it('stays below 150 kB, however long the log, and however much was tried', () => {
    const long = scenario('gradual-increase', { seconds: 20_000, callsPerSecond: 5 })
    const [some] = tried as readonly [Verdict, ...ReadonlyArray<Verdict>]
    const worse = Array.from({ length: 5000 }, (_, i) => {
      const figures = { ...some.figures, secondsInBadCalls: 9000 + i, goodCallsRejected: 9000 }
      return { ...some, figures }
    })
    const page = html({ comparison: compare([fiveInARow, halfOfTen])(long), tried: [...tried, ...worse] })
    expect(Buffer.byteLength(page)).toBeLessThan(150_000)
  })

  it('keeps the licence of uPlot', () => {
    const page = html({ comparison })
    expect(page).toContain('Copyright (c) 2022 Leon Sorokin')
    expect(page).toContain('The above copyright notice and this permission notice shall be included in')
  })
})

const PLACES = [process.env.CHROMIUM ?? '', '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']
const executablePath = PLACES.find((path) => path !== '' && existsSync(path))
const MISSING = `No browser: the tests of the HTML report did not run. Install Debian's chromium, or set CHROMIUM.`

describe('a report in a browser', () => {
  let browser: Browser | undefined
  let folder = ''

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'report-'))
    if (executablePath === undefined && process.env.CI !== undefined) throw new Error(MISSING)
    if (executablePath === undefined) console.warn(MISSING)
    else browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] })
  })

  afterAll(async () => {
    await browser?.close()
    rmSync(folder, { recursive: true })
  })

  // Opens the page from a file, without a network, and fails where it complains or asks for anything.
  const open = async (page: string, use: (page: Page) => Promise<void>, options: BrowserContextOptions = {}) => {
    if (browser === undefined) return
    const file = join(folder, 'report.html')
    writeFileSync(file, page)
    const context = await browser.newContext({ viewport: { width: 1000, height: 900 }, offline: true, ...options })
    try {
      const opened = await context.newPage()
      const complaints: Array<string> = []
      opened.on('pageerror', ({ message }) => complaints.push(message))
      opened.on('console', (message) => complaints.push(message.text()))
      opened.on('dialog', (dialog) => complaints.push(dialog.message()))
      opened.on('request', (request) => {
        if (request.url() !== pathToFileURL(file).href) complaints.push(request.url())
      })
      await opened.goto(pathToFileURL(file).href)
      await use(opened)
      expect(complaints).toEqual([])
    } finally {
      await context.close()
    }
  }

  const readout = (page: Page, i: number): Promise<string> => page.locator('.readout').nth(i).innerText()

  it('shows the figures of the JSON of the same replay, for no breaker and each setting', async () => {
    const json = JSON.parse(JSON.stringify(comparison)) as Comparison
    await open(html({ comparison }), async (page) => {
      const rows = await page.locator('tr[data-figure]').evaluateAll((found) =>
        found.map((row) => ({
          figure: (row as unknown as { readonly dataset: Readonly<Record<string, string>> }).dataset.figure as string,
          cells: [...row.querySelectorAll('td')].map((cell) => ({
            value: cell.querySelector('data')?.value,
            text: cell.textContent
          }))
        }))
      )
      expect(rows).toHaveLength(21)
      for (const { figure, cells } of rows) {
        const [name, part] = figure.split('.') as [string, string?]
        const expected = [json.noBreaker, ...json.reports.map(({ figures }) => figures)].map((figures) => {
          const found = (figures as unknown as Readonly<Record<string, unknown>>)[name]
          return part === undefined ? found : (found as Readonly<Record<string, unknown>>)[part]
        })
        cells.forEach(({ value, text }, i) => {
          if (i > 0 || name in json.noBreaker)
            expect([figure, i, value ?? null]).toEqual([figure, i, valueOf(expected[i])])
          if (value === undefined) expect(text).toBe('–')
          else expect([figure, text]).toEqual([figure, expect.stringMatching(/^[\d,]+(\.\d+)?( s| %)?$/)])
          const shown = Number(text?.replace(/[^\d.]/g, '')) / (text?.endsWith('%') ? 100 : 1)
          if (value !== undefined)
            expect(Math.abs(shown - Number(value))).toBeLessThanOrEqual(text?.includes('.') ? 0.05 : 0)
        })
      }
    })
  })

  it('shows the figures of the JSON that the command line prints beside it', async () => {
    const settings = join(folder, 'payments.json')
    writeFileSync(settings, '{"name":"payments","failureThreshold":5,"recoveryTimeoutSeconds":5}')
    const file = join(folder, 'cli.html')
    const printed: Array<string> = []
    const output = { write: (text: string) => printed.push(text) }
    const args = ['scenario', 'error-spike', '--settings', settings, '--grid', 'small', '--html', file, '--json']
    expect(await run(args, { stdin: Readable.from([]), stdout: output, stderr: output })).toBe(0)
    const json = JSON.parse(printed.join('')) as Comparison & { readonly knee: Pick<Verdict, 'figures'> }
    const [report] = json.reports as unknown as readonly [Verdict]
    await open(readFileSync(file, 'utf8'), async (page) => {
      expect((await page.locator('h1').innerText()).replace(/\u00a0/g, ' ')).toBe(verdict(json, report.figures))
      for (const figure of ['secondsInBadCalls', 'goodCallsRejected', 'openings', 'precision'] as const) {
        const cells = page.locator(`tr[data-figure=${figure}] td`)
        const values = await cells.evaluateAll((all) => all.map((cell) => cell.querySelector('data')?.value))
        expect(values.slice(1)).toEqual([report.figures[figure], json.knee.figures[figure]].map(valueOf))
      }
    })
  })

  const valueOf = (figure: unknown): string | null => (figure === null ? null : `${figure as number}`)

  // What is read out at so many places, one to the right of the other.
  const walk = (page: Page, plot: string, i: number, places: number): Promise<ReadonlyArray<string>> =>
    page
      .locator(plot)
      .nth(i)
      .evaluate((place, places) => {
        const readout = place.parentElement?.querySelector('.readout')
        return Array.from({ length: places }, () => {
          const text = readout?.textContent ?? ''
          place.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowRight', bubbles: true, cancelable: true }))
          return text
        })
      }, places)

  it('draws the buckets of the JSON, and reads them out by keyboard', async () => {
    const json = JSON.parse(JSON.stringify(comparison)) as Comparison
    await open(html({ comparison }), async (page) => {
      for (const [i, { buckets, figures }] of json.reports.entries()) {
        if (buckets === undefined) throw new Error('no buckets')
        const legend = await page.locator(`#setting-${i} .legend`).first().innerText()
        expect(legend.replace(/\s+/g, ' ')).toBe(
          `good ${count(figures.goodCalls)} bad ${figures.badCalls} rejected, would have been bad ${figures.badCallsSpared} rejected, would have been good ${figures.goodCallsRejected}`
        )
        await page.locator('.timeline').nth(i).focus()
        await page.keyboard.press('Home')
        const read = await walk(page, '.timeline', i, buckets.good.length)
        expect(read.map((text) => text.replace(/^.*?: |, (open|half-open).*$/g, ''))).toEqual(
          buckets.good.map(
            (good, bucket) =>
              `${good} good, ${buckets.bad[bucket]} bad, ${buckets.rejectedBad[bucket]} bad rejected, ${buckets.rejectedGood[bucket]} good rejected`
          )
        )
      }
    })
  })

  const count = (n: number): string => n.toLocaleString('en-US')

  // How many buckets fit into the width of a timeline: from the first that is read out to the last.
  const width = async (page: Page, i: number): Promise<number> => {
    const ends: Array<number> = []
    for (const key of ['Home', 'End']) {
      await page.locator('.timeline').nth(i).focus()
      await page.keyboard.press(key)
      const [, minutes, seconds] = /^(\d+):(\d+)/.exec(await readout(page, i + 1)) ?? []
      ends.push(Number(minutes) * 60 + Number(seconds))
    }
    return (ends[1] as number) - (ends[0] as number) + 1
  }

  it('zooms all timelines by a drag, a click and the keyboard, and shows all again', async () => {
    await open(html({ comparison }), async (page) => {
      const place = async () => {
        const plot = page.locator('.timeline .u-over').first()
        await plot.scrollIntoViewIfNeeded()
        return (await plot.boundingBox()) as { readonly x: number; readonly y: number; readonly width: number }
      }
      const all = 180
      expect(await width(page, 0)).toBe(all)
      const box = await place()
      await page.mouse.move(box.x + box.width * 0.25, box.y + 50)
      await page.mouse.down()
      await page.mouse.move(box.x + box.width * 0.5, box.y + 60, { steps: 4 })
      await page.mouse.up()
      expect(Math.abs((await width(page, 0)) - all / 4)).toBeLessThan(3)
      expect(await width(page, 1)).toBe(await width(page, 0)) // the same time in both
      await page.locator('#setting-1 .reset').click()
      expect(await width(page, 1)).toBe(all)
      const { x, y, width: wide } = await place()
      await page.mouse.click(x + wide / 2, y + 60)
      expect(Math.abs((await width(page, 0)) - all / 4)).toBeLessThan(3)
      await page.keyboard.press('Escape')
      expect(await width(page, 0)).toBe(all)
      await page.keyboard.press('Enter')
      expect(await width(page, 0)).toBeLessThan(all / 2)
      await page.keyboard.press('-')
      await page.keyboard.press('-')
      await page.keyboard.press('-')
      expect(await width(page, 0)).toBe(all)
    })
  })

  it('reads out every setting of the scatter, the current ones and the knee by name', async () => {
    await open(html({ comparison, tried }), async (page) => {
      const read = (await walk(page, '#scatter', 0, 112)).slice(1)
      expect(new Set(read).size).toBeGreaterThan(20)
      const [current] = comparison.reports as unknown as readonly [Verdict]
      const { secondsInBadCalls, goodCallsRejected } = current.figures
      expect(read).toContain(
        `Current: five in a row: ${secondsInBadCalls.toFixed(1)} s waited in bad calls, ${goodCallsRejected} good calls rejected`
      )
      expect(read.filter((text) => text.startsWith('Knee: '))).toHaveLength(1)
      expect(read.filter((text) => text.startsWith('no breaker: '))).toHaveLength(1)
    })
  })

  it('runs no script that comes from names, keys or titles, and shows them as they are', async () => {
    const evil = '</script><script>alert(1)</script><img src=x onerror=alert(2)>"\'&amp;'
    const hostile = compare([{ name: evil, failureThreshold: 1 }])(
      calls(200, (i) => ({ key: i % 2 === 0 ? evil : 'b' }))
    )
    const page = html({
      comparison: { ...hostile, warnings: [evil], assumptions: [evil] },
      tried: hostile.reports.map((report) => ({ ...report, figures: { ...report.figures, goodCallsRejected: 0 } })),
      title: evil
    })
    await open(page, async (opened) => {
      expect(await opened.locator('script').count()).toBe(2)
      expect(await opened.locator('img').count()).toBe(0)
      expect(await opened.locator('.title span').textContent()).toBe(evil)
      expect(await opened.locator('#setting-0 h3').textContent()).toBe(evil)
      expect(await opened.locator('#setting-0 table th[scope=row]').first().textContent()).toBe(evil)
      await opened.locator('#scatter').focus()
      await opened.keyboard.press('ArrowRight')
      expect(await readout(opened, 0)).toContain(evil)
    })
  })

  it('runs no script but its own, should one get in after all', async () => {
    const page = html({ comparison }).replace('<h2>', '<script>document.title = "hit"</script><h2>')
    if (browser === undefined) return
    const opened = await browser.newPage()
    await opened.setContent(page)
    expect(await opened.title()).not.toBe('hit')
    await opened.close()
  })

  it.each(['light', 'dark'] as const)(
    'prints on white with everything open, from the %s scheme',
    async (colorScheme) => {
      const options = { colorScheme }
      await open(
        html({ comparison, tried }),
        async (page) => {
          const paper = () => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor)
          expect(await paper()).toBe(colorScheme === 'dark' ? 'rgb(21, 24, 28)' : 'rgb(255, 255, 255)')
          await page.evaluate(() => {
            window.addEventListener('beforeprint', () => {
              const closed = document.querySelectorAll('details:not([open])').length
              const { backgroundColor } = getComputedStyle(document.documentElement)
              document.documentElement.dataset.seen = `${closed} closed on ${backgroundColor}`
            })
          })
          const pdf = await page.pdf({ format: 'A4' })
          expect(pdf.length).toBeGreaterThan(10_000)
          expect(await page.evaluate(() => document.documentElement.dataset.seen)).toBe(
            '0 closed on rgb(255, 255, 255)'
          )
          expect(await page.locator('details[open]').count()).toBe(0) // as it was
        },
        options
      )
    }
  )

  it('fits a telephone, and can be read without its script', async () => {
    await open(
      html({ comparison, tried }),
      async (page) => {
        expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(400)
      },
      { viewport: { width: 400, height: 800 } }
    )
    await open(
      html({ comparison, tried }),
      async (page) => {
        expect(await page.locator('h1').innerText()).toMatch(/^Of 100 rejected calls/)
        expect(await page.locator('tr[data-figure]').count()).toBe(21)
        await page.locator('summary').first().click()
        expect(await page.locator('.assumptions li').first().isVisible()).toBe(true)
      },
      { javaScriptEnabled: false }
    )
  })
})
