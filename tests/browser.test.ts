/**
 * Runs the example app of examples/redux-toolkit as the README says, and uses it in a real browser.
 */
import type { ChildProcess } from 'node:child_process'
import { spawn } from 'node:child_process'
import { join } from 'node:path'

import type { Page } from 'playwright-core'

import { launch } from './support/browser'

const ROOT = join(__dirname, '..')
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

const shows = (page: Page, selector: string, text: RegExp) =>
  page.waitForFunction(
    ([selector, source]) =>
      new RegExp(source as string).test(document.querySelector(selector as string)?.textContent ?? ''),
    [selector, text.source],
    { timeout: 30_000 }
  )

test('the example app shows a breaker open when its service breaks, and close when that is repaired, beside another', async () => {
  const browser = await launch('examples/redux-toolkit')
  if (browser === undefined) return
  const { url, server } = await start()
  try {
    const page = await browser.newPage()
    const errors: Array<string> = []
    page.on('pageerror', (error) => errors.push(error.message))
    page.on('console', (message) => {
      const isExpected = message.text().includes('503') // the browser logs every response that is no success
      if ((message.type() === 'error' || message.type() === 'warning') && !isExpected) errors.push(message.text())
    })
    await page.goto(url)
    await shows(page, '#prices .state', /^CLOSED$/)
    await shows(page, '#users .state', /^CLOSED$/)
    await shows(page, '#prices .answered', /^[1-9]/)

    await page.click('#prices .break')
    await shows(page, '#prices .state', /^OPEN$/)
    await shows(page, '#prices .wait', /^next probe in [123] s$/)
    await shows(page, '#prices .rejected', /^[1-9]/)
    await shows(page, '#actions', /circuitBreaker\/prices\/failed/)
    await shows(page, '#users .state', /^CLOSED$/)
    await shows(page, '#users .failed', /^0$/)

    await page.click('#prices .break')
    await shows(page, '#prices .state', /^CLOSED$/)

    await page.click('#users .isolate')
    await shows(page, '#users .state', /^OPEN$/)
    await shows(page, '#users .wait', /^held open by hand$/)
    await shows(page, '#actions', /circuitBreaker\/users\/isolationStarted/)
    await shows(page, '#prices .state', /^CLOSED$/)
    await page.click('#users .isolate')
    await shows(page, '#users .state', /^CLOSED$/)
    expect(errors).toEqual([])
  } finally {
    await browser.close()
    process.kill(-(server.pid as number))
  }
}, 180_000)
