// The public types are those of the snapshot in tests/api, which `npm run api` writes.
import { spawnSync } from 'child_process'
import * as fs from 'fs'
import * as os from 'os'
import * as path from 'path'

const root = path.resolve(__dirname, '..')
const snapshot = path.join(__dirname, 'api')

const check = (folder: string) => {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [path.join(root, 'scripts/api.mjs'), '--check', folder],
    { encoding: 'utf8' }
  )
  return { status, said: stdout + stderr }
}

describe('the public types', () => {
  it('are those that were last agreed to, in tests/api', () => {
    const { status, said } = check(snapshot)
    expect(said).toMatch(/^api: the types of \d+ modules are as in tests\/api\n$/)
    expect(status).toBe(0)
  })

  it('are told line by line where they have changed, with the command that accepts them', () => {
    const before = fs.mkdtempSync(path.join(os.tmpdir(), 'breaker-ts-api-before-'))
    try {
      fs.cpSync(snapshot, before, { recursive: true })
      const file = path.join(before, 'Health.d.ts')
      const text = fs.readFileSync(file, 'utf8').replace("'ok' | 'degraded'", "'up' | 'down'")
      fs.writeFileSync(file, text)
      fs.rmSync(path.join(before, 'Window.d.ts'))
      const { status, said } = check(before)
      expect(status).toBe(1)
      expect(said).toContain("-  readonly status: 'up' | 'down'\n+  readonly status: 'ok' | 'degraded'\n")
      expect(said).toContain('+// src/core/Window.ts\n')
      expect(said).toContain('npm run api')
    } finally {
      fs.rmSync(before, { recursive: true, force: true })
    }
  })

  it('hold no internals: no comment, no private member, nothing that is @internal', () => {
    const texts = fs.readdirSync(snapshot).map((file) => fs.readFileSync(path.join(snapshot, file), 'utf8'))
    expect(texts.join('\n')).not.toMatch(/\/\*\*|\bprivate\b|@internal/)
    expect(texts.join('\n')).not.toContain('admit()') // of a Session
  })

  it('are there for every entry point of package.json', () => {
    const { exports } = JSON.parse(fs.readFileSync(path.join(root, 'package.json'), 'utf8')) as {
      readonly exports: Readonly<Record<string, string | { readonly types: string }>>
    }
    const files = Object.values(exports).flatMap((entry) =>
      typeof entry === 'string' ? [] : path.basename(entry.types)
    )
    expect(fs.readdirSync(snapshot)).toEqual(expect.arrayContaining(files))
  })
})
