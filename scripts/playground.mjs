// Builds the pages that are one file each, with everything in it: docs/playground/index.html.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { build } from 'vite'

const ROOT = join(import.meta.dirname, '..')
const FOLDERS = ['core', 'shell', 'data', 'replay']

const fileOf = (module) => {
  for (const folder of FOLDERS) {
    const file = join(ROOT, 'src', folder, `${module}.ts`)
    try {
      readFileSync(file)
      return file
    } catch {}
  }
}

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
      resolveId: (id) => (id.startsWith('breaker-ts/') ? fileOf(id.slice('breaker-ts/'.length)) : undefined)
    }
  ],
  build: {
    write: false,
    target: 'es2022',
    modulePreload: false,
    cssCodeSplit: false,
    assetsInlineLimit: Infinity,
    minify: true,
    rolldownOptions: { output: { strictExecutionOrder: false } }
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

if (process.argv[1] === import.meta.filename) {
  const text = await page(join(ROOT, 'pages/playground'))
  const file = process.argv[2] ?? join(ROOT, 'docs/playground/index.html')
  mkdirSync(join(file, '..'), { recursive: true })
  writeFileSync(file, text)
  console.log(`${file}: ${(text.length / 1000).toFixed(1)} kB`)
}
