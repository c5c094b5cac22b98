// Writes the reference, docs/modules/*.md, from the doc comments of src. With --check it writes nothing, and fails when
// the pages there are not what the comments say.
//
// docs-ts makes them. It wants a prettier of its own, so it lives in tools/docs. It would put a Jekyll site around the
// pages, so it is called as a library, with a file system that keeps what it writes in memory.
//
// Its own checks are off, because tests/examples.test.ts checks more: docs-ts does not run the examples of classes, and
// `enforceVersion` (docs-ts.json) would ask for a @since on every method. It cannot print the re-exports of src/index.ts.
import { execFileSync } from 'node:child_process'
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { basename, join } from 'node:path'

import * as prettier from 'prettier'
import ts from 'typescript'

process.chdir(join(import.meta.dirname, '..'))

const TOOL = join('tools', 'docs')
const PAGES = join('docs', 'modules')

const fail = (message) => {
  console.error(message)
  process.exit(1)
}

// -------------------------------------------------------------------------------------
// docs-ts
// -------------------------------------------------------------------------------------

const install = () => {
  const lock = join(TOOL, 'package-lock.json')
  const installed = join(TOOL, 'node_modules', '.installed-lock.json')
  if (existsSync(installed) && readFileSync(installed, 'utf8') === readFileSync(lock, 'utf8')) return
  execFileSync('npm', ['ci', '--prefix', TOOL, '--no-audit', '--no-fund', '--loglevel=error'], {
    stdio: 'inherit',
    shell: process.platform === 'win32'
  })
  copyFileSync(lock, installed)
}

const isHidden = (node) =>
  ts.getJSDocTags(node).some(({ tagName }) => tagName.text === 'internal') ||
  (ts.getCombinedModifierFlags(node) & (ts.ModifierFlags.Private | ts.ModifierFlags.Protected)) !== 0

// docs-ts prints internal classes and private methods, and leaves out getters.
const publicText = (text) => {
  const edits = ts
    .createSourceFile('module.ts', text, ts.ScriptTarget.Latest, true)
    .statements.filter(ts.isClassDeclaration)
    .flatMap((each) => (isHidden(each) ? [each] : each.members))
    .flatMap((node) => {
      if (isHidden(node)) return [{ from: node.pos, to: node.end, by: '' }]
      if (!ts.isGetAccessor(node)) return []
      return [{ from: node.getStart(), to: node.end, by: `readonly ${node.name.getText()}: ${node.type.getText()}` }]
    })
  return edits.reduceRight((edited, { from, to, by }) => edited.slice(0, from) + by + edited.slice(to), text)
}

const generate = async () => {
  const require = createRequire(join(process.cwd(), TOOL, 'package.json'))
  const { main } = require('docs-ts/lib/Core')
  const { capabilities } = require('docs-ts/lib/Production')
  const taskOf = (value) => async () => ({ _tag: 'Right', right: value })
  const read = (file) => {
    const text = readFileSync(file, 'utf8')
    if (basename(file) !== 'package.json') return text
    return JSON.stringify({ homepage: '', ...JSON.parse(text) }) // docs-ts insists on one
  }
  const files = new Map()
  const result = await main({
    addFile: (file) => (project) => project.createSourceFile(file.path, publicText(file.content), { overwrite: true }),
    spawn: taskOf, // would run the examples
    logger: { debug: taskOf, info: taskOf, error: taskOf },
    fileSystem: {
      search: capabilities.fileSystem.search,
      readFile: (file) => taskOf(read(file)),
      exists: (file) => taskOf(basename(file) === 'docs-ts.json'),
      remove: taskOf,
      writeFile: (file, content) => taskOf(void files.set(basename(file), content))
    }
  })()
  return result._tag === 'Left' ? fail(result.left) : [...files].filter(([name]) => name.endsWith('.ts.md'))
}

// -------------------------------------------------------------------------------------
// pages
// -------------------------------------------------------------------------------------

const finish = async (page) => {
  const seen = new Map()
  const text = page
    .replace(/^---\n.*?\n---\n+/s, '') // the front matter, for Jekyll
    .replace(/^( *- \[.*\]\(#)(.*)\)$/gm, (_, entry, anchor) => {
      // Headings that differ only by case have the same anchor, and the second one a number.
      const before = seen.get(anchor) ?? 0
      seen.set(anchor, before + 1)
      return `${entry}${anchor}${before === 0 ? '' : `-${before}`})`
    })
  return prettier.format(text, { ...(await prettier.resolveConfig('README.md')), parser: 'markdown' })
}

const committed = () => (existsSync(PAGES) ? readdirSync(PAGES) : [])

const firstDifference = (before, after) => {
  const [olds, news] = [before.split('\n'), after.split('\n')]
  const i = news.findIndex((line, i) => line !== olds[i])
  const at = i === -1 ? news.length : i
  return `line ${at + 1}\n  there: ${olds[at] ?? '(end)'}\n  src:   ${news[at] ?? '(end)'}`
}

const check = (pages) => {
  const stale = [...pages].flatMap(([name, page]) => {
    const file = join(PAGES, name)
    const there = existsSync(file) ? readFileSync(file, 'utf8') : undefined
    if (there === page) return []
    return there === undefined ? [`${file}: missing`] : [`${file}: ${firstDifference(there, page)}`]
  })
  const left = committed().filter((name) => !pages.has(name))
  const problems = [...stale, ...left.map((name) => `${join(PAGES, name)}: there is no such module`)]
  if (problems.length > 0) fail([...problems, '', 'Run `npm run docs`.'].join('\n'))
  console.log(`docs: ${pages.size} pages are up to date`)
}

const write = (pages) => {
  mkdirSync(PAGES, { recursive: true })
  for (const name of committed()) if (!pages.has(name)) rmSync(join(PAGES, name))
  for (const [name, page] of pages) writeFileSync(join(PAGES, name), page)
  console.log(`docs: ${pages.size} pages written to ${PAGES}`)
}

install()
const pages = new Map()
for (const [name, page] of await generate()) pages.set(name, await finish(page))
;(process.argv.includes('--check') ? check : write)(pages)
