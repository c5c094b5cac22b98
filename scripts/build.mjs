// Compiles src twice: CommonJS and the types into lib, ES modules for bundlers into es6.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

process.chdir(join(import.meta.dirname, '..'))

const compile = async (project) => {
  const tsc = spawn(process.execPath, ['node_modules/typescript/bin/tsc', '-p', project], { stdio: 'inherit' })
  const [code] = await once(tsc, 'exit')
  return code === 0
}

// The package is `"type": "commonjs"`, so an ES module has to be called .mjs; strict resolvers then want whole file
// names. fp-ts has no `exports`: 'fp-ts/es6/Either.js' is the file that 'fp-ts/Either' in the user's code is bundled
// from, so both end up as one. A bare 'io-ts' already leads bundlers to its ES files.
const resolveSpecifier = (specifier) =>
  specifier.startsWith('.') ? `${specifier}.mjs` : specifier.replace(/^(fp-ts|io-ts)\/(.+)$/, '$1/es6/$2.js')

// Only statements: an import in an @example starts with ' * '.
const IMPORT = /^((?:import|export)(?:\s[^'"=(]+\sfrom)?\s')([^']+)(?=')/gm

const toModule = (name) => {
  const [file, module] = [join('es6', name), join('es6', name.replace(/\.js$/, '.mjs'))]
  const code = readFileSync(file, 'utf8')
    .replace(IMPORT, (_, before, specifier) => before + resolveSpecifier(specifier))
    .replace(/^(\/\/# sourceMappingURL=.+)\.js\.map$/m, '$1.mjs.map')
  const map = JSON.parse(readFileSync(`${file}.map`, 'utf8'))
  renameSync(file, module)
  renameSync(`${file}.map`, `${module}.map`)
  writeFileSync(module, code)
  writeFileSync(`${module}.map`, JSON.stringify({ ...map, file: map.file.replace(/\.js$/, '.mjs') }))
}

for (const dir of ['lib', 'es6']) rmSync(dir, { recursive: true, force: true })
const compiled = await Promise.all(['tsconfig.build.json', 'tsconfig.build-es6.json'].map(compile))
if (compiled.includes(false)) process.exit(1)
for (const name of readdirSync('es6', { recursive: true }).filter((name) => name.endsWith('.js'))) toModule(name)
