// Writes llms.txt (llmstxt.org), which tells a language model what is in this package and where: the summary and the first
// program of README.md, and a line for each page and each entry point, made of what those say themselves. With --check it
// writes nothing, and fails when the file there is another. Its links work in the repository and in the package.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import ts from 'typescript'

process.chdir(join(import.meta.dirname, '..'))

const read = (file) => readFileSync(file, 'utf8')
const { name, exports } = JSON.parse(read('package.json'))

// -------------------------------------------------------------------------------------
// what pages say
// -------------------------------------------------------------------------------------

const plain = (text) =>
  text
    .replace(/\s*\n\s*/g, ' ')
    .replace(/\*\*The problem\.\*\* /, '')
    .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .trim()

// Whole sentences, as many as fit, and one at least.
const MOST_CHARACTERS = 240
const short = (text) => {
  const sentences = text.split(/(?<=[.?!]) (?=[A-Z`"])/)
  return sentences.reduce((all, next) => (`${all} ${next}`.length <= MOST_CHARACTERS ? `${all} ${next}` : all))
}

const lineOf = (file) => {
  const [, title, paragraph] = /^# (.+)\n+((?:[^#\n].*\n)+)/m.exec(read(file).replace(/<!--.*?-->/gs, ''))
  return `- [${plain(title)}](${file}): ${short(plain(paragraph))}`
}

const guides = readdirSync(join('docs', 'guides')).map((file) => `docs/guides/${file}`)
const pages = readdirSync('docs').flatMap((file) => (file.endsWith('.md') ? [`docs/${file}`] : []))

// -------------------------------------------------------------------------------------
// what modules say
// -------------------------------------------------------------------------------------

const isPublic = (statement) =>
  statement.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword) &&
  !ts.getJSDocTags(statement).some(({ tagName }) => tagName.text === 'internal')

const namesIn = (source) =>
  source.statements
    .filter(isPublic)
    .flatMap((statement) => (ts.isVariableStatement(statement) ? statement.declarationList.declarations : [statement]))
    .map((declaration) => declaration.name.text)

const moduleLine = ([path, { types }]) => {
  const file = types.replace('./lib/', 'src/').replace(/\.d\.ts$/, '.ts')
  const source = ts.createSourceFile(file, read(file), ts.ScriptTarget.Latest, true)
  const [, sentence] = /^\/\*\*\n \* ((?:.+\n)+?)(?: \*\n| \*\/)/.exec(source.text)
  const names = [...new Set(namesIn(source))].map((each) => `\`${each}\``)
  return `- [${name}${path.slice(1)}](${file}): ${plain(sentence.replace(/^ \* ?/gm, ''))} Exports ${names.join(', ')}.`
}

const modules = Object.entries(exports).filter(([path, { types }]) => path !== '.' && types !== undefined)

// -------------------------------------------------------------------------------------
// the file
// -------------------------------------------------------------------------------------

const [, summary] = /^# .+\n+((?:.+\n)+)/.exec(read('README.md'))
const [program] = /```ts\n.*?```/s.exec(read('README.md'))

const text = `# ${name}

> ${plain(summary)}

Install it with \`npm install ${name} fp-ts io-ts\`. All times are seconds. Import each module by itself, as in
\`${name}/Reducer\`, or the shells and the machine by name from \`${name}\`. The first program of the README:

${program}

## Start here

- [README](README.md): the settings, what a breaker does, what counts, three ways in.
- [Semantics](docs/semantics.md): what a breaker does, exactly.

## Guides

${guides.map(lineOf).join('\n')}

## Modules

${modules.map(moduleLine).join('\n')}

## Optional

${[...pages.filter((file) => file !== 'docs/semantics.md'), 'SECURITY.md'].map(lineOf).join('\n')}
- [Changelog](CHANGELOG.md): what is new, and what breaks.
- [Contributing](CONTRIBUTING.md): the commands, and where things are.
`

const there = existsSync('llms.txt') ? read('llms.txt') : ''
if (!process.argv.includes('--check')) {
  writeFileSync('llms.txt', text)
  console.log(`llms.txt: ${guides.length} guides and ${modules.length} modules`)
} else if (there === text) console.log('llms.txt is up to date')
else {
  const [olds, news] = [there.split('\n'), text.split('\n')]
  const i = news.findIndex((line, at) => line !== olds[at])
  const [old, fresh] = [olds, news].map((lines) => lines.at(i === -1 ? news.length : i) ?? '(end)')
  console.error(`llms.txt, line ${i + 1}\n  there: ${old}\n  docs:  ${fresh}\n\nRun \`npm run llms\`.`)
  process.exit(1)
}
