// A real browser for the tests of pages: Debian's chromium, or the one that CHROMIUM names.
import { existsSync } from 'node:fs'

import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { chromium } from 'playwright-core'

const PLACES = [process.env.CHROMIUM ?? '', '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']
const executablePath = PLACES.find((path) => path !== '' && existsSync(path))

/** Starts a browser. Where there is none, says what did not run, and fails where it has to run. */
export const launch = async (what: string): Promise<Browser | undefined> => {
  if (executablePath !== undefined)
    return chromium.launch({
      executablePath,
      args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking']
    })
  const missing = `No browser: the test of ${what} did not run. Install Debian's chromium, or set CHROMIUM.`
  if (process.env.CI !== undefined) throw new Error(missing)
  console.warn(missing)
  return undefined
}

/** A page, and what went wrong in it: exceptions, errors and warnings of the console, and requests to a network. */
export const pageIn = async (
  browser: Browser,
  options: BrowserContextOptions = {}
): Promise<{ readonly page: Page; readonly errors: ReadonlyArray<string> }> => {
  const page = await browser.newPage(options)
  const errors: Array<string> = []
  page.on('pageerror', (error) => errors.push(error.message))
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') errors.push(message.text())
  })
  page.on('request', (request) => {
    if (!/^(file|data|blob):/.test(request.url())) errors.push(`asked for ${request.url()}`)
  })
  return { page, errors }
}
