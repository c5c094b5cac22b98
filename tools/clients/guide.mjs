// Takes the JavaScript of the guides and writes each block to a file in .guide, where the compiler checks its types and main.mjs
// runs it.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const here = import.meta.dirname
const folder = join(here, '.guide')

/** The blocks, by the heading that they stand under. Those of axios' own adapter and of undici build on the block before. */
export const BLOCKS = ['http-clients', 'language-models'].flatMap((guide) => {
  const text = readFileSync(join(here, '..', '..', 'docs', 'guides', `${guide}.md`), 'utf8')
  return text.split(/^(?=##? |### )/m).flatMap((section) => {
    const heading = /^#+ (.*)/.exec(section)?.[1] ?? guide
    return [...section.matchAll(/^```js\n(.*?)^```$/gms)].flatMap(([, code]) =>
      /^import .*breaker-ts/m.test(code)
        ? [{ name: `${guide}: ${heading}`, file: join(folder, `${guide}-${heading.replace(/\W+/g, '-')}.mjs`), code }]
        : []
    )
  })
})

if (process.argv[1] === import.meta.filename) {
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder)
  for (const { file, code } of BLOCKS) writeFileSync(file, `// @ts-check\n${code}`)
}
