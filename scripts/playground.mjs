// Builds the playground, one file with everything in it: docs/playground/index.html. `-- --stills` takes its picture too, for
// the README.
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'

import { build } from 'vite'

const ROOT = join(import.meta.dirname, '..')
const FOLDERS = ['core', 'shell', 'data', 'replay']

const fileOf = (module) =>
  FOLDERS.map((folder) => join(ROOT, 'src', folder, `${module}.ts`)).find((file) => existsSync(file))

// What each library did in each situation: the table of docs/peers.md.
const peers = () => {
  const cells = readFileSync(join(ROOT, 'docs/peers.md'), 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('|') && /[^-| ]/.test(line))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim())
    )
  const [[, ...names], ...rows] = cells
  return { names, rows: Object.fromEntries(rows.map(([title, ...said]) => [title, said])) }
}

const config = (root) => ({
  root,
  define: { PEERS: JSON.stringify(peers()) },
  configFile: false,
  logLevel: 'warn',
  plugins: [
    {
      name: 'breaker-ts from its source',
      enforce: 'pre',
      resolveId: (id) => (id.startsWith('breaker-ts/') ? fileOf(id.slice('breaker-ts/'.length)) : undefined),
      // As in the ES modules of the package.
      load: (id) => (id.endsWith('/core/Hints.ts') ? 'export const hintFor = () => undefined' : undefined)
    }
  ],
  build: {
    write: false,
    target: 'es2022',
    modulePreload: false,
    cssCodeSplit: false,
    assetsInlineLimit: Infinity,
    minify: true
  }
})

/** The page in this folder, as one file. */
export const page = async (root) => {
  const { output } = await build(config(root))
  const textOf = (end) =>
    output.filter(({ fileName }) => fileName.endsWith(end)).map((file) => file.code ?? String(file.source))
  const [shell] = textOf('.html')
  const [script] = textOf('.js')
  const [style = ''] = textOf('.css')
  return shell
    .replace(/\s*<script [^>]*src=[^>]*><\/script>/, '')
    .replace(/\s*<link rel="stylesheet"[^>]*>/, '')
    .replace('</head>', () => `  <style>${style.trim()}</style>\n  </head>`)
    .replace(
      '</body>',
      () => `  <script type="module">${script.trim().replaceAll('</script', '<\\/script')}</script>\n  </body>`
    )
    .replace(/^ +$/gm, '')
}

// The picture that opens the README, in both schemes. (Run pngquant on it: it takes a third then.)
const stills = async (file) => {
  const { chromium } = await import('playwright-core')
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox']
  })
  for (const colorScheme of ['light', 'dark']) {
    const page = await browser.newPage({ viewport: { width: 1120, height: 900 }, colorScheme, deviceScaleFactor: 1.5 })
    await page.goto(`${pathToFileURL(file).href}#scenario=error-spike&seed=1&t=106.6`)
    await page.addStyleTag({ content: '#scrub { display: none }' })
    const [{ y: top }, timeline] = [
      await page.locator('#lanes').boundingBox(),
      await page.locator('#timeline').boundingBox()
    ]
    const bottom = timeline.y + timeline.height
    const path = join(file, '..', colorScheme === 'light' ? 'still.png' : 'still-dark.png')
    await page.screenshot({ path, clip: { x: 0, y: top - 12, width: 1120, height: bottom - top + 24 } })
    console.log(`${path}: ${(statSync(path).size / 1000).toFixed(1)} kB`)
  }
  await browser.close()
}

if (process.argv[1] === import.meta.filename) {
  const { positionals, values } = parseArgs({ allowPositionals: true, options: { stills: { type: 'boolean' } } })
  const text = await page(join(ROOT, 'pages/playground'))
  const file = positionals[0] ?? join(ROOT, 'docs/playground/index.html')
  mkdirSync(join(file, '..'), { recursive: true })
  writeFileSync(file, text)
  console.log(`${file}: ${(text.length / 1000).toFixed(1)} kB`)
  if (values.stills) await stills(file)
}
