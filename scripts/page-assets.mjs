// The script and the style of the HTML report, bundled and minified from the folder pages/report, with uPlot and its licence.
// Run by itself, it prints them as JSON.
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

import { rolldown } from 'rolldown'

const root = join(import.meta.dirname, '..')
const read = (file) => readFileSync(join(root, file), 'utf8')

const bundled = async () => {
  const build = await rolldown({ input: join(root, 'pages/report/main.ts'), tsconfig: false, platform: 'browser' })
  const { output } = await build.generate({ format: 'iife', minify: true, comments: false })
  return output[0].code
}

// No rule ends in a comment or in a string with spaces that count.
const squeezed = (css) =>
  css
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/\s+/g, ' ')
    .replace(/ ?([{};,]) ?/g, '$1')

export const pageAssets = async () => {
  const { version } = JSON.parse(read('node_modules/uplot/package.json'))
  const notice = `/*! uPlot ${version}, https://github.com/leeoniya/uPlot\n\n${read('node_modules/uplot/LICENSE').trim()} */`
  const script = `${notice}\n${await bundled()}`
  if (/<\/script|<!--/i.test(script)) throw new Error('The script of the report would end its own element')
  return {
    script,
    scriptDigest: `sha256-${createHash('sha256').update(script).digest('base64')}`,
    style: read('node_modules/uplot/dist/uPlot.min.css') + squeezed(read('pages/report/style.css'))
  }
}

if (process.argv[1] === import.meta.filename) process.stdout.write(JSON.stringify(await pageAssets()))
