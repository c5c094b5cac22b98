// Serves worker.mjs of a project by workerd, and asks it to run a program.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'

import { rolldown } from 'rolldown'

const children = new Set()
process.on('exit', () => {
  for (const child of children) child.kill()
})

const freePort = async () => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address()
  server.close()
  await once(server, 'close')
  return port
}

// Bundled as by the tool of that platform, which takes the ES modules of a package.
const bundle = async (project) => {
  const build = await rolldown({
    input: join(project, 'worker.mjs'),
    platform: 'neutral',
    resolve: { conditionNames: ['workerd', 'worker', 'module', 'import'], mainFields: ['module', 'main'] }
  })
  const { output } = await build.generate({ format: 'es' })
  return output[0].code
}

const workerConfig = ({ origin, control }, port) => `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "main", worker = .worker),
    (name = "internet", network = (allow = ["private"])),
  ],
  sockets = [(name = "http", address = "127.0.0.1:${port}", http = (), service = "main")],
);
const worker :Workerd.Worker = (
  modules = [(name = "worker.js", esModule = embed "worker.js")],
  compatibilityDate = "2026-11-01",
  bindings = [(name = "ORIGIN", text = "${origin}"), (name = "CONTROL", text = "${control}")],
);
`

const listening = async (child, url) => {
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => (output += data))
  for (let i = 0; i < 200; i++) {
    if (child.exitCode !== null) throw new Error(`workerd has ended with ${child.exitCode}: ${output}`)
    try {
      return await fetch(url)
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }
  throw new Error(`workerd does not listen: ${output}`)
}

export const inWorker = async (project, command, program, server) => {
  const port = await freePort()
  writeFileSync(join(project, 'worker.js'), await bundle(project))
  writeFileSync(join(project, 'config.capnp'), workerConfig(server, port))
  const child = spawn(command, ['serve', 'config.capnp'], { cwd: project })
  children.add(child)
  try {
    await listening(child, `http://127.0.0.1:${port}/open`)
    const response = await fetch(`http://127.0.0.1:${port}/${program}`)
    const said = await response.text()
    if (response.status !== 200) throw new Error(said)
    return said
  } finally {
    child.kill()
    await once(child, 'exit')
    children.delete(child)
  }
}
