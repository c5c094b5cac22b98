/**
 * Runs the example app of examples/redux-toolkit as the README says, and uses it in a real browser.
 */
import type { ChildProcess } from 'node:child_process'
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'

import type { Page } from 'playwright-core'
import { chromium } from 'playwright-core'

const ROOT = join(__dirname, '..')
const PLACES = [process.env.CHROMIUM ?? '', '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']
const browserPath = PLACES.find((path) => path !== '' && existsSync(path))
const MISSING = `No browser: the test of examples/redux-toolkit did not run. Install Debian's chromium, or set CHROMIUM.`

const start = () =>
  new Promise<{ readonly url: string; readonly server: ChildProcess }>((resolve, reject) => {
    const server = spawn('npm', ['run', '--silent', 'example:redux', '--', '--port', '0'], {
      cwd: ROOT,
      detached: true, // a group of its own, to end with all its children
      env: { ...process.env, NO_COLOR: '1', FORCE_COLOR: undefined }
    })
    let output = ''
    const read = (data: Buffer) => {
      output += data.toString()
      const url = /http:\/\/localhost:\d+\//.exec(output)?.[0]
      if (url !== undefined) resolve({ url, server })
    }
    server.stdout.on('data', read)
    server.stderr.on('data', read)
    server.on('close', () => reject(new Error(output)))
  })

const shows = (page: Page, id: string, text: RegExp) =>
  page.waitForFunction(
    ([id, source]) => new RegExp(source as string).test(document.getElementById(id as string)?.textContent ?? ''),
    [id, text.source],
    { timeout: 30_000 }
  )

test('the example app shows the breaker open when its service breaks, and close when that is repaired', async () => {
  if (browserPath === undefined) {
    if (process.env.CI !== undefined) throw new Error(MISSING)
    console.warn(MISSING)
    return
  }
  const { url, server } = await start()
  const browser = await chromium.launch({
    executablePath: browserPath,
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking']
  })
  try {
    const page = await browser.newPage()
    const errors: Array<string> = []
    page.on('pageerror', (error) => errors.push(error.message))
    page.on('console', (message) => {
      const isExpected = message.text().includes('503') // the browser logs every response that is no success
      if ((message.type() === 'error' || message.type() === 'warning') && !isExpected) errors.push(message.text())
    })
    await page.goto(url)
    await shows(page, 'state', /^CLOSED$/)
    await shows(page, 'answered', /^[1-9]/)

    await page.click('#break')
    await shows(page, 'state', /^OPEN$/)
    await shows(page, 'wait', /^next probe in [123] s$/)
    await shows(page, 'rejected', /^[1-9]/)
    await shows(page, 'actions', /circuitBreaker\/failed/)

    await page.click('#break')
    await shows(page, 'state', /^CLOSED$/)

    await page.click('#isolate')
    await shows(page, 'state', /^OPEN$/)
    await shows(page, 'wait', /held open by hand/)
    await page.click('#isolate')
    await shows(page, 'state', /^CLOSED$/)
    expect(errors).toEqual([])
  } finally {
    await browser.close()
    process.kill(-(server.pid as number))
  }
}, 180_000)
