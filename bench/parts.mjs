// What each part of the async shell weighs: `npm run build && node bench/parts.mjs`. Each is cut out of the built modules, alone
// and then all together, and the rest is bundled, minified and compressed as `npm run size` does it. What is left need not run.
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'

import { rolldown } from 'rolldown'
import ts from 'typescript'

const es6 = join(import.meta.dirname, '..', 'es6')
const [CONFIG, SESSION, ASYNC] = ['core/Config.mjs', 'shell/Session.mjs', 'shell/AsyncCircuitBreaker.mjs']

const member = (name) => new RegExp(`\\n    (get )?${name}\\([^\\n]*\\) \\{[\\s\\S]*?\\n    \\}`)
const list = (name) => [new RegExp(`const ${name} = \\{[\\s\\S]*?\\n\\};`), `const ${name} = {};`]

// A part: what to replace in which module.
const PARTS = {
  'the check of settings, with its texts': [
    [CONFIG, /const problems = [\s\S]*?\n\};/, 'const problems = () => [];'],
    [CONFIG, ...list('rules')],
    [SESSION, ...list('sharedRules')],
    [SESSION, ...list('breakerRules')]
  ],
  observers: [
    [SESSION, /\n\s+else\n\s+outbox\.dispatch[\s\S]*?;\n/, '\n'],
    [SESSION, /outbox: observer && new Outbox[\s\S]*?\),\n/, 'outbox: undefined,\n'],
    [SESSION, /outbox\.addByTime\([\s\S]*?\);/, ';'],
    [SESSION, /outbox\.add\([\s\S]*?\);/g, ';']
  ],
  '`snapshot()` and `restore`': [
    [SESSION, member('snapshot'), ''],
    [ASYNC, member('snapshot'), ''],
    [SESSION, /rules === breakerRules \? restored\([\s\S]*?: undefined/, 'undefined']
  ],
  '`configure`': [
    [SESSION, member('configure'), ''],
    [ASYNC, member('configure'), '']
  ],
  '`withClassifier`': [
    [SESSION, member('with'), ''],
    [ASYNC, member('withClassifier'), '']
  ],
  'the two-step permit': [[SESSION, member('acquire'), '']]
}

const edited = (cuts) => ({
  name: 'cuts',
  transform: (code, id) =>
    cuts
      .filter(([module]) => id === join(es6, module))
      .reduce((text, [module, find, replace]) => {
        if (text.search(find) < 0) throw new Error(`${module} has no ${find}`)
        return text.replace(find, replace)
      }, code)
})

const bundle = async (cuts) => {
  const build = await rolldown({ input: join(es6, ASYNC), plugins: [edited(cuts)], platform: 'neutral' })
  const { output } = await build.generate({ format: 'es', minify: true, comments: false })
  return output.map(({ code = '' }) => code).join('')
}

const weigh = (code) => gzipSync(code, { level: 9 }).length

// A text for people has a blank in it.
const isText = (node) =>
  (ts.isStringLiteral(node) || ts.isTemplateLiteral(node)) && node.getText().length > 10 && / /.test(node.getText())

const withoutTexts = (code) => {
  const source = ts.createSourceFile('bundle.js', code, ts.ScriptTarget.Latest, true)
  const found = []
  const visit = (node) => (isText(node) ? found.push(node) : ts.forEachChild(node, visit) && undefined)
  visit(source)
  return found.reduceRight((text, node) => `${text.slice(0, node.getStart())}""${text.slice(node.getEnd())}`, code)
}

const whole = await bundle([])
const rows = [['all texts of errors and reports', weigh(whole) - weigh(withoutTexts(whole))]]
for (const [name, cuts] of Object.entries(PARTS)) rows.push([name, weigh(whole) - weigh(await bundle(cuts))])
const rest = withoutTexts(await bundle(Object.values(PARTS).flat()))

console.log(`AsyncCircuitBreaker, minified and gzipped: ${weigh(whole)} B\n`)
for (const [name, bytes] of rows) console.log(`${String(bytes).padStart(6)} B  ${name}`)
console.log(`${String(weigh(rest)).padStart(6)} B  left without all of these, texts of the rest too`)
